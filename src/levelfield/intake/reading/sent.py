"""A table as it was sent: text alone, before any value has been judged."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from levelfield.core.errors import SubmissionError
from levelfield.core.threads import together
from levelfield.intake.reading.names import looks_like_name

CODED = pa.dictionary(pa.int32(), pa.string())
"""Text that repeats: each distinct value once, and for each row which of them it holds."""

GIVEN = "given:"
"""Begins the name of an extract's column that stands for one which intake would derive."""

MAX_VALUE = 65_536
"""Bytes in one field."""


@dataclass(frozen=True)
class SentTable:
    """One table of a submission.

    `name` is the table's name as it was sent. Every column of `rows` is text, plain or coded, in
    one chunk, named as it was sent, with an empty text for a blank. `unreadable` are the row
    numbers, from 1 after the header, whose number of values is wrong, too large in those of
    `longer`; they are not in `rows`.
    `described` says how the table was written, and `digest` is the SHA-256 of the bytes that hold
    it. In a `sparse` format a blank field may be left out, and its column with it. Of a file whose
    tables are elements `line` is where one that is no table's begins, and `lines` where each field
    was first seen. Where rows of the file are not in `rows`, as in a part of an extract, `numbers`
    are those in the file.
    """

    name: str
    rows: pa.Table
    unreadable: tuple[int, ...]
    described: dict[str, str | int]
    digest: bytes
    sparse: bool = False
    longer: frozenset[int] = frozenset()
    line: int = 0
    lines: Mapping[str, int] = field(default_factory=dict)
    numbers: NDArray[np.int64] | None = None


def text_types(sample: pa.Table) -> dict[str, pa.DataType]:
    """How to hold the texts of each column, by the first rows: `CODED` where most come again.

    The choice costs or saves time and memory, and changes no answer.
    """
    return {
        # By position, since a broken file may name a field twice.
        name: CODED if pc.count_distinct(column).as_py() * 2 <= sample.num_rows else pa.string()
        for name, column in zip(sample.column_names, sample.columns, strict=True)
    }


def as_types(rows: pa.Table, types: Mapping[str, pa.DataType]) -> pa.Table:
    """Text held as `types` says."""
    for position, name in enumerate(rows.column_names):
        column = rows.column(position)
        if column.type != types[name]:
            coded = types[name] == CODED
            column = column.dictionary_encode() if coded else column.cast(pa.string())
            rows = rows.set_column(position, name, column)
    return rows


def refuse_long_values(rows: pa.Table, where: str, *, whole: bool = True) -> None:
    """Raise SubmissionError when a value is longer than any field of the data set.

    Of a `whole` table it says the row, as far as rows that cannot be read are not before it.
    """
    for name, column in zip(rows.column_names, rows.columns, strict=True):
        texts = column
        if pa.types.is_dictionary(column.type):
            texts = pa.chunked_array([part.dictionary for part in column.chunks], pa.string())
        longest = pc.max(pc.binary_length(texts)).as_py() or 0
        if longest > MAX_VALUE:
            said = f"'{name}'" if looks_like_name(name) else "a field"
            row = f"row {_first_long(column) + 1:,}"
            place = f" in or after {row}" if whole else ""
            raise SubmissionError(
                f"{where}: a value of {said}{place} is longer than {MAX_VALUE:,} bytes. Correct it."
            )


def _first_long(column: pa.ChunkedArray) -> int:
    """The place, from 0, of the first value that is too long; there is one."""
    before = 0
    for part in column.chunks:
        coded = pa.types.is_dictionary(part.type)
        long = pc.greater(pc.binary_length(part.dictionary if coded else part), MAX_VALUE)
        place: int = pc.index(long.take(part.indices) if coded else long, True).as_py()
        if place >= 0:
            return before + place
        before += len(part)
    return before


def in_one_chunk(rows: pa.Table) -> pa.Table:
    """The same rows with every column in one piece, and codes as narrow as their number allows."""
    names, size = rows.column_names, rows.num_rows
    columns: dict[int, pa.ChunkedArray] = dict(enumerate(rows.columns))
    del rows

    def whole(place: int) -> pa.Array:
        # What has been joined can go, so that few columns are in memory twice.
        column = columns.pop(place)
        if pa.types.is_dictionary(column.type):
            return narrowed(column.unify_dictionaries().combine_chunks())
        return column.combine_chunks()

    return pa.Table.from_arrays(together(whole, range(len(names)), rows=size), names=names)


def narrowed(coded: pa.DictionaryArray) -> pa.DictionaryArray:
    """The same coded text with the smallest index that its distinct values allow."""
    kind = next(k for k in (pa.int8(), pa.int16(), pa.int32()) if len(coded.dictionary) <= _room(k))
    return pa.DictionaryArray.from_arrays(coded.indices.cast(kind), coded.dictionary)


def _room(index: pa.DataType) -> int:
    room: int = 2 ** (index.bit_width - 1)
    return room


def repeated(text: str, rows: int) -> pa.Array:
    """The same text in every row, held once."""
    return pa.DictionaryArray.from_arrays(
        pa.array(np.zeros(rows, dtype=np.int8)), pa.array([text], pa.string())
    )
