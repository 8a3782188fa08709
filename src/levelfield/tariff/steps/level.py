"""The level of each price: mean, median or regression of the unit costs behind it."""

from dataclasses import replace
from typing import ClassVar, Literal

import numpy as np

from levelfield.tariff.returned import Floats
from levelfield.tariff.steps.base import Draw, Inputs, PriceStep
from levelfield.tariff.steps.medians import weighted_median

ROUNDS, CLOSE = 500, 1e-10
"""How often the regression goes round at most, and the change at which it stops."""


def mean(draw: Draw) -> Floats:
    """Costs over units: the mean, each provider weighing what it delivered."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(draw.sums(draw.returned.cost) / draw.sums(draw.returned.units))


def median(draw: Draw) -> Floats:
    """The unit cost of the middle unit: half of the units cost less, half more."""
    weights = draw.times[:, :, np.newaxis] * draw.kept * draw.returned.units
    return weighted_median(draw.returned.unit_cost, weights)


def regression(draw: Draw) -> tuple[Floats, Floats]:
    """Prices by draw and currency, and how dear each provider is beside them (1 for average).

    The cost of a return is taken to be units × price × the level of its provider, fitted as a
    Poisson regression with log link and both as factors: what a currency costs when dear and cheap
    providers deliver different mixes. The fit meets the costs of every currency and provider; it
    is reached by adjusting the two in turn. Prices are scaled so that the units behind them cost
    what they did. Sources: Deming & Stephan (1940) for the rounds; Santos Silva & Tenreyro (2006)
    for the Poisson likelihood where the variance is unknown.
    """
    cost = np.where(draw.kept, draw.returned.cost, 0.0)
    units = np.where(draw.kept, draw.returned.units, 0.0)
    own_cost = cost.sum(axis=2)
    paid = draw.sums(draw.returned.cost)
    delivered = draw.sums(draw.returned.units)
    price = mean(draw)
    level = np.ones(draw.times.shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        for _ in range(ROUNDS):
            expected = np.matmul(units, np.nan_to_num(price)[:, :, np.newaxis])[:, :, 0]
            level = np.where(expected > 0, own_cost / expected, 1.0)
            weight = (draw.times * level)[:, np.newaxis, :]
            fitted = paid / np.matmul(weight, units)[:, 0, :]
            moved = np.nanmax(np.abs(fitted / price - 1), initial=0.0)
            price = fitted
            if moved < CLOSE:
                break
        scale = paid.sum(axis=1) / np.nansum(price * delivered, axis=1)
    return price * scale[:, np.newaxis], level / scale[:, np.newaxis]


class Level(PriceStep):
    """Mean, median or regression of the unit costs of each currency, weighted by units."""

    title: ClassVar[str] = "Level"

    step: Literal["level"]
    method: Literal["mean", "median", "regression"]

    def apply(self, draw: Draw, inputs: Inputs) -> Draw:
        if self.method == "mean":
            price = mean(draw)
        elif self.method == "median":
            price = median(draw)
        else:
            price = regression(draw)[0]
        return replace(draw, price=price)

    def why(self, before: Draw, after: Draw, column: int, inputs: Inputs) -> str:
        providers = int((after.times[0] * after.kept[0, :, column]).sum())
        among = f"{self.method} of {providers} provider{'' if providers == 1 else 's'}"
        said = {
            "mean": "each weighing its units",
            "median": "half of the units cost less",
            "regression": "each allowed to be dear or cheap throughout",
        }
        return f"{among}, {said[self.method]}"
