"""Choosing values, and taking their columns out as numbers."""

from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import ArrayLike, NDArray

from levelfield.core.values import ALL

Floats = NDArray[np.float64]


def select(
    values: pa.Table,
    *,
    measure: str,
    period: str | None = None,
    org_level: str | None = None,
    org_code: str | None = None,
    stratifier: str = ALL,
    stratum: str | None = ALL,
) -> pa.Table:
    """The values of one measure and stratum (None: every stratum of the stratifier), narrowed by
    what else is given, in their order."""
    wanted = {
        "measure": measure,
        "period": period,
        "org_level": org_level,
        "org_code": org_code,
        "stratifier": stratifier,
        "stratum": stratum,
    }
    asked = (pc.equal(values[column], text) for column, text in wanted.items() if text is not None)
    # One filter for all, since each copies every column.
    return values.filter(reduce(pc.and_, asked))


def numbers(table: pa.Table, column: str) -> Floats:
    """A column as doubles, `nan` where it is empty."""
    return np.array(table[column].to_numpy(zero_copy_only=False), dtype=np.float64)


def texts(table: pa.Table, column: str) -> list[str]:
    """A column of text, an empty cell as empty text."""
    return [text or "" for text in table[column].to_pylist()]


def with_numbers(table: pa.Table, **columns: ArrayLike) -> pa.Table:
    """The table with columns of doubles after its own; `nan` becomes an empty cell."""
    for name, array in columns.items():
        table = table.append_column(name, pa.array(array, pa.float64(), from_pandas=True))
    return table


def one_row_each(table: pa.Table, column: str) -> None:
    """Raise ValueError unless no two rows share `column`: a comparison of mixed values."""
    codes = table[column].to_pylist()
    if len(set(codes)) != len(codes):
        raise ValueError(f"several values have the same {column}: select one measure and stratum")
