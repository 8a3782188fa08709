"""What makes a comparison unlike with unlike: guards, mergers, and panels of the same providers."""

import pyarrow as pa
import pytest

from compared import column, drawn_values
from levelfield.benchmark import (
    GUARD_SCHEMA,
    NotComparable,
    Panel,
    Reading,
    Trend,
    guard_words,
    guards,
    matched_panel,
    trend,
    with_predecessors,
)
from levelfield.core.periods import Month
from levelfield.core.successions import Succession
from levelfield.statistics import wilson_interval

SHARE = Reading("proportion", "percent", "higher")
RATE = Reading("rate", "rate", "lower", multiplier=1000)

VALUES = """
    org_code | period  | stratifier | stratum | numerator | denominator | flags
    ZA1      | 2026-02 | all        | all     | 70        | 100         |
    ZA1      | 2026-02 | service    | 12      | 60        | 80          |
    ZA1      | 2026-02 | service    | 16      | 10        | 20          |
    ZA1      | 2026-03 | all        | all     | 70        | 100         | provisional
    ZA1      | 2026-03 | service    | 12      | 60        | 80          |
    ZA1      | 2026-03 | service    | 19      | 10        | 20          |
    ZA2      | 2026-02 | all        | all     | 7         | 10          |
    ZA2      | 2026-03 | all        | all     | 3         | 4           | small number
    ZA3      | 2026-02 | all        | all     | 7         | 10          |
    ZA4      | 2026-03 | all        | all     | 0         | 0           |
    ZA5      | 2026-03 | all        | all     | 12        | 10          | break in series
"""


def _found(**given: object) -> set[tuple[str, str]]:
    table = guards(drawn_values(VALUES), SHARE, measure="seen", period="2026-03", **given)
    assert table.schema == GUARD_SCHEMA
    assert all(table["done"].to_pylist())
    return {(row["org_code"], row["kind"]) for row in table.to_pylist()}


def test_each_guard_says_whom_it_concerns_and_what_was_done() -> None:
    assert _found() == {
        ("ZA1", "provisional"),
        ("ZA1", "scope change"),
        ("ZA2", "small number"),
        ("ZA3", "not submitted"),
        ("ZA4", "no value"),
        ("ZA5", "break in series"),
        ("ZA5", "impossible count"),
    }
    table = guards(drawn_values(VALUES), SHARE, measure="seen", period="2026-03")
    change = next(row for row in table.to_pylist() if row["kind"] == "scope change")
    assert change["what"] == "services (team types) unlike 2026-02: new 19; gone 16"
    assert change["done"] == "flagged: compare it within a service"
    assert guard_words(table).startswith(
        "To bear in mind, with how many organisations it concerns: break in series (1), "
    )
    assert guard_words(table.slice(0, 0)) == "Nothing stands in the way of comparing them."


def test_the_coverage_matrix_says_who_did_not_submit_and_who_revised() -> None:
    names = ["provider", "period", "held", "people", "records_revised"]
    rows = [
        ("ZA1", "2026-02", 1, 50, None),
        ("ZA1", "2026-03", 1, 50, 12),
        ("ZA2", "2026-03", 1, 50, -3),
        ("ZA3", "2026-03", 0, None, None),
        ("ZA6", "2026-03", 1, 50, None),
    ]
    matrix = pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows])
    found = guards(
        drawn_values(VALUES), SHARE, measure="seen", period="2026-03", matrix=matrix
    ).to_pylist()
    said = {(row["org_code"], row["kind"]): row["what"] for row in found}
    assert said["ZA3", "not submitted"] == "it has submitted nothing"
    assert said["ZA6", "no value"] == "it submitted nothing that the measure counts"
    assert said["ZA1", "revised"] == (
        "submitted again, in records: 2026-03 with 12 more than at first"
    )
    assert said["ZA2", "revised"].endswith("2026-03 with 3 fewer than at first")
    assert "may have merged" in said["ZA3", "merged"]


