"""The measure language: what a measure file may say.

A measure is data: one YAML file that a clinician can read and change. Conditions (`when`) are SQL
expressions over the columns of one fact; `words` and `why` say the same for people.
"""

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from levelfield.core.definitions import Definition

Statistic = Literal["proportion", "mean", "median", "gap"]
Stratifier = Literal["service", "age_band", "sex", "ethnic_group", "deprivation_fifth"]

STRATIFIER_COLUMNS: dict[Stratifier, str] = {
    "service": "team_type",
    "age_band": "age_band",
    "sex": "sex",
    "ethnic_group": "ethnic_group",
    "deprivation_fifth": "deprivation_fifth",
}
"""The fact column behind each stratifier; the order is that of the results."""

INTERVALS: dict[Statistic, str] = {
    "proportion": "wilson",
    "mean": "student",
    "median": "order statistics",
    "gap": "newcombe",
}
"""The method of interval that fits each statistic."""


class Condition(Definition):
    """A condition over the fact's columns, and the same in words that end a sentence."""

    when: str
    words: str


class Observation(Definition):
    """The number that is taken of each row (a median's), and what it is, with its unit."""

    value: str
    words: str


class Exclusion(Definition):
    """Rows of the denominator that are left out, and why."""

    when: str
    why: str


class Standard(Definition):
    """A target that somebody has set, and from which day it holds."""

    value: float
    operator: Literal[">=", "<="]
    source: str
    valid_from: date | None = Field(default=None, alias="from")


class Gap(Definition):
    """Which two strata a gap compares: the first one's proportion minus the second one's."""

    column: Literal["deprivation_fifth", "sex", "ethnic_group", "age_band"]
    first: str
    first_name: str
    second: str
    second_name: str


class Example(Definition):
    """Rows of the fact and what they must count to; each row's column `because` says why.

    Columns that the table leaves out are empty, save that every row belongs to one provider and to
    one period. `value` is given where the statistic is not the quotient of the two counts.
    """

    title: str
    given: str
    numerator: int | None = None
    denominator: int
    value: float | None = None


class Measure(Definition):
    """One measure, as its file has it."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: int = Field(ge=1)
    title: str
    purpose: str
    why_it_matters: str
    domain: Literal["performance", "quality", "social value, equity and inclusion"]
    theme: Literal[
        "clinical outcomes",
        "patient experience",
        "patient safety",
        "waiting times",
        "friends and family",
        "use of resources",
        "access",
        "equity",
    ]
    services: str
    kind: Literal["structure", "process", "outcome", "experience"]
    unit: Literal["contact", "referral", "clock", "person"]
    fact: str
    period_column: str
    denominator: Condition
    exclusions: tuple[Exclusion, ...] = ()
    numerator: Condition | None = None
    observation: Observation | None = None
    gap: Gap | None = None
    statistic: Statistic
    interval: Literal["wilson", "student", "order statistics", "newcombe"]
    comparison: Literal["funnel", "bars"]
    polarity: Literal["higher", "lower", "none"]
    standard: Standard | None = None
    minimum_denominator: int = Field(default=10, ge=1)
    stratifiers: tuple[Stratifier, ...]
    periods: tuple[Literal["month", "year"], ...] = ("month", "year")
    months: int = Field(default=1, ge=1, le=36)
    history: int = Field(default=0, ge=0, le=36)
    companion: str | None = None
    source: str
    caveats: tuple[str, ...]
    authored_by: str
    reviewed_on: date
    next_review: date
    official: Literal[False] = False
    examples: tuple[Example, ...] = Field(min_length=1)

    @property
    def conditions(self) -> list[tuple[str, str]]:
        """Every condition with the key it stands under, as an error message names it."""
        found = [("denominator.when", self.denominator.when)]
        found += [(f"exclusions.{n}.when", e.when) for n, e in enumerate(self.exclusions)]
        if self.numerator:
            found.append(("numerator.when", self.numerator.when))
        return found

    @model_validator(mode="after")
    def _statistic_has_its_parts(self) -> Self:
        needs_observation = self.statistic == "median"
        if needs_observation != (self.observation is not None):
            raise ValueError("'observation' belongs to a median, and a median needs one")
        if needs_observation == (self.numerator is not None):
            raise ValueError("every statistic but a median needs a 'numerator'")
        if (self.statistic == "gap") != (self.gap is not None):
            raise ValueError("'gap' belongs to the statistic 'gap', which needs it")
        if self.statistic == "mean" and self.unit != "person":
            raise ValueError("a mean is counted per person: set 'unit: person'")
        if self.unit == "person" and self.statistic not in ("mean", "proportion"):
            raise ValueError("a measure of persons is a mean or a proportion")
        if self.interval != INTERVALS[self.statistic]:
            fitting = INTERVALS[self.statistic]
            raise ValueError(f"the interval of a {self.statistic} is '{fitting}'")
        return self

    @model_validator(mode="after")
    def _dates_and_names(self) -> Self:
        if self.next_review <= self.reviewed_on:
            raise ValueError("'next_review' must come after 'reviewed_on'")
        if self.companion == self.id:
            raise ValueError("a measure cannot be its own 'companion'")
        if self.gap and self.gap.column in self.stratifiers:
            raise ValueError(f"a gap by {self.gap.column} cannot be stratified by it as well")
        return self
