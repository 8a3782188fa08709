"""What is wrong with a return: in which column and rows, and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass

_SHOWN = 5


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, at all the rows where it is; without rows, with the file as a whole.

    Rows count from 1 after the names of the columns. No value of a row is told.
    """

    what: str
    remedy: str
    column: str = ""
    rows: tuple[int, ...] = ()

    @property
    def words(self) -> str:
        """Where, what, and what to do, in a sentence or two."""
        at = [f"'{self.column}'"] if self.column else []
        at += [_places(self.rows)] if self.rows else []
        return (
            f"{', '.join(at)}: {self.what}. {self.remedy}" if at else f"{self.what}. {self.remedy}"
        )


def of_rows(column: str, rows: Iterable[int], what: str, remedy: str) -> list[Fault]:
    """One fault at these rows; none without rows."""
    found = tuple(sorted(rows))
    return [Fault(what, remedy, column, found)] if found else []


def _places(rows: tuple[int, ...]) -> str:
    if len(rows) == 1:
        return f"row {rows[0]:,}"
    shown = [f"{row:,}" for row in rows[:_SHOWN]]
    if len(rows) > _SHOWN:
        return f"rows {', '.join(shown)} and {len(rows) - _SHOWN:,} more"
    return f"rows {', '.join(shown[:-1])} and {shown[-1]}"
