"""Extracts in which nobody is named, taken apart into one submission per provider and month."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from levelfield.core.errors import SubmissionError
from levelfield.core.periods import Month
from levelfield.datasets import DataSet, Table, load_dataset
from levelfield.intake.reading.mapping import Extract
from levelfield.intake.reading.read import sent_tables, unknown
from levelfield.intake.reading.sent import GIVEN, SentTable, repeated
from levelfield.intake.reading.source import Source
from levelfield.intake.reading.versions import CURRENT

HEADER, PERSON = "CYP000Header", "CYP001MPI"
_FIRST_MONTH = 1900 * 12 + 3
"""April 1900 is month 1 of the data set's numbers of months."""

_Key = tuple[str, str]
"""Provider, and month as in 2026-03."""


def split_extract(source: Source, extract: Extract) -> list[Source]:
    """The submissions that an extract holds, in the order of provider and month.

    Each has the fields of the data set under their own names, blank where the extract has none,
    and the columns that stand for what intake would derive. Its digest is that of its own rows, so
    that the same month in a longer extract is the same submission. A month without a header row
    counts as created at its end. Raises SubmissionError for what cannot be read or split.
    """
    dataset = load_dataset(CURRENT)
    tables: dict[str, SentTable] = {}
    for number, name, sent in sent_tables(source, dataset):
        if name not in dataset.tables:
            strange = unknown(name, number, sent, dataset)
            raise SubmissionError(f"{source.path}: {strange.message} {strange.remedy}")
        if sent is None:
            empty = f"{name} is empty. It must begin with field names."
            raise SubmissionError(f"{source.path}: {empty}")
        tables[name] = sent
    for name, table in tables.items():
        if len(set(table.rows.column_names)) < table.rows.num_columns:
            raise SubmissionError(f"{source.path}: {name} names a column twice. Keep one of them.")
    if PERSON not in tables or extract.person not in tables[PERSON].rows.column_names:
        raise SubmissionError(
            f"{source.path}: no person table with the column {extract.person} is in this extract. "
            "Give the extract whole, or a mapping that fits it with --mapping."
        )
    own = _only_provider(tables.get(HEADER), extract)
    keys = {name: _keys(table.rows, extract, own, source) for name, table in tables.items()}
    parts = sorted({key for found in keys.values() for key in _distinct(found)})
    if not parts:
        raise SubmissionError(
            f"{source.path}: neither a header nor the columns {extract.provider} and "
            f"{extract.month} tell whose months these are. Give a mapping that fits."
        )
    for name, found in keys.items():
        if found is None and len(parts) > 1:
            raise SubmissionError(
                f"{source.path}: {name} does not tell provider and month, and the extract holds "
                f"{len(parts)} of them. Name the columns in a mapping of your own."
            )
    return [
        replace(source, kind="extract", members=(), sent=tuple(part), extract=extract)
        for key in parts
        if (part := list(_part(key, tables, keys, extract, dataset)))
    ]


def _part(
    key: _Key,
    tables: Mapping[str, SentTable],
    keys: Mapping[str, pa.Table | None],
    extract: Extract,
    dataset: DataSet,
) -> Iterator[SentTable]:
    """The tables of one provider and month."""
    month = Month.parse(key[1])
    if HEADER not in tables:
        described: dict[str, str | int] = {"format": "extract", "mapping": extract.id}
        rows = _header(key[0], month, dataset.table(HEADER))
        yield SentTable(HEADER, rows, (), described, _digest(rows))
    for name, table in tables.items():
        rows, found, numbers = table.rows, keys[name], None
        if found is not None:
            mine = pc.and_(
                pc.equal(found.column("provider"), key[0]), pc.equal(found.column("month"), key[1])
            )
            rows = rows.filter(mine)
            numbers = np.flatnonzero(mine.to_numpy(zero_copy_only=False)) + 1
        rows = _in_layout(rows, dataset.table(name), extract, month)
        yield replace(
            table,
            rows=rows.combine_chunks(),
            described={**table.described, "mapping": extract.id},
            digest=_digest(rows),
            numbers=numbers,
        )


