"""Money that rests on small numbers: chance alone moves it."""

from collections import Counter
from dataclasses import dataclass
from math import sqrt

from levelfield.commissioning.before_signature.goals import GoalTerm, settled_goals
from levelfield.payment import CareTerm, Reckoning
from levelfield.payment.terms.pool import Settled

FEW = 100
"""Fewer units, or a smaller denominator, in a year are a small number [ours]: the 95% interval of a
Poisson count of 100 reaches a fifth to either side."""

TWO_SIDED_95 = 1.959964


@dataclass(frozen=True)
class SmallNumbers:
    """One term over the year, in pence. For a term that pays by units: `cells` of service and
    currency with few units, the money in them, and `chance`, how far chance alone moves all that
    the term pays by units either way (95%, units as independent Poisson counts). For goals: how
    many have a small denominator or none, and the money that hangs on them; `chance` is None.
    """

    term: str
    kind: str
    what: str
    cells: int
    small: int
    at_risk: int
    total: int
    chance: int | None


def small_numbers(work: Reckoning) -> tuple[SmallNumbers, ...]:
    """Every term that pays by units or by goals; a fixed sum does not move with either."""
    made = []
    for term in work.contract.terms:
        if isinstance(term, GoalTerm):
            made.append(_of_goals(work, term))
        elif isinstance(term, CareTerm) and term.by_month and _by_units(work, term):
            made.append(_of_units(work, term))
    return tuple(made)


def _by_units(work: Reckoning, term: CareTerm) -> bool:
    """Whether the lines of a term are of services and currencies."""
    return any(draft.currency for month in work.year for draft in work.drafts(term, month))


def _of_units(work: Reckoning, term: CareTerm) -> SmallNumbers:
    units: Counter[tuple[str, str]] = Counter()
    money: Counter[tuple[str, str]] = Counter()
    variance = 0.0
    for month in work.year:
        for draft in work.drafts(term, month):
            if draft.currency:
                cell = (draft.service or "", draft.currency)
                units[cell] += draft.units
                money[cell] += draft.amount_pence
                variance += draft.units * float(draft.price_pence) ** 2
    few = [cell for cell, number in units.items() if number < FEW]
    return SmallNumbers(
        term=term.id,
        kind=term.kind,
        what=f"services and currencies with fewer than {FEW} units",
        cells=len(units),
        small=len(few),
        at_risk=sum(money[cell] for cell in few),
        total=money.total(),
        chance=round(TWO_SIDED_95 * sqrt(variance)),
    )


def _of_goals(work: Reckoning, term: GoalTerm) -> SmallNumbers:
    settled = settled_goals(work, term)
    few = [one.allotted for one in settled if _is_small(work, one)]
    return SmallNumbers(
        term=term.id,
        kind=term.kind,
        what=f"goals with a denominator below {FEW}, or without a value",
        cells=len(settled),
        small=len(few),
        at_risk=sum(few),
        total=sum(one.allotted for one in settled),
        chance=None,
    )


def _is_small(work: Reckoning, settled: Settled) -> bool:
    goal = settled.stake.goal
    if goal is None or goal.agreed is not None:
        return False
    found = work.measured(goal, work.year)
    return found is None or found.denominator < FEW
