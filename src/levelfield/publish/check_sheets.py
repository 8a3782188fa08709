"""What each sheet of a check's workbook holds."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from levelfield.core.dates import period_words
from levelfield.publish.check_data import CheckData
from levelfield.publish.check_plan import HEADINGS, review_words
from levelfield.publish.check_words import SEVERITIES, commonest, harm, nouns

ROWS_PER_FINDING = 500
"""Rows that the sheet of rows has of one finding; `findings.parquet` has them all."""


@dataclass(frozen=True)
class Sheet:
    """One sheet: what it holds, and its table."""

    name: str
    title: str
    words: str
    headings: tuple[str, ...]
    rows: Sequence[Sequence[Any]]
    formats: tuple[str, ...] = ()
    """For each heading `text`, `count`, `share` or `pounds`."""


def sheets(data: CheckData, found: Iterable[pa.RecordBatch]) -> list[Sheet]:
    """The sheets that have any row, in their order; `found` are all findings by row."""
    every = [
        _findings(data),
        _rows(data, found),
        _tables(data),
        _measures(data),
        _fields(data),
        _comparison(data),
        _published(data),
        _plan(data),
    ]
    return [sheet for sheet in every if sheet.rows]


def _findings(data: CheckData) -> Sheet:
    headings = {
        "Order": "count",
        "What is wrong": "text",
        "Records": "count",
        "Out of": "count",
        "Share": "share",
        "What rests on them": "text",
        "Pounds": "pounds",
        "Contacts": "count",
        "Sent most often": "text",
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
                commonest(finding),
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
    return Sheet("Findings", "Findings", words, tuple(headings), rows, tuple(headings.values()))


def _rows(data: CheckData, found: Iterable[pa.RecordBatch]) -> Sheet:
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
    return Sheet("Rows", "Rows to mend", words, headings, every, kinds)


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


def _tables(data: CheckData) -> Sheet:
    headings = ("Table", "What", "Read", "Accepted", "Rejected", "Duplicate", "With a warning")
    rows = [
        (name, nouns(name), c.read, c.accepted, c.rejected, c.duplicate, c.warned)
        for name, c in data.report.tables.items()
    ]
    words = "Read is accepted, rejected and duplicate together."
    kinds = ("text", "text", *("count",) * 5)
    return Sheet("Tables", "Records by table", words, headings, rows, kinds)


def _measures(data: CheckData) -> Sheet:
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
    return Sheet("Measures", "Measures", words, headings, rows, kinds)


def _fields(data: CheckData) -> Sheet:
    names = ("table", "field", "records", "valid", "other", "default", "invalid", "missing")
    held = data.fields.num_rows > 0
    rows = [tuple(row[name] for name in names) for row in data.fields.to_pylist()] if held else []
    words = "Valid, other, default, invalid and missing add up to the records of the table."
    headings = tuple(name.capitalize() for name in names)
    kinds = ("text", "text", *("count",) * 6)
    return Sheet("Fields", "What was sent in each field", words, headings, rows, kinds)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _comparison(data: CheckData) -> Sheet:
    told: dict[str, list[str]] = {}
    for change in data.comparison.changes:
        told.setdefault(change.what, []).append(change.sentence)
    rows = [
        (
            what,
            _rounded(now),
            _rounded(before),
            "share" if share else "count",
            " ".join(told.get(what, [])),
        )
        for what, now, before, share in data.comparison.series
    ]
    headings = ("What", "This file", "Before", "Kind", "What stands out")
    return Sheet(
        "Comparison",
        "This file beside the one before",
        " ".join((data.comparison.against, *data.comparison.breaks)),
        headings,
        rows,
        ("text", "text", "text", "text", "text"),
    )


def _plan(data: CheckData) -> Sheet:
    headings = (*HEADINGS, "Records", "Out of", "Table", "Field", "Rule", "Why")
    kinds = ("text", "text", "share", "share", "share", "text", "text", "count", "count")
    rows = [
        (
            one.item.fault,
            one.status,
            one.item.baseline.share,
            one.share,
            one.item.target,
            period_words(one.item.due),
            one.item.owner,
            one.count,
            one.records,
            one.item.table,
            one.item.field,
            one.item.rule,
            one.why,
        )
        for one in (data.review.progress if data.review else ())
    ]
    words = review_words(data.review) if data.review else ""
    return Sheet("Plan", "The improvement plan", words, headings, rows, (*kinds, *("text",) * 4))


def _published(data: CheckData) -> Sheet:
    rows = [
        (
            one.what,
            one.of,
            _rounded(one.value),
            _rounded(one.now),
            "share" if one.share else "count",
            one.note,
        )
        for one in data.comparison.published
    ]
    headings = ("What", "Published for", "Published", "This file", "Kind", "Note")
    return Sheet(
        "Published",
        "This file beside the provider's published figures",
        " ".join(data.comparison.published_words),
        headings,
        rows,
        ("text",) * len(headings),
    )
