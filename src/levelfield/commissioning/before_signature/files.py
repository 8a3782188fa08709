"""A report on a proposal as files: a CSV for each part, JSON, and a workbook."""

from pathlib import Path
from typing import Any

from levelfield.commissioning.before_signature.guards import Guards
from levelfield.commissioning.before_signature.savings import HAIRCUTS
from levelfield.commissioning.before_signature.tables import PARTY, as_json, tables
from levelfield.commissioning.report_files import workbook, write_report
from levelfield.commissioning.sheets import cell, write_rows

MONEY = {"paid", "cost", "lower", "upper", "at_risk", "total", "chance"}
"""Columns in pence whose name does not end in pence; a workbook shows pounds."""


def write_files(made: Guards, folder: Path) -> list[Path]:
    """Write a CSV file for each part that has rows, `guards.json` and `guards.xlsx` into a folder
    that exists; returns them."""
    return write_report(
        folder, "guards", tables(made), as_json(made), lambda file: write_workbook(made, file)
    )


def write_workbook(made: Guards, file: Path) -> None:
    """A sheet for each part. In `savings` what is left under each haircut and the totals are
    formulas, so that other haircuts can be tried."""
    with workbook(file) as (book, styles):
        front = book.add_worksheet("About")
        front.write_string(0, 0, f"Before signature: {made.contract.title}", styles["title"])
        front.write_string(1, 0, PARTY)
        front.write_string(2, 0, f"Judged by the activity of {made.base}")
        front.write_string(3, 0, f"Costs: {made.cost_list}; data quality: {made.standing.words}")
        front.write_string(4, 0, f"What it would pay in {made.contract.year}")
        front.write_number(4, 1, made.value / 100, styles["money"])
        for name, rows in tables(made).items():
            sheet = book.add_worksheet(name.replace("_", " "))
            if name == "savings" and rows:
                _write_savings(made, sheet, styles)
            else:
                write_rows(rows, sheet, styles, MONEY)


def _write_savings(made: Guards, sheet: Any, styles: dict[str, Any]) -> None:
    sheet.write_row(0, 0, ("Year", "Assumed", *("Left after" for _ in HAIRCUTS)), styles["head"])
    sheet.write_string(1, 0, "shortfall")
    for column, cut in enumerate(HAIRCUTS, start=2):
        sheet.write_number(1, column, float(cut), styles["share"])
    sheet.set_column(0, 1 + len(HAIRCUTS), 18)
    top = 2
    for row, year in enumerate(made.savings, start=top):
        sheet.write_string(row, 0, year.year)
        sheet.write_number(row, 1, year.assumed / 100, styles["money"])
        for column, cut in enumerate(HAIRCUTS, start=2):
            assumed, share = cell(row, 1), cell(1, column)
            formula = f"=ROUND({assumed}*(1-{share}),2)"
            sheet.write_formula(row, column, formula, styles["money"], year.left[cut] / 100)
    end = top + len(made.savings)
    sheet.write_string(end, 0, "All years")
    totals = [sum(year.assumed for year in made.savings)]
    totals += [sum(year.left[cut] for year in made.savings) for cut in HAIRCUTS]
    for column, total in enumerate(totals, start=1):
        formula = f"=SUM({cell(top, column)}:{cell(end - 1, column)})"
        sheet.write_formula(end, column, formula, styles["total"], total / 100)
