"""Breaks in series: found, marked on values, and never looked across by a trend."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from levelfield.benchmark import Reading, Trend, trend
from levelfield.core.errors import DefinitionError
from levelfield.core.values import VALUE_SCHEMA
from levelfield.facts import OF_RETURN
from levelfield.publish.breaks import Crossed
from levelfield.publish.comparisons import trend_figure
from levelfield.publish.parts import Cell
from levelfield.quality import Break, crossing, find_breaks, mark_breaks, told

SHARE = Reading("proportion", "percent", "higher", None)
MONTHS = [f"2025-{n:02d}" for n in range(4, 13)] + [f"2026-{n:02d}" for n in range(1, 10)]


def held(*rows: tuple[str, str, str, str]) -> pa.Table:
    names = ["provider", "period", "primary_system", "data_set_version"]
    return pa.table({name: [row[n] for row in rows] for n, name in enumerate(names)})


def series(values: list[float], code: str = "ZA1", **more: str) -> list[dict[str, object]]:
    return [
        {
            "measure": "dna_rate",
            "period": month,
            "org_level": "provider",
            "org_code": code,
            "stratifier": "all",
            "stratum": "all",
            "value": value,
            "numerator": value * 100,
            "denominator": 100.0,
            "flags": "not official",
            "lineage": f"V-{code}-{month}",
        }
        | more
        for month, value in zip(MONTHS, values, strict=False)
    ]


def table(rows: list[dict[str, object]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=VALUE_SCHEMA)


def flagged(values: pa.Table) -> set[tuple[str, str]]:
    return {
        (row["org_code"], row["period"])
        for row in values.to_pylist()
        if "break in series" in row["flags"].split(";")
    }


def test_another_system_in_the_header_is_a_suspected_break(tmp_path: Path) -> None:
    coverage = held(
        ("ZA1", "2025-04", "Old", "1.6"),
        ("ZA1", "2025-06", "New", "1.6"),
        ("ZA2", "2025-04", "Other", "1.6"),
        ("ZA2", "2025-05", "Other", "1.6"),
    )
    found = [one for one in find_breaks(tmp_path, coverage) if one.provider]
    assert [(one.period, one.provider, one.suspected) for one in found] == [
        ("2025-06", "ZA1", True)
    ]
    assert "from Old to New" in found[0].words


def test_a_recorded_break_takes_the_place_of_a_suspected_one(tmp_path: Path) -> None:
    (tmp_path / "breaks.yaml").write_text(
        "breaks:\n  - {provider: ZA1, date: 2025-06-10, what: Moved all clinics to New}\n"
    )
    coverage = held(("ZA1", "2025-05", "Old", "1.6"), ("ZA1", "2025-06", "New", "1.6"))
    own = [one for one in find_breaks(tmp_path, coverage) if one.provider]
    assert [(one.words, one.suspected) for one in own] == [("Moved all clinics to New.", False)]


def test_a_mistake_in_the_file_names_the_key(tmp_path: Path) -> None:
    (tmp_path / "breaks.yaml").write_text("breaks:\n  - {provider: ZA1, what: Moved}\n")
    with pytest.raises(DefinitionError, match=r"breaks\.yaml.*'breaks\.0\.date' is missing"):
        find_breaks(tmp_path, held(("ZA1", "2025-04", "Old", "1.6")))


def test_the_data_set_s_own_breaks_are_known(tmp_path: Path) -> None:
    everybody = {
        (one.period, team)
        for one in find_breaks(tmp_path, held(("ZA1", "2025-04", "Old", "1.6")))
        for team in one.team_types
    }
    assert {("2020-04", "18"), ("2023-01", "22"), ("2023-01", "28"), ("2023-01", "58")} <= everybody


def test_the_first_value_from_a_break_on_is_flagged_for_its_provider_alone() -> None:
    gap = [row for row in series([0.1] * 12) if row["period"] != "2025-10"]
    rows = [*gap, *series([0.1] * 12, "ZA2"), *series([0.1] * 12, "ALL", org_level="national")]
    found = mark_breaks(table(rows), [Break("2025-10", "ZA1", "", "New.")], {})
    assert flagged(found) == {("ZA1", "2025-11")}


def test_a_year_that_a_break_falls_into_is_flagged_and_the_one_it_begins_is_not() -> None:
    rows = series([0.1] * 18)
    years = [
        row | {"period": year, "lineage": year}
        for year in ("2025-26", "2026-27")
        for row in rows[:1]
    ]
    inside = mark_breaks(table([*rows, *years]), [Break("2025-10", "", "", "")], {})
    assert {p for _, p in flagged(inside)} == {"2025-10", "2025-26"}
    at_start = mark_breaks(table([*rows, *years]), [Break("2026-04", "", "", "")], {})
    assert {p for _, p in flagged(at_start)} == {"2026-04"}


def test_a_series_that_begins_after_a_break_is_whole() -> None:
    """Others have months before it; of this provider neither a month nor the year is broken."""
    late = [row for row in series([0.1] * 12, "ZA2") if row["period"] >= "2025-11"]
    year = series([0.1])[0] | {"period": "2025-26"}
    years = [year, year | {"org_code": "ZA2"}]
    rows = [*series([0.1] * 12), *late, *years]
    found = mark_breaks(table(rows), [Break("2025-10", "", "", "")], {})
    assert flagged(found) == {("ZA1", "2025-10"), ("ZA1", "2025-26")}


def test_each_measure_is_a_series_of_its_own() -> None:
    """A measure of twelve months has its first value after the break, which its year crosses."""
    rolling = [
        row | {"measure": "rolling"} for row in series([0.1] * 12) if row["period"] >= "2026-03"
    ]
    year = series([0.1])[0] | {"measure": "rolling", "period": "2025-26"}
    rows = table([*series([0.1] * 12), *rolling, year])
    marked = mark_breaks(rows, [Break("2025-10", "", "", "")], {}).to_pylist()
    assert {(r["measure"], r["period"]) for r in marked if "break" in r["flags"]} == {
        ("dna_rate", "2025-10"),
        ("rolling", "2025-26"),
    }


def test_a_break_of_codes_touches_what_reads_them_and_no_other() -> None:
    rows = [
        *series([0.1] * 12),
        *series([0.1] * 12, measure="ethnicity_known"),
        *series([0.1] * 12, measure="ethnicity_known", stratifier="service", stratum="58"),
    ]
    codes = Break("2025-10", "", "", "", columns=("attendance_status",), team_types=("58",))
    columns = {"dna_rate": frozenset({"attendance_status"}), "ethnicity_known": frozenset({"sex"})}
    marked = mark_breaks(table(rows), [codes], columns).to_pylist()
    found = {(r["measure"], r["stratum"]) for r in marked if "break" in r["flags"]}
    assert found == {("dna_rate", "all"), ("ethnicity_known", "58")}


def test_no_signal_runs_across_a_break() -> None:
    # Ten months near 10%, then eight near 30%: without the break every rule would fire.
    values = [0.10, 0.11, 0.10, 0.09, 0.10, 0.11, 0.10, 0.09, 0.10, 0.11]
    values += [0.30, 0.31, 0.30, 0.29, 0.30, 0.31, 0.30, 0.29]
    plain = trend(table(series(values)), SHARE)
    assert isinstance(plain, Trend)
    assert set(plain.points["rule"].to_pylist()) != {""}
    marked = mark_breaks(table(series(values)), [Break("2026-02", "ZA1", "", "New.")], {})
    found = trend(marked, SHARE)
    assert isinstance(found, Trend)
    assert found.breaks == ("2026-02",)
    assert set(found.points["rule"].to_pylist()) == {""}
    assert found.points["segment"].to_pylist() == [0] * 10 + [1] * 8
    assert found.points["mean"].to_pylist()[9] == pytest.approx(0.101)
    assert found.points["mean"].to_pylist()[10] == pytest.approx(0.3)
    assert "The series breaks in February 2026" in found.sentence


def test_a_break_in_a_month_that_is_left_out_still_breaks_the_series() -> None:
    rows = mark_breaks(table(series([0.1] * 18)), [Break("2025-12", "", "", "")], {}).to_pylist()
    rows[8]["flags"] += ";incomplete"
    found = trend(table(rows), SHARE)
    assert isinstance(found, Trend)
    assert found.breaks == ("2026-01",)


def test_a_break_in_the_last_month_leaves_a_trend_without_limits_there() -> None:
    marked = mark_breaks(table(series([0.1, 0.2] * 9)), [Break("2026-09", "", "", "")], {})
    found = trend(marked, SHARE)
    assert isinstance(found, Trend)
    assert found.variation == "common cause"
    assert found.points["upper_limit"].to_pylist()[-1] is None


def test_the_chart_its_table_and_its_notes_say_the_break() -> None:
    one = Break("2026-02", "ZA1", "", "Moved all clinics to another system.")
    found = trend(mark_breaks(table(series([0.1, 0.11] * 9)), [one], {}), SHARE)
    assert isinstance(found, Trend)
    why = Crossed((one,))
    drawn = trend_figure("x", found, SHARE, "Harrowdale", value_title="Share", breaks=why)
    assert '"text": "break in series"' in drawn.drawing.wide
    assert drawn.notes[-1] == (
        "Break in series, February 2026: Moved all clinics to another system."
    )
    assert drawn.table is not None
    notes = {cell.text: cell.note for row in drawn.table.rows if isinstance(cell := row[0], Cell)}
    assert notes["February 2026"].startswith("break in series")
    assert not notes["January 2026"]


@pytest.mark.parametrize(
    ("periods", "crossed"),
    [
        (["2025-04", "2025-12"], True),
        (["2025-09", "2025-10"], True),
        (["2025-26"], True),
        (["2025-10", "2026-03"], False),
        (["2025-04", "2025-09"], False),
        (["2025-10"], False),
        ([], False),
    ],
)
def test_a_break_is_crossed_after_the_first_month_and_up_to_the_last(
    periods: list[str], crossed: bool
) -> None:
    one = Break("2025-10", "ZA1", "", "")
    assert (crossing([one], periods, ["ZA1"]) == [one]) is crossed
    assert crossing([one], periods, ["ZA2"]) == []


def test_codes_are_crossed_by_what_reads_them_and_by_the_records_as_a_whole() -> None:
    codes = Break("2025-10", "", "", "", columns=("attendance_status",), team_types=("58",))
    assert crossing([codes], ["2025-26"], columns=["attendance_status"]) == [codes]
    assert crossing([codes], ["2025-26"], columns=["sex"]) == []
    assert crossing([codes], ["2025-26"]) == [codes]


def test_only_a_flagged_value_is_told_why() -> None:
    one = Break("2026-02", "ZA1", "", "New system.")
    rows = mark_breaks(table(series([0.1] * 18)), [one], {}).to_pylist()
    said = {row["period"]: told([one], row, frozenset()) for row in rows}
    assert said["2026-02"] == ["2026-02: New system."]
    assert not said["2026-03"]


def test_a_value_is_not_told_of_codes_that_it_does_not_read() -> None:
    system = Break("2026-02", "ZA1", "", "New system.")
    codes = Break("2026-02", "", "", "New codes.", ("attendance_status",), ("58",))
    rows = mark_breaks(table(series([0.1] * 18)), [system], {}).to_pylist()
    (row,) = [row for row in rows if "break in series" in row["flags"]]
    assert told([codes, system], row, frozenset({"sex"})) == ["2026-02: New system."]
    read = told([codes, system], row, frozenset({"attendance_status"}))
    assert read == ["2026-02: New codes.", "2026-02: New system."]


def test_a_merger_is_a_break_of_all_that_the_successor_counts(tmp_path: Path) -> None:
    lookups = tmp_path / "lookups"
    lookups.mkdir()
    (lookups / "successions.csv").write_text("code,successor,from\nZA2,ZA1,2025-10\n")
    (merger,) = [one for one in find_breaks(tmp_path, held()) if one.provider]
    assert (merger.period, merger.provider, merger.flag) == ("2025-10", "ZA1", "merged")
    assert "ZA2 went into ZA1" in merger.words
    months = [0.05, 0.06] * 5 + [0.2, 0.21] * 4
    values = table(series(months) + series(months, "ZA3"))
    for columns in ("attendance", OF_RETURN):
        marked = mark_breaks(values, [merger], {"dna_rate": frozenset({columns})})
        rows = marked.to_pylist()
        said = [(r["org_code"], r["period"]) for r in rows if "merged" in r["flags"].split(";")]
        assert said == [("ZA1", "2025-10")]
        drawn = trend(marked.filter(pc.equal(marked["org_code"], "ZA1")), SHARE)
        assert isinstance(drawn, Trend)
        assert drawn.breaks == ("2025-10",)
