"""Sheets of working workbooks: one table each, with formulas that can be followed.

Beside each total of a workbook stands ours, with a cell that says whether they agree.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

_TOP = 3
"""The row, counted from 0, of each sheet's headings: title and a sentence stand above."""

FIRST = _TOP + 2
"""The first row of each table, as a formula counts rows."""


class Formula(NamedTuple):
    """A formula and the value that it has."""

    text: str
    value: float | str


Cell = str | int | float | Formula | None


@dataclass(frozen=True)
class Sheet:
    """A sheet: a title, a sentence and one table. A heading that ends in £ holds pounds."""

    name: str
    title: str
    words: str
    headings: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]

    def column(self, heading: str) -> str:
        """The reference of a column's cells, from other sheets too."""
        letter = xl_col_to_name(self.headings.index(heading))
        first, last = FIRST, FIRST - 1 + max(len(self.rows), 1)
        return f"'{self.name}'!${letter}${first}:${letter}${last}"


def sumif(of: Sheet, summed: str, where: Mapping[str, str], value: float) -> Formula:
    """The sum of a column's cells in the rows whose columns hold what these cells do."""
    conditions = ",".join(f"{of.column(name)},{cell}" for name, cell in where.items())
    return Formula(f"=SUMIFS({of.column(summed)},{conditions})", round(value, 2))


CHECK_HEADINGS = ("What", "This workbook £", "levelfield £", "Verdict")


def check_row(place: int, name: str, formula: str, pence: int) -> Sequence[Cell]:
    """A row of a sheet of checks: a total by formula, and ours in pence."""
    verdict = f'=IF(ROUND(B{place}-C{place},2)=0,"agrees","DIFFERS")'
    return (name, Formula(formula, pence / 100), pence / 100, Formula(verdict, "agrees"))


def write_sheets(file: Path, sheets: Sequence[Sheet]) -> None:
    """Write a workbook."""
    book = xlsxwriter.Workbook(str(file), {"strings_to_formulas": False, "strings_to_urls": False})
    styles = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
        "£": book.add_format({"num_format": "£#,##0.00;-£#,##0.00"}),
        "%": book.add_format({"num_format": "0.0%"}),
        "count": book.add_format({"num_format": "#,##0"}),
    }
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        page.write_string(0, 0, sheet.title, styles["title"])
        page.write_string(1, 0, sheet.words)
        page.write_row(_TOP, 0, sheet.headings, styles["head"])
        page.freeze_panes(_TOP + 1, 0)
        page.set_column(0, len(sheet.headings) - 1, 18)
        for number, row in enumerate(sheet.rows, start=_TOP + 1):
            for column, (heading, cell) in enumerate(zip(sheet.headings, row, strict=True)):
                style = styles.get(heading[-1], styles["count"])
                if isinstance(cell, Formula):
                    page.write_formula(number, column, cell.text, style, cell.value)
                elif isinstance(cell, int | float):
                    page.write_number(number, column, cell, style)
                elif cell:
                    page.write_string(number, column, cell)
    book.close()
