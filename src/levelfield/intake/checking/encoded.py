"""A text column as its distinct values, so that each value is judged once."""

from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


class Encoded:
    """The distinct values of a text column and, for each row, which of them it holds."""

    def __init__(self, column: pa.Array) -> None:
        encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        self.values: pa.Array = encoded.dictionary
        self.index: NDArray[np.int32] = encoded.indices.to_numpy()

    @cached_property
    def first_row(self) -> NDArray[np.int64]:
        """For each distinct value the first row that holds it."""
        first = np.empty(len(self.values), dtype=np.int64)
        first[self.index[::-1]] = np.arange(len(self.index))[::-1]
        return first

    def settled(self, values: pa.Array) -> pa.Array:
        """The column with `values` in the place of the distinct ones; texts stay encoded."""
        if not pa.types.is_string(values.type):
            return values.take(pa.array(self.index))
        if not values.null_count:
            return pa.DictionaryArray.from_arrays(pa.array(self.index), values)
        # What is empty is empty by row: a dictionary that holds an empty value is not for Parquet.
        empty = values.is_null().to_numpy(zero_copy_only=False)
        index = pa.array(self.index, mask=empty[self.index])
        return pa.DictionaryArray.from_arrays(index, values.fill_null(""))
