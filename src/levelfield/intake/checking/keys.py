"""The key of a table's records: which records share theirs, and in which row a key is found."""

from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from levelfield.intake.checking.encoded import Encoded, Positions, by_row, distinct_values
from levelfield.intake.checking.fields import Mask

Numbers = NDArray[np.uint64]
Places = NDArray[np.int64]

_MIXER = np.uint64(0x9E3779B97F4A7C15)
"""An odd number without a pattern in its bits: to multiply by it spreads what differs."""
_WORD = 8
_LONGEST = 64
"""Bytes that no sound key exceeds; where one does, texts are not made equally long."""
_AT_ONCE = 65_536
"""Texts whose numbers are reckoned together, so that they stay close to the processor."""


class Key:
    """The key of each record of a table: texts, as they were sent.

    `shared` are the rows, from 0 and in order, whose key another row has too.
    """

    def __init__(self, texts: pa.Array) -> None:
        self.texts = texts
        alike = rows_alike(_numbers(texts))
        # Mostly few are left, and they are held against each other letter by letter.
        same = Encoded(texts.take(pa.array(alike)))
        again = (np.bincount(same.index) > 1)[same.index]
        self.shared: Places = alike[again]
        self._groups: Positions = same.index[again]

    def in_conflict(self, single: Mask) -> Places:
        """Of the rows of `single`, which repeat no other, those whose key is filled and stands in
        another of them too."""
        own = single[self.shared]
        rows, groups = self.shared[own], self._groups[own]
        several = (np.bincount(groups) > 1)[groups]
        texts = self.texts.take(pa.array(rows))
        # Looked at once for each text: written out in every row, long ones would fill the memory.
        filled = pc.not_equal(distinct_values(texts), "").to_numpy(zero_copy_only=False)
        found: Places = rows[several & by_row(filled, texts)]
        return found

    @cached_property
    def _first(self) -> Positions:
        """The rows in which a key stands for the first time."""
        first = np.ones(len(self.texts), dtype=bool)
        first[self.shared] = False
        first[self.shared[np.unique(self._groups, return_index=True)[1]]] = True
        return np.flatnonzero(first).astype(np.int32)

    def rows_of(self, texts: pa.Array) -> Positions:
        """For each of some texts the first row with that key; -1 where there is none."""
        values = self.texts.take(pa.array(self._first)) if len(self.shared) else self.texts
        places = _places(texts, values.cast(pa.string()))
        return np.append(self._first, np.int32(-1))[places]


def rows_alike(numbers: Numbers) -> Places:
    """The rows whose number another row has too, in order."""
    order = np.argsort(numbers)
    same = numbers[order][1:] == numbers[order][:-1]
    alike = np.zeros(len(numbers), dtype=bool)
    alike[order[1:][same]] = alike[order[:-1][same]] = True
    return np.flatnonzero(alike)


def mixed(numbers: Numbers, more: Numbers) -> Numbers:
    """A number for each pair of numbers: one for equal pairs, and hardly ever for others."""
    product = (numbers ^ more) * _MIXER
    spread: Numbers = product ^ (product >> np.uint64(32))
    return spread


def _numbers(texts: pa.Array) -> Numbers:
    """A number for each text, none of them null: the same for equal texts, and hardly ever for
    others. A text and the same text with spaces behind it may share one.
    """
    coded = pa.types.is_dictionary(texts.type)
    longest = 0 if coded else pc.max(pc.binary_length(texts)).as_py() or 0
    if coded or longest > _LONGEST:
        return Encoded(texts).index.astype(np.uint64)
    words = longest // _WORD + 1
    found = np.zeros(len(texts), dtype=np.uint64)
    for start in range(0, len(texts), _AT_ONCE):
        part = texts.slice(start, _AT_ONCE)
        # All as long as the longest, their bytes are whole words in rows of the same length.
        _, _, content = pc.ascii_rpad(part, words * _WORD).buffers()
        for word in np.frombuffer(content, np.uint64, len(part) * words).reshape(-1, words).T:
            found[start : start + len(part)] = mixed(found[start : start + len(part)], word)
    return found


def _places(texts: pa.Array, values: pa.Array) -> Positions:
    """For each text its place among distinct values; -1 for one that is not there."""
    if len(texts) * 4 > len(values):
        all_found: Positions = pc.fill_null(pc.index_in(texts, value_set=values), -1).to_numpy()
        return all_found
    # Few texts and many values: it is quicker to look the values up among the texts.
    own = Encoded(texts)
    found = pc.index_in(values, value_set=own.values)
    there = np.flatnonzero(found.is_valid())
    places = np.full(len(own.values), -1, dtype=np.int32)
    places[found.drop_null()] = there
    return places[own.index]
