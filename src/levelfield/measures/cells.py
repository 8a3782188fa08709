"""The cells that an engine counted, as columns: whose figure, of which period and stratum."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from levelfield.core.values import NATIONAL
from levelfield.measures.definition import Measure

KEYS = ("period", "org_level", "org_code", "stratifier", "stratum")

Floats = NDArray[np.float64]
Contributors = dict[tuple[str, str], set[str]]
"""The providers behind each organisation, by its level and code, in whatever period."""


@dataclass(frozen=True)
class Cells:
    """Rows of one measure: the five keys of a value, and the sums of each by name."""

    keys: pa.Table
    sums: Mapping[str, Floats]
    contributors: Contributors

    def __len__(self) -> int:
        return int(self.keys.num_rows)

    def __getitem__(self, name: str) -> Floats:
        return self.sums[name]

    def grouped(self) -> tuple["Cells", NDArray[np.int64]]:
        """One row per key, and for every row of `self` the number of its key's row."""
        combined = np.zeros(len(self), dtype=np.int64)
        for name in KEYS:
            codes = self.keys[name].combine_chunks().dictionary_encode()
            combined = combined * len(codes.dictionary) + codes.indices.to_numpy()
        _, first, group = np.unique(combined, return_index=True, return_inverse=True)
        return Cells(self.keys.take(first), {}, self.contributors), group


def name_cells(measure: Measure, counted: pa.Table) -> Cells:
    """The engine's rows of one measure with their keys spelled out; without a row, there is none.

    `counted` is the result of `measure_queries` or `sum_queries`.
    """
    columns = {
        name.removeprefix(f"{measure.id}__"): numbers(counted[name])
        for name in counted.column_names
        if name.startswith(f"{measure.id}__")
    }
    own = counted.filter(pa.array(np.any([column != 0 for column in columns.values()], axis=0)))
    both = pc.and_(pc.is_valid(own["provider"]), pc.is_valid(own["commissioner"]))
    wanted = pc.is_in(own["stratifier"], pa.array(["all", *measure.stratifiers]))
    rows = own.filter(pc.and_(pc.invert(both), wanted))
    level = pc.if_else(
        pc.is_valid(rows["provider"]),
        "provider",
        pc.if_else(pc.is_valid(rows["commissioner"]), "commissioner", "national"),
    )
    keys = {
        "period": rows["period"],
        "org_level": level,
        "org_code": pc.coalesce(rows["provider"], rows["commissioner"], pa.scalar(NATIONAL)),
        "stratifier": rows["stratifier"],
        "stratum": rows["stratum"],
    }
    sums = {name: numbers(rows[f"{measure.id}__{name}"]) for name in columns}
    if "observation" in rows.column_names:
        sums["observation"] = numbers(rows["observation"])
    return Cells(pa.table(keys), sums, _contributors(own.filter(both)))


def numbers(column: pa.ChunkedArray) -> Floats:
    """A column of sums as doubles; nothing summed is nought."""
    return np.asarray(pc.fill_null(column.cast(pa.float64()), 0.0).to_numpy())


def _contributors(rows: pa.Table) -> Contributors:
    found: Contributors = {}
    pairs = rows.group_by(["provider", "commissioner"]).aggregate([])
    for row in pairs.to_pylist():
        provider = row["provider"]
        for level, code in [
            ("provider", provider),
            ("commissioner", row["commissioner"]),
            ("national", NATIONAL),
        ]:
            found.setdefault((level, code), set()).add(provider)
    return found
