"""Equity between groups of people, ranks with their interval, and a page of many findings."""

import numpy as np
import pyarrow as pa
import pytest

from compared import column, drawn_values
from levelfield.benchmark import (
    Equity,
    Findings,
    Funnel,
    NotComparable,
    Ranked,
    Reading,
    equities,
    equity,
    findings,
    funnel,
    ranks,
)
from levelfield.benchmark.words import difference_span, figure
from levelfield.statistics import difference_interval, slope_index_of_inequality

SHARE = Reading("proportion", "percent", "lower")
FIFTHS = """
    stratifier        | stratum   | numerator | denominator | flags
    deprivation_fifth | 1         | 300       | 1000        |
    deprivation_fifth | 2         | 260       | 1000        |
    deprivation_fifth | 3         | 250       | 1000        |
    deprivation_fifth | 4         | 210       | 1000        |
    deprivation_fifth | 5         | 180       | 1000        |
    deprivation_fifth | not known | 20        | 200         |
    sex               | female    | 612       | 2600        |
    sex               | male      | 588       | 2400        |
    sex               | not known | 2         | 4           | small number
    ethnic_group      | White     | 1000      | 4000        |
    ethnic_group      | Asian     | 1         | 4           | small number
"""


def _national(text: str = FIFTHS) -> pa.Table:
    return drawn_values(text, org_level="national", org_code="ALL")


def _by(stratifier: str, reading: Reading = SHARE) -> Equity | NotComparable:
    return equity(_national(), reading, measure="seen", period="2026-03", stratifier=stratifier)


def test_deprivation_is_held_against_the_least_deprived_with_its_slope() -> None:
    found = _by("deprivation_fifth")
    assert isinstance(found, Equity)
    assert found.reference == "5"
    difference = column(found.points, "difference", by="stratum")
    assert difference["1"] == pytest.approx(0.12)
    assert (difference["5"], difference["not known"]) == (None, None)
    lower, upper = difference_interval(300, 1000, 180, 1000)
    assert column(found.points, "difference_lower", by="stratum")["1"] == pytest.approx(lower)
    assert column(found.points, "difference_upper", by="stratum")["1"] == pytest.approx(upper)
    assert found.p is not None
    assert found.p < 1e-8
    assert found.slope is not None
    slope = slope_index_of_inequality([0.3, 0.26, 0.25, 0.21, 0.18], [1000] * 5)
    assert found.slope.index == pytest.approx(slope.value)
    assert found.slope.lower < found.slope.index < found.slope.upper < 0
    assert found.slope.relative < 1
    assert found.parameters["share not known"] == pytest.approx(200 / 5200)
    assert found.sentence.startswith(
        "By deprivation, the most deprived fifth has 30.0% against 18.0% of the least deprived "
        "fifth: +12.0 percentage points (95% interval +8.3 to "
    )
    assert "Chance alone seldom makes groups differ so much (p below 0.001)." in found.sentence


def test_sexes_that_hardly_differ_are_said_to_by_chance() -> None:
    found = _by("sex")
    assert isinstance(found, Equity)
    assert found.reference == "female"
    assert column(found.points, "used", by="stratum")["not known"] == "not known"
    assert "Chance may explain how the groups differ" in found.sentence
    # By hand: Pearson's chi-squared of the two-way table.
    pooled = 1200 / 5000
    chi2 = sum(
        (hits - n * pooled) ** 2 / (n * pooled * (1 - pooled))
        for hits, n in ((612, 2600), (588, 2400))
    )
    from scipy.stats import chi2 as distribution

    assert found.p == pytest.approx(distribution.sf(chi2, 1))


@pytest.mark.parametrize(("females", "told"), [(12, False), (400, True)])
def test_too_few_expected_events_bear_no_test(females: int, told: bool) -> None:
    """Of twelve women a third of an event is expected, which no chi-squared bears."""
    drawn = f"""
        org_level | org_code | stratifier | stratum | numerator | denominator
        national  | ALL      | sex        | female  | 2         | {females}
        national  | ALL      | sex        | male    | 12        | 500
    """
    found = equity(drawn_values(drawn), SHARE, measure="seen", period="2026-03", stratifier="sex")
    assert isinstance(found, Equity)
    assert (found.p is not None) is told
    assert ("too few events are expected" in str(found.parameters["test"])) is not told
    assert ("Chance" in found.sentence) is told


