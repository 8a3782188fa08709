"""Comparisons of what is hardly there: a stated result or a reason, never an error or a guess."""

import numpy as np
import pytest

from compared import column, drawn_values
from levelfield.benchmark import (
    Bars,
    Equity,
    Funnel,
    NotComparable,
    Panel,
    Ranked,
    Reading,
    benchmark,
    equity,
    funnel,
    guards,
    matched_panel,
    ordered_bars,
    ranks,
    trend,
)

SHARE = Reading("proportion", "percent", "lower", 0.1)
RATE = Reading("rate", "rate", "lower", multiplier=1000)


def test_one_provider_is_shown_and_compared_with_nobody() -> None:
    values = drawn_values("""
        org_code | numerator | denominator
        ZA1      | 12        | 100
    """)
    found = benchmark(values, SHARE, measure="seen")
    assert isinstance(found.main, Bars)
    assert found.sentence == (
        "One organisation has a value: 12.0% (ZA1). "
        "No funnel: it takes 5 organisations with a value; here are 1."
    )
    assert isinstance(ranks(values, SHARE), NotComparable)
    # Its own value is nothing to hold it against; a value given is.
    assert found.main.reference is None
    assert "reference" not in found.main.parameters
    assert column(found.main.points, "kind") == {"ZA1": "within limits"}
    given = ordered_bars(values, SHARE, reference=0.5)
    assert isinstance(given, Bars)
    assert column(given.points, "kind") == {"ZA1": "better"}


def test_one_month_is_no_trend() -> None:
    values = drawn_values("""
        org_code | numerator | denominator
        ZA1      | 12        | 100
    """)
    found = trend(values, SHARE)
    assert isinstance(found, NotComparable)
    assert found.reason == "No trend: it takes 8 complete months with a value; here are 1."
    assert isinstance(matched_panel(values, SHARE, measure="seen"), NotComparable)


NO_EVENTS = "org_code | numerator | denominator\n" + "\n".join(
    f"ZB{n} | 0 | {100 + n}" for n in range(12)
)


def test_zero_events_of_a_proportion_are_within_the_limits() -> None:
    found = funnel(drawn_values(NO_EVENTS), SHARE)
    assert isinstance(found, Funnel)
    assert found.reference == 0
    assert set(found.points["kind"].to_pylist()) == {"within limits"}
    assert found.points["lower95"].to_pylist() == [0.0] * 12
    assert found.sentence == (
        "None of 12 organisations lies outside the 99.8% limits round the reference of 0.0%."
    )
    ranked = ranks(drawn_values(NO_EVENTS), SHARE)
    assert isinstance(ranked, Ranked)
    assert all(
        upper - lower > 5
        for lower, upper in zip(
            ranked.points["rank_lower"].to_pylist(),
            ranked.points["rank_upper"].to_pylist(),
            strict=True,
        )
    )


def test_zero_events_of_a_rate_have_no_funnel() -> None:
    found = funnel(drawn_values(NO_EVENTS), RATE)
    assert isinstance(found, NotComparable)
    assert found.reason == (
        "No funnel: there is no event anywhere, so nobody differs from anybody."
    )


def test_a_rate_has_a_funnel_in_its_own_unit() -> None:
    """Ten falls a thousand bed days everywhere but in one place, where there are forty."""
    lines = "\n".join(f"ZB{n} | 20 | 2000 | 10" for n in range(9))
    values = drawn_values(f"""
        org_code | numerator | denominator | value
        {lines}
        ZC1      | 80        | 2000        | 40
        ZC2      | 0         | 0           |
    """)
    found = funnel(values, RATE, allow_overdispersion=False)
    assert isinstance(found, Funnel)
    assert found.reference == pytest.approx(13)
    assert found.method == "funnel, exact Poisson"
    assert column(found.points, "signal")["ZC1"] == 2
    assert column(found.points, "kind")["ZC1"] == "worse"
    assert column(found.points, "signal")["ZC2"] is None
    assert column(found.points, "lower998")["ZB0"] < 10 < column(found.points, "upper998")["ZB0"]
    widened = funnel(values, RATE)
    assert isinstance(widened, Funnel)
    assert widened.parameters["scale"] == "logarithm"
    given = funnel(values, RATE, reference=10.0)
    assert isinstance(given, Funnel)
    assert (given.reference, given.parameters["reference is"]) == (10.0, "given")


def test_a_numerator_above_its_denominator_stands_outside_and_is_told() -> None:
    lines = "\n".join(f"ZB{n} | 20 | 100" for n in range(6))
    values = drawn_values(f"""
        org_code | numerator | denominator
        {lines}
        ZC1      | 120       | 100
    """)
    found = funnel(values, SHARE)
    assert isinstance(found, Funnel)
    assert found.reference == 0.2
    assert column(found.points, "signal")["ZC1"] is None
    assert "of 6 organisations" in found.sentence
    told = guards(values, SHARE, measure="seen", period="2026-03").to_pylist()
    assert [(row["org_code"], row["kind"]) for row in told] == [("ZC1", "impossible count")]
    assert told[0]["what"] == "its numerator of 120 is above its denominator of 100"
    ranked = ranks(values, SHARE)
    assert isinstance(ranked, Ranked)
    assert column(ranked.points, "rank")["ZC1"] is None


