"""Units counted: what payment multiplies, and how much of the care could be classed."""

from collections import Counter
from dataclasses import dataclass

import pyarrow as pa

from levelfield.currencies.scheme import Scheme
from levelfield.currencies.tables import SQL
from levelfield.engine import NamedQuery, load_pipeline

COUNT_SCHEMA = pa.schema(
    [
        ("provider", pa.string()),
        ("commissioner", pa.string()),
        ("period", pa.string()),
        ("team_type", pa.string()),
        ("currency", pa.string()),
        ("error_class", pa.string()),
        ("basis", pa.string()),
        ("assumed", pa.string()),
        ("units", pa.int64()),
        ("size", pa.float64()),
        ("excess", pa.float64()),
    ]
)
"""Units by every column before `units`; an empty currency or error class is null. `size` and
`excess` add up those of UNIT_SCHEMA, and are null where the scheme measures no length."""


COUNTS_IN_ORDER = "SELECT * FROM unit_count ORDER BY " + ", ".join(
    f"{name} NULLS FIRST" for name in COUNT_SCHEMA.names[: COUNT_SCHEMA.get_field_index("units")]
)
"""The last query for counts that somebody keeps or reads: no two rows tie."""


def unit_counts(unit: str = "unit") -> list[NamedQuery]:
    """The query that counts units; columns are those of COUNT_SCHEMA, in no particular order."""
    return load_pipeline(SQL / "counts.sql", unit=unit)


@dataclass(frozen=True)
class Coverage:
    """How much of the care has a currency.

    `classes` counts units by name: `direct`, `nearest`, then each error class of the scheme, zeros
    included, in the scheme's order. `assumed` counts the classed units that rest on a parameter, by
    what was assumed.
    """

    units: int
    classes: dict[str, int]
    assumed: dict[str, int]

    @property
    def errors(self) -> int:
        """Units in error classes, those that were not assessed included."""
        return self.units - self.classes["direct"] - self.classes["nearest"]

    def share(self, name: str) -> float | None:
        """The share of all units in a class, or None when there are no units."""
        return self.classes[name] / self.units if self.units else None


def coverage(scheme: Scheme, counts: pa.Table) -> Coverage:
    """The coverage of counted units (COUNT_SCHEMA), whatever they were filtered to before."""
    classes: Counter[str] = Counter()
    assumed: Counter[str] = Counter()
    for row in counts.to_pylist():
        classes[row["error_class"] or row["basis"]] += row["units"]
        if row["assumed"]:
            assumed[row["assumed"]] += row["units"]
    return Coverage(
        units=classes.total(),
        classes={name: classes[name] for name in ("direct", "nearest", *scheme.classes)},
        assumed=dict(sorted(assumed.items())),
    )
