"""How numbers are written in an explanation."""

import pyarrow as pa

from levelfield.core.dates import UNITS_OF_TIME, unit_of_time
from levelfield.disclosure import Audience, public_count

UNKNOWN = "not known"

SAID = {"attended": "counted as attended", "left_out": "left out"}
"""What is done with a contact that has no attendance code."""

_AFTER = {
    "points": " percentage points",
    "per_person": " per person",
}


def figure(value: object, unit: str, per: str = "") -> str:
    """A number in its unit (`unit` and `per` as in `benchmark.Reading`): `£48.10 per contact`;
    `not known` when there is none.

    Percent and points are stored from 0 to 1. Two decimals, since this is where people check.
    """
    number = _number(value, unit)
    if number == UNKNOWN:
        return number
    after = f" {unit_of_time(number, unit)}" if unit in UNITS_OF_TIME else _AFTER.get(unit, "")
    return f"{number}{after} {per}".rstrip()


def interval(lower: object, upper: object, unit: str, per: str = "") -> str | None:
    """`3.06% to 10.60%`, `1 to 8 days`; None when there is none."""
    if lower is None and upper is None:
        return None
    return f"{_number(lower, unit)} to {figure(upper, unit, per)}"


def count(number: object) -> str | None:
    """A count; None where there is none."""
    return None if number is None else figure(number, "number")


def count_for(audience: Audience, number: int) -> str:
    """A count below England as the audience may see it: exact, rounded or suppressed."""
    shown = number if audience == "party" else public_count(number)
    return "suppressed" if shown is None else f"{shown:,}"


def record_rows(table: pa.Table) -> tuple[tuple[str, ...], ...]:
    """Rows as texts, in the order of the table."""
    return tuple(
        tuple("" if cell is None else str(cell) for cell in row.values())
        for row in table.to_pylist()
    )


def _number(value: object, unit: str) -> str:
    if not isinstance(value, int | float) or value != value:
        return UNKNOWN
    if unit == "percent":
        return f"{value:.2%}"
    if unit == "points":
        return f"{value * 100:+.2f}"
    if unit == "pounds":
        return f"{'-' if value < 0 else ''}£{abs(value):,.2f}"
    return f"{value:,.0f}" if value == round(value) else f"{value:,.2f}"
