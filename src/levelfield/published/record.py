"""One row of a published file: each cell as what its column says it is, or refused by its place."""

import math
import re
from dataclasses import dataclass
from typing import NoReturn

from levelfield.core.errors import DefinitionError, UsageError
from levelfield.core.periods import parse_period

_LEVELS = {"national": "national", "icb": "commissioner", "provider": "provider"}
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?")


@dataclass(frozen=True)
class Record:
    """The row at `place` (from 0) among the columns of a file.

    Every method raises DefinitionError, with file, row and column, for a cell that cannot be what
    is asked for. Rows are counted as a spreadsheet does, the names of the columns being row 1.
    """

    file: str
    place: int
    columns: dict[str, list[str]]

    def __getitem__(self, column: str) -> str:
        return self.columns[column][self.place]

    def period(self, column: str) -> str:
        """A month or a financial year."""
        text = self[column]
        try:
            parse_period(text)
        except UsageError:
            remedy = "write a month as in 2024-04 or a financial year as in 2024-25"
            self.refuse(column, "is not a period", remedy)
        return text

    def level(self, column: str) -> str:
        """The level of the organisation, in the words of values."""
        if self[column] not in _LEVELS:
            remedy = f"write one of {', '.join(_LEVELS)}"
            self.refuse(column, "is not a level of organisation", remedy)
        return _LEVELS[self[column]]

    def code(self, column: str) -> str:
        """The code of the organisation, which is never blank."""
        if not self[column].strip():
            self.refuse(column, "is no code of an organisation", "write it, or leave the row out")
        return self[column]

    def number(self, column: str, *, signed: bool = False) -> float | None:
        """A figure, or None where the cell is empty: not published is never zero.

        Below zero is refused unless `signed`.
        """
        text = self[column].strip()
        if text == "":
            return None
        figure = float(text) if _NUMBER.fullmatch(text) else math.inf
        if math.isinf(figure) or (figure < 0 and not signed):
            remedy = "write digits alone, as in 85.39, and nothing where nothing was published"
            self.refuse(column, "is not a number from zero up", remedy)
        return figure

    def refuse(self, column: str, fault: str, remedy: str) -> NoReturn:
        """Say what is wrong with a cell, where it stands, and what to do."""
        raise DefinitionError(
            f"{self.file}, row {self.place + 2}: '{self[column]}' in the column '{column}' "
            f"{fault}: {remedy}."
        )
