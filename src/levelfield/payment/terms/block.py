"""A block: a fixed sum for the year."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from levelfield.core.money import pence
from levelfield.core.periods import Month
from levelfield.payment.terms.base import CareTerm, Draft, Pounds, Working

if TYPE_CHECKING:
    from levelfield.payment.reckoning import Reckoning


class BlockTerm(CareTerm):
    """A fixed sum for the year, whatever is done, paid in twelfths.

    month 1 to 11 = annual ÷ 12, rounded down to the penny; month 12 = annual − what was paid
    """

    kind: Literal["block"]
    annual: Pounds

    def month_pence(self, number: int) -> int:
        """What month 1 to 12 of the year is paid: whole pence, the remainder in the last month."""
        annual = pence(self.annual)
        month = annual // 12
        return month if number < 12 else annual - 11 * month

    def draft(self, month: Month, work: "Reckoning") -> Iterable[Draft]:
        place = work.place(month)
        workings = (Working("annual", self.annual), Working("month", Decimal(place)))
        formula = "ROUNDDOWN(annual/12,2)" if place < 12 else "annual-11*ROUNDDOWN(annual/12,2)"
        yield Draft(
            f"Block, month {place} of 12",
            1,
            self.month_pence(place),
            formula=formula,
            workings=workings,
        )
