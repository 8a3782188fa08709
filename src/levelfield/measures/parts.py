"""The parts that a measure file is made of: conditions, observations, standards, examples.

Conditions (`when`) are SQL expressions over the columns of one fact; `words` and `why` say the same
for people.
"""

from collections import Counter
from collections.abc import Hashable, Iterable
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from levelfield.core.definitions import Definition


def _said(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("string_too_short", "is empty")
    return text


Words = Annotated[str, AfterValidator(_said)]
"""Text that people read, and so not an empty one."""

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
"""A number, which neither true nor a text is."""


def repeated(entries: Iterable[Hashable]) -> str:
    """The first of the entries that stands there twice, or more often; empty where none does."""
    return next((str(entry) for entry, times in Counter(entries).items() if times > 1), "")


Compared = Literal["deprivation_fifth", "sex", "ethnic_group", "age_band"]
"""The columns between whose strata a gap is taken."""

GROUPS: dict[Compared, tuple[str, ...]] = {
    "deprivation_fifth": ("1", "2", "3", "4", "5"),
    "sex": ("male", "female", "indeterminate", "not known"),
    "ethnic_group": ("White", "Mixed", "Asian", "Black", "Other", "Not stated", "Not known"),
    "age_band": ("0-4", "5-18", "19-44", "45-64", "65-74", "75-84", "85+"),
}
"""The groups that each of them has, as the facts write them."""


class Condition(Definition):
    """A condition over the fact's columns, and the same in words that end a sentence."""

    when: str = Field(description="SQL condition over the columns of the fact")
    words: Words = Field(description="The same in words that end a sentence")
    sum: str | None = Field(
        default=None,
        description="SQL number that a row adds where rows hold counts; without it each adds 1",
    )


class Observation(Definition):
    """The number that is taken of each row (of a median or a mean), and what it is."""

    value: str = Field(description="SQL number over the columns of the fact; empty is left out")
    words: Words = Field(description="What it is, in words that follow 'for each of them,'")
    unit: Literal["days", "hours", "minutes", "score", "number", "pounds"] = Field(
        default="days", description="The unit of the number"
    )


class Exclusion(Definition):
    """Rows that are left out, and why."""

    when: str = Field(description="SQL condition over the columns of the fact")
    why: Words = Field(description="Why such rows are left out")


class Component(Definition):
    """One part of a composite of rows: to whom it applies, and when it is met."""

    applies: str = Field(default="TRUE", description="SQL condition: the row needs this part")
    met: str = Field(description="SQL condition: the part was done")
    words: Words = Field(description="What the part is, in words")


class Standard(Definition):
    """A target that somebody has set, and the days for which it holds."""

    value: Number = Field(description="The target, in the unit of the value; a share from 0 to 1")
    operator: Literal[">=", "<="] = Field(description="Whether the target is a least or a most")
    source: Words = Field(description="Who set it, where, and whether that was looked up")
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

    @property
    def days(self) -> str:
        """The days for which it holds, in words."""
        begun = f"from {self.valid_from}" if self.valid_from else "from ever"
        return f"{begun} {f'to {self.valid_to}' if self.valid_to else 'on'}"

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

    @model_validator(mode="after")
    def _two_groups_that_there_are(self) -> Self:
        if self.first == self.second or self.first_name == self.second_name:
            raise ValueError("'first' and 'second' are the same: a gap lies between two groups")
        for group in (self.first, self.second):
            if group not in GROUPS[self.column]:
                raise ValueError(
                    f"'{group}' is no group of {self.column}. There are: "
                    f"{', '.join(GROUPS[self.column])}"
                )
        return self


class Clock(Definition):
    """When a measured time starts and stops, in words; drawn on the measure's page."""

    start: Words = Field(description="The event that starts the clock")
    stop: Words = Field(description="The event that stops it")
    pause: str | None = Field(default=None, description="What holds it, if anything may")
    limit: str | None = Field(default=None, description="The time that the measure compares with")


class Break(Definition):
    """From when on figures cannot be compared with those before, and why."""

    first_day: date = Field(alias="from", description="First day of the new way")
    why: Words = Field(description="What changed")


class Adjustment(Definition):
    """The case mix for which providers are made comparable, in addition to the crude figure."""

    method: Literal["direct", "indirect", "logistic", "poisson"] = Field(
        description="Standardisation to the strata of everybody, or a regression"
    )
    by: tuple[str, ...] = Field(min_length=1, description="Columns of the fact to adjust for")
    why: Words = Field(description="Why these and no others")


class Example(Definition):
    """Rows of the fact and what they must count to; each row's column `because` says why.

    Columns that the table leaves out are empty, save that every row belongs to one provider and to
    one period.
    """

    title: Words = Field(description="What the example shows")
    given: Words = Field(description="A table drawn with |, with the column `because`")
    numerator: Number | None = Field(default=None, description="The expected numerator")
    denominator: Number = Field(description="The expected denominator")
    value: Number | None = Field(
        default=None, description="The expected value, where it is not the quotient of the two"
    )
