"""Payment for outcomes: points in a tree, each worth a set sum of the money at risk."""

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from levelfield.core.definitions import Definition
from levelfield.core.errors import ContractError
from levelfield.core.money import format_pounds
from levelfield.core.periods import FinancialYear, Month
from levelfield.payment.terms.achievement import Goal
from levelfield.payment.terms.amounts import (
    Amount,
    Percent,
    Pounds,
    Share,
    named,
    of_month,
    rounded,
)
from levelfield.payment.terms.base import Draft, Term
from levelfield.payment.terms.pool import (
    Paid,
    Settled,
    Stake,
    judge_year,
    pool_lines,
    settle,
    settled_notes,
)

if TYPE_CHECKING:
    from levelfield.payment.contract import Contract
    from levelfield.payment.reckoning import Reckoning

Points = Annotated[int, Field(gt=0)]


class Indicator(Definition):
    """What is measured. From the financial year `deferred_to` on it is decided; before, its money
    is held and no goal is needed."""

    id: str
    title: str
    points: Points
    goal: Goal | None = None
    deferred_to: str = ""


class Outcome(Definition):
    """What people should have of the care. `health` says whose parity it counts for."""

    id: str
    title: str
    points: Points
    health: Literal["mental", "physical", "both"] = "both"
    indicators: Annotated[list[Indicator], Field(min_length=1)]


class Domain(Definition):
    """A part of the framework."""

    id: str
    title: str
    points: Points
    outcomes: Annotated[list[Outcome], Field(min_length=1)]


class Parity(Definition):
    """The band that the share of mental health points should lie in, agreed beforehand."""

    least: Share
    most: Share


