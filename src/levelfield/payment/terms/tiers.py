"""Activity beyond thresholds, paid at marginal rates."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Literal

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
    return _steps("above", tiers, plan, activity, "Activity more than {0}% above plan, at {1}")


def below(tiers: Sequence[Below], plan: int, activity: int) -> Iterator[Step]:
    """What activity below its plan takes back, by tier: amounts below zero."""
    return _steps("below", tiers, plan, activity, "Activity more than {0}% below plan, back at {1}")


def _steps(
    side: Literal["above", "below"],
    tiers: Sequence[Above | Below],
    plan: int,
    activity: int,
    words: str,
) -> Iterator[Step]:
    """The part of activity between each threshold and the next, at the tier's rate."""
    sign, way, nearer = (1, "+", min) if side == "above" else (-1, "-", max)
    for number, tier in enumerate(tiers):
        start = Fraction(plan) * (1 + sign * Fraction(tier.percent) / 100)
        if sign * (activity - start) <= 0:
            return
        reached, top, to = Fraction(activity), "activity", {}
        if number + 1 < len(tiers):
            to = {"to": tiers[number + 1].percent}
            reached = nearer(reached, Fraction(plan) * (1 + sign * Fraction(to["to"]) / 100))
            top = f"{nearer.__name__.upper()}(activity,plan*(1{way}to/100))"
        numbers = named(
            rate=tier.rate,
            plan=pounds(plan),
            activity=pounds(activity),
            start=tier.percent,
            **to,
        )
        yield Step(
            f"{side}-{number + 1}",
            f"{words.format(tier.percent, tier.rate)} of its price",
            rounded(
                (reached - start) * Fraction(tier.rate) / 100,
                f"rate*({top}-plan*(1{way}start/100))",
                numbers,
            ),
        )
