"""The report of a check as a workbook to work through and to pass on within the provider.

Each sheet has its title in A1, a sentence below, and one real table with a header row; there are
no merged cells, no blank rows within a table and no meaning by colour alone.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import xlsxwriter

from levelfield.core.dates import period_words
from levelfield.publish.check_data import CheckData
from levelfield.publish.check_sheets import Sheet, sheets
from levelfield.publish.check_words import capital, outcome, records_words, stake_words
from levelfield.publish.words import moment

_WIDEST = 70
_TOP = 3
"""The row, counted from 0, of the header of each sheet's table."""


def write_check_workbook(
    data: CheckData, found: Iterable[pa.RecordBatch], method: str, file: Path
) -> None:
    """Write the workbook; `found` are all findings by row (`intake.records.FINDINGS_SCHEMA`).

    It holds exact figures, row numbers and the submitter's local ids: it is for the submitter.
    """
    filled = sheets(data, found)
    book = xlsxwriter.Workbook(str(file), {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties(
        {"title": _title(data), "subject": "levelfield check", "author": "levelfield"}
    )
    styles = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "wrapped": book.add_format({"text_wrap": True, "valign": "top"}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "count": book.add_format({"num_format": "#,##0", "valign": "top"}),
        "share": book.add_format({"num_format": "0.0%", "valign": "top"}),
        "pounds": book.add_format({"num_format": "£#,##0", "valign": "top"}),
    }
    _write_cover(book, data, method, filled, styles)
    for sheet in filled:
        _write(book, sheet, styles)
    book.close()


def _title(data: CheckData) -> str:
    report = data.report
    where = f"{report.provider}, {period_words(report.period)}" if report.period else data.told_name
    return capital(f"{where}: {outcome(data)}")


def _write_cover(
    book: Any, data: CheckData, method: str, filled: Iterable[Sheet], styles: dict[str, Any]
) -> None:
    cover = book.add_worksheet("Cover")
    cover.set_column(0, 0, 100, styles["wrapped"])
    lines = [
        *(f"Look: {look}" for look in data.report.looks),
        records_words(data.report),
        stake_words(data.stake) if data.stake else data.stake_note,
        data.days_left,
        data.becomes,
        *data.settings,
        *data.declared,
        method if data.stake else "",
        "For the submitter: exact figures, with row numbers and your own local ids. Not to be "
        "published. It holds no name, NHS number, birth date or postcode.",
        f"Made on {moment(data.checked_at)} by levelfield from {data.told_name}. Not official "
        "statistics; the national portal decides what it takes.",
    ]
    cover.write_string(0, 0, _title(data), styles["title"])
    row = 1
    for line in filter(None, lines):
        cover.write_string(row, 0, line, styles["wrapped"])
        row += 1
    for sheet in filled:
        link = f"internal:'{sheet.name}'!A1"
        cover.write_url(row, 0, link, string=f"{sheet.name}: {sheet.words}")
        row += 1


def _write(book: Any, sheet: Sheet, styles: dict[str, Any]) -> None:
    page = book.add_worksheet(sheet.name)
    page.write_string(0, 0, sheet.title, styles["title"])
    page.write_string(1, 0, sheet.words)
    formats = sheet.formats or ("text",) * len(sheet.headings)
    for row, cells in enumerate(sheet.rows, start=_TOP + 1):
        for column, (cell, kind) in enumerate(zip(cells, formats, strict=True)):
            if cell is None or cell == "":
                page.write_blank(row, column, None, styles[kind])
            elif isinstance(cell, str):
                page.write_string(row, column, cell, styles[kind])
            else:
                page.write_number(row, column, cell, styles[kind])
    page.add_table(
        _TOP,
        0,
        _TOP + len(sheet.rows),
        len(sheet.headings) - 1,
        {
            "name": sheet.name.replace(" ", "_"),
            "style": "Table Style Light 1",
            "columns": [{"header": heading} for heading in sheet.headings],
        },
    )
    for column, heading in enumerate(sheet.headings):
        longest = max((len(str(cells[column] or "")) for cells in sheet.rows), default=0)
        page.set_column(column, column, min(_WIDEST, max(len(heading) + 4, longest + 2)))
    page.freeze_panes(_TOP + 1, 0)
