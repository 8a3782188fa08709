"""What the public may see of a value."""

import pyarrow as pa
import pytest

from levelfield.core.definitions import validate
from levelfield.core.errors import DefinitionError
from levelfield.core.values import VALUE_SCHEMA
from levelfield.disclosure import (
    Kind,
    Rule,
    default_rule,
    disclose,
    enough_peers,
    load_rules,
    public_count,
)
from levelfield.measures import find_measure, value_kinds
from levelfield.statistics import quantile, quantile_interval, rate_interval

BLANK = {"value": None, "lower": None, "upper": None, "numerator": None, "denominator": None}


def value(
    org: str = "ZX1",
    numerator: float | None = 17,
    denominator: float | None = 42,
    **other: object,
) -> dict[str, object]:
    quotient = numerator / denominator if numerator is not None and denominator else None
    level = "national" if org in ("ENG", "ALL") else "provider"
    return {
        "measure": "dna_rate",
        "version": "1",
        "period": "2026-03",
        "org_level": level,
        "org_code": org,
        "stratifier": "all",
        "stratum": "all",
        "numerator": numerator,
        "denominator": denominator,
        "value": quotient,
        "lower": 0.1,
        "upper": 0.9,
        "method": "Wilson score, 95%",
        "flags": "provisional",
        "lineage": f"V-{org}",
        **other,
    }


def public(*rows: dict[str, object], kind: Kind | None = None) -> list[dict[str, object]]:
    table = pa.Table.from_pylist(list(rows), schema=VALUE_SCHEMA)
    kinds = {"dna_rate": kind} if kind else {}
    return disclose(table, "public", kinds=kinds)[0].to_pylist()


RATIO, MEDIAN = Kind("quotient"), Kind("quantile", digits=0)


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, 0), (1, None), (4, None), (5, 5), (7, 5), (8, 10), (12, 10), (13, 15), (8581112, 8581110)],
)
def test_a_count_below_england(count: int, shown: int | None) -> None:
    assert public_count(count) == shown


def test_a_party_sees_its_own_figures_exactly() -> None:
    table = pa.Table.from_pylist([value(numerator=1)], schema=VALUE_SCHEMA)
    shown, effect = disclose(table, "party")
    assert shown.equals(table)
    assert effect.words == "All 1 values are exact."


def test_the_rate_and_its_interval_come_from_the_rounded_counts() -> None:
    (row,) = public(value(numerator=17, denominator=42))
    assert (row["numerator"], row["denominator"], row["value"]) == (15, 40, 0.375)
    assert row["flags"] == "provisional;rounded"
    # Wilson's lower bound of 13 of 42 and the upper one of 17 of 38: what rounding may have hidden.
    assert row["lower"] == pytest.approx(0.1907, abs=1e-4)
    assert row["upper"] == pytest.approx(0.6029, abs=1e-4)


def test_the_interval_of_a_share_has_the_exact_share_in_it() -> None:
    exact = [(number, size) for size in range(18, 120) for number in range(5, size + 1)]
    rows = [value(f"ZX{place}", *counts) for place, counts in enumerate(exact)]
    table = pa.Table.from_pylist(rows, schema=VALUE_SCHEMA)
    given = [
        (row, number / size)
        for row, (number, size) in zip(disclose(table, "public")[0].to_pylist(), exact, strict=True)
        if row["value"] is not None
    ]
    assert len(given) > 5000
    assert all(row["lower"] <= share <= row["upper"] + 1e-12 for row, share in given)


@pytest.mark.parametrize(
    ("numerator", "denominator", "shown"),
    [(9, 18, 0.5), (8, 17, None), (33, 34, None), (34, 34, 1), (20, 27, 0.8)],
)
def test_a_share_that_rounding_may_have_made_is_not_given(
    numerator: int, denominator: int, shown: float | None
) -> None:
    (row,) = public(value(numerator=numerator, denominator=denominator))
    assert row["value"] == shown
    assert (row["lower"] is None) == (shown is None)
    assert row["denominator"] is not None


@pytest.mark.parametrize("counts", [(3, 42), (3, 4), (0, 4)])
def test_a_small_count_empties_the_row(counts: tuple[int, int]) -> None:
    (row,) = public(value(numerator=counts[0], denominator=counts[1]))
    assert {name: row[name] for name in BLANK} == BLANK
    assert row["flags"] == "provisional;suppressed"
    assert row["lineage"] == "V-ZX1"


def test_none_of_many_is_shown() -> None:
    (row,) = public(value(numerator=0, denominator=42))
    assert (row["numerator"], row["denominator"], row["value"]) == (0, 40, 0)


