"""What a check found: which rule, in which table and field, at which rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
"""Row numbers, counted from 1 after the header."""

ALL_FAILED = "F-ALL-FAILED"
STRUCTURE = "F-STRUCT"
NAMES_AGAIN = "R-NAMES"
UNREADABLE = "R-FORMAT"

NOT_TAKEN_UP = frozenset({STRUCTURE, NAMES_AGAIN})
"""Rules at rows of a file that do not come into its table: only the file's numbers tell them."""


@dataclass(frozen=True, eq=False)
class Fault:
    """One rule broken at some rows of one table; without rows, by the file as a whole.

    `message` and `remedy` are empty where the rule's own words say enough. They never hold a
    record's value.
    """

    rule: str
    table: str
    field: str
    rows: Rows
    message: str = ""
    remedy: str = ""

    @classmethod
    def of_file(
        cls,
        table: str,
        message: str,
        rule: str = STRUCTURE,
        field: str = "",
        rows: Iterable[int] = (),
        remedy: str = "",
    ) -> Self:
        """A fault for which the whole submission is refused."""
        return cls(rule, table, field, np.array(sorted(rows), dtype=np.int64), message, remedy)

    @property
    def count(self) -> int:
        """The rows concerned; a fault of the file as a whole counts once."""
        return max(1, len(self.rows))
