"""The cells that an engine counted, as columns: whose figure, of which period and stratum."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from levelfield.core.values import ALL, NATIONAL
from levelfield.measures.definition import STRATIFIER_COLUMNS, Measure

KEYS = ("period", "org_level", "org_code", "stratifier", "stratum")

Contributors = dict[tuple[str, str], set[str]]
"""The providers behind each organisation, by its level and code, in whatever period."""


@dataclass(frozen=True)
class Cells:
    """Rows of one measure: the five keys of a value, then what was counted."""

    table: pa.Table
    contributors: Contributors

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def numbers(self, column: str) -> NDArray[np.int64]:
        return np.asarray(self.table[column].to_numpy(), dtype=np.int64)

    def grouped(self) -> tuple["Cells", NDArray[np.int64]]:
        """One row per key, and for every row of `self` the number of its key's row."""
        combined = np.zeros(len(self), dtype=np.int64)
        for name in KEYS:
            codes = self.table[name].combine_chunks().dictionary_encode()
            combined = combined * len(codes.dictionary) + codes.indices.to_numpy()
        _, first, group = np.unique(combined, return_index=True, return_inverse=True)
        return Cells(self.table.select(KEYS).take(first), self.contributors), group


def name_cells(measure: Measure, counted: pa.Table) -> Cells:
    """The engine's rows with their keys spelled out.

    `counted` is the result of `measure_queries`: what a row does not name is null, and rows that
    name both provider and commissioner say who contributes to whom.
    """
    both = pc.and_(pc.is_valid(counted["provider"]), pc.is_valid(counted["commissioner"]))
    rows = counted.filter(pc.invert(both))
    strata = {name: rows[STRATIFIER_COLUMNS[name]] for name in measure.stratifiers}
    stratifier: object = pa.scalar(ALL)
    for name, column in strata.items():
        stratifier = pc.if_else(pc.is_valid(column), pa.scalar(name), stratifier)
    level = pc.if_else(
        pc.is_valid(rows["provider"]),
        "provider",
        pc.if_else(pc.is_valid(rows["commissioner"]), "commissioner", "national"),
    )
    keys = {
        "period": rows["period"],
        "org_level": level,
        "org_code": pc.coalesce(rows["provider"], rows["commissioner"], pa.scalar(NATIONAL)),
        "stratifier": stratifier if strata else pa.repeat(pa.scalar(ALL), len(rows)),
        "stratum": pc.coalesce(*strata.values(), pa.scalar(ALL))
        if strata
        else pa.repeat(pa.scalar(ALL), len(rows)),
    }
    counts = [name for name in rows.column_names if name not in _NAMING]
    table = pa.table({**keys, **{name: rows[name] for name in counts}})
    return Cells(table, _contributors(counted.filter(both)))


_NAMING = frozenset(["period", "provider", "commissioner"])


def _contributors(rows: pa.Table) -> Contributors:
    found: Contributors = {}
    for row in rows.select(["provider", "commissioner"]).to_pylist():
        provider = row["provider"]
        for level, code in [
            ("provider", provider),
            ("commissioner", row["commissioner"]),
            ("national", NATIONAL),
        ]:
            found.setdefault((level, code), set()).add(provider)
    return found
