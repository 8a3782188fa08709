"""A block: a fixed sum for the year."""

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from levelfield.core.periods import FinancialYear, Month
from levelfield.payment.terms.amounts import (
    Amount,
    Indexation,
    Pounds,
    Profile,
    Working,
    indexed,
    of_month,
    rounded,
    stated,
)
from levelfield.payment.terms.base import CareTerm, Draft, sum_line

if TYPE_CHECKING:
    from levelfield.payment.contract import Contract
    from levelfield.payment.reckoning import Reckoning


class BlockTerm(CareTerm):
    """A fixed sum for the year, whatever is done.

    year = annual × Π (1 + uplift) × (1 − efficiency) over the years of `indexation`, if any
    month 1 to 11 = year × share of the month, rounded down to the penny; month 12 = the rest

    `annual` is pounds, of the base year where there is `indexation`. `profile` holds the shares of
    April to March and adds up to one; without it a share is a twelfth.
    """

    kind: Literal["block"]
    annual: Pounds
    profile: Profile | None = None
    indexation: Indexation | None = None

    def check(self, contract: "Contract", where: str) -> None:
        if self.indexation is not None:
            self.indexation.steps(contract.financial_year, where)

    def year_amount(self, year: FinancialYear) -> Amount:
        """The sum of the contract's year."""
        if self.indexation is None:
            return stated(self.annual)
        steps = self.indexation.steps(year, self.id)
        exact, formula, workings = indexed(Fraction(self.annual), "annual", steps)
        return rounded(exact, formula, (Working("annual", self.annual), *workings))

    def draft(self, month: Month, work: "Reckoning") -> Iterable[Draft]:
        place = work.place(month)
        annual = self.year_amount(work.contract.financial_year)
        yield sum_line(f"Block, month {place} of 12", of_month(annual, place, self.profile))
