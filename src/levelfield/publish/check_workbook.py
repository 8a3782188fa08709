"""The report of a check as a workbook to work through and to pass on within the provider.

Each sheet has its title in A1, a sentence below, and one real table with a header row; there are
no merged cells, no blank rows within a table and no meaning by colour alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xlsxwriter

from levelfield.publish.check_data import CheckData
from levelfield.publish.check_words import (
    SEVERITIES,
    harm,
    nouns,
    outcome,
    records_words,
    stake_words,
)
from levelfield.publish.words import moment, period_words

ROWS_PER_FINDING = 500
"""Rows that the sheet of rows has of one finding; `findings.parquet` has them all."""

_WIDEST = 70
_TOP = 3
"""The row, counted from 0, of the header of each sheet's table."""


@dataclass(frozen=True)
class _Sheet:
    """One sheet: what it holds, and its table."""

    name: str
    title: str
    words: str
    headings: tuple[str, ...]
    rows: Sequence[Sequence[Any]]
    formats: tuple[str, ...] = ()
    """For each heading `text`, `count`, `share` or `pounds`."""


def write_check_workbook(
    data: CheckData, found: Iterable[pa.RecordBatch], method: str, file: Path
) -> None:
    """Write the workbook; `found` are all findings by row (`intake.records.FINDINGS_SCHEMA`).

    It holds exact figures, row numbers and the submitter's local ids: it is for the submitter.
    """
    sheets = [
        _findings(data),
        _rows(data, found),
        _tables(data),
        _measures(data),
        _fields(data),
        _comparison(data),
    ]
    sheets = [sheet for sheet in sheets if sheet.rows]
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
    _write_cover(book, data, method, sheets, styles)
    for sheet in sheets:
        _write(book, sheet, styles)
    book.close()


def _title(data: CheckData) -> str:
    report = data.report
    where = f"{report.provider}, {period_words(report.period)}" if report.period else data.name
    return f"{where}: {outcome(data)}"


def _write_cover(
    book: Any, data: CheckData, method: str, sheets: Iterable[_Sheet], styles: dict[str, Any]
) -> None:
    cover = book.add_worksheet("Cover")
    cover.set_column(0, 0, 100, styles["wrapped"])
    lines = [
        records_words(data.report),
        stake_words(data.stake) if data.stake else data.stake_note,
        data.days_left,
        data.becomes,
        *data.settings,
        method if data.stake else "",
        "For the submitter: exact figures, with row numbers and your own local ids. Not to be "
        "published. It holds no name, NHS number, birth date or postcode.",
        f"Made on {moment(data.checked_at)} by levelfield from {data.name}. Not official "
        "statistics; the national portal decides what it takes.",
    ]
    cover.write_string(0, 0, _title(data), styles["title"])
    row = 1
    for line in filter(None, lines):
        cover.write_string(row, 0, line, styles["wrapped"])
        row += 1
    for sheet in sheets:
        link = f"internal:'{sheet.name}'!A1"
        cover.write_url(row, 0, link, string=f"{sheet.name}: {sheet.words}")
        row += 1


def _write(book: Any, sheet: _Sheet, styles: dict[str, Any]) -> None:
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


def _findings(data: CheckData) -> _Sheet:
    headings = {
        "Order": "count",
        "What is wrong": "text",
        "Records": "count",
        "Out of": "count",
        "Share": "share",
        "What rests on them": "text",
        "Pounds": "pounds",
        "Contacts": "count",
        "What to do": "text",
        "What it does": "text",
        "First row": "count",
        "First id": "text",
        "Table": "text",
        "Field": "text",
        "Rule": "text",
        "Measures": "text",
        "Owner": "text",
        "Mended on": "text",
    }
    rows = []
    for place, one in enumerate(data.findings, start=1):
        finding = one.finding
        row, name = one.records[0] if one.records else (None, "")
        rows.append(
            (
                place,
                one.title,
                finding.count,
                one.of or None,
                one.share,
                harm(one),
                None if one.pence is None else one.pence / 100,
                one.contacts,
                finding.remedy,
                SEVERITIES[finding.severity],
                row,
                name,
                finding.table,
                finding.field,
                finding.rule,
                "; ".join(f"{m.title} {m.rows:,} of {m.of:,}" for m in one.measures),
                "",
                "",
            )
        )
    words = "In the order of what they cost; what only follows from others comes last."
    return _Sheet("Findings", "Findings", words, tuple(headings), rows, tuple(headings.values()))