def test_a_merged_provider_is_not_blamed_for_submitting_nothing() -> None:
    names = ["provider", "period", "held", "people", "records_revised"]
    rows = [(code, "2026-03", int(code != "ZA3"), 50, None) for code in ("ZA1", "ZA2", "ZA3")]
    matrix = pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows])
    gone = [Succession("2026-03", "ZA3", "ZA2")]
    values = with_predecessors(drawn_values(VALUES), gone, SHARE)
    found = guards(
        values, SHARE, measure="seen", period="2026-03", matrix=matrix, successions=gone
    ).to_pylist()
    assert {row["kind"] for row in found if row["org_code"] == "ZA3"} == {"merged"}


def test_revisions_since_an_earlier_build_give_both_figures() -> None:
    earlier = drawn_values("""
        org_code | numerator | denominator
        ZA1      | 60        | 90
        ZA2      | 3         | 4
    """)
    found = guards(
        drawn_values(VALUES), SHARE, measure="seen", period="2026-03", earlier=earlier
    ).to_pylist()
    (row,) = [row for row in found if row["kind"] == "revised"]
    assert row["org_code"] == "ZA1"
    assert "numerator 60, now 70; denominator 90, now 100" in row["what"]


def test_who_is_no_peer_is_left_out_by_name() -> None:
    found = _found(members=["ZA1", "ZA2"])
    assert ("ZA5", "not a peer") in found
    assert ("ZA5", "impossible count") not in found


def test_a_provider_that_merged_is_named_with_its_successor() -> None:
    gone = Succession("2026-03", "ZA3", "ZA2")
    table = guards(
        drawn_values(VALUES), SHARE, measure="seen", period="2026-03", successions=[gone]
    )
    (row,) = [row for row in table.to_pylist() if row["org_code"] == "ZA3"]
    assert (row["kind"], row["what"]) == ("merged", "it went into ZA2 in 2026-03")


def test_a_merger_leaves_apart_what_comes_in_rows() -> None:
    # A plain interval of the summed counts would take each bed-night for a draw of its own.
    in_rows = Reading("proportion", "percent", "lower", independent=False)
    gone = [Succession("2026-03", "ZA3", "ZA2")]
    found = with_predecessors(drawn_values(VALUES), gone, in_rows)
    assert found.drop_columns("flags").equals(drawn_values(VALUES).drop_columns("flags"))
    flags = dict(zip(found["org_code"].to_pylist(), found["flags"].to_pylist(), strict=True))
    assert "merged" in flags["ZA2"].split(";")


def test_a_merger_adds_up_the_past_of_both() -> None:
    gone = Succession("2026-03", "ZA3", "ZA2")
    found = with_predecessors(drawn_values(VALUES), [gone], SHARE)
    assert "ZA3" not in found["org_code"].to_pylist()
    row = next(
        row for row in found.to_pylist() if (row["org_code"], row["period"]) == ("ZA2", "2026-02")
    )
    assert (row["numerator"], row["denominator"], row["value"]) == (14, 20, 0.7)
    assert row["flags"] == "with predecessors"
    lower, upper = wilson_interval(14, 20)
    assert (row["lower"], row["upper"]) == (pytest.approx(lower), pytest.approx(upper))
    now = guards(found, SHARE, measure="seen", period="2026-02").to_pylist()
    assert ("ZA2", "merged") in {(one["org_code"], one["kind"]) for one in now}


