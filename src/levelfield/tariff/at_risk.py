"""The pounds at risk: what each provider stands to lose or gain where a price is not its cost."""

from dataclasses import dataclass

import numpy as np

from levelfield.core.money import format_pounds
from levelfield.tariff.returned import Floats, Returned


@dataclass(frozen=True)
class AtRisk:
    """A provider's units of one currency, or of all ("" as currency), in whole pence.

    `paid` is what they earn at the list, `cost` what they cost in the base year as adjusted, both
    at the average place. `under` is what the provider would lose were prices as far too low as the
    interval allows, `over` what would be overpaid were they as far too high. Those of all
    currencies are less than the sum, since not all prices are wrong the same way at once.
    """

    provider: str
    currency: str
    units: float
    paid: int
    cost: int
    under: int
    over: int

    @property
    def words(self) -> str:
        """The risk in a sentence."""
        return (
            f"{self.provider}: {format_pounds(self.under)} at risk of being paid too little, "
            f"{format_pounds(self.over)} of too much."
        )


def at_risk(
    returned: Returned, price: Floats, bounds: tuple[Floats, Floats], drawn: Floats, tail: float
) -> list[AtRisk]:
    """By provider, all currencies together first and each after that.

    `price` and `bounds` are pence by currency, `drawn` pence by replicate and currency. `tail` is
    the share of replicates beyond either end. A price without an interval has no known risk and
    adds none; a currency without a price is left out.
    """
    lower, upper = bounds
    priced = np.isfinite(price)
    units = np.where(priced, returned.units, 0.0)
    known = np.nan_to_num(price)
    # A replicate that drew nobody with a currency says nothing of its price.
    apart = np.where(np.isfinite(drawn), drawn - known, 0.0)
    low, high = np.quantile(apart @ units.T, [tail, 1 - tail], axis=0)
    under = np.nan_to_num(units * np.maximum(upper - price, 0.0))
    over = np.nan_to_num(units * np.maximum(price - lower, 0.0))
    found = []
    for row, provider in enumerate(returned.providers):
        paid, cost = float(units[row] @ known), float(returned.cost[row, priced].sum())
        figures = (paid, cost, max(0.0, float(high[row])), max(0.0, -float(low[row])))
        found.append(AtRisk(provider, "", float(units[row].sum()), *map(round, figures)))
        for column in np.flatnonzero(units[row] > 0):
            figures = (
                units[row, column] * price[column],
                returned.cost[row, column],
                under[row, column],
                over[row, column],
            )
            code, own = returned.currencies[column], float(units[row, column])
            found.append(AtRisk(provider, code, own, *(round(float(f)) for f in figures)))
    return found
