"""Quality payment: a small percentage on top, paid for goals that were reached."""

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from levelfield.core.definitions import Definition
from levelfield.core.errors import ContractError
from levelfield.core.periods import Month
from levelfield.payment.terms.achievement import Goal
from levelfield.payment.terms.amounts import (
    Amount,
    Percent,
    Pounds,
    Share,
    named,
    of_month,
    pounds,
    rounded,
    stated,
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


class QualityGoal(Definition):
    """A goal and the share of its group's money that it earns."""

    id: str
    title: str
    share: Share
    goal: Goal


class GoalGroup(Definition):
    """Goals that were set together, as nationally or locally, and the percentage they are worth."""

    id: str
    percent: Percent
    goals: Annotated[list[QualityGoal], Field(min_length=1)]


class QualityTerm(Term):
    """A percentage of a base, earned goal by goal.

    pool of a group = base × percent ÷ 100
    earned = Σ pool × share of the goal × achievement, to the penny by largest remainder

    The base is `base` in pounds for the year, or what the terms under `of` pay. As CQUIN was in
    2013/14, two groups of 0.5% (national) and 2.0% (local) make 2.5%, paid only where goals are
    met. There is no quality payment unless a term names it. `paid` says how (`earned`,
    `clawed_back` or `withheld`); it is settled in the last month by the values of the year (see
    `Goal`).
    """

    kind: Literal["quality"]
    base: Pounds | None = None
    of: list[str] = Field(default_factory=list)
    groups: Annotated[list[GoalGroup], Field(min_length=1)]
    paid: Paid = "earned"

    @property
    def refers_to(self) -> tuple[str, ...]:
        return tuple(self.of)

    def check(self, contract: "Contract", where: str) -> None:
        if (self.base is None) == (not self.of):
            raise ContractError(
                f"{where}: give either 'base', in pounds for the year, or 'of', the terms whose "
                "sum is the base."
            )
        goals = [goal for group in self.groups for goal in group.goals]
        for what, names in (
            ("group", [group.id for group in self.groups]),
            ("goal", [goal.id for goal in goals]),
        ):
            for name, count in Counter(names).items():
                if count > 1:
                    raise ContractError(
                        f"{where}: the {what} '{name}' comes {count} times. Give each its own id."
                    )
        percent = sum(group.percent for group in self.groups)
        if percent > 100:
            raise ContractError(
                f"{where}: its groups add up to {percent}% of the base. Together they may have 100%"
                " at most: correct 'percent' of the groups."
            )
        for group in self.groups:
            total = sum(goal.share for goal in group.goals)
            if total != 1:
                raise ContractError(
                    f"{where}, group {group.id}: the shares of its goals add up to {total}, not to "
                    "1. Correct them."
                )
        for goal in goals:
            goal.goal.check_goal(f"{where}, goal {goal.id}")

    def settle(self, work: "Reckoning") -> tuple[int, list[Settled]]:
        """The whole pool, and every goal at the end of the year."""
        total, found = 0, list[Settled]()
        base = sum(self._base(one, work).pence for one in work.year)
        for group in self.groups:
            pool = self._share(Amount(base, "base", named(base=pounds(base))), group)
            total += pool.pence
            stakes = [
                Stake(goal.id, goal.title, Fraction(goal.share), goal.goal) for goal in group.goals
            ]
            found += settle(pool.pence, stakes, judge_year(work))
        return total, found

    def draft(self, month: Month, work: "Reckoning") -> Iterable[Draft]:
        return pool_lines(
            self.paid,
            month,
            work,
            lambda one: self._on_account(one, work),
            lambda: self.settle(work),
        )

    def notes(self, month: Month, work: "Reckoning") -> Iterable[str]:
        if work.settles(month):
            yield from (f"{self.id}: {note}" for note in settled_notes(self.settle(work)[1]))

    def _base(self, month: Month, work: "Reckoning") -> Amount:
        """What a month adds to the base."""
        if self.base is not None:
            return of_month(stated(self.base, "base"), work.place(month), None)
        pence = sum(work.amount_pence(name, month) for name in self.of)
        return Amount(max(pence, 0), "MAX(base,0)", named(base=pounds(pence)))

    def _share(self, base: Amount, group: GoalGroup) -> Amount:
        exact = Fraction(base.pence) * Fraction(group.percent) / 10_000
        workings = (*base.workings, *named(percent=group.percent))
        return rounded(exact, f"({base.formula})*percent/100", workings)

    def _on_account(self, month: Month, work: "Reckoning") -> Amount:
        base = self._base(month, work)
        percent = sum(group.percent for group in self.groups)
        exact = Fraction(base.pence) * Fraction(percent) / 10_000
        workings = (*base.workings, *named(percent=percent))
        return rounded(exact, f"({base.formula})*percent/100", workings)
