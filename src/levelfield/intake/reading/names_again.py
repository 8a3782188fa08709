"""Rows that repeat the field names, as exports that were joined end to end have them."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from levelfield.intake.faults import Rows
from levelfield.intake.reading.sent import SentTable


def without_names_again(sent: SentTable) -> tuple[SentTable, Rows]:
    """The table without its rows that hold the field names in every field, and their numbers.

    A table with rows that cannot be read is left as it is, since the numbers of the others would
    be wrong; such a file is refused. So is a part of an extract, whose fields have other names.
    """
    none = np.array([], dtype=np.int64)
    if not sent.rows.num_rows or sent.unreadable or sent.numbers is not None:
        return sent, none
    repeats = none
    for place, (name, column) in enumerate(
        zip(sent.rows.column_names, sent.rows.columns, strict=True)
    ):
        texts = column.combine_chunks()
        found = _equal(texts if place == 0 else texts.take(pa.array(repeats)), name)
        repeats = found if place == 0 else repeats[found]
        if not len(repeats):
            return sent, none
    kept = np.delete(np.arange(sent.rows.num_rows), repeats)
    rows = sent.rows.take(pa.array(kept))
    return replace(sent, rows=rows, numbers=kept + 1), repeats + 1


def _equal(texts: pa.Array, name: str) -> Rows:
    """The places, from 0, of the texts that equal a name."""
    if pa.types.is_dictionary(texts.type):
        code = pc.index(texts.dictionary, name).as_py()
        return np.flatnonzero(texts.indices.to_numpy() == code)
    return np.flatnonzero(pc.equal(texts, name).to_numpy(zero_copy_only=False))
