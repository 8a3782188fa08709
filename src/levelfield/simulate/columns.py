"""Arrays of numbers as columns of text in the formats of the data set; NEVER and -1 are blank."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from levelfield.simulate.draws import NEVER, Bools, Floats, Ints

Columns = dict[str, pa.Array]
"""A table on its way into a file: text columns by field name, in any order."""

_OFFSET = 10**8


def ids(prefix: str, numbers: Ints) -> pa.Array:
    """Local identifiers: the prefix and nine digits. -1 is blank."""
    blank = numbers < 0
    text = pa.array(numbers + _OFFSET, mask=blank).cast(pa.string())
    return pc.binary_join_element_wise(pa.scalar(prefix), text, pa.scalar(""))


def dates(days: Ints) -> pa.Array:
    """CCYY-MM-DD."""
    narrow = np.where(days == NEVER, 0, days).astype(np.int32)
    return pa.array(narrow, mask=days == NEVER).cast(pa.date32()).cast(pa.string())


def times(seconds: Ints) -> pa.Array:
    """HH:MM:SS."""
    blank = seconds == NEVER
    narrow = np.where(blank, 0, seconds).astype(np.int32)
    return pa.array(narrow, mask=blank).cast(pa.time32("s")).cast(pa.string())


def codes(vocabulary: Sequence[str], positions: Ints) -> pa.Array:
    """The codes at those positions; -1 is blank."""
    wanted = pa.array(positions.astype(np.int32), mask=positions < 0)
    return pa.array(vocabulary, pa.string()).take(wanted)


def flags(values: Bools, yes: str = "Y", no: str = "N") -> pa.Array:
    """One of two codes."""
    return codes((no, yes), values.astype(np.int64))


def integers(values: Ints) -> pa.Array:
    """Whole numbers without leading zeros."""
    return pa.array(values, mask=values == NEVER).cast(pa.string())


def decimals(values: Floats, places: int) -> pa.Array:
    """Numbers with a fixed count of decimal places; not-a-number is blank."""
    missing = np.isnan(values)
    rounded = pa.array(np.where(missing, 0.0, np.round(values, places)), mask=missing)
    return rounded.cast(pa.decimal128(12, places)).cast(pa.string())


def constant(value: str, size: int) -> pa.Array:
    return pa.repeat(pa.scalar(value), size)


def only(column: pa.Array, where: Bools) -> pa.Array:
    """The column where the condition holds, blank elsewhere."""
    return pc.if_else(pa.array(where), column, pa.scalar(None, pa.string()))