def test_strata_of_which_nothing_is_known_are_not_compared() -> None:
    values = drawn_values(
        """
        stratifier | stratum   | numerator | denominator
        sex        | not known | 20        | 100
        """,
        org_level="national",
        org_code="ALL",
    )
    found = equity(values, SHARE, measure="seen", period="2026-03", stratifier="sex")
    assert isinstance(found, NotComparable)
    assert found.reason == ("No comparison by sex: of 1 groups 0 can be compared (1 not known).")
    none = equity(values, SHARE, measure="seen", period="2026-03", stratifier="age_band")
    assert isinstance(none, NotComparable)
    assert none.reason == "No comparison by age band: ALL has no values by it."


def test_groups_without_any_event_do_not_differ() -> None:
    values = drawn_values(
        """
        stratifier        | stratum | numerator | denominator
        deprivation_fifth | 1       | 0         | 100
        deprivation_fifth | 2       | 0         | 100
        deprivation_fifth | 3       | 0         | 100
        deprivation_fifth | 4       | 0         | 100
        deprivation_fifth | 5       | 0         | 100
        """,
        org_level="national",
        org_code="ALL",
    )
    found = equity(values, SHARE, measure="seen", period="2026-03", stratifier="deprivation_fifth")
    assert isinstance(found, Equity)
    assert found.p == 1.0
    assert found.slope is not None
    assert found.slope.index == 0
    assert found.slope.relative != found.slope.relative


@pytest.mark.parametrize(
    ("fifths", "missing"),
    [
        ("1 2 3", "4 and 5 are"),
        ("2 3 4", "1 and 5 are"),
        ("1 2 4 5", "3 is"),
    ],
)
@pytest.mark.parametrize("flag", ["small number", "suppressed", None])
def test_there_is_no_slope_unless_all_five_fifths_are_compared(
    fifths: str, missing: str, flag: str | None
) -> None:
    """Whether a fifth is too small, suppressed or not there at all, no line is drawn over the rest
    and called that of all fifths."""
    lines = []
    for fifth in "12345":
        if fifth in fifths:
            lines.append(f"deprivation_fifth | {fifth} | 6{fifth} | 100 |")
        elif flag == "small number":
            lines.append(f"deprivation_fifth | {fifth} | 6 | 9 | {flag}")
        elif flag:
            lines.append(f"deprivation_fifth | {fifth} | | | {flag}")
    drawn = "\n".join(["stratifier | stratum | numerator | denominator | flags", *lines])
    values = drawn_values(drawn, org_level="national", org_code="ALL")
    found = equity(values, SHARE, measure="seen", period="2026-03", stratifier="deprivation_fifth")
    assert isinstance(found, Equity)
    assert found.slope is None
    assert "indices" not in found.parameters
    assert (
        "There is no slope index and no relative index, which take all five fifths: "
        f"{missing} not compared."
    ) in found.sentence
    assert "slope index is" not in found.sentence


def test_a_month_that_nobody_has_is_stepped_over() -> None:
    values = drawn_values("""
        org_code | period  | numerator | denominator
        ZA1      | 2026-01 | 20        | 100
        ZA1      | 2026-03 | 25        | 100
    """)
    found = matched_panel(values, SHARE, measure="seen")
    assert isinstance(found, Panel)
    assert found.points["period"].to_pylist() == ["2026-01", "2026-03"]


def test_nobody_with_a_value_is_no_comparison() -> None:
    values = drawn_values("""
        org_code | numerator | denominator
        ZA1      | 0         | 0
        ZA2      | 0         | 0
    """)
    assert isinstance(ordered_bars(values, SHARE), NotComparable)
    found = benchmark(values, SHARE, measure="seen")
    assert found.rows() == []
    assert found.sentence.startswith("No comparison: no organisation has a value.")


def test_providers_that_differ_as_usual_lie_beyond_limits_as_often_as_these_say() -> None:
    generator = np.random.default_rng(3)
    beyond = 0
    for _ in range(100):
        usual = np.sin(generator.normal(np.arcsin(np.sqrt(0.1)), 0.03, 40)) ** 2
        counts = generator.binomial(2000, usual)
        rows = "\n".join(f"Z{n:02} | {count} | 2000" for n, count in enumerate(counts))
        found = funnel(drawn_values(f"org_code | numerator | denominator\n{rows}"), SHARE)
        assert isinstance(found, Funnel)
        kinds = column(found.points, "kind").values()
        beyond += sum(kind in ("better", "worse") for kind in kinds)
    # Of 4,000, where limits of 99.8% leave out eight by chance; without what winsorising takes
    # away put back it is some forty.
    assert beyond <= 16
