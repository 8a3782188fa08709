"""Smoothing: a price does not leap from one year to the next."""

from dataclasses import replace
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from levelfield.tariff.returned import Floats
from levelfield.tariff.steps.base import Draw, Inputs, PriceStep


def smoothed(price: Floats, last: Floats, weight: float, most: float | None) -> Floats:
    """`weight` × the new price + (1 − weight) × last year's, no further from last year's than the
    share `most` of it. A price without one of last year stays as it is."""
    mixed = weight * price + (1 - weight) * last
    if most is not None:
        mixed = np.clip(mixed, last * (1 - most), last * (1 + most))
    return np.where(np.isfinite(last), mixed, price)


class Smooth(PriceStep):
    """Mix each price with last year's, and let it move by no more than `most_change` of it.

    `carry` brings last year's prices to this year first (1.02 for 2% of inflation). What a price is
    held to is a decision and no estimate: the interval is that of the price before this step.
    """

    title: ClassVar[str] = "Smoothed against last year"

    step: Literal["smooth"]
    weight: float = Field(ge=0, le=1)
    most_change: float | None = Field(default=None, ge=0)
    carry: float = Field(default=1.0, gt=0)

    def apply(self, draw: Draw, inputs: Inputs) -> Draw:
        assert inputs.last_year is not None
        last = inputs.last_year * self.carry
        return replace(draw, price=smoothed(draw.price, last, self.weight, self.most_change))

    def mixed(self, after: Draw, column: int, inputs: Inputs) -> tuple[float, float] | None:
        assert inputs.last_year is not None
        last, price = inputs.last_year[column] * self.carry, after.price[0, column]
        if not np.isfinite(last):
            return 1.0, 0.0
        bounds = () if self.most_change is None else (1 - self.most_change, 1 + self.most_change)
        if any(price == last * bound for bound in bounds):
            return 0.0, float(price)
        return self.weight, float((1 - self.weight) * last)

    def why(self, before: Draw, after: Draw, column: int, inputs: Inputs) -> str:
        assert inputs.last_year is not None
        last = inputs.last_year[column]
        if not np.isfinite(last):
            return "no price of last year"
        carried = f" × {self.carry:g}" if self.carry != 1 else ""
        bound = "" if self.most_change is None else f", at most {self.most_change:.0%} from it"
        return f"{self.weight:.0%} of it and the rest of £{last / 100:,.4f}{carried}{bound}"
