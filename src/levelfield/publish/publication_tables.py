"""The tables of the publication workbook, with shorthand in place of empty cells."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from levelfield.benchmark import Adjusted, Reading
from levelfield.core.values import ALL, NATIONAL
from levelfield.publish.site_data import SiteData

if TYPE_CHECKING:
    import pandas as pd

CONFIDENTIAL, NOT_APPLICABLE, NOT_AVAILABLE = "[c]", "[z]", "[x]"
_LEVELS = {"national": "All", "commissioner": "Commissioner", "provider": "Provider"}
_COLUMNS = [
    "Level",
    "Code",
    "Name",
    "Breakdown",
    "Group",
    "Numerator",
    "Denominator",
    "Value",
    "Lower limit",
    "Upper limit",
    "Flags",
    "Key",
]
CRUDE = {name: f"Crude {name.lower()}" for name in ("Value", "Lower limit", "Upper limit")}
"""The headings of values where adjusted ones stand beside them."""

_ADJUSTED = ["Expected", "Adjusted value", "Adjusted lower limit", "Adjusted upper limit"]


def values_table(
    data: SiteData, public: pa.Table, name: str, period: str, reading: Reading
) -> "pd.DataFrame":
    """The public values of one measure or composite in a period, in the columns of a sheet."""
    import pandas as pd

    rows = [row for row in public.to_pylist() if row["period"] == period and row["measure"] == name]
    rows = [row for row in rows if row["stratifier"] == ALL or row["org_level"] == "national"]
    rows.sort(key=lambda row: (list(_LEVELS).index(row["org_level"]), data.name(row["org_code"])))
    scale = _scale(reading)
    return pd.DataFrame([_row(data, row, scale) for row in rows], columns=_COLUMNS)


def _scale(reading: Reading) -> int:
    return 100 if reading.unit in ("percent", "points") else 1


def _row(data: SiteData, row: Mapping[str, Any], scale: int) -> list[str | float]:
    flags = str(row["flags"] or "").split(";")
    nobody = CONFIDENTIAL if "suppressed" in flags else NOT_AVAILABLE
    counted = row["value"] is not None
    code = row["org_code"]
    counts = (row["numerator"], row["denominator"])
    figures = (row["value"], row["lower"], row["upper"])
    return [
        _LEVELS[row["org_level"]],
        code,
        "Everybody" if code == NATIONAL else data.name(code),
        "None" if row["stratifier"] == ALL else row["stratifier"].replace("_", " "),
        "All" if row["stratum"] == ALL else row["stratum"],
        *(_shown(count, 1, NOT_APPLICABLE if counted else nobody) for count in counts),
        *(_shown(one, scale, NOT_AVAILABLE if counted else nobody) for one in figures),
        ", ".join(filter(None, flags)) or "none",
        row["lineage"],
    ]


def _shown(number: float | None, scale: int, otherwise: str) -> str | float:
    return otherwise if number is None else round(number * scale, 4)


def beside_crude(table: "pd.DataFrame", found: Adjusted, reading: Reading) -> "pd.DataFrame":
    """The same table with the adjusted values of its providers after the crude ones."""
    table = table.rename(columns=CRUDE)
    points = {row["lineage"]: row for row in found.points.to_pylist()}
    scales = (1, *(_scale(reading),) * 3)
    names = ("expected", "adjusted", "adjusted_lower", "adjusted_upper")
    place = list(table.columns).index("Flags")
    for heading, name, scale in reversed([*zip(_ADJUSTED, names, scales, strict=True)]):
        cells = [
            _shown(points[key][name], scale, _why_none(points[key]))
            if key in points
            else NOT_APPLICABLE
            for key in table["Key"]
        ]
        table.insert(place, heading, cells)
    return table


def _why_none(point: Mapping[str, Any]) -> str:
    return CONFIDENTIAL if "suppressed" in str(point["flags"]) else NOT_AVAILABLE
