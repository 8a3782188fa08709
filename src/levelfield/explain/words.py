"""How numbers are written in an explanation."""

import pyarrow as pa

UNKNOWN = "not known"


def figure(value: object, unit: str) -> str:
    """A number in its unit (as `benchmark.Reading` names it); `not known` when there is none.

    Percent and points are stored from 0 to 1. Two decimals, since this is where people check.
    """
    if not isinstance(value, int | float) or value != value:
        return UNKNOWN
    if unit == "percent":
        return f"{value:.2%}"
    if unit == "points":
        return f"{value * 100:+.2f} percentage points"
    text = f"{value:,.0f}" if value == round(value) else f"{value:,.2f}"
    return f"{text} {unit.replace('_', ' ')}" if unit in ("days", "minutes", "per_person") else text


def record_rows(table: pa.Table) -> tuple[tuple[str, ...], ...]:
    """Rows as texts, in the order of the table."""
    return tuple(
        tuple("" if cell is None else str(cell) for cell in row.values())
        for row in table.to_pylist()
    )
