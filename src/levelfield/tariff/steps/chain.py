"""Uplift and efficiency: the chain of factors from the year of the costs to that of the list."""

from dataclasses import replace
from typing import ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from levelfield.core.definitions import Definition
from levelfield.tariff.steps.base import Draw, Inputs, PriceStep


class Link(Definition):
    """One factor of the chain: a `factor`, an `efficiency` (0.011 takes 1.1% off), or the uplift of
    the price list's index from the base year to that of the list."""

    name: str
    factor: float | None = Field(default=None, gt=0)
    efficiency: float | None = Field(default=None, ge=0, lt=1)
    index: bool = False

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = (self.factor is not None) + (self.efficiency is not None) + self.index
        if given != 1:
            raise ValueError("give one of 'factor', 'efficiency' and 'index: true'")
        return self

    def of(self, inputs: Inputs) -> float:
        """What it multiplies by."""
        if self.factor is not None:
            return self.factor
        if self.efficiency is not None:
            return 1 - self.efficiency
        assert inputs.uplift is not None
        return inputs.uplift


class Chain(PriceStep):
    """Multiply every price by each link in turn."""

    title: ClassVar[str] = "Uplift and efficiency"
    multiplies: ClassVar[bool] = True

    step: Literal["chain"]
    links: tuple[Link, ...] = Field(min_length=1)

    def apply(self, draw: Draw, inputs: Inputs) -> Draw:
        return replace(draw, price=draw.price * np.prod([link.of(inputs) for link in self.links]))

    def why(self, before: Draw, after: Draw, column: int, inputs: Inputs) -> str:
        return "; ".join(f"{link.name} × {link.of(inputs):.6f}" for link in self.links)
