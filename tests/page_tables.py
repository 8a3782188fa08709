"""What stands in the tables of pages, as text and as pence."""

from levelfield.publish.parts import Cell, Table


def texts(table: object) -> list[list[str]]:
    """The rows of a table on a page, without their links."""
    assert isinstance(table, Table)
    return [[cell.text if isinstance(cell, Cell) else cell for cell in row] for row in table.rows]


def pence(text: str) -> int:
    """Printed pounds as pence."""
    return int(text.replace("£", "").replace(",", "").replace(".", ""))