def _rows(data: CheckData, found: Iterable[pa.RecordBatch]) -> _Sheet:
    titles: dict[str, list[str]] = {}
    for one in data.findings:
        finding = one.finding
        titles.setdefault(_key(finding.rule, finding.table, finding.field), []).append(one.title)
    rows: dict[str, list[tuple[Any, ...]]] = {key: [] for key in titles}
    for batch in found:
        for key, part in _first_of_each(batch, {key: len(rows[key]) for key in rows}):
            rule, table, field = key.split(_BETWEEN)
            title = " / ".join(titles[key])
            pairs = zip(part["row_number"].to_pylist(), part["record_id"].to_pylist(), strict=True)
            rows[key] += [(title, table, field, n, name, rule, "") for n, name in pairs if n]
    headings = ("What is wrong", "Table", "Field", "Row", "Your id", "Rule", "Done")
    words = (
        f"The first {ROWS_PER_FINDING:,} rows of each finding. Rows count from 1 after the header "
        "row; your id is the record's key, else its parent's."
    )
    kinds = ("text", "text", "text", "count", "text", "text", "text")
    every = [row for part in rows.values() for row in sorted(part, key=lambda row: row[3])]
    return _Sheet("Rows", "Rows to mend", words, headings, every, kinds)


_BETWEEN = "\x1f"


def _key(*parts: str) -> str:
    return _BETWEEN.join(parts)


def _first_of_each(
    batch: pa.RecordBatch, held: Mapping[str, int]
) -> Iterator[tuple[str, pa.RecordBatch]]:
    """The rows of each finding in a batch, as many as the sheet still has room for."""
    names = (batch.column(name) for name in ("rule", "table", "field"))
    keys = pc.binary_join_element_wise(*names, _BETWEEN).dictionary_encode()
    index = keys.indices.to_numpy()
    for number, key in enumerate(keys.dictionary.to_pylist()):
        room = ROWS_PER_FINDING - held.get(key, ROWS_PER_FINDING)
        if room > 0:
            yield key, batch.take(pa.array(np.flatnonzero(index == number)[:room]))


def _tables(data: CheckData) -> _Sheet:
    headings = ("Table", "What", "Read", "Accepted", "Rejected", "Duplicate", "With a warning")
    rows = [
        (name, nouns(name), c.read, c.accepted, c.rejected, c.duplicate, c.warned)
        for name, c in data.report.tables.items()
    ]
    words = "Read is accepted, rejected and duplicate together."
    kinds = ("text", "text", *("count",) * 5)
    return _Sheet("Tables", "Records by table", words, headings, rows, kinds)


def _measures(data: CheckData) -> _Sheet:
    headings = ("Measure", "Counted", "Out of", "Value", "Lost or uncertain", "Unit")
    rows = [
        (
            m.title,
            m.numerator,
            m.denominator,
            _rounded(m.value),
            m.touched,
            m.unit.replace("_", " "),
        )
        for m in (data.stake.measures if data.stake else ())
    ]
    words = "Measures that this file alone gives, as it stands. A percent is written as a share."
    kinds = ("text", "count", "count", "text", "count", "text")
    return _Sheet("Measures", "Measures", words, headings, rows, kinds)


def _fields(data: CheckData) -> _Sheet:
    names = ("table", "field", "records", "valid", "other", "default", "invalid", "missing")
    held = data.fields.num_rows > 0
    rows = [tuple(row[name] for name in names) for row in data.fields.to_pylist()] if held else []
    words = "Valid, other, default, invalid and missing add up to the records of the table."
    headings = tuple(name.capitalize() for name in names)
    kinds = ("text", "text", *("count",) * 6)
    return _Sheet("Fields", "What was sent in each field", words, headings, rows, kinds)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _comparison(data: CheckData) -> _Sheet:
    told = {change.what: change.sentence for change in data.comparison.changes}
    rows = [
        (what, _rounded(now), _rounded(before), "share" if share else "count", told.get(what, ""))
        for what, now, before, share in data.comparison.series
    ]
    headings = ("What", "This file", "Before", "Kind", "What stands out")
    return _Sheet(
        "Comparison",
        "This file beside the one before",
        data.comparison.against,
        headings,
        rows,
        ("text", "text", "text", "text", "text"),
    )