@pytest.mark.parametrize("hidden", ["ZA1", "ZA2"])
def test_a_sum_of_which_a_part_is_not_known_is_not_known(hidden: str) -> None:
    """50 of 100 and an unknown number of 100 more are not 50 of 200."""
    drawn = drawn_values("""
        org_code | numerator | denominator
        ZA1      | 50        | 100
        ZA2      | 30        | 100
    """).to_pylist()
    for row in drawn:
        if row["org_code"] == hidden:
            row.update(numerator=None, value=None, lower=None, upper=None)
    values = pa.Table.from_pylist(drawn, drawn_values("org_code\nZA1").schema)
    (row,) = with_predecessors(values, [Succession("2026-04", "ZA2", "ZA1")], SHARE).to_pylist()
    told = (row["numerator"], row["denominator"], row["value"], row["lower"])
    assert told == (None, 200, None, None)


def test_a_line_of_mergers_ends_in_the_last_and_a_rate_keeps_its_multiplier() -> None:
    line = [Succession("2025-10", "ZA1", "ZA2"), Succession("2026-03", "ZA2", "ZA3")]
    drawn = drawn_values("""
        org_code | period  | numerator | denominator
        ZA1      | 2025-09 | 1         | 100
        ZA2      | 2025-09 | 2         | 100
        ZA3      | 2025-09 | 3         | 200
    """)
    (row,) = with_predecessors(drawn, line, RATE).to_pylist()
    assert (row["org_code"], row["numerator"], row["value"]) == ("ZA3", 6, 15.0)
    assert row["lower"] < 15 < row["upper"]


def test_a_median_of_two_cannot_be_added_and_breaks_instead() -> None:
    gone = Succession("2026-03", "ZA3", "ZA1")
    found = with_predecessors(drawn_values(VALUES), [gone], Reading("median", "days", "lower"))
    flags = [
        row["flags"]
        for row in found.to_pylist()
        if (row["org_code"], row["period"], row["stratum"]) == ("ZA1", "2026-03", "all")
    ]
    assert flags == ["merged;provisional"]
    assert with_predecessors(drawn_values(VALUES), [], SHARE).equals(drawn_values(VALUES))


def _months(codes: dict[str, tuple[float, range]], months: int = 12) -> pa.Table:
    """Providers of 1,000 each with a level of their own, in the months that they submit."""
    first = Month.parse("2025-04")
    lines = [
        f"{code} | {first.plus(n)} | {round(1000 * (share + 0.01 * (n % 2)))} | 1000"
        for code, (share, held) in codes.items()
        for n in held
        if n < months
    ]
    return drawn_values("org_code | period | numerator | denominator\n" + "\n".join(lines))


def _breaking(values: pa.Table, month: str) -> pa.Table:
    rows = values.to_pylist()
    for row in rows:
        row["flags"] = "break in series" if row["period"] == month else row["flags"]
    return pa.Table.from_pylist(rows, values.schema)


def test_a_month_of_a_panel_is_provisional_where_anybodys_figure_is() -> None:
    rows = _months({"ZA1": (0.8, range(3)), "ZA2": (0.4, range(3))}).to_pylist()
    for row in rows:
        if (row["org_code"], row["period"]) == ("ZA2", "2025-06"):
            row["flags"] = "provisional"
    found = matched_panel(pa.Table.from_pylist(rows), SHARE, measure="seen")
    assert isinstance(found, Panel)
    assert column(found.points, "flags", "period") == {
        "2025-04": "chained",
        "2025-05": "chained",
        "2025-06": "chained;provisional",
    }


def test_a_provider_that_leaves_moves_the_crude_figure_and_not_the_panel() -> None:
    """The low one leaves half way: the total jumps although nobody changes."""
    values = _months({"ZA1": (0.8, range(12)), "ZA2": (0.4, range(6)), "ZA3": (0.8, range(12))})
    found = matched_panel(values, SHARE, measure="seen")
    assert isinstance(found, Panel)
    crude, chained = (
        column(found.points, "crude", "period"),
        column(found.points, "value", "period"),
    )
    assert crude["2025-08"] == pytest.approx(2 / 3)
    assert crude["2026-03"] == pytest.approx(0.81)
    assert chained["2025-08"] == pytest.approx(0.8, abs=0.01)
    assert chained["2026-03"] == pytest.approx(0.81)
    assert column(found.points, "who_left", "period")["2025-10"] == "ZA2"
    assert column(found.points, "matched", "period")["2025-10"] == 2
    assert isinstance(found.trend, Trend)
    assert found.trend.variation == "common cause"
    assert found.sentence.startswith(
        "From April 2025 to March 2026 nobody entered, 1 left and the series of nobody broke: among"
    )


