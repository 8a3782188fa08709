"""The steps from cost returns to a price list, a file each, in the order in which they are taken.

A step is a part of the price list's YAML file: a name and its parameters. Those of the returns
come first, and each leaves a row of the trace for every figure that it changed.
"""

from typing import Annotated

from pydantic import Field

from levelfield.tariff.steps.base import Change, Draw, Inputs, PriceStep, ReturnStep
from levelfield.tariff.steps.chain import Chain
from levelfield.tariff.steps.completeness import Completeness
from levelfield.tariff.steps.credibility import Credibility
from levelfield.tariff.steps.exclude import Exclude
from levelfield.tariff.steps.level import Level
from levelfield.tariff.steps.market_forces import MarketForcesOut
from levelfield.tariff.steps.monotone import Monotone
from levelfield.tariff.steps.reconcile import Reconcile
from levelfield.tariff.steps.scale import Scale
from levelfield.tariff.steps.smooth import Smooth
from levelfield.tariff.steps.trim import Trim

StepModel = Annotated[
    Reconcile
    | Exclude
    | MarketForcesOut
    | Completeness
    | Trim
    | Level
    | Credibility
    | Monotone
    | Scale
    | Chain
    | Smooth,
    Field(discriminator="step"),
]

ORDER = (
    "reconcile",
    "exclude",
    "market_forces",
    "completeness",
    "trim",
    "level",
    "credibility",
    "monotone",
    "scale",
    "chain",
    "smooth",
)
"""The names of the steps in the order in which they are taken. Rounding comes last and always."""

__all__ = [
    "ORDER",
    "Chain",
    "Change",
    "Completeness",
    "Credibility",
    "Draw",
    "Exclude",
    "Inputs",
    "Level",
    "MarketForcesOut",
    "Monotone",
    "PriceStep",
    "Reconcile",
    "ReturnStep",
    "Scale",
    "Smooth",
    "StepModel",
    "Trim",
]
