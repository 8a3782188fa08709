"""What a review is about: the months, service lines and sums of a contract's block terms."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from levelfield.core.errors import UsageError
from levelfield.core.periods import FinancialYear, Month
from levelfield.payment.cover import UNLISTED


@dataclass(frozen=True)
class Scope:
    """One provider's block for one commissioner: `months` in order, `lines` (team types, `none`
    for contacts without one, `unlisted` for those whose team type is not in the code list) and what
    the block pays for these months, in pence.

    `left_out` are months of the contract's year in quarters that are not held whole: neither their
    money nor their activity is in the review. `unlisted` are the codes of the line of that name.
    """

    provider: str
    commissioner: str
    year: FinancialYear
    months: tuple[Month, ...]
    left_out: tuple[Month, ...]
    lines: tuple[str, ...]
    block_pence: int
    unlisted: tuple[str, ...] = ()

    @property
    def line_of(self) -> dict[str, str]:
        """The line of each team type that the block pays for, and of `none`."""
        own = {line: line for line in self.lines if line != UNLISTED}
        return own | dict.fromkeys(self.unlisted, UNLISTED)

    @property
    def words(self) -> str:
        """The months in words."""
        return f"{self.months[0]} to {self.months[-1]}"


def whole_quarters(year: FinancialYear, held: Iterable[str]) -> tuple[Month, ...]:
    """The months of the year's quarters that are held whole, since costs come by quarter.

    Raises UsageError when no quarter is.
    """
    there = set(held)
    months: Sequence[Month] = year.months
    found = [
        month
        for first in range(0, 12, 3)
        for month in months[first : first + 3]
        if all(str(one) in there for one in months[first : first + 3])
    ]
    if not found:
        raise UsageError(
            f"No quarter of {year} is held whole, and costs come by quarter. Load the submissions "
            "of three months that make a quarter (April to June, and so on) and build."
        )
    return tuple(found)
