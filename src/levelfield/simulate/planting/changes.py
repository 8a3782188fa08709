"""The changes to one submission as they are planted, and the tables and row numbers that result.

A row is known by its position: those of the sound table first, then those that are added.
"""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from levelfield.simulate.draws import Bools, Ints
from levelfield.simulate.planting.sent import Sent, Tables

Texts = Mapping[str, str | None]


class Changes:
    """Values changed, rows added and rows left out, by table."""

    def __init__(self, sent: Sent) -> None:
        self.sent = sent
        self._values: dict[str, dict[str, dict[int, str | None]]] = defaultdict(dict)
        self._added: dict[str, list[tuple[int, Texts]]] = defaultdict(list)
        self._parents: dict[str, list[int]] = defaultdict(list)
        self._dropped: dict[str, Bools] = {}

    def change(self, table: str, row: int, texts: Texts) -> None:
        for field, text in texts.items():
            self._values[table].setdefault(field, {})[row] = text

    def add(self, table: str, like: int, texts: Texts, parent: int) -> int:
        """Add a copy of the row `like` with some other texts; `parent` is the row it belongs to."""
        self._added[table].append((like, texts))
        self._parents[table].append(parent)
        return self.sent.size(table) + len(self._added[table]) - 1

    def drop(self, table: str, rows: Ints) -> None:
        """Leave rows out, and all that stands under them."""
        dropped = self._dropped.setdefault(table, np.zeros(self.sent.size(table), dtype=np.bool_))
        dropped[rows] = True
        for child in self.sent.data_set.tables.values():
            if child.parent == table and child.name in self.sent.tables:
                under = np.flatnonzero(self.sent.rows_under(rows, child.name))
                if len(under):
                    self.drop(child.name, under)

    def parents(self, table: str) -> Ints:
        """The position of each row's parent, rows that are added among them; -1 where none."""
        added = np.array(self._parents.get(table, []), dtype=np.int64)
        return np.concatenate([self.sent.parent_rows(table), added])

    def numbers(self, table: str) -> Ints:
        """The number of each row in its file, counted from 1; 0 for one that is left out."""
        size, added = self.sent.size(table), len(self._added.get(table, []))
        dropped = self._dropped.get(table)
        if dropped is None:
            return np.arange(1, size + added + 1)
        kept = np.append(~dropped, np.ones(added, dtype=np.bool_))
        return np.where(kept, np.cumsum(kept), 0)

    def tables(self) -> Tables:
        """The tables as they are sent."""
        return {name: self._table(name, table) for name, table in self.sent.tables.items()}

    def _table(self, name: str, table: pa.Table) -> pa.Table:
        changed = table
        for field, texts in self._values.get(name, {}).items():
            changed = _replaced(changed, field, texts)
        if name in self._dropped:
            changed = changed.filter(pa.array(~self._dropped[name]))
        if name not in self._added:
            return changed
        rows, texts_of = zip(*self._added[name], strict=True)
        added = table.take(pa.array(rows, pa.int64()))
        by_field: dict[str, dict[int, str | None]] = defaultdict(dict)
        for place, texts in enumerate(texts_of):
            for field, text in texts.items():
                by_field[field][place] = text
        for field, places in by_field.items():
            added = _replaced(added, field, places)
        return pa.concat_tables([changed, added])


def _replaced(table: pa.Table, field: str, texts: Mapping[int, str | None]) -> pa.Table:
    """The table with single values of a field replaced, by row."""
    column = table.column(field).combine_chunks()
    mask = np.zeros(len(column), dtype=np.bool_)
    rows = sorted(texts)
    mask[rows] = True
    values = pa.array([texts[row] for row in rows], pa.string())
    replaced = pc.replace_with_mask(column, pa.array(mask), values)
    return table.set_column(table.column_names.index(field), field, replaced)
