"""A text column as its distinct values, so that each value is judged once."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from levelfield.intake.checking.fields import Mask

Positions = NDArray[np.signedinteger[Any]]
"""Places in a table or a list of values, in whole numbers as narrow as their size allows."""


class Encoded:
    """The distinct values of a text column and, for each row, which of them it holds."""

    def __init__(self, column: pa.Array) -> None:
        encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        self.values: pa.Array = encoded.dictionary
        self.index: Positions = encoded.indices.to_numpy()
        if len(self.values) == len(column) and not pa.types.is_dictionary(column.type):
            # Every value is another: the column is the list of them, and the copy can go.
            self.values = column

    def settled(self, values: pa.Array) -> pa.Array:
        """The column with `values` in the place of the distinct ones; it stays encoded."""
        # Of texts that mean the same, and of those that are empty, none stays in the list of
        # values: with one twice, Parquet would write every row in full.
        again = values.dictionary_encode()
        if len(again.dictionary) == len(values):
            return pa.DictionaryArray.from_arrays(pa.array(self.index), values)
        places = again.indices.cast(pa.from_numpy_dtype(self.index.dtype))
        return pa.DictionaryArray.from_arrays(places.take(pa.array(self.index)), again.dictionary)


def distinct_values(column: pa.Array) -> pa.Array:
    """The values of an encoded column; of one that is not, all that it holds."""
    return column.dictionary if pa.types.is_dictionary(column.type) else column


def by_row(found: Mask, column: pa.Array) -> Mask:
    """A mask of `distinct_values` as one of the column's rows; an empty row is not in it."""
    if not pa.types.is_dictionary(column.type):
        return found
    rows: Mask = np.append(found, False)[pc.fill_null(column.indices, -1).to_numpy()]
    return rows
