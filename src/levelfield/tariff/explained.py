"""How much of the variance of cost the currencies of a price list explain, said honestly."""

from dataclasses import dataclass

import numpy as np

from levelfield.currencies import Explained, variance_explained
from levelfield.tariff.returned import Returned

WITHIN = (0.5, 1.0)
"""Coefficients of variation of single contacts of one provider and currency, for comparison."""


@dataclass(frozen=True)
class CostExplained:
    """The share of the variance of the cost of a unit that lies between currencies.

    Returns give a mean for each provider and currency, and not how the units behind it differ. So
    `at_most` counts every unit at that mean, and is the most that can be explained. `supposing` has
    the share if single units varied around it as much as WITHIN says: a supposition, no finding.
    """

    at_most: Explained
    supposing: tuple[tuple[float, float], ...]

    @property
    def words(self) -> str:
        """The result in sentences, beside the published reference."""
        if self.at_most.share is None:
            return self.at_most.words
        first, _, reference = self.at_most.words.partition(". ")
        supposed = "; ".join(f"{share:.1%} if by {cv:.0%}" for cv, share in self.supposing)
        return (
            f"{first}, at most: every unit counts at the mean of its provider and currency, since "
            "returns do not say how single units differ. Supposing that they vary around it, the "
            f"share falls: {supposed} (standard deviation over mean). {reference}"
        )


def cost_explained(returned: Returned) -> CostExplained:
    """The share for returns as they are after the steps that adjust them."""
    held = returned.held
    cost, units = returned.unit_cost[held], returned.units[held]
    codes = np.broadcast_to(np.array(returned.currencies), held.shape)[held]
    found = variance_explained(cost, codes, weights=units)
    if found.share is None:
        return CostExplained(found, ())
    middle = np.average(cost, weights=units)
    total = float((units * (cost - middle) ** 2).sum())
    own = float((units * cost**2).sum())
    shares = ((cv, found.share * total / (total + cv**2 * own)) for cv in WITHIN)
    return CostExplained(found, tuple(shares))