def test_a_provider_whose_series_breaks_is_no_match_across_the_break() -> None:
    values = _months({"ZA1": (0.8, range(12)), "ZA2": (0.4, range(12))}).to_pylist()
    for row in values:
        if (row["org_code"], row["period"]) == ("ZA2", "2025-10"):
            row["flags"] = "break in series"
    found = matched_panel(pa.Table.from_pylist(values), SHARE, measure="seen", period="2025-12")
    assert isinstance(found, Panel)
    assert found.points["period"][-1].as_py() == "2025-12"
    row = next(row for row in found.points.to_pylist() if row["period"] == "2025-10")
    assert (row["matched"], row["who_broke"], row["entered"], row["left"]) == (1, "ZA2", 0, 0)


def test_the_same_providers_throughout_have_a_panel_equal_to_the_crude_figure() -> None:
    values = _months({"ZA1": (0.3, range(4)), "ZA2": (0.5, range(4))})
    for reading in (SHARE, RATE):
        found = matched_panel(values, reading, measure="seen")
        assert isinstance(found, Panel)
        assert found.points["value"].to_numpy() == pytest.approx(found.points["crude"].to_numpy())
        assert isinstance(found.trend, NotComparable)
        assert "the same 2 providers went from" in found.sentence


@pytest.mark.parametrize(
    ("values", "reading", "why"),
    [
        (_months({"ZA1": (0.5, range(1))}), SHARE, "1 month has complete values"),
        (
            _months({"ZA1": (0.5, range(2)), "ZA2": (0.5, range(2, 4))}),
            SHARE,
            "from 2025-05 to 2025-06 no provider is in both",
        ),
        (
            _months({"ZA1": (0.0, range(2))}),
            SHARE,
            "the providers that are in both have no events, or nothing but events, in one of the"
            " months",
        ),
        (
            _breaking(_months({"ZA1": (0.5, range(3)), "ZA2": (0.4, range(3))}), "2025-06"),
            SHARE,
            "from 2025-05 to 2025-06 the series of every provider that is in both breaks",
        ),
        (_months({"ZA1": (0.5, range(4))}), Reading("median", "days", "lower"), "only the counts"),
    ],
)
def test_what_has_no_panel_says_why(values: pa.Table, reading: Reading, why: str) -> None:
    found = matched_panel(values, reading, measure="seen")
    assert isinstance(found, NotComparable)
    assert why in found.reason


def test_the_trend_of_a_merged_provider_has_no_step() -> None:
    values = _months({"ZA1": (0.8, range(12)), "ZA2": (0.4, range(6))})
    both = with_predecessors(values, [Succession("2025-10", "ZA2", "ZA1")], SHARE)
    assert isinstance(trend(both, SHARE), Trend)
    assert column(both, "numerator", "period")["2025-04"] == 1200


def test_a_past_that_is_put_together_breaks_no_more() -> None:
    gone = [Succession("2026-03", "ZA3", "ZA2")]
    begun = drawn_values("""
        org_code | period  | numerator | denominator | flags
        ZA2      | 2026-02 | 7         | 10          |
        ZA3      | 2026-02 | 7         | 10          |
        ZA2      | 2026-03 | 14        | 20          | break in series;merged
    """)
    said = {
        row["period"]: row["flags"] for row in with_predecessors(begun, gone, SHARE).to_pylist()
    }
    # The break of the same month has another cause, and stays.
    assert said == {"2026-02": "with predecessors", "2026-03": "break in series"}
