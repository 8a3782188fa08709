"""How far a fault reaches: the records below it, and those that rest on the same parents."""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from levelfield.datasets import DataSet, Table
from levelfield.intake.checking.fields import Mask
from levelfield.intake.checking.header import TABLE as HEADER
from levelfield.intake.checking.table_checks import DUPLICATE

STAFF, ACTIVITY = "CYP901StaffDetails", "CYP202CareActivity"
PROFESSIONAL = "care_professional_id_local"


class Placed(Protocol):
    """A table with all rows that were sent, typed as they are stored.

    The rows know what became of them, and the position of their parent or -1.
    """

    @property
    def table(self) -> Table: ...

    @property
    def status(self) -> NDArray[np.uint8]: ...

    @property
    def columns(self) -> Mapping[str, pa.Array]: ...

    @property
    def parent_row(self) -> NDArray[np.signedinteger[Any]] | None: ...


class Reach:
    """Walks between the tables of one submission, along the keys of parents.

    Masks have one entry for each row of their table; repeats of earlier rows are never reached.
    """

    def __init__(self, tables: Mapping[str, Placed], dataset: DataSet) -> None:
        self._tables = tables
        self._above = {
            name: [name, *(above.name for above in _ancestors(name, dataset))] for name in tables
        }

    def below(self, table: str, mask: Mask, wanted: str) -> Mask:
        """The rows of `wanted` that hang on the rows of `mask`; none where it is not below."""
        path = self._above.get(wanted, [])
        if table not in path:
            return self._nothing(wanted)
        for child in reversed(path[: path.index(table)]):
            mask = np.append(mask, False)[self._parent_rows(child)]
        return mask & self._single(wanted)

    def holds(self, table: str, wanted: str) -> bool:
        """Whether rows of `wanted` hang on those of `table`, or are those."""
        return table in self._above.get(wanted, [])

    def related(self, table: str, mask: Mask, wanted: str) -> Mask:
        """The rows of `wanted` that share their nearest common parent with the rows of `mask`.

        A contact reaches the clocks of its referral this way, and a referral its person. The
        header reaches everything, a professional the activities that name them.
        """
        if table == HEADER and wanted in self._tables:
            return self._single(wanted)
        if table == STAFF and wanted != STAFF:
            return self.related(ACTIVITY, self._activities_of(mask), wanted)
        path = self._above.get(wanted, [])
        for name in self._above.get(table, []):
            if name in path:
                return self.below(name, mask, wanted)
            mask = self._parents(name, mask)
        return self._nothing(wanted)

    def _activities_of(self, professionals: Mask) -> Mask:
        """The activities of some rows of the staff table."""
        if ACTIVITY not in self._tables:
            return self._nothing(ACTIVITY)
        named = self._tables[ACTIVITY].columns[PROFESSIONAL].cast(pa.string())
        known = self._tables[STAFF].columns[PROFESSIONAL].cast(pa.string())
        known = known.filter(pa.array(professionals))
        found: Mask = pc.is_in(named, known, skip_nulls=True).to_numpy(zero_copy_only=False)
        return found & self._single(ACTIVITY)

    def _parents(self, table: str, mask: Mask) -> Mask:
        parent = self._tables[table].table.parent
        if parent is None or parent not in self._tables:
            return np.zeros(0, dtype=bool)
        found = np.zeros(len(self._tables[parent].status) + 1, dtype=bool)
        found[self._parent_rows(table)[mask]] = True
        return found[:-1]

    def _parent_rows(self, table: str) -> NDArray[np.signedinteger[Any]]:
        """Positions of the parents of a table's rows, -1 for none; no rows if it was not sent."""
        checked = self._tables.get(table)
        if checked is None or checked.parent_row is None:
            return np.full(len(checked.status) if checked else 0, -1, dtype=np.int64)
        return checked.parent_row

    def _single(self, table: str) -> Mask:
        single: Mask = self._tables[table].status != DUPLICATE
        return single

    def _nothing(self, table: str) -> Mask:
        checked = self._tables.get(table)
        return np.zeros(len(checked.status) if checked else 0, dtype=bool)


def _ancestors(name: str, dataset: DataSet) -> list[Table]:
    found, table = [], dataset.table(name)
    while table.parent:
        table = dataset.table(table.parent)
        found.append(table)
    return found