def test_published_figures_of_england_are_exact() -> None:
    (row,) = public(value("ENG", 3, 42))
    assert (row["numerator"], row["flags"]) == (3, "provisional")


def test_the_total_of_a_home_is_below_england() -> None:
    (row,) = public(value("ALL", 17, 42))
    assert (row["numerator"], row["denominator"], row["value"]) == (15, 40, 0.375)
    assert row["flags"] == "provisional;rounded"
    (row,) = public(value("ALL", 3, 42))
    assert {name: row[name] for name in BLANK} == BLANK
    (row,) = public(value("ALL", numerator=None, denominator=9), kind=MEDIAN)
    assert row["flags"] == "provisional;suppressed"


@pytest.mark.parametrize("kind", [RATIO, Kind("share", from_counts=False)])
def test_an_interval_that_cannot_be_worked_out_anew_is_dropped_with_its_name(kind: Kind) -> None:
    (row,) = public(value(numerator=22, denominator=42), kind=kind)
    assert (row["value"], row["lower"], row["upper"]) == (0.5, None, None)
    assert row["method"] == "quotient of rounded counts, without an interval"


def test_a_share_with_more_counted_than_there_were_has_no_interval() -> None:
    # Published counts may be so; a score interval of such a share would be an error.
    method = "quotient of two published counts; Wilson score, 95%"
    rows = public(value(numerator=60, method=method), value("ZX2", numerator=20, method=method))
    assert (rows[0]["value"], rows[0]["lower"]) == (1.5, None)
    assert rows[1]["lower"] is not None
    assert rows[1]["method"] == method


def test_the_interval_of_a_rate_comes_from_its_rounded_counts() -> None:
    method = "Byar's, exact below 10 events, 95%"
    rows = public(
        value(numerator=27, denominator=5_002, value=1_000 * 27 / 5_002, method=method),
        value("ZX2", numerator=0, denominator=5_002, value=0.0, method=method),
        kind=Kind("rate", per=1_000),
    )
    lower = rate_interval([23, 0], 5_002, 1_000).lower
    upper = rate_interval([27, 0], 4_998, 1_000).upper
    for row, least, greatest in zip(rows, lower, upper, strict=True):
        assert (row["lower"], row["upper"]) == pytest.approx((least, greatest))
        assert row["method"] == method


@pytest.mark.parametrize(
    ("measure", "shown"),
    [
        ("wait_first_contact", (0, 12, 25)),
        ("rehab_functional_gain", (0.4, 12.3, 25.0)),
        ("dna_gap", (0.37, 12.33, 24.99)),
    ],
)
def test_what_is_no_quotient_keeps_the_digits_that_its_unit_needs(
    measure: str, shown: tuple[float, ...]
) -> None:
    kinds = value_kinds([find_measure(measure)])
    row = value(numerator=None, measure=measure, value=0.3744, lower=12.339, upper=24.99)
    table = pa.Table.from_pylist([row], schema=VALUE_SCHEMA)
    (found,) = disclose(table, "public", kinds=kinds)[0].to_pylist()
    assert (found["value"], found["lower"], found["upper"]) == shown


@pytest.mark.parametrize(
    "method",
    ["Wilson score as odds, 95%", "Student's t of a ratio of sums, rows as clusters, 95%"],
)
def test_a_ratio_is_judged_as_one_whatever_the_words_of_its_method(method: str) -> None:
    kinds = value_kinds([find_measure("msk_follow_up_ratio")])
    told = {"measure": "msk_follow_up_ratio", "method": method}
    rows = [value("ZX1", 60, 15, **told), value("ZX2", 8, 8, **told), value("ZX3", 90, 40, **told)]
    table = pa.Table.from_pylist(rows, schema=VALUE_SCHEMA)
    found = disclose(table, "public", kinds=kinds)[0].to_pylist()
    assert [(row["value"], row["denominator"]) for row in found] == [(4, 15), (1, 10), (2.25, 40)]


@pytest.mark.parametrize(("people", "shown"), [(9, None), (10, 33.0), (None, None)])
def test_a_median_needs_ten_people_and_is_given_in_whole_days(
    people: int | None, shown: float | None
) -> None:
    (row,) = public(
        value(
            numerator=None,
            denominator=people,
            value=33.4,
        ),
        kind=MEDIAN,
    )
    assert row["value"] == shown


