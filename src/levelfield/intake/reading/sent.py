"""A table as it was sent: text alone, before any value has been judged."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

CODED = pa.dictionary(pa.int32(), pa.string())
"""Text that repeats: each distinct value once, and for each row which of them it holds."""


@dataclass(frozen=True)
class SentTable:
    """One table of a submission.

    `name` is the table's name as it was sent. Every column of `rows` is text, plain or `CODED`, in
    one chunk, named as it was sent, with an empty text for a blank. `unreadable` are the row
    numbers, from 1 after the header, whose number of values is wrong; they are not in `rows`.
    `described` says how the table was written, and `digest` is the SHA-256 of the bytes that hold
    it.
    """

    name: str
    rows: pa.Table
    unreadable: tuple[int, ...]
    described: dict[str, str | int]
    digest: bytes
    sparse: bool = False
    line: int = 0
    lines: Mapping[str, int] = field(default_factory=dict)


def text_types(sample: pa.Table) -> dict[str, pa.DataType]:
    """How to hold the texts of each column, by the first rows: `CODED` where most come again.

    The choice costs or saves time and memory, and changes no answer.
    """
    return {
        # By position, since a broken file may name a field twice.
        name: CODED if pc.count_distinct(column).as_py() * 2 <= sample.num_rows else pa.string()
        for name, column in zip(sample.column_names, sample.columns, strict=True)
    }


def in_one_chunk(rows: pa.Table) -> pa.Table:
    """The same rows with every column in one piece."""
    return rows.unify_dictionaries().combine_chunks()


def repeated(text: str, rows: int) -> pa.Array:
    """The same text in every row, held once."""
    return pa.DictionaryArray.from_arrays(
        pa.array(np.zeros(rows, dtype=np.int32)), pa.array([text], pa.string())
    )
