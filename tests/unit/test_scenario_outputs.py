"""Tables, workbook and page of scenarios hold what the terminal shows."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from levelfield.cli.scenarios_shown import show_comparison, show_sweep
from levelfield.core.money import format_pounds
from levelfield.payment.scenarios import (
    DIMENSIONS,
    Comparison,
    Effect,
    Sweep,
    all_effects,
    sweep_table,
    why_table,
    write_comparison_workbook,
)
from levelfield.publish.pages.scenarios import scenario_pages
from levelfield.publish.parts import Cell
from made_up_scenarios import made_up_scenarios
from made_up_site import made_up_contract, made_up_inputs, made_up_site
from workbooks import Workbook


@cache
def made() -> tuple[Comparison, Sweep]:
    compared, swept = made_up_scenarios(made_up_contract(), made_up_inputs())
    assert swept is not None
    return compared, swept


def effects() -> list[tuple[str, Effect]]:
    compared, _ = made()
    return [
        (other.id, one)
        for other in compared.others
        for dimension in DIMENSIONS
        for one in compared.effects(other, dimension)
    ]


def limits(one: Effect) -> str:
    assert one.interval is not None
    return f"{format_pounds(one.interval.lower)} to {format_pounds(one.interval.upper)}"


def test_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    compared, swept = made()
    show_comparison(compared, {})
    show_sweep(swept)
    shown = capsys.readouterr().out
    for _, one in effects():
        for pence in (one.base_pence, one.pence, one.effect_pence):
            assert format_pounds(pence) in shown
        assert limits(one) in shown
    for row in swept.rows:
        assert format_pounds(row.pence) in shown


def test_the_tables() -> None:
    compared, swept = made()
    rows = all_effects(compared).to_pylist()
    assert [(row["scenario"], row["code"]) for row in rows] == [(s, e.code) for s, e in effects()]
    for row, (_, one) in zip(rows, effects(), strict=True):
        assert (row["base_pence"], row["pence"]) == (one.base_pence, one.pence)
        assert (row["lower_pence"], row["upper_pence"]) == one.interval
    why = why_table(compared).to_pylist()
    for other in compared.others:
        own = {row["cause"]: row["pence"] for row in why if row["scenario"] == other.id}
        assert own == compared.why(other)
    found = sweep_table(swept).to_pylist()
    assert [row["pence"] for row in found] == [row.pence for row in swept.rows]
    assert [row["terms.nursing.annual"] for row in found] == ["2000000", "2275000", "2500000"]
    assert {row["base_pence"] for row in found} == {swept.base_pence}


def test_the_workbook(tmp_path: Path) -> None:
    compared, swept = made()
    write_comparison_workbook(compared, tmp_path / "made.xlsx", swept)
    book = Workbook(tmp_path / "made.xlsx")
    for dimension in DIMENSIONS:
        own = [one for _, one in effects() if one.dimension == dimension]
        sheet = f"By {dimension}"
        for heading, pence in (
            ("Base £", [one.base_pence for one in own]),
            ("Amount £", [one.pence for one in own]),
            ("Effect £", [one.effect_pence for one in own]),
            ("Lower £", [one.interval.lower for one in own if one.interval]),
            ("Upper £", [one.interval.upper for one in own if one.interval]),
        ):
            expected = [amount / 100 for amount in pence]
            assert book.column(sheet, heading) == pytest.approx(expected), (sheet, heading)
    totals = [compared.total(other) for other in compared.others]
    for heading in ("Lower £", "Upper £"):
        side = heading.split()[0].lower()
        _, *found = book.column("Scenarios", heading)
        assert found == [getattr(one, side) / 100 for one in totals]


def test_the_page() -> None:
    compared, swept = made()
    site = replace(made_up_site(empty=True), scenarios=(("ways", compared, swept),))
    [page] = scenario_pages(site)
    shown = set()
    for other in page.content["others"]:
        for table in (*other["tables"], other["services"]):
            shown |= {
                cell.text if isinstance(cell, Cell) else cell for r in table.rows for cell in r
            }
    for _, one in effects():
        amounts = map(format_pounds, (one.base_pence, one.pence, one.effect_pence))
        assert shown >= {*amounts, limits(one)}
    for other, drawn in zip(compared.others, page.content["others"], strict=True):
        for cause, pence in compared.why(other).items():
            assert f"{cause} {format_pounds(pence)}" in drawn["sentence"]
    assert [row[1] for row in page.content["sweep"].rows] == [
        format_pounds(row.pence) for row in swept.rows
    ]
