"""Tables as sheets of a workbook."""

from collections.abc import Container, Mapping
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

Rows = list[dict[str, Any]]
"""A table as a file has it: a mapping for each row, all with the same keys."""


def write_rows(
    rows: Rows, sheet: Any, styles: Mapping[str, Any], money: Container[str] = ()
) -> None:
    """Write a table under its headings. What is in pence, the columns `money` and those whose name
    ends in `pence`, is shown in pounds."""
    if not rows:
        sheet.write_string(0, 0, "Nothing was found.")
        return
    names = list(rows[0])
    headings = [name.removesuffix("_pence").replace("_", " ") for name in names]
    sheet.write_row(0, 0, ["pounds" if h == "pence" else h for h in headings], styles["head"])
    sheet.set_column(0, len(names) - 1, 24)
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows, start=1):
        for column, name in enumerate(names):
            value = row[name]
            if value is None:
                sheet.write_blank(number, column, None)
            elif name in money or name == "pence" or name.endswith("_pence"):
                sheet.write_number(number, column, value / 100, styles["money"])
            elif isinstance(value, int | float) and not isinstance(value, bool):
                sheet.write_number(number, column, value)
            else:
                sheet.write_string(number, column, str(value), styles["text"])


def cell(row: int, column: int) -> str:
    """The name of a cell by its place, counted from 0: `C4`."""
    return str(xl_rowcol_to_cell(row, column))
