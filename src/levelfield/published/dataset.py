"""What is known of a published file: its source, its limits, and which columns become values."""

from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from levelfield.core import definitions
from levelfield.core.definitions import Definition
from levelfield.core.errors import UsageError
from levelfield.core.values import ALL
from levelfield.measures import Standard

Unit = Literal["proportion", "count", "days"]
Chart = Literal["trend", "bars", "funnel"]


class Columns(Definition):
    """Which columns of the file say whose figure it is and for when."""

    org_code: str | None = None
    org_level: str | None = None
    period: str | None = None


class Refusal(Definition):
    """What the file cannot bear, and why."""

    what: str
    why: str


class Series(Definition):
    """One measure read from the file: which rows, which columns, and how it may be drawn.

    A series has either `value` (multiplied by `scale`), or `numerator` and `denominator`, whose
    quotient is the value and carries a Wilson interval. `stratum_columns` are joined by `, `;
    a stratum of `all` is the unstratified value. A figure below zero is refused, unless
    `below_zero` says that the publication has some, such as a remainder.
    """

    measure: str
    title: str
    unit: Unit
    polarity: Literal["higher", "lower", "none"]
    where: dict[str, str] = Field(default_factory=dict)
    stratifier: str = ALL
    stratum: str = ALL
    stratum_columns: tuple[str, ...] = ()
    value: str | None = None
    scale: float = 1.0
    below_zero: bool = False
    numerator: str | None = None
    denominator: str | None = None
    flags: tuple[str, ...]
    charts: tuple[Chart, ...]
    standard: Standard | None = None

    @property
    def columns(self) -> list[str]:
        """Every column of the file that the series reads."""
        counts = [name for name in (self.value, self.numerator, self.denominator) if name]
        return [*self.where, *self.stratum_columns, *counts]

    @model_validator(mode="after")
    def _one_way_to_the_value(self) -> Self:
        parts = (self.numerator is not None, self.denominator is not None)
        if parts != ((False, False) if self.value is not None else (True, True)):
            raise ValueError("give either 'value', or 'numerator' and 'denominator'")
        if self.value is not None and "funnel" in self.charts:
            raise ValueError("a funnel needs a 'numerator' and a 'denominator'")
        return self


class PublishedDataset(Definition):
    """One published file: what a page must say beside its figures.

    `rounding` says in words how its figures are rounded; `rounded_to` is what its counts are a
    multiple of, 1 where no rounding is stated.
    """

    id: str
    title: str
    publisher: str
    publication: str
    status: Literal["official statistics in development", "management information"]
    licence: str
    obtained_from: str
    covers: str
    as_published: str
    rounding: str
    rounded_to: int = Field(default=1, ge=1)
    file: str
    columns: Columns
    period: str | None = None
    org_level: Literal["national", "commissioner", "provider"] = "national"
    words: dict[str, str] = Field(default_factory=dict)
    series: tuple[Series, ...]
    caveats: tuple[str, ...]
    can_draw: tuple[str, ...]
    cannot_draw: tuple[Refusal, ...]

    @property
    def path(self) -> Path:
        return definitions.path(f"published/{self.file}")

    def find_series(self, measure: str) -> Series:
        """The series of a measure, for its title, unit, polarity and charts."""
        for series in self.series:
            if series.measure == measure:
                return series
        raise UsageError(f"The published data set '{self.id}' has no measure '{measure}'.")

    @model_validator(mode="after")
    def _one_period(self) -> Self:
        if (self.period is None) == (self.columns.period is None):
            raise ValueError("give either 'period', or the column of the period")
        return self


@cache
def published_datasets() -> dict[str, PublishedDataset]:
    """Every published data set that the package ships, by id, in alphabetical order.

    Raises DefinitionError when a file is not a description that makes sense.
    """
    found = sorted(definitions.path("published").glob("*.yaml"))
    read = [definitions.load_yaml(file, PublishedDataset) for file in found]
    return {dataset.id: dataset for dataset in read}


def published_dataset(dataset_id: str) -> PublishedDataset:
    """The data set of that id; raises UsageError with the ids that there are."""
    known = published_datasets()
    if dataset_id not in known:
        raise UsageError(
            f"There is no published data set '{dataset_id}'. There are: {', '.join(known)}."
        )
    return known[dataset_id]