def _in_layout(rows: pa.Table, table: Table, extract: Extract, month: Month) -> pa.Table:
    """The rows with the fields of the data set, and the columns that are given instead."""
    columns: dict[str, pa.ChunkedArray] = {}
    used = {extract.provider, extract.month, *extract.ignored}
    used |= {field.name for field in table.derived_fields}
    for field in table.by_name:
        sent = extract.renamed.get(field, field)
        if sent in rows.column_names:
            columns[field] = rows.column(sent)
            used.add(sent)
        elif field in rows.column_names:
            columns[field] = rows.column(field)
        elif field in extract.absent:
            columns[field] = repeated("", rows.num_rows)
    given = dict(extract.given.get(table.name, {}))
    if table.name == PERSON:
        given["person"] = extract.person
        days = extract.age_days_at_period_end
        if days in rows.column_names and "DateOfBirth" in extract.absent:
            columns["DateOfBirth"] = _births(rows.column(days), month)
    for stored, sent in given.items():
        if sent in rows.column_names:
            columns[GIVEN + stored] = rows.column(sent)
            used.add(sent)
    for name in rows.column_names:
        if name not in columns and name not in used:
            # What is left is unknown; it must not look like what the mapping gives.
            columns[name.removeprefix(GIVEN)] = rows.column(name)
    return pa.table(columns)


def _births(days: pa.ChunkedArray, month: Month) -> pa.ChunkedArray:
    """The birth date, as text, of who is so many days old when the month ends."""
    texts = days.cast(pa.string())
    known = pc.match_substring_regex(texts, r"^[0-9]{1,5}$")
    age = pc.if_else(known, texts, None).cast(pa.int32())
    births = [
        "" if one is None else (month.last - timedelta(days=one)).isoformat()
        for one in age.to_pylist()
    ]
    return pa.chunked_array([pa.array(births, pa.string())])


def _only_provider(header: SentTable | None, extract: Extract) -> str | None:
    """The provider of the whole extract, where the header names one alone."""
    if header is None or extract.provider not in header.rows.column_names:
        return None
    named = set(header.rows.column(extract.provider).cast(pa.string()).to_pylist())
    return named.pop() if len(named) == 1 else None


def _keys(rows: pa.Table, extract: Extract, own: str | None, source: Source) -> pa.Table | None:
    """Provider and month of each row; none where the table does not tell them.

    A table that does not name the provider is of the extract's `own` one.
    """
    names = rows.column_names
    if extract.month not in names or (extract.provider not in names and own is None):
        return None
    named = rows.column(extract.provider) if extract.provider in names else None
    provider = repeated(own or "", rows.num_rows) if named is None else named
    months = _months(rows.column(extract.month), source)
    return pa.table({"provider": provider.cast(pa.string()), "month": months})


def _distinct(keys: pa.Table | None) -> list[_Key]:
    if keys is None:
        return []
    found = keys.group_by(["provider", "month"]).aggregate([])
    pairs = zip(*(found.column(n).to_pylist() for n in ("provider", "month")), strict=True)
    return sorted(pairs)


def _months(told: pa.ChunkedArray, source: Source) -> pa.Array:
    """The month of each row: rows that tell theirs by different days of it belong together."""
    days = told.cast(pa.string()).combine_chunks().dictionary_encode()
    months = [str(_month(text, source)) for text in days.dictionary.to_pylist()]
    return pa.array(months, pa.string()).take(days.indices)


def _month(text: str, source: Source) -> Month:
    """The month that a date lies in, or that has this number."""
    try:
        if text.isascii() and text.isdigit() and len(text) <= 4:
            year, before = divmod(_FIRST_MONTH + int(text) - 1, 12)
            return Month(year, before + 1)
        return Month.parse(text[:7])
    except Exception:
        raise SubmissionError(
            f"{source.path}: a row of this extract tells its month neither by a date such as "
            "2026-03-01 nor by the number of a month. Correct it, or name another column."
        ) from None


def _header(provider: str, month: Month, table: Table) -> pa.Table:
    values = {
        "Version": CURRENT,
        "OrgID_Provider": provider,
        "OrgID_Submitter": provider,
        "RP_StartDate": month.first.isoformat(),
        "RP_EndDate": month.last.isoformat(),
        "FileCreation_DateTime": f"{month.last.isoformat()}T23:59:59",
        "PrimarySystem": "extract",
    }
    return pa.table({field: pa.array([values[field]], pa.string()) for field in table.by_name})


def _digest(rows: pa.Table) -> bytes:
    """The SHA-256 of the rows themselves, however they are held."""
    whole = hashlib.sha256()
    for name, column in zip(rows.column_names, rows.columns, strict=True):
        texts = column.cast(pa.string())
        lengths = pc.binary_length(texts).to_numpy().astype(np.int64)
        whole.update(name.encode() + b"\0" + lengths.tobytes())
        whole.update("".join(texts.to_pylist()).encode())
    return whole.digest()
