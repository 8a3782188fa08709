"""The YAML file of a price list that is made from cost returns."""

from datetime import date
from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from levelfield.core.definitions import Definition
from levelfield.core.errors import LevelfieldError
from levelfield.core.periods import FinancialYear
from levelfield.tariff.cost_returns import check_years
from levelfield.tariff.price_list import KINDS, PriceListFile
from levelfield.tariff.steps import ORDER, StepModel
from levelfield.tariff.unit_costs import Uplift
from levelfield.tariff.verdict import Verdicts


class IntervalChoice(Definition):
    """The bootstrap over providers: how many draws, which share of them the interval holds, and
    the seed that makes it come out the same again."""

    replicates: int = Field(default=1000, ge=100, le=100_000)
    confidence: float = Field(default=0.95, gt=0.5, lt=1)
    seed: int = Field(default=1, ge=0)


class CostReturnFile(PriceListFile):
    """What the YAML file of a list from cost returns holds.

    `returns`, `submitted` (provider, currency, units), `quality` (provider, currency or "" for all,
    lost, unclassified, without_attendance) and `last_year` (currency, price) are CSV files beside
    the YAML file, or shipped with the package. `years` are those of the returns, the last of them
    the base year; `index` carries earlier ones to it. The list is for the activity of `for_year`.
    """

    kind: Literal["cost-returns"]
    years: tuple[str, ...] = Field(min_length=1)
    for_year: str
    holds_from: date
    returns: str
    submitted: str = ""
    quality: str = ""
    last_year: str = ""
    index: Uplift | None = None
    bad_rows: Literal["set_aside", "refuse"] = "set_aside"
    steps: tuple[StepModel, ...]
    interval: IntervalChoice = IntervalChoice()
    verdict: Verdicts = Verdicts()

    @model_validator(mode="before")
    @classmethod
    def _of_returns(cls, content: object) -> object:
        # Else every key of the other kind would be told as a mistake of its own.
        kind = content.get("kind") if isinstance(content, dict) else None
        if kind in KINDS and kind != "cost-returns":
            raise ValueError(
                f"'kind' is {kind}, and only a list of the kind cost-returns is made from returns. "
                "levelfield prices shows the prices of the others"
            )
        return content

    @field_validator("steps")
    @classmethod
    def _in_order(cls, steps: tuple[StepModel, ...]) -> tuple[StepModel, ...]:
        places = [ORDER.index(step.step) for step in steps]
        for before, after in pairwise(places):
            if after <= before:
                raise ValueError(
                    f"has '{ORDER[after]}' behind '{ORDER[before]}': each step comes once at most, "
                    f"in this order: {', '.join(ORDER)}"
                )
        if "level" not in [step.step for step in steps]:
            raise ValueError("has no 'level': add mean, median or regression")
        return steps

    @model_validator(mode="after")
    def _fits(self) -> Self:
        names = [step.step for step in self.steps]
        try:
            check_years(self.years)
            FinancialYear.parse(self.for_year)
        except LevelfieldError as error:
            raise ValueError(str(error)) from None
        if self.base_year != self.years[-1]:
            raise ValueError("'base_year' has to be the last of 'years': costs are carried to it")
        if len(self.years) > 1 and self.index is None:
            raise ValueError("returns of several years need an 'index' that carries them together")
        for step, needs, given in (
            ("market_forces", "'market_forces'", self.market_forces is not None),
            ("completeness", "a file in 'quality'", bool(self.quality)),
            ("smooth", "a file in 'last_year'", bool(self.last_year)),
        ):
            if step in names and not given:
                raise ValueError(f"the step '{step}' needs {needs}: add it, or take the step out")
        if self.market_forces is not None and "market_forces" not in names:
            raise ValueError("'market_forces' is given and no step takes it out of the costs")
        uses_index = any(
            link.index for step in self.steps if step.step == "chain" for link in step.links
        )
        if uses_index and self.index is None:
            raise ValueError("a link of the chain uses the index: add 'index'")
        return self
