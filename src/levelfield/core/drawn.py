"""Small tables drawn in text with `|`: how worked examples and specs give data.

The first line names the columns, each line after it is a row. A cell may be empty.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa

from levelfield.core.errors import DefinitionError

Row = dict[str, str]


def names(text: str) -> list[str]:
    """The columns of a drawn table, in their order; none where nothing is drawn."""
    lines = _lines(text)
    return lines[0] if lines else []


def rows(text: str, where: str = "the table") -> list[Row]:
    """The rows of a drawn table, each cell as text.

    Raises DefinitionError, which begins with `where`, for a row with another number of cells than
    there are names.
    """
    lines = _lines(text)
    for cells in lines[1:]:
        if len(cells) != len(lines[0]):
            raise DefinitionError(
                f"{where}: the row '{' | '.join(cells)}' has {len(cells)} cells for "
                f"{len(lines[0])} columns: draw one for each."
            )
    return [dict(zip(lines[0], cells, strict=True)) for cells in lines[1:]]


def table(
    drawn: Iterable[Row],
    schema: pa.Schema,
    defaults: Mapping[str, str] = {},
    where: str = "the table",
) -> pa.Table:
    """Drawn rows with every column of `schema`; what is not drawn is the default, else empty.

    Raises DefinitionError for a column that the schema does not have, and as `typed` does.
    """
    found = list(drawn)
    for name in {name: None for row in found for name in row}:
        if name not in schema.names:
            raise DefinitionError(f"{where} has no column '{name}'.")
    columns = {
        field.name: [
            typed(row.get(field.name, defaults.get(field.name, "")), field, where) for row in found
        ]
        for field in schema
    }
    return pa.table(columns, schema=schema)


def typed(text: str, field: pa.Field, where: str = "the table") -> object:
    """A drawn cell as a value of its column; an empty one is none, and '' is an empty text.

    Raises DefinitionError for a cell that is not of the column's type.
    """
    if text == "":
        return None
    try:
        return _value(text, field.type)
    except (KeyError, ValueError, ArithmeticError):
        raise DefinitionError(
            f"{where}: '{text}' in the column '{field.name}' is not a value of type {field.type}."
        ) from None


def _lines(text: str) -> list[list[str]]:
    return [
        [cell.strip() for cell in line.split("|")] for line in text.splitlines() if line.strip()
    ]


def _value(text: str, kind: pa.DataType) -> object:
    if pa.types.is_boolean(kind):
        return {"true": True, "false": False}[text]
    if pa.types.is_integer(kind):
        return int(text.replace(",", ""))
    if pa.types.is_floating(kind):
        return float(text)
    if pa.types.is_decimal(kind):
        return Decimal(text)
    if pa.types.is_date(kind):
        return date.fromisoformat(text)
    if pa.types.is_timestamp(kind):
        return datetime.fromisoformat(text)
    return "" if text == "''" else text
