"""Small tables drawn in text: how specs give data and state what they expect."""

import pyarrow as pa

from levelfield.core.drawn import Row, names, rows, typed
from levelfield.core.drawn import table as arrow

__all__ = ["Row", "arrow", "assert_rows", "rows", "typed"]


def assert_rows(found: pa.Table, expected: str, tolerance: float = 0.0) -> None:
    """The table has exactly the expected rows, in any order, in the columns that are drawn.

    `tolerance` is the relative difference allowed to a number with decimals.
    """
    wanted = rows(expected)
    header = names(expected)
    missing = set(header) - set(found.column_names)
    assert not missing, f"the result has no column {', '.join(sorted(missing))}"
    left = [tuple(typed(row[name], found.schema.field(name)) for name in header) for row in wanted]
    right = [tuple(row[name] for name in header) for row in found.select(header).to_pylist()]
    left, right = sorted(left, key=_order), sorted(right, key=_order)
    assert len(left) == len(right), f"expected {len(left)} rows: {left}; found {right}"
    for a, b in zip(left, right, strict=True):
        assert all(_same(x, y, tolerance) for x, y in zip(a, b, strict=True)), (
            f"expected {dict(zip(header, a, strict=True))}, found {dict(zip(header, b, strict=True))}"
        )


def _order(row: tuple[object, ...]) -> tuple[str, ...]:
    return tuple(f"{cell:.6g}" if isinstance(cell, float) else str(cell) for cell in row)


def _same(a: object, b: object, tolerance: float) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return abs(a - b) <= max(tolerance, 1e-12) * max(abs(a), abs(b), 1e-300)
    return a == b
