"""The tables of one submission as the planting definitions read them: columns by reference.

A reference is a field of the row's own table (`Contact_Date`), of a record above it
(`referral.Discharge_Date`), the first or last day of the month (`RP_StartDate`, `RP_EndDate`), the
day on which the file was made (`Created`), how many rows of another table stand under the row or
beside it (`rows.CYP202CareActivity`), or a field of such a row where there is one only
(`CYP202CareActivity.Activity_Type`).
"""

from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from levelfield.datasets import DataSet
from levelfield.intake.rules.columns import PARENTS
from levelfield.simulate.draws import Bools, Ints

Tables = dict[str, pa.Table]

HEADER, PERSON = "CYP000Header", "CYP001MPI"
DAYS = {
    "RP_StartDate": "RP_StartDate",
    "RP_EndDate": "RP_EndDate",
    "Created": "FileCreation_DateTime",
}
"""The days of the submission that every row can name, and their fields in the header."""
COUNT = "rows"


class Sent:
    """One submission's tables of text, with the columns that were asked for kept at hand."""

    def __init__(self, data_set: DataSet, tables: Tables) -> None:
        self.data_set, self.tables = data_set, tables
        self._columns: dict[tuple[str, str], pa.Array] = {}
        self._parents: dict[str, Ints] = {}
        self._persons: dict[str, Ints] = {}

    @cached_property
    def days(self) -> dict[str, str]:
        header = self.tables[HEADER]
        return {name: str(header.column(field)[0].as_py())[:10] for name, field in DAYS.items()}

    def size(self, table: str) -> int:
        return int(self.tables[table].num_rows) if table in self.tables else 0

    def column(self, table: str, reference: str) -> pa.Array:
        """The text of every row of the table, blank as null; counts are whole numbers."""
        known = self._columns.get((table, reference))
        if known is None:
            known = self._columns[table, reference] = self._find(table, reference)
        return known

    def value(self, table: str, reference: str, row: int) -> str:
        """One row's text; empty where there is none."""
        found = self.column(table, reference)[row].as_py()
        return "" if found is None else str(found)

    def is_number(self, table: str, reference: str) -> bool:
        above, _, name = reference.rpartition(".")
        if above == COUNT:
            return True
        if name in DAYS:
            return False
        field = self.data_set.table(PARENTS.get(above, above) or table).field(name)
        return field.type in ("integer", "decimal")

    def parent_rows(self, table: str) -> Ints:
        """For each row the position of its parent's row; -1 where there is none."""
        if table not in self._parents:
            contract = self.data_set.table(table)
            key, parent = contract.parent_key, contract.parent
            if key is None or parent not in self.tables:
                self._parents[table] = np.full(self.size(table), -1)
            else:
                (own,) = self.data_set.table(parent).primary_key
                found = pc.index_in(self.column(table, key.name), self.column(parent, own))
                self._parents[table] = pc.fill_null(found, -1).to_numpy().astype(np.int64)
        return self._parents[table]

    def person_rows(self, table: str) -> Ints:
        """For each row the position of the person whom it is about; -1 where there is none."""
        if table not in self._persons:
            parent = self.data_set.table(table).parent
            if table == PERSON:
                self._persons[table] = np.arange(self.size(table))
            elif parent is None:
                self._persons[table] = np.full(self.size(table), -1)
            else:
                self._persons[table] = _follow(self.person_rows(parent), self.parent_rows(table))
        return self._persons[table]

    def rows_under(self, rows: Ints, child: str) -> Bools:
        """Which rows of a child table belong to some of the rows."""
        return np.isin(self.parent_rows(child), rows) & (self.parent_rows(child) >= 0)

    def _find(self, table: str, reference: str) -> pa.Array:
        above, _, name = reference.rpartition(".")
        if above == COUNT:
            return pa.array(self._tied(table, name)[0])
        if above in self.data_set.tables:
            counts, first = self._tied(table, above)
            if above not in self.tables:
                return pa.nulls(self.size(table), pa.string())
            return self.column(above, name).take(pa.array(first, mask=counts != 1))
        if above:
            return self.column(PARENTS[above], name).take(self._rows_above(table, PARENTS[above]))
        if name in DAYS:
            return pa.repeat(pa.scalar(self.days[name]), self.size(table))
        return self.tables[table].column(name).combine_chunks()

    def _rows_above(self, table: str, above: str) -> pa.Array:
        rows, at = np.arange(self.size(table)), table
        while at != above:
            rows = _follow(self.parent_rows(at), rows)
            at = self.data_set.table(at).parent or above
        return pa.array(rows, mask=rows < 0)

    def _tied(self, table: str, other: str) -> tuple[Ints, Ints]:
        """How many rows of `other` have the row as parent, or its parent, and the last of them."""
        size = self.size(table)
        if other not in self.tables:
            return np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
        parent = self.data_set.table(other).parent
        above = self.parent_rows(other) + 1
        counts = np.bincount(above, minlength=self.size(parent or table) + 1)
        last = np.zeros(len(counts), dtype=np.int64)
        last[above] = np.arange(len(above))
        own = np.arange(size) if parent == table else self.parent_rows(table)
        return np.where(own < 0, 0, counts[own + 1]), last[own + 1]


def _follow(positions: Ints, rows: Ints) -> Ints:
    """`positions[rows]`, where -1 stays -1."""
    return np.append(positions, -1)[rows]