def test_a_difference_picked_for_its_size_is_said_to_be() -> None:
    groups = """
        stratifier   | stratum | numerator | denominator
        ethnic_group | White   | 100       | 1000
        ethnic_group | Asian   | 130       | 900
        ethnic_group | Black   | 150       | 500
    """
    found = equity(
        _national(groups), SHARE, measure="seen", period="2026-03", stratifier="ethnic_group"
    )
    assert found.sentence.startswith(
        "By ethnic group, Black has 30.0% against 10.0% of White: the largest of 2 differences, "
        "+20.0 percentage points (95% interval "
    )
    two = _by("sex")
    assert "largest" not in two.sentence


def test_small_strata_are_named_and_not_compared() -> None:
    found = _by("ethnic_group")
    assert isinstance(found, NotComparable)
    assert found.reason == (
        "No comparison by ethnic group: of 2 groups 1 can be compared (1 too small)."
    )


def test_all_stratifiers_of_a_measure_at_once() -> None:
    found = equities(_national(), SHARE, measure="seen", period="2026-03")
    assert list(found) == ["deprivation_fifth", "sex", "ethnic_group"]


def test_medians_are_tested_by_their_intervals() -> None:
    drawn = _national("""
        stratifier | stratum | denominator | value | lower | upper
        sex        | female  | 100         | 10    | 9     | 11
        sex        | male    | 100         | 16    | 15    | 17
    """)
    waits = Reading("median", "days", "lower")
    found = equity(drawn, waits, measure="seen", period="2026-03", stratifier="sex")
    assert isinstance(found, Equity)
    assert found.parameters["test"].startswith("Cochran's Q")
    assert found.p is not None
    assert found.p < 0.001
    assert found.sentence.startswith(
        "By sex, male has 16 days against 10 days of female: +6 days (95% interval +4.6 to +7.4"
    )


ORGS = ["org_code | numerator | denominator"] + [
    f"ZA{n} | {hits} | 400" for n, hits in enumerate((20, 40, 42, 44, 46, 120), start=1)
]


def test_ranks_come_with_their_interval_and_the_chance_of_the_worst_quarter() -> None:
    found = ranks(drawn_values("\n".join(ORGS)), SHARE)
    assert isinstance(found, Ranked)
    rows = found.points.to_pylist()
    assert (rows[0]["org_code"], rows[-1]["org_code"]) == ("ZA1", "ZA6")
    assert (rows[0]["rank"], rows[0]["rank_upper"]) == (1, 1)
    middle = next(row for row in rows if row["org_code"] == "ZA3")
    assert middle["rank_lower"] <= 2
    assert middle["rank_upper"] >= 4
    assert rows[-1]["worst_quarter"] > 0.99
    assert found.sentence.endswith("At least 95% certain to be in the worst quarter: ZA6.")


def test_ranks_name_no_first_where_chance_alone_orders_them() -> None:
    """Without spread beyond chance all true values are drawn alike, and any order is an accident of
    the draws; where some stand apart but several share the lead, nobody is first either."""
    alike = drawn_values(
        "\n".join([ORGS[0], *(f"Z{n:02} | {49 + n % 3} | 100" for n in range(12))])
    )
    drawn = funnel(alike, SHARE)
    assert isinstance(drawn, Funnel)
    assert drawn.tau2 == 0
    found = ranks(alike, SHARE, funnel=drawn)
    assert isinstance(found, Ranked)
    assert found.sentence == (
        "Chance may put any of the 12 organisations in any place: none of them ranks first, and "
        "none last."
    )
    shared = [f"ZB{n} | 20 | 400" for n in range(4)] + [f"ZC{n} | 120 | 400" for n in range(2)]
    told = ranks(drawn_values("\n".join([ORGS[0], *shared])), SHARE)
    assert isinstance(told, Ranked)
    assert told.points["rank"][0].as_py() > 1
    assert told.sentence.startswith("Chance does not let a first of 6 be named; half of ")
    clear = ranks(drawn_values("\n".join(ORGS)), SHARE)
    assert clear.sentence.startswith("ZA1 ranks first of 6, anywhere from 1 to 1 as chance")