def quantile_of(waits: list[int], probability: float) -> dict[str, object]:
    """What the public sees of a quantile of some waits, with the bounds that are computed of it."""
    often = [1] * len(waits)
    lower, upper = quantile_interval(waits, often, probability)
    found = {"value": quantile(waits, often, probability), "lower": lower, "upper": upper}
    row = value(numerator=None, denominator=len(waits), **found)
    return public(row, kind=Kind("quantile", probability=probability))[0]


@pytest.mark.parametrize(
    ("size", "probability", "shown"),
    [
        (13, 0.5, (True, False, False)),
        (13, 0.25, (False, False, False)),
        (13, 0.75, (False, False, False)),
        (17, 0.75, (False, False, False)),
        (18, 0.75, (True, True, False)),
        (22, 0.5, (True, False, False)),
        (23, 0.5, (True, True, True)),
        (36, 0.9, (False, False, False)),
        (43, 0.9, (True, True, False)),
        (48, 0.25, (True, True, True)),
        (50, 0.9, (True, True, False)),
        (118, 0.9, (True, True, True)),
    ],
)
def test_no_quantile_or_bound_is_the_figure_of_one_of_the_outermost(
    size: int, probability: float, shown: tuple[bool, bool, bool]
) -> None:
    row = quantile_of(list(range(100, 100 + size)), probability)
    assert tuple(row[name] is not None for name in ("value", "lower", "upper")) == shown
    assert row["denominator"] is not None


@pytest.mark.parametrize("probability", [0.25, 0.5, 0.75, 0.9])
def test_five_lie_beyond_all_that_is_shown_of_a_quantile(probability: float) -> None:
    seen = 0
    for size in range(10, 140):
        waits = list(range(100, 100 + size))
        row = quantile_of(waits, probability)
        for name in ("value", "lower", "upper"):
            if row[name] is not None:
                seen += 1
                figure = float(str(row[name]))
                assert sum(one < figure for one in waits) >= 5
                assert sum(one > figure for one in waits) >= 5
    assert seen > 100


def test_bounds_do_not_tell_apart_counts_that_are_shown_alike() -> None:
    for probability in (0.5, 0.75, 0.9):
        for sizes in (range(18, 23), range(23, 28), range(43, 48), range(113, 118)):
            rows = [quantile_of(list(range(one)), probability) for one in sizes]
            given = {tuple(row[n] is None for n in ("value", "lower", "upper")) for row in rows}
            assert len(given) == 1


def test_a_difference_goes_with_either_of_its_proportions() -> None:
    gap = {"method": "difference of two proportions, Newcombe's hybrid score, 95%", "value": 0.128}
    rows = [
        value(numerator=None, denominator=142, measure="dna_gap", **gap),
        value(numerator=3, denominator=42, measure="dna_gap.most_deprived"),
        value(numerator=20, denominator=100, measure="dna_gap.least_deprived"),
        value("ZX2", numerator=None, denominator=142, measure="dna_gap", **gap),
        value("ZX2", numerator=13, denominator=42, measure="dna_gap.most_deprived"),
    ]
    table = pa.Table.from_pylist(rows, schema=VALUE_SCHEMA)
    kinds = value_kinds([find_measure("dna_gap")])
    found = disclose(table, "public", kinds=kinds)[0]["value"].to_pylist()
    assert found == [None, None, 0.2, 0.13, 0.375]


def test_a_value_that_nobody_has_is_not_called_suppressed() -> None:
    (row,) = public(value(numerator=None, denominator=None))
    assert row["flags"] == "provisional;rounded"


def test_one_small_stratum_takes_another_with_it_when_the_rest_gives_it_away() -> None:
    # Total 5 to 7, the visible stratum 5 to 7: the small one could only be 1 or 2.
    rows = [
        value(numerator=None, denominator=6, method="as counted", value=None),
        *(
            value(
                numerator=None,
                denominator=count,
                method="as counted",
                value=None,
                stratifier="sex",
                stratum=stratum,
            )
            for stratum, count in (("female", 5), ("male", 1), ("not known", 0))
        ),
    ]
    shown = {row["stratum"]: row["denominator"] for row in public(*rows)}
    assert shown["female"] is None
    assert shown["male"] is None


def test_the_only_small_provider_is_not_given_away_by_a_figure_of_england() -> None:
    rows = [value("ENG", 63, 500), value("ZX1", 3), value("ZX2", 20), value("ZX3", 40)]
    assert [row["numerator"] for row in public(*rows)] == [63, None, 20, 40]
    # With one other provider, 40 less 33 to 37 would leave only 3 and 4: that one goes too. The
    # figure of England stays, as it is known from elsewhere.
    pair = [value("ENG", 40, 500), value("ZX1", 3), value("ZX2", 37)]
    assert [row["numerator"] for row in public(*pair)] == [40, None, None]
    # The other provider counts nobody, so the figure of England is the small one.
    alone = [value("ENG", 3, 500), value("ZX1", 3, 200), value("ZX2", 0, 300)]
    assert [row["numerator"] for row in public(*alone)] == [None, None, 0]


