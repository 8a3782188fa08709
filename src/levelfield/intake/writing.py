"""The Parquet files of a submission: accepted records, rejected ones, and what was found."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from levelfield.core.threads import one_ahead
from levelfield.datasets import Table, snake
from levelfield.intake.checking.fields import Mask
from levelfield.intake.checking.table_checks import REJECTED, CheckedTable
from levelfield.intake.identity import (
    IDENTITY_FIELDS,
    Identifiers,
    hidden_each,
    without_identifiers,
    without_words,
)
from levelfield.intake.parquet import parquet_writer, write_table
from levelfield.intake.pseudonym import PseudonymKey
from levelfield.intake.reading.sent import repeated

_DROPPED = frozenset({*(snake(name) for name in IDENTITY_FIELDS), "nhs_number_mother_valid"})
"""Columns that end here; the check of the mother's number serves the rules alone."""

ROWS_AT_ONCE = 262_144
"""Rows that are filtered and written together: what is in memory beside the table."""
MANY_VALUES = 50_000
"""Distinct values of a column from which on it is written row by row: a list of so many, in each
part of the file, would save nothing."""


def write_accepted(
    checked: CheckedTable, submission: str, folder: Path, known: Identifiers, key: PseudonymKey
) -> None:
    """Write the accepted records of a table without identity; no file when there is none.

    In place of an identifier that stands in a text field there is a pseudonym.
    """
    alive = checked.alive
    if not alive.any():
        return
    size = len(alive)
    columns = {
        "submission_id": repeated(submission, size),
        "row_number": pa.array(np.arange(1, size + 1)),
        **{name: column for name, column in checked.columns.items() if name not in _DROPPED},
    }
    schema = pa.schema([(name, _stored_type(column)) for name, column in columns.items()])
    # The least and the greatest value help a reader to skip what has an order, not codes.
    ordered = [f.name for f in schema if not pa.types.is_dictionary(f.type)]
    distinct = ["row_number", *(name for name in ordered if pa.types.is_string(columns[name].type))]
    file = folder / f"{checked.table.name}.parquet"
    with parquet_writer(file, schema, ordered, distinct) as writer:
        parts = (
            pa.table(_without_identifiers(part, checked.table, known, key)).cast(schema)
            for part in _kept(pa.table(columns), alive)
        )
        # What is one part has nothing to be made beside it, and a thread has its price.
        for part in one_ahead(parts) if size > ROWS_AT_ONCE else parts:
            writer.write_table(part)


def _kept(table: pa.Table, alive: Mask) -> Iterator[dict[str, pa.Array]]:
    """The columns of the rows that are alive, a part of the table at a time."""
    for start in range(0, len(alive), ROWS_AT_ONCE):
        part, kept = table.slice(start, ROWS_AT_ONCE), alive[start : start + ROWS_AT_ONCE]
        if not kept.any():
            continue
        rows = part if kept.all() else part.filter(pa.array(kept))
        columns = zip(rows.column_names, rows.columns, strict=True)
        yield {name: _used(column.combine_chunks()) for name, column in columns}


def _without_identifiers(
    part: dict[str, pa.Array], table: Table, known: Identifiers, key: PseudonymKey
) -> dict[str, pa.Array]:
    texts = [f for f in table.fields if f.type == "string" and f.name not in IDENTITY_FIELDS]
    clean = without_identifiers([part[field.column] for field in texts], texts, known, key)
    return part | {field.column: column for field, column in zip(texts, clean, strict=True)}


def _used(column: pa.Array) -> pa.Array:
    """A coded column whose list of values is no longer than its rows need.

    What only a rejected record says, or another month of an extract, has no place in the file, and
    what another part says is in the list of that part.
    """
    if not pa.types.is_dictionary(column.type):
        return column
    kept = pc.unique(column.indices).drop_null().sort()
    if len(kept) == len(column.dictionary):
        return column
    places = np.full(len(column.dictionary), -1, dtype=np.int64)
    places[kept] = np.arange(len(kept))
    found = pa.array(places).cast(column.indices.type).take(column.indices)
    return pa.DictionaryArray.from_arrays(found, column.dictionary.take(kept))


def write_rejected(checked: CheckedTable, folder: Path, known: Identifiers) -> None:
    """Write rejected records as they were sent, without identity, with the rules they broke."""
    rejected = checked.status == REJECTED
    if not rejected.any():
        return
    folder.mkdir(exist_ok=True)
    rows = np.flatnonzero(rejected)
    columns = {"row_number": pa.array(rows + 1), "rules": _rules_broken(checked, rows)}
    names = [name for name in checked.raw.column_names if name not in IDENTITY_FIELDS]
    sent = [checked.raw.column(name).chunk(0).take(pa.array(rows)) for name in names]
    shown = hidden_each([column.cast(pa.string()) for column in sent], known)
    columns |= {snake(name): column for name, column in zip(names, shown, strict=True)}
    for field, places in checked.unreadable.items():
        if field not in IDENTITY_FIELDS:
            name = snake(field)
            columns[name] = without_words(columns[name], np.isin(rows, places))
    write_table(pa.table(columns), folder / f"{checked.table.name}.parquet")


def _rules_broken(checked: CheckedTable, rows: NDArray[np.int64]) -> pa.Array:
    """For each rejected row the rules that rejected it, with semicolons between."""
    position = np.full(len(checked.status) + 1, -1)
    position[rows + 1] = np.arange(len(rows))
    texts = np.full(len(rows), "", dtype=object)
    told: set[tuple[str, int]] = set()
    for fault in checked.faults:
        if checked.rules[fault.rule].rejects:
            for at in position[fault.rows].tolist():
                if (fault.rule, at) not in told:
                    told.add((fault.rule, at))
                    texts[at] += f";{fault.rule}" if texts[at] else fault.rule
    return pa.array(texts, pa.string())


def _stored_type(column: pa.Array) -> pa.DataType:
    """The type in which a column is written: readers see the same, held this way or that."""
    if column.type == pa.int16():
        # Ages are narrow here, and whole numbers like others where they are kept.
        return pa.int32()
    if pa.types.is_dictionary(column.type):
        # Arrow keeps the codes of texts alone. It decodes dates and numbers while it writes, which
        # is better done here, a part ahead.
        texts = pa.types.is_string(column.type.value_type)
        if not texts or len(column.dictionary) > MANY_VALUES:
            return column.type.value_type
    return column.type
