"""Scaling: the list spends what it should on the activity behind it."""

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import ClassVar, Literal

import numpy as np
from pydantic import field_validator

from levelfield.core.money import format_pounds, pence
from levelfield.tariff.steps.base import Draw, Inputs, PriceStep


class Scale(PriceStep):
    """Multiply all prices by one factor, so that the units behind them cost the total to the penny.

    `to: returned` takes the costs of the returns themselves, trimmed ones included; a number of
    pounds is what the list should spend on these units. A draw of other providers is scaled to its
    own costs; to a stated total it is scaled on the units of the returns.
    """

    title: ClassVar[str] = "Scaled to the total"
    multiplies: ClassVar[bool] = True

    step: Literal["scale"]
    to: Literal["returned"] | Decimal

    @field_validator("to", mode="before")
    @classmethod
    def _above_zero(cls, to: object) -> Literal["returned"] | Decimal:
        if to == "returned":
            return "returned"
        try:
            pounds = Decimal(str(to))
        except InvalidOperation:
            pounds = Decimal(0)
        if not (pounds.is_finite() and pounds > 0):
            raise ValueError(
                f"no list can spend {to}: write the pounds, above zero, that the units "
                "behind the list are to cost together, or 'returned' for what the returns cost"
            )
        return pounds

    def apply(self, draw: Draw, inputs: Inputs) -> Draw:
        return replace(draw, price=draw.price * self._factors(draw)[:, np.newaxis])

    def why(self, before: Draw, after: Draw, column: int, inputs: Inputs) -> str:
        total = format_pounds(round(float(after.spend()[0])))
        named = "what the returns cost" if self.to == "returned" else "the stated total"
        return f"the units behind the list cost {total}, {named}"

    def _factors(self, draw: Draw) -> np.ndarray:
        priced = np.isfinite(draw.price)
        if self.to == "returned":
            cost = draw.times @ draw.returned.cost
            return np.asarray(np.where(priced, cost, 0.0).sum(axis=1) / draw.spend())
        units = np.where(priced, draw.returned.units.sum(axis=0), 0.0)
        return np.asarray(pence(self.to) / np.nansum(draw.price * units, axis=1))