class OutcomesTerm(Term):
    """A share of the contract's value is earned by outcomes.

    pool = value of the year × at_risk_percent of the year ÷ 100
    pounds a point = pool ÷ all points, deferred ones included
    earned = Σ points × achievement × pounds a point, to the penny by largest remainder

    `first_year` is the first of the contract; `at_risk_percent` has a percentage for each of its
    years, as 0, 10, 10, 15, 15. `values` holds the value of each year: that of another year is
    never used. Points are whole numbers, and the points of a domain are the sum of its outcomes',
    theirs of their indicators'. `paid` says how (`earned`, `clawed_back` or `withheld`); it is
    settled in the last month, by the values of measures in that year (see `Goal`).
    """

    kind: Literal["outcomes"]
    first_year: str
    at_risk_percent: Annotated[list[Percent], Field(min_length=1)]
    values: Annotated[dict[str, Pounds], Field(min_length=1)]
    paid: Paid = "earned"
    points: Points
    domains: Annotated[list[Domain], Field(min_length=1)]
    parity: Parity | None = None

    def indicators(self) -> Iterator[Indicator]:
        """Every indicator of the tree, in its order."""
        for domain in self.domains:
            for outcome in domain.outcomes:
                yield from outcome.indicators

    def check(self, contract: "Contract", where: str) -> None:
        self._check_points(where)
        self._check_year(contract, where)
        outcomes = [one for domain in self.domains for one in domain.outcomes]
        for what, names in (
            ("domain", [one.id for one in self.domains]),
            ("outcome", [one.id for one in outcomes]),
            ("indicator", [one.id for one in self.indicators()]),
        ):
            for name, count in Counter(names).items():
                if count > 1:
                    raise ContractError(
                        f"{where}: the {what} '{name}' comes {count} times. Give each its own id."
                    )
        for one in self.indicators():
            if one.goal is not None:
                one.goal.check_goal(f"{where}, indicator {one.id}")
            elif not self._deferred(one, contract.financial_year):
                raise ContractError(
                    f"{where}, indicator {one.id}: it has no goal and counts in {contract.year}. "
                    "Agree its goal, or name the year in 'deferred_to'."
                )
        if self.parity is not None and self.parity.least > self.parity.most:
            raise ContractError(f"{where}: under 'parity' least lies above most. Exchange them.")

    def _check_points(self, where: str) -> None:
        sums: list[tuple[str, int, int]] = [
            ("the term", self.points, sum(domain.points for domain in self.domains))
        ]
        for domain in self.domains:
            below = sum(outcome.points for outcome in domain.outcomes)
            sums.append((f"the domain {domain.id}", domain.points, below))
            for outcome in domain.outcomes:
                below = sum(one.points for one in outcome.indicators)
                sums.append((f"the outcome {outcome.id}", outcome.points, below))
        for name, own, below in sums:
            if own != below:
                raise ContractError(
                    f"{where}: {name} has {own} points, and what lies below it {below}. Make them "
                    "the same."
                )

    def _check_year(self, contract: "Contract", where: str) -> None:
        first = FinancialYear.parse(self.first_year)
        number = contract.financial_year.start - first.start + 1
        if not 1 <= number <= len(self.at_risk_percent):
            raise ContractError(
                f"{where}: {contract.year} would be year {number} of the contract, and "
                f"'at_risk_percent' has {len(self.at_risk_percent)}. Correct 'first_year', or add "
                "the percentage of that year."
            )
        if contract.year not in self.values:
            raise ContractError(
                f"{where}: 'values' has no value of {contract.year}. Add it: the value of another "
                "year does not stand in."
            )

    def at_risk(self, year: FinancialYear) -> Decimal:
        """The percentage at risk in a year."""
        return self.at_risk_percent[year.start - FinancialYear.parse(self.first_year).start]

    def pool(self, year: FinancialYear) -> Amount:
        """The money at risk in a year."""
        value, percent = self.values[str(year)], self.at_risk(year)
        exact = Fraction(value) * Fraction(percent) / 100
        return rounded(exact, "value*percent/100", named(value=value, percent=percent))

    def mental_share(self) -> Fraction | None:
        """Points of mental health outcomes over those of mental and physical ones."""
        points: Counter[str] = Counter()
        for domain in self.domains:
            for outcome in domain.outcomes:
                points[outcome.health] += outcome.points
        both = points["mental"] + points["physical"]
        return Fraction(points["mental"], both) if both else None

    def settle(self, work: "Reckoning") -> list[Settled]:
        """Every indicator at the end of the contract's year."""
        year = work.contract.financial_year
        stakes = [
            Stake(
                one.id,
                one.title,
                Fraction(one.points),
                None if self._deferred(one, year) else one.goal,
            )
            for one in self.indicators()
        ]
        return settle(self.pool(year).pence, stakes, judge_year(work))

    def draft(self, month: Month, work: "Reckoning") -> Iterable[Draft]:
        pool = self.pool(work.contract.financial_year)
        if not pool.pence:
            return ()
        return pool_lines(
            self.paid,
            month,
            work,
            lambda one: of_month(pool, work.place(one), None),
            lambda: (pool.pence, self.settle(work)),
        )

    def notes(self, month: Month, work: "Reckoning") -> Iterable[str]:
        if not work.settles(month):
            return
        year = work.contract.financial_year
        pool = self.pool(year)
        yield (
            f"{self.id}: {self.at_risk(year)}% of £{self.values[str(year)]:,} is at risk, "
            f"{format_pounds(pool.pence)}; a point is worth "
            f"£{pool.pence / 100 / self.points:,.2f} of {self.points} points."
        )
        yield from (f"{self.id}: {note}" for note in settled_notes(self.settle(work)))
        share = self.mental_share()
        if share is not None:
            outside = self.parity is not None and not self.parity.least <= share <= self.parity.most
            yield (
                f"{self.id}: mental health has {float(share):.1%} of the points of mental and "
                f"physical health{', outside the band that was agreed' if outside else ''}."
            )

    def _deferred(self, one: Indicator, year: FinancialYear) -> bool:
        return bool(one.deferred_to) and year < FinancialYear.parse(one.deferred_to)
