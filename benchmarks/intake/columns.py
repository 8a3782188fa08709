"""Columns of text from numbers, without a loop over rows: what the files of a submission hold."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike, NDArray

from levelfield.datasets import Table

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NEVER = -1
"""A position, day or number that is left blank."""

_DIGITS = 9


def day(text: str) -> int:
    """Days since 1970 of a date."""
    return int(np.datetime64(text, "D").astype(np.int64))


def ids(prefix: str, numbers: Ints) -> pa.Array:
    """Local identifiers: a prefix and nine digits."""
    return _fixed(prefix, numbers, _DIGITS)


def numbers(values: Ints, digits: int) -> pa.Array:
    """Whole numbers with leading zeros; NEVER is blank."""
    text = _fixed("", np.maximum(values, 0), digits)
    return pa.compute.if_else(pa.array(values == NEVER), "", text) if (values < 0).any() else text


def codes(values: Sequence[str], positions: ArrayLike) -> pa.Array:
    """The code at each position; NEVER is blank."""
    index = np.asarray(positions, dtype=np.int32) + 1
    encoded = pa.DictionaryArray.from_arrays(pa.array(index), pa.array(["", *values]))
    return encoded.cast(pa.string())


def dates(days: Ints) -> pa.Array:
    """Dates from days since 1970; NEVER is blank."""
    known = days[days != NEVER]
    low, high = (int(known.min()), int(known.max())) if len(known) else (0, 0)
    texts = np.datetime_as_string(np.arange(low, high + 1).astype("datetime64[D]")).tolist()
    return codes(texts, np.where(days == NEVER, NEVER, days - low))


def times(minutes: Ints) -> pa.Array:
    """Times of day from minutes after midnight; NEVER is blank."""
    return codes([f"{m // 60:02d}:{m % 60:02d}:00" for m in range(24 * 60)], minutes)


def whole(values: Ints) -> pa.Array:
    """Whole numbers below ten thousand without leading zeros; NEVER is blank."""
    return codes([str(n) for n in range(int(values.max(initial=0)) + 1)], values)


def constant(text: str, n: int) -> pa.Array:
    return pa.repeat(pa.scalar(text), n)


def rows_of(table: Table, columns: Mapping[str, pa.Array]) -> pa.Table:
    """A table in the order of the contract; the fields that are not given are blank."""
    unknown = set(columns) - {field.name for field in table.fields}
    assert not unknown, f"{table.name} has no {unknown}"
    n = len(next(iter(columns.values())))
    blank = constant("", n)
    return pa.table({field.name: columns.get(field.name, blank) for field in table.fields})


def _fixed(prefix: str, values: Ints, digits: int) -> pa.Array:
    width, n = len(prefix) + digits, len(values)
    text = np.empty((n, width), dtype=np.uint8)
    text[:, : len(prefix)] = np.frombuffer(prefix.encode(), dtype=np.uint8)
    left = values.copy()
    for place in range(width - 1, len(prefix) - 1, -1):
        left, digit = np.divmod(left, 10)
        text[:, place] = digit + ord("0")
    assert not left.any(), f"a number has more than {digits} digits"
    ends = np.arange(0, (n + 1) * width, width, dtype=np.int32)
    return pa.Array.from_buffers(pa.string(), n, [None, pa.py_buffer(ends), pa.py_buffer(text)])
