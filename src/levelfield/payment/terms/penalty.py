"""Penalties: a deduction where data, or anything else that is measured, fall short."""

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from levelfield.core.definitions import Definition
from levelfield.core.errors import ContractError
from levelfield.core.periods import Month
from levelfield.payment.terms.achievement import Goal, judge
from levelfield.payment.terms.amounts import Amount, Percent, named, pounds, rounded
from levelfield.payment.terms.base import Draft, Term, sum_line

if TYPE_CHECKING:
    from levelfield.payment.contract import Contract
    from levelfield.payment.reckoning import Reckoning


class PenaltyRule(Definition):
    """What must be reached in a month, and the percentage that is at stake on it."""

    id: str
    title: str
    percent: Percent
    goal: Goal


class PenaltyTerm(Term):
    """A deduction from what other terms pay for a month, by what fell short in it.

    month = − Σ rules: base × percent ÷ 100 × (1 − achievement), at most base × cap_percent ÷ 100

    The base is what the terms under `of` pay for the month, not below zero. A goal is judged by the
    value of that month: a measure of data quality for a data penalty. Without a value, `missing:
    zero` takes the whole percentage and `suspend` takes nothing and says so.
    """

    kind: Literal["penalty"]
    of: Annotated[list[str], Field(min_length=1)]
    rules: Annotated[list[PenaltyRule], Field(min_length=1)]
    cap_percent: Percent

    @property
    def refers_to(self) -> tuple[str, ...]:
        return tuple(self.of)

    def check(self, contract: "Contract", where: str) -> None:
        for name, count in Counter(rule.id for rule in self.rules).items():
            if count > 1:
                raise ContractError(
                    f"{where}: the rule '{name}' comes {count} times. Give each its own id."
                )
        for rule in self.rules:
            if rule.goal.missing == "reweight":
                raise ContractError(
                    f"{where}, rule {rule.id}: a penalty has no points to give to others. Choose "
                    "'zero' or 'suspend' under 'missing'."
                )
            rule.goal.check_goal(f"{where}, rule {rule.id}")

    def draft(self, month: Month, work: "Reckoning") -> Iterable[Draft]:
        base = max(sum(work.amount_pence(name, month) for name in self.of), 0)
        taken = 0
        for rule in self.rules:
            result = judge(rule.goal, work, [month])
            if result.share is None:
                text = f"{rule.title}: {result.why}; no decision"
                yield sum_line(text, Amount(0, "0", ()), rule.id, result.evidence)
                continue
            short = 1 - result.share
            exact = -Fraction(base) * Fraction(rule.percent) * short / 10_000
            numbers = named(
                base=pounds(base),
                percent=rule.percent,
                top=short.numerator,
                bottom=short.denominator,
            )
            amount = rounded(exact, "-base*percent/100*top/bottom", numbers)
            taken += amount.pence
            yield sum_line(f"{rule.title}: {result.why}", amount, rule.id, result.evidence)
        cap = rounded(-Fraction(base) * Fraction(self.cap_percent) / 10_000, "", ()).pence
        if taken < cap:
            numbers = named(base=pounds(base), cap_percent=self.cap_percent, taken=pounds(taken))
            back = Amount(cap - taken, "ROUND(-base*cap_percent/100,2)-taken", numbers)
            yield sum_line("To the cap of all penalties", back, "cap")