def test_the_only_small_provider_is_not_given_away_by_the_rounded_total_of_its_home() -> None:
    # 38 to 42 less 33 to 37 leaves 1 to 4 possible.
    pair = [value("ALL", 40, 500), value("ZX1", 3), value("ZX2", 37)]
    assert [row["numerator"] for row in public(*pair)] == [40, None, 35]
    # 5 to 7 less the 5 that the other provider knows of leaves only 1 and 2.
    tight = [value("ALL", 6, 500), value("ZX1", 1), value("ZX2", 5)]
    assert [row["numerator"] for row in public(*tight)] == [None, None, 5]


AGES = {"0-4": (300, 41), "19-44": (371, 1), "65-74": (510, 62), "85+": (1203, 88)}
"""Contacts and persons: one of them had 371 contacts."""


def contacts(*orgs: str) -> list[dict[str, object]]:
    rows = []
    for org in orgs:
        rows.append(value(org, *(sum(one) for one in zip(*AGES.values(), strict=True))))
        rows += [
            value(org, *counts, stratifier="age_band", stratum=band)
            for band, counts in AGES.items()
        ]
    return rows


def test_the_contacts_of_one_person_are_not_what_the_others_leave() -> None:
    shown = public(*contacts("ALL", "ZX1"), kind=RATIO)
    for org in ("ALL", "ZX1"):
        of = {row["stratum"]: row["numerator"] for row in shown if row["org_code"] == org}
        assert of["19-44"] is None
        assert [of["all"], *(of[band] for band in AGES)].count(None) >= 2
    # As shares these counts would leave nothing to protect: there is no numerator above its size.
    kept = public(*contacts("ALL", "ZX1"), kind=Kind("share"))
    assert [row["numerator"] for row in kept].count(None) == 2


def test_a_sum_that_cannot_stay_open_by_half_stays_as_open_as_can_be() -> None:
    # England's figures are known from elsewhere. Of ZX2's men, and of any age of ZX1, too few
    # contacts can be another's for half of 371; the whole measure does not go for that.
    own = {
        "ZX1": {"all": (400, 40), "female": (371, 1), "male": (29, 39)},
        "ZX2": {"all": (45, 49), "female": (25, 29), "male": (20, 20)},
    }
    own["ZX1"] |= {f"age {n}": (40, 5) for n in range(10)}
    own["ZX2"] |= {f"age {n}": (5, 5) for n in range(9)} | {"age 9": (0, 5)}
    own["ENG"] = {name: (own["ZX1"][name][0] + own["ZX2"][name][0], 500) for name in own["ZX1"]}
    kinds = {"all": "all", "female": "sex", "male": "sex"}
    rows = [
        value(org, *counts, stratifier=kinds.get(name, "age_band"), stratum=name)
        for org, strata in own.items()
        for name, counts in strata.items()
    ]
    shown = public(*rows, kind=RATIO)
    of = {(row["org_code"], row["stratum"]): row["numerator"] for row in shown}
    assert of["ZX1", "female"] is None
    assert all(of["ENG", name] is not None for name in own["ENG"])
    assert sum(of["ZX2", name] is not None for name in own["ZX2"]) > 0


def test_the_effect_is_counted() -> None:
    rows = [value("ENG", 63, 142), value("ZX1", 3), value("ZX2", 20), value("ZX3", 40)]
    effect = disclose(pa.Table.from_pylist(rows, schema=VALUE_SCHEMA), "public")[1]
    assert (effect.exact, effect.rounded, effect.small, effect.against_subtraction) == (1, 2, 1, 0)
    assert effect.words == (
        "Of 4 values, 2 come from counts rounded to the nearest 5 (rule “Below England”) and 1 as "
        "published for England. "
        "1 suppressed: 1 for a small number, 0 that would give one away by subtraction."
    )
    rows = [value("ALL", 63, 142), value("ZX1", 20)]
    effect = disclose(pa.Table.from_pylist(rows, schema=VALUE_SCHEMA), "public")[1]
    assert (effect.exact, effect.rounded) == (0, 2)
    assert effect.words.startswith(
        "Of 2 values, 2 come from counts rounded to the nearest 5 (rule "
    )


