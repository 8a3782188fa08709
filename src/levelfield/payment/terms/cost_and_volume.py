"""Cost and volume: a fixed sum, adjusted where activity leaves its plan by more than was agreed."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from levelfield.core.errors import ContractError
from levelfield.core.periods import Month
from levelfield.payment.terms.amounts import (
    Amount,
    Pounds,
    Profile,
    named,
    of_month,
    pounds,
    stated,
)
from levelfield.payment.terms.base import Draft, PricedTerm, sum_line
from levelfield.payment.terms.tiers import Above, Below, above, below, rising

if TYPE_CHECKING:
    from levelfield.payment.contract import Contract
    from levelfield.payment.reckoning import Reckoning

Units = Annotated[dict[str, Annotated[int, Field(ge=0)]], Field(min_length=1)]


class CostAndVolumeTerm(PricedTerm):
    """A fixed sum, with marginal rates on activity beyond thresholds around a plan.

    month = fixed × share of the month (as a block)
    settlement = Σ above: rate × activity between plan × (1 + percent) and the next threshold
               − Σ below: rate × activity missing between plan × (1 − percent) and the next
    year = fixed + settlement, not below `floor` and not above `cap`

    Activity is units at unit price, in pounds. `plan` is pounds for the year, or units by currency
    that are valued at the same prices. `settled` says whether each month is held against its share
    of the plan or the year against the whole, in its last month; floor and cap are of the year.
    """

    kind: Literal["cost_and_volume"]
    fixed: Pounds
    plan: Pounds | Units
    above: list[Above] = Field(default_factory=list)
    below: list[Below] = Field(default_factory=list)
    floor: Pounds | None = None
    cap: Pounds | None = None
    profile: Profile | None = None
    settled: Literal["month", "year"] = "year"

    @property
    def figures_of(self) -> tuple[str, ...]:
        return tuple(self.plan) if isinstance(self.plan, dict) else ()

    def check(self, contract: "Contract", where: str) -> None:
        if self.floor is not None and self.cap is not None and self.floor > self.cap:
            raise ContractError(
                f"{where}: the floor of £{self.floor:,} lies above the cap of £{self.cap:,}. "
                "Exchange or correct them."
            )
        for name, bound, side in (("floor", self.floor, "below"), ("cap", self.cap, "above")):
            within = min if side == "above" else max
            if bound is not None and within(self.fixed, bound) != self.fixed:
                raise ContractError(
                    f"{where}: 'fixed' is £{self.fixed:,}, {side} the {name} of £{bound:,}, so "
                    "that the year would end at another sum than its months even if activity went "
                    f"to plan. Correct 'fixed' or '{name}'."
                )
        tiers: tuple[tuple[str, Sequence[Above | Below]], ...] = (
            ("above", self.above),
            ("below", self.below),
        )
        for name, thresholds in tiers:
            if not rising(thresholds):
                raise ContractError(
                    f"{where}: the thresholds under '{name}' do not rise. Give each a larger "
                    "percent than the one before it."
                )

    def plan_amount(self, work: "Reckoning") -> Amount:
        """The plan of the year at unit price."""
        if not isinstance(self.plan, dict):
            return stated(self.plan, "plan")
        value = sum(units * work.price_of(currency, self) for currency, units in self.plan.items())
        return stated(pounds(value), "plan")

    def draft(self, month: Month, work: "Reckoning") -> Iterable[Draft]:
        lines = list(self._unbounded(month, work))
        yield from lines
        if work.settles(month) and (self.floor is not None or self.cap is not None):
            before = [d for one in work.year for d in self._unbounded(one, work)]
            yield from self._bounded(sum(draft.amount_pence for draft in before))

    def _unbounded(self, month: Month, work: "Reckoning") -> Iterable[Draft]:
        place = work.place(month)
        fixed = of_month(stated(self.fixed), place, self.profile)
        yield sum_line(f"Fixed sum, month {place} of 12", fixed, "fixed")
        if self.settled == "month":
            plan = of_month(self.plan_amount(work), place, self.profile)
            yield from self._settlement(plan.pence, work.value_pence(self, month))
        elif work.settles(month):
            activity = sum(work.value_pence(self, one) for one in work.year)
            yield from self._settlement(self.plan_amount(work).pence, activity)

    def _settlement(self, plan: int, activity: int) -> Iterable[Draft]:
        for step in (*above(self.above, plan, activity), *below(self.below, plan, activity)):
            yield sum_line(step.description, step.amount, step.part)

    def _bounded(self, year: int) -> Iterable[Draft]:
        """What brings the year up to its floor, or down to its cap."""
        for name, bound in (("floor", self.floor), ("cap", self.cap)):
            missing = 0 if bound is None else int(bound * 100) - year
            if bound is not None and (missing > 0 if name == "floor" else missing < 0):
                numbers = named(bound=bound, year=pounds(year))
                yield sum_line(
                    f"To the {name} of the year", Amount(missing, "bound-year", numbers), name
                )
