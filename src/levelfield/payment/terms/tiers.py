"""Activity beyond thresholds, paid at marginal rates."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Annotated

from pydantic import Field

from levelfield.core.definitions import Definition
from levelfield.payment.terms.amounts import Amount, Percent, Share, named, pounds, rounded


class Above(Definition):
    """From `percent` above the plan, activity is paid at `rate` of its price."""

    percent: Annotated[Decimal, Field(ge=0)]
    rate: Share


class Below(Definition):
    """From `percent` below the plan, what is missing is taken back at `rate` of its price."""

    percent: Percent
    rate: Share


@dataclass(frozen=True)
class Step:
    """What one threshold adds or takes, and its place among those of its direction."""

    part: str
    description: str
    amount: Amount


def rising(tiers: Sequence[Above | Below]) -> bool:
    """Whether each threshold lies beyond the one before."""
    return all(a.percent < b.percent for a, b in pairwise(tiers))


def above(tiers: Sequence[Above], plan: int, activity: int) -> Iterator[Step]:
    """What activity above its plan adds, by tier; `plan` and `activity` are pence at unit price."""
    for number, tier in enumerate(tiers):
        start = Fraction(plan) * (1 + Fraction(tier.percent) / 100)
        beyond = tiers[number + 1].percent if number + 1 < len(tiers) else None
        end = None if beyond is None else Fraction(plan) * (1 + Fraction(beyond) / 100)
        if activity <= start:
            return
        reached = Fraction(activity) if end is None else min(Fraction(activity), end)
        top = "activity" if end is None else "MIN(activity,plan*(1+to/100))"
        numbers = named(
            rate=tier.rate,
            plan=pounds(plan),
            activity=pounds(activity),
            start=tier.percent,
            **({} if beyond is None else {"to": beyond}),
        )
        yield Step(
            f"above-{number + 1}",
            f"Activity more than {tier.percent}% above plan, at {tier.rate} of its price",
            rounded(
                (reached - start) * Fraction(tier.rate) / 100,
                f"rate*({top}-plan*(1+start/100))",
                numbers,
            ),
        )


def below(tiers: Sequence[Below], plan: int, activity: int) -> Iterator[Step]:
    """What activity below its plan takes back, by tier: amounts below zero."""
    for number, tier in enumerate(tiers):
        start = Fraction(plan) * (1 - Fraction(tier.percent) / 100)
        beyond = tiers[number + 1].percent if number + 1 < len(tiers) else None
        end = None if beyond is None else Fraction(plan) * (1 - Fraction(beyond) / 100)
        if activity >= start:
            return
        reached = Fraction(activity) if end is None else max(Fraction(activity), end)
        bottom = "activity" if end is None else "MAX(activity,plan*(1-to/100))"
        numbers = named(
            rate=tier.rate,
            plan=pounds(plan),
            activity=pounds(activity),
            start=tier.percent,
            **({} if beyond is None else {"to": beyond}),
        )
        yield Step(
            f"below-{number + 1}",
            f"Activity more than {tier.percent}% below plan, back at {tier.rate} of its price",
            rounded(
                (reached - start) * Fraction(tier.rate) / 100,
                f"rate*({bottom}-plan*(1-start/100))",
                numbers,
            ),
        )
