"""How the values of a measure are to be read: what they are, and which way is better."""

from dataclasses import dataclass
from typing import Literal

from levelfield.core.periods import parse_period
from levelfield.measures import Measure, Standard
from levelfield.published import Series
from levelfield.statistics import Improvement

Statistic = Literal["proportion", "mean", "median", "gap", "count"]
Unit = Literal["percent", "points", "days", "per_person", "number"]

_UNITS: dict[Statistic, Unit] = {
    "proportion": "percent",
    "mean": "per_person",
    "median": "days",
    "gap": "points",
    "count": "number",
}
"""The unit of our own measures' statistics."""

_PUBLISHED: dict[str, tuple[Statistic, Unit]] = {
    "proportion": ("proportion", "percent"),
    "count": ("count", "number"),
    "days": ("mean", "days"),
}
"""What the unit of a published series says of it."""


@dataclass(frozen=True)
class Reading:
    """What a comparison has to know of a measure, whoever counted it."""

    statistic: Statistic
    unit: Unit
    """How a value is written; percent and points are stored as 0 to 1."""
    polarity: Improvement
    standard: float | None = None
    """The target in force, in the unit of the values."""
    months: int = 1
    """How many months each monthly value looks back over."""


def reading_of_measure(measure: Measure, period: str) -> Reading:
    """The reading of one of our measures, with the standard that held when the period began."""
    standard = _in_force(measure.standard, period)
    unit = _UNITS[measure.statistic]
    return Reading(measure.statistic, unit, measure.polarity, standard, measure.months)


def reading_of_series(series: Series, period: str) -> Reading:
    """The reading of a published series, with the standard that held when the period began."""
    statistic, unit = _PUBLISHED[series.unit]
    return Reading(statistic, unit, series.polarity, _in_force(series.standard, period))


def _in_force(standard: Standard | None, period: str) -> float | None:
    if standard is None:
        return None
    begun = standard.valid_from is None or standard.valid_from <= parse_period(period).first
    return standard.value if begun else None
