"""Trimming: returns so far from the others that they are more likely mistakes than costs."""

from dataclasses import replace
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from levelfield.tariff.returned import Bools, Floats
from levelfield.tariff.steps.base import Draw, Inputs, PriceStep
from levelfield.tariff.steps.medians import weighted_median


def near(unit_cost: Floats, times: Floats, ratio: float, least: int) -> Bools:
    """Which returns lie within `ratio` times the median of their currency, by draw.

    `unit_cost` is by provider and currency (`nan` for none), `times` by draw and provider; the
    median is over the providers of the draw, each as often as it was drawn. Nothing is trimmed
    where fewer than `least` were drawn.
    """
    held = np.isfinite(unit_cost)
    middle = weighted_median(unit_cost, times[:, :, np.newaxis] * held)[:, np.newaxis, :]
    enough = (times @ held >= least)[:, np.newaxis, :]
    with np.errstate(invalid="ignore"):
        inside = (unit_cost <= middle * ratio) & (unit_cost >= middle / ratio)
    return np.asarray(held & (inside | ~enough))


class Trim(PriceStep):
    """Leave out returns whose unit cost is more than `ratio` times the median of its currency, or
    less than the median divided by it, where at least `least_providers` have one.

    Their costs still count where the list is scaled to all that was returned.
    """

    title: ClassVar[str] = "Trimmed"
    remedy: ClassVar[str] = (
        "Ask the provider whether units and cost are right; if they are, raise 'trim.ratio'. The "
        "cost still counts in what the list is scaled to."
    )

    step: Literal["trim"]
    ratio: float = Field(gt=1)
    least_providers: int = Field(default=5, ge=3)

    def apply(self, draw: Draw, inputs: Inputs) -> Draw:
        unit_cost = draw.returned.unit_cost
        kept = near(unit_cost, draw.times, self.ratio, self.least_providers)
        trimmed = replace(draw, kept=kept)
        with np.errstate(divide="ignore", invalid="ignore"):
            price = trimmed.sums(draw.returned.cost) / trimmed.sums(draw.returned.units)
        return replace(trimmed, price=price)

    def why(self, before: Draw, after: Draw, column: int, inputs: Inputs) -> str:
        out = before.returned.held[:, column] & ~after.kept[0, :, column]
        names = [p for p, gone in zip(before.returned.providers, out, strict=True) if gone]
        beyond = f"beyond {self.ratio:g} times the median"
        return f"{', '.join(names)} {beyond}" if names else f"nobody {beyond}"
