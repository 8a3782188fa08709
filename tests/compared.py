"""Values drawn as tables, for tests of comparisons."""

from collections.abc import Mapping

import pyarrow as pa

from levelfield.core.values import VALUE_SCHEMA
from levelfield.statistics import wilson_interval
from spec.tables import rows, typed

DEFAULTS = {
    "measure": "seen",
    "version": "1",
    "period": "2026-03",
    "org_level": "provider",
    "org_code": "ZA1",
    "stratifier": "all",
    "stratum": "all",
    "method": "drawn",
    "flags": "",
    "lineage": "V-drawn",
}


def drawn_values(text: str, **given: str) -> pa.Table:
    """Values as drawn; what is not drawn or given has a default. Without a drawn value it is the
    quotient of the counts, with Wilson's interval where that is a proportion."""
    found = []
    for row in rows(text):
        cells: Mapping[str, str] = {**DEFAULTS, **given, **row}
        one = {field.name: typed(cells.get(field.name, ""), field) for field in VALUE_SCHEMA}
        one["flags"] = one["flags"] or ""
        count, size = one["numerator"], one["denominator"]
        if "value" not in row and count is not None and size:
            one["value"] = count / size
            if count <= size:
                one["lower"], one["upper"] = map(float, wilson_interval(count, size))
        found.append(one)
    return pa.Table.from_pylist(found, schema=VALUE_SCHEMA)


def column(table: pa.Table, name: str, by: str = "org_code") -> dict[str, object]:
    """A column of a result by organisation, or by another column."""
    return dict(zip(table[by].to_pylist(), table[name].to_pylist(), strict=True))
