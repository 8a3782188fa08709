"""A report on a proposal as files: a CSV for each part, JSON, and a workbook."""

import csv
import json
from pathlib import Path
from typing import Any

import xlsxwriter

from levelfield.commissioning.before_signature.guards import Guards
from levelfield.commissioning.before_signature.savings import HAIRCUTS
from levelfield.commissioning.before_signature.tables import PARTY, as_json, tables
from levelfield.commissioning.sheets import cell, write_rows

MONEY = {"paid", "cost", "lower", "upper", "at_risk", "total", "chance"}
"""Columns in pence whose name does not end in pence; a workbook shows pounds."""


def write_files(made: Guards, folder: Path) -> list[Path]:
    """Write a CSV file for each part that has rows, `guards.json` and `guards.xlsx` into a folder
    that exists; returns them."""
    written = []
    for name, rows in tables(made).items():
        if rows:
            written.append(folder / f"{name}.csv")
            with written[-1].open("w", encoding="utf-8", newline="") as stream:
                writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
    written.append(folder / "guards.json")
    text = json.dumps(as_json(made), indent=2, ensure_ascii=False) + "\n"
    written[-1].write_text(text, encoding="utf-8")
    written.append(folder / "guards.xlsx")
    write_workbook(made, written[-1])
    return written


def write_workbook(made: Guards, file: Path) -> None:
    """A sheet for each part. In `savings` what is left under each haircut and the totals are
    formulas, so that other haircuts can be tried."""
    book = xlsxwriter.Workbook(str(file), {"strings_to_formulas": False})
    styles = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        "money": book.add_format({"num_format": "£#,##0.00"}),
        "total": book.add_format({"num_format": "£#,##0.00", "bold": True, "top": 1}),
        "share": book.add_format({"num_format": "0%"}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
    }
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
    book.close()


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