@pytest.mark.parametrize(
    ("numerator", "denominator", "shown"),
    [(0, 9, None), (9, 9, None), (0, 10, 10), (10, 10, 10), (8, 9, 10)],
)
def test_a_share_of_none_or_all_of_a_few_says_something_of_each(
    numerator: int, denominator: int, shown: float | None
) -> None:
    (row,) = public(value(numerator=numerator, denominator=denominator))
    assert row["denominator"] == shown


def test_a_rate_keeps_what_it_is_given_for() -> None:
    (row,) = public(value(numerator=17, denominator=421), kind=Kind("rate", per=10_000))
    assert (row["numerator"], row["denominator"]) == (15, 420)
    assert row["value"] == pytest.approx(10_000 * 15 / 420)


def test_a_viewer_sees_their_own_figures_and_cannot_work_out_their_neighbours() -> None:
    rows = [value("ALL", 9, 500), value("ZX1", 3), value("ZX2", 6)]
    everybody = disclose(pa.Table.from_pylist(rows, schema=VALUE_SCHEMA), "public")[0]
    assert everybody["numerator"].to_pylist() == [10, None, 5]
    # ZX2 knows its own 6, so 8 to 12 less 6 would leave 2 to 4: still three; with 7 in all, one.
    seen = disclose(pa.Table.from_pylist(rows, schema=VALUE_SCHEMA), "public", viewer="ZX2")[0]
    assert seen["numerator"].to_pylist() == [10, None, 6]
    rows = [value("ALL", 7, 500), value("ZX1", 1), value("ZX2", 6)]
    seen = disclose(pa.Table.from_pylist(rows, schema=VALUE_SCHEMA), "public", viewer="ZX2")[0]
    assert seen["numerator"].to_pylist() == [None, None, 6]


def test_a_viewer_keeps_the_breakdowns_of_months_that_the_public_is_not_given() -> None:
    month = {"stratifier": "sex", "stratum": "1"}
    own, others = value("ZX2", 3) | month, value("ZX1", 3) | month
    year = [value(code, 60, 500, period="2025-26") for code in ("ZX1", "ZX2")]
    table = pa.Table.from_pylist([own, others, *year], schema=VALUE_SCHEMA)
    seen = disclose(table, "public", viewer="ZX2")[0].to_pylist()
    assert [(row["org_code"], row["numerator"]) for row in seen] == [
        ("ZX1", 60),
        ("ZX2", 60),
        ("ZX2", 3),
    ]


def test_a_measure_may_follow_a_rule_of_its_own() -> None:
    strict = default_rule().model_copy(update={"suppress_below": 10, "round_to": 10})
    table = pa.Table.from_pylist(
        [value(numerator=9, denominator=42), value("ZX2", numerator=17, denominator=42)],
        schema=VALUE_SCHEMA,
    )
    rows = disclose(table, "public", rules={"dna_rate": strict})[0].to_pylist()
    assert [(row["numerator"], row["denominator"]) for row in rows] == [(None, None), (20, 40)]


@pytest.mark.parametrize("rule", load_rules().values(), ids=load_rules())
def test_bounds_hold_every_count_that_looks_the_same(rule: Rule) -> None:
    for count in range(60):
        shown = rule.shown(count)
        if shown is not None:
            least, greatest = rule.bounds(shown)
            alike = [other for other in range(90) if rule.shown(other) == shown]
            assert (least, greatest) == (alike[0], alike[-1])


def test_a_peer_group_needs_four_others() -> None:
    assert [enough_peers(size) for size in (4, 5)] == [False, True]


def test_a_rule_with_a_mistake_is_named() -> None:
    content = {**default_rule().model_dump(), "round_to": 0}
    with pytest.raises(DefinitionError, match="here: 'round_to'"):
        validate(content, Rule, "here")


def test_a_month_is_broken_down_only_where_there_is_no_year() -> None:
    by_sex = {"stratifier": "sex", "stratum": "female", "lineage": "V-sex"}
    months = [value(period="2026-02", **by_sex), value(period="2026-03", **by_sex)]
    assert [row["period"] for row in public(value(), *months)] == ["2026-03", "2026-03"]
    years = [value(period="2025-26"), value(period="2025-26", **by_sex)]
    rows = [value(), *months, *years]
    assert [(row["period"], row["stratum"]) for row in public(*rows)] == [
        ("2026-03", "all"),
        ("2025-26", "all"),
        ("2025-26", "female"),
    ]
    table = pa.Table.from_pylist(rows, schema=VALUE_SCHEMA)
    whole = disclose(table, "public", whole=True)[0].to_pylist()
    assert len(whole) == 5
    assert {row["numerator"] for row in whole[3:]} == {None}
