"""Small tables drawn in text: how specs give data and state what they expect."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa

Row = dict[str, str]


def rows(text: str) -> list[Row]:
    """The rows of a drawn table: a header, then a line for each row, cells parted by `|`."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    header = [cell.strip() for cell in lines[0].split("|")]
    drawn = []
    for line in lines[1:]:
        cells = [cell.strip() for cell in line.split("|")]
        assert len(cells) == len(header), f"{len(header)} columns, but '{line}' has {len(cells)}"
        drawn.append(dict(zip(header, cells, strict=True)))
    return drawn


def arrow(drawn: Iterable[Row], schema: pa.Schema, defaults: Mapping[str, str] = {}) -> pa.Table:
    """Drawn rows as a table of `schema`; what is not drawn is the default, else empty."""
    columns: dict[str, list[object]] = {field.name: [] for field in schema}
    for row in drawn:
        unknown = set(row) - set(columns)
        assert not unknown, f"no such column: {', '.join(sorted(unknown))}"
        for field in schema:
            text = row.get(field.name, defaults.get(field.name, ""))
            columns[field.name].append(parse(text, field.type))
    return pa.table(columns, schema=schema)


def parse(text: str, arrow_type: pa.DataType) -> object:
    """A drawn cell as a value; an empty one is null, and '' is an empty text."""
    if text == "":
        return None
    if pa.types.is_string(arrow_type):
        return "" if text == "''" else text
    if pa.types.is_boolean(arrow_type):
        return {"true": True, "false": False}[text]
    if pa.types.is_integer(arrow_type):
        return int(text.replace(",", ""))
    if pa.types.is_floating(arrow_type):
        return float(text)
    if pa.types.is_decimal(arrow_type):
        return Decimal(text)
    if pa.types.is_date(arrow_type):
        return date.fromisoformat(text)
    if pa.types.is_timestamp(arrow_type):
        return datetime.fromisoformat(text)
    raise AssertionError(f"a spec cannot draw {arrow_type}")


def assert_rows(found: pa.Table, expected: str, tolerance: float = 0.0) -> None:
    """The table has exactly the expected rows, in any order, in the columns that are drawn.

    `tolerance` is the relative difference allowed to a number with decimals.
    """
    wanted = rows(expected)
    header = [cell.strip() for cell in expected.strip().splitlines()[0].split("|")]
    missing = set(header) - set(found.column_names)
    assert not missing, f"the result has no column {', '.join(sorted(missing))}"
    types = {name: found.schema.field(name).type for name in header}
    left = [tuple(parse(row[name], types[name]) for name in header) for row in wanted]
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
