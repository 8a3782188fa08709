"""A block for little activity, from what it was worth in three years before."""

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from levelfield.core.errors import ContractError
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
)
from levelfield.payment.terms.base import CareTerm, Draft, sum_line

if TYPE_CHECKING:
    from levelfield.payment.contract import Contract
    from levelfield.payment.reckoning import Reckoning

YEARS = 3


class LowVolumeTerm(CareTerm):
    """A fixed sum, the mean of what the care was worth in three years before.

    year = (value of year 1 + value of year 2 + value of year 3) ÷ 3, indexed as a block
    month = as a block; one share of 1 in `profile` pays it all in that month

    `history` is pounds by financial year: three years in a row that end before the contract's.
    `limit` refuses a mean above it, since this kind is for small sums.
    """

    kind: Literal["low_volume"]
    history: Annotated[dict[str, Pounds], Field(min_length=YEARS, max_length=YEARS)]
    limit: Pounds | None = None
    profile: Profile | None = None
    indexation: Indexation | None = None

    def check(self, contract: "Contract", where: str) -> None:
        years = sorted(FinancialYear.parse(year).start for year in self.history)
        if (
            years != list(range(years[0], years[0] + YEARS))
            or years[-1] >= contract.financial_year.start
        ):
            raise ContractError(
                f"{where}: 'history' is of {', '.join(self.history)}. Give three years in a row "
                f"that end before {contract.year}."
            )
        if self.indexation is not None:
            self.indexation.steps(contract.financial_year, where)
        mean = Fraction(sum(self.history.values())) / YEARS
        if self.limit is not None and mean > self.limit:
            raise ContractError(
                f"{where}: the mean of 'history' is £{float(mean):,.2f}, above the limit of "
                f"£{self.limit:,}. Pay it by another kind of term, or raise the limit."
            )

    def year_amount(self, year: FinancialYear) -> Amount:
        """The sum of the contract's year."""
        values = [self.history[name] for name in sorted(self.history)]
        exact, formula = Fraction(sum(values)) / YEARS, "(year_1+year_2+year_3)/3"
        workings = [Working(f"year_{n}", value) for n, value in enumerate(values, start=1)]
        steps = [] if self.indexation is None else self.indexation.steps(year, self.id)
        exact, formula, more = indexed(exact, formula, steps)
        return rounded(exact, formula, (*workings, *more))

    def draft(self, month: Month, work: "Reckoning") -> Iterable[Draft]:
        place = work.place(month)
        annual = self.year_amount(work.contract.financial_year)
        yield sum_line(
            f"Low-volume block, month {place} of 12", of_month(annual, place, self.profile)
        )
