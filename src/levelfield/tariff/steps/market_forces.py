"""Market forces out: costs as they would be at the average place."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import ClassVar, Literal

import numpy as np

from levelfield.tariff.returned import Floats, Returned
from levelfield.tariff.steps.base import Change, Inputs, ReturnStep


def without_place(cost: Floats, factor: Floats) -> tuple[Floats, float]:
    """Costs at the average factor, and that factor.

    `cost` is by provider and currency, `factor` by provider; `nan` is a provider that has none and
    is taken to be average. The average weighs each provider by its activity, every unit at what it
    costs free of place: so the costs add up to what they did.
    """
    known = np.isfinite(factor)
    total = cost[known].sum()
    average = float(total / (cost[known] / factor[known, np.newaxis]).sum()) if total > 0 else 1.0
    own = np.where(known, factor, average)
    return cost * (average / own)[:, np.newaxis], average


class MarketForcesOut(ReturnStep):
    """Take each provider's market forces factor out of its costs, and put the average in.

    The average is weighted by activity, so that the total of the costs is kept.
    """

    title: ClassVar[str] = "Market forces factor taken out, average put in"

    step: Literal["market_forces"]

    def apply(self, returned: Returned, inputs: Inputs) -> tuple[Returned, list[Change]]:
        factor = own_factors(returned.providers, inputs.factors)
        cost, average = without_place(returned.cost, factor)
        changes = []
        for row, column in np.argwhere(returned.held):
            own = factor[row]
            why = f"÷ {own:.6f} × {average:.6f}" if np.isfinite(own) else "no factor: average"
            after = float(cost[row, column])
            changes.append(self.change(returned, row, column, "cost", after, why))
        return replace(returned, cost=cost, average=average), changes


def own_factors(providers: tuple[str, ...], factors: Mapping[str, Decimal]) -> Floats:
    """The factor of each provider; `nan` for none."""
    return np.array([float(factors.get(code, "nan")) for code in providers])