def test_ranks_draw_towards_everybody_where_the_funnel_found_spread() -> None:
    rng = np.random.default_rng(7)
    lines = [
        f"Z{n:02} | {rng.binomial(200, share)} | 200"
        for n, share in enumerate(rng.uniform(0.1, 0.5, 20))
    ]
    values = drawn_values("\n".join([ORGS[0], *lines]))
    drawn = funnel(values, SHARE)
    assert isinstance(drawn, Funnel)
    assert drawn.parameters["tau squared"] > 0
    found = ranks(values, SHARE, funnel=drawn)
    assert isinstance(found, Ranked)
    assert found.parameters["true values"] == "shrunk towards everybody's value"
    with pytest.raises(ValueError, match="other organisations"):
        ranks(values.slice(1), SHARE, funnel=drawn)


@pytest.mark.parametrize(
    ("text", "reading", "why"),
    [
        ("\n".join(ORGS[:5]), SHARE, "it takes 5 organisations"),
        ("\n".join(ORGS), Reading("proportion", "percent", "none"), "neither more nor less"),
        (
            "org_code | value\n" + "\n".join(f"ZA{n} | {n}" for n in range(6)),
            Reading("median", "days", "lower"),
            "neither counts nor intervals",
        ),
    ],
)
def test_what_has_no_ranks_says_why(text: str, reading: Reading, why: str) -> None:
    found = ranks(drawn_values(text), reading)
    assert isinstance(found, NotComparable)
    assert why in found.reason


def test_a_page_without_a_funnel_says_whether_more_providers_would_help() -> None:
    refused = {"seen": NotComparable("No funnel: a gap rests on two groups.")}
    few, enough = findings(refused, 4), findings(refused, 5)
    assert few.sentence == "Nothing to look at: a funnel takes 5 providers; this home has 4."
    assert enough.sentence == "Nothing to look at: no measure has a funnel."


def test_a_page_of_chance_alone_finds_nothing_and_one_of_truth_finds_it() -> None:
    rng = np.random.default_rng(3)
    page = {}
    for measure in range(10):
        hits = rng.binomial(500, 0.2, 20)
        if measure == 4:
            hits[0] = 190
        lines = [f"Z{n:02} | {count} | 500 | m{measure}" for n, count in enumerate(hits)]
        drawn = drawn_values("\n".join([f"{ORGS[0]} | measure", *lines]))
        page[f"m{measure}"] = funnel(drawn, SHARE)
    page["median"] = NotComparable("No funnel.")
    found = findings(page)
    assert isinstance(found, Findings)
    assert (found.looked_at, found.found) == (200, 1)
    one = next(row for row in found.points.to_pylist() if row["found"])
    assert (one["measure"], one["org_code"]) == ("m4", "Z00")
    assert found.parameters["measures without"] == 1
    assert found.sentence.startswith("Of 200 comparisons in 10 measures 1 stands out")
    assert isinstance(findings({"m": NotComparable("No funnel.")}), NotComparable)


def test_a_measure_that_is_there_crude_and_adjusted_is_one_measure() -> None:
    lines = [f"Z{n:02} | {100 + n} | 500 | {{name}}" for n in range(8)]
    page = {
        name: funnel(
            drawn_values("\n".join([f"{ORGS[0]} | measure", *lines]).format(name=name)), SHARE
        )
        for name in ("seen", "seen.adjusted")
    }
    page |= {name: NotComparable("No funnel.") for name in ("gap", "gap.adjusted")}
    found = findings(page)
    assert isinstance(found, Findings)
    assert found.sentence.startswith("Of 16 comparisons in 1 measure ")
    told = [found.parameters[f"measures {name}"] for name in ("with a funnel", "without")]
    assert told == [1, 1]


def test_one_of_a_unit_of_time_is_singular_and_a_span_names_it_once() -> None:
    waits = Reading("median", "days", "lower")
    assert [figure(value, waits) for value in (1.0, 1.1, 2.0)] == ["1 day", "1.1 days", "2 days"]
    assert difference_span(-1.0, 2.5, waits) == "-1 to +2.5 days"
    assert difference_span(0.021, 0.033, SHARE) == "+2.1 to +3.3 percentage points"
