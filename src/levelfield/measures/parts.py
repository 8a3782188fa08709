"""The parts that a measure file is made of: conditions, observations, standards, examples.

Conditions (`when`) are SQL expressions over the columns of one fact; `words` and `why` say the same
for people.
"""

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from levelfield.core.definitions import Definition

Compared = Literal["deprivation_fifth", "sex", "ethnic_group", "age_band"]
"""The columns between whose strata a gap is taken."""


class Condition(Definition):
    """A condition over the fact's columns, and the same in words that end a sentence."""

    when: str = Field(description="SQL condition over the columns of the fact")
    words: str = Field(description="The same in words that end a sentence")
    sum: str | None = Field(
        default=None,
        description="SQL number that a row adds where rows hold counts; without it each adds 1",
    )


class Observation(Definition):
    """The number that is taken of each row (of a median or a mean), and what it is."""

    value: str = Field(description="SQL number over the columns of the fact; empty is left out")
    words: str = Field(description="What it is, in words that follow 'for each of them,'")
    unit: Literal["days", "hours", "minutes", "score", "number", "pounds"] = Field(
        default="days", description="The unit of the number"
    )


class Exclusion(Definition):
    """Rows that are left out, and why."""

    when: str = Field(description="SQL condition over the columns of the fact")
    why: str = Field(description="Why such rows are left out")


class Component(Definition):
    """One part of a composite of rows: to whom it applies, and when it is met."""

    applies: str = Field(default="TRUE", description="SQL condition: the row needs this part")
    met: str = Field(description="SQL condition: the part was done")
    words: str = Field(description="What the part is, in words")


class Standard(Definition):
    """A target that somebody has set, and the days for which it holds."""

    value: float = Field(description="The target, in the unit of the value; a share from 0 to 1")
    operator: Literal[">=", "<="] = Field(description="Whether the target is a least or a most")
    source: str = Field(description="Who set it, where, and whether that was looked up")
    valid_from: date | None = Field(default=None, alias="from", description="First day")
    valid_to: date | None = Field(default=None, alias="to", description="Last day")

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError("'to' comes before 'from'")
        return self

    def holds_on(self, day: date) -> bool:
        """Whether the target is in force on a day."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day <= self.valid_to)

    def overlaps(self, other: "Standard") -> bool:
        """Whether there is a day on which both are in force."""
        first = max(self.valid_from or date.min, other.valid_from or date.min)
        last = min(self.valid_to or date.max, other.valid_to or date.max)
        return first <= last


class Gap(Definition):
    """Which two strata a gap compares: the first one's proportion minus the second one's."""

    column: Compared = Field(description="The column with the strata")
    first: str = Field(description="Its value of the first group")
    first_name: str = Field(description="Name of the first group's part, in snake_case")
    second: str = Field(description="Its value of the second group")
    second_name: str = Field(description="Name of the second group's part, in snake_case")


class Clock(Definition):
    """When a measured time starts and stops, in words; drawn on the measure's page."""

    start: str = Field(description="The event that starts the clock")
    stop: str = Field(description="The event that stops it")
    pause: str | None = Field(default=None, description="What holds it, if anything may")
    limit: str | None = Field(default=None, description="The time that the measure compares with")


class Break(Definition):
    """From when on figures cannot be compared with those before, and why."""

    first_day: date = Field(alias="from", description="First day of the new way")
    why: str = Field(description="What changed")


class Adjustment(Definition):
    """The case mix for which providers are made comparable, in addition to the crude figure."""

    method: Literal["direct", "indirect", "logistic", "poisson"] = Field(
        description="Standardisation to the strata of everybody, or a regression"
    )
    by: tuple[str, ...] = Field(min_length=1, description="Columns of the fact to adjust for")
    why: str = Field(description="Why these and no others")


class Example(Definition):
    """Rows of the fact and what they must count to; each row's column `because` says why.

    Columns that the table leaves out are empty, save that every row belongs to one provider and to
    one period.
    """

    title: str = Field(description="What the example shows")
    given: str = Field(description="A table drawn with |, with the column `because`")
    numerator: float | None = Field(default=None, description="The expected numerator")
    denominator: float = Field(description="The expected denominator")
    value: float | None = Field(
        default=None, description="The expected value, where it is not the quotient of the two"
    )
