"""Savings, and what is left of them when hopes come true in part."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from levelfield.commissioning.before_signature.register import Saving
from levelfield.core.money import pence, round_half_away

HAIRCUTS = (Decimal("0.25"), Decimal("0.50"))
"""Shares of the savings that do not come: UC-7 [ours]."""


@dataclass(frozen=True)
class SavingsYear:
    """One financial year in pence: what is assumed, and what is left under each haircut."""

    year: str
    assumed: int
    left: dict[Decimal, int]


def savings_profile(savings: Sequence[Saving]) -> tuple[SavingsYear, ...]:
    """Savings of all items by year, each year's sum cut once and rounded once."""
    years = sorted({year for saving in savings for year in saving.years})
    made = []
    for year in years:
        assumed = sum(pence(saving.years[year]) for saving in savings if year in saving.years)
        left = {cut: round_half_away(assumed * (1 - cut)) for cut in HAIRCUTS}
        made.append(SavingsYear(year, assumed, left))
    return tuple(made)
