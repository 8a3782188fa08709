"""Monotone prices: where bands are ordered by need, more need never costs less."""

from dataclasses import replace
from typing import ClassVar, Literal

import numpy as np
from scipy.optimize import isotonic_regression

from levelfield.tariff.returned import Floats
from levelfield.tariff.steps.base import Draw, Inputs, PriceStep


def rising(price: Floats, weight: Floats) -> Floats:
    """The nearest prices that never fall, by weighted least squares; `nan` stays where it is.

    Bands that are out of order share their mean. Source: pool adjacent violators (Ayer et al.
    1955), as scipy has it.
    """
    found = price.copy()
    known = np.isfinite(price) & (weight > 0)
    if known.sum() > 1:
        found[known] = isotonic_regression(price[known], weights=weight[known]).x
    return found


class Monotone(PriceStep):
    """Let no price fall from a band to one of more need, by pooling bands that are out of order.

    `bands` are lists of currencies, each from least to most need, beside those that the scheme
    ranks.
    """

    title: ClassVar[str] = "Monotone bands"

    step: Literal["monotone"]
    bands: tuple[tuple[str, ...], ...] = ()

    def apply(self, draw: Draw, inputs: Inputs) -> Draw:
        price = draw.price.copy()
        at = {code: n for n, code in enumerate(draw.returned.currencies)}
        units = draw.units
        for band in (*inputs.bands, *self.bands):
            places = [at[code] for code in band if code in at]
            for number in range(len(price)):
                price[number, places] = rising(price[number, places], units[number, places])
        return replace(draw, price=price)

    def why(self, before: Draw, after: Draw, column: int, inputs: Inputs) -> str:
        code = before.returned.currencies[column]
        band = next((b for b in (*inputs.bands, *self.bands) if code in b), None)
        if band is None:
            return "in no ordered band"
        if before.price[0, column] == after.price[0, column]:
            return "in order already"
        return f"pooled with its neighbours among {', '.join(band)}"
