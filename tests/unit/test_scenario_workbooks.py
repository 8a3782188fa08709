"""Workbooks of plans, scenarios and impact assessments work out again what they say."""

from pathlib import Path

import pytest

from levelfield.payment.scenarios import (
    write_comparison_workbook,
    write_impact_workbook,
    write_plan_workbook,
)
from made_up_scenarios import made_up_impact, made_up_plan, made_up_scenarios
from made_up_site import SCHEME, YEAR, made_up_contract, made_up_inputs
from workbooks import Workbook


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("workbooks")
    contract, inputs = made_up_contract(), made_up_inputs()
    write_plan_workbook(made_up_plan(contract, str(YEAR), inputs), made / "plan.xlsx")
    compared, swept = made_up_scenarios(contract, inputs)
    write_comparison_workbook(compared, made / "scenario.xlsx", swept)
    write_impact_workbook(made_up_impact(inputs, SCHEME, YEAR), made / "impact.xlsx")
    return made


@pytest.mark.parametrize("name", ["plan", "scenario", "impact"])
def test_every_formula_gives_what_stands_in_its_cell(folder: Path, name: str) -> None:
    book = Workbook(folder / f"{name}.xlsx")
    assert len(book.formulas) > 20
    for place in book.formulas:
        assert book.value(*place) == pytest.approx(book.stored[place], abs=0.001), place


@pytest.mark.parametrize("name", ["scenario", "impact"])
def test_a_changed_price_moves_totals_and_is_noticed(folder: Path, name: str) -> None:
    book = Workbook(folder / f"{name}.xlsx")
    assert set(book.column("Scenarios", "Verdict")) == {"agrees"}
    assert "agrees" in book.column("Bridges", "Verdict")
    changed = Workbook(folder / f"{name}.xlsx")
    for (sheet, place), value in book.stored.items():
        if sheet == "Lines" and place.startswith("J") and isinstance(value, float):
            changed.stored[sheet, place] = value + 1
    assert "DIFFERS" in changed.column("Scenarios", "Verdict")


def test_the_plan_adds_up(folder: Path) -> None:
    book = Workbook(folder / "plan.xlsx")
    assert book.column("Check", "Verdict") == ["agrees", "agrees"]
    months = sum(book.column("Months", "Actual £"))
    assert months == pytest.approx(sum(book.column("Lines", "Actual £")))
