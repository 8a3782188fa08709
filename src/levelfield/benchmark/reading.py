"""How the values of a measure are to be read: what they are, and which way is better."""

from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from levelfield.core.periods import parse_period
from levelfield.measures import Composite, Measure
from levelfield.measures.definition import POUNDS, Statistic
from levelfield.published import Series
from levelfield.statistics import Improvement

Unit = Literal[
    "percent",
    "points",
    "days",
    "hours",
    "minutes",
    "score",
    "pounds",
    "per_person",
    "rate",
    "number",
]

_PUBLISHED: dict[str, tuple[Statistic | Literal["count"], Unit]] = {
    "proportion": ("proportion", "percent"),
    "count": ("count", "number"),
    "days": ("mean", "days"),
}
"""What the unit of a published series says of it."""


@dataclass(frozen=True)
class Reading:
    """What a comparison has to know of a measure, whoever counted it."""

    statistic: Statistic | Literal["count", "composite"]
    unit: Unit
    """How a value is written; percent and points are stored as 0 to 1."""
    polarity: Improvement
    standard: float | None = None
    """The target in force, in the unit of the values."""
    months: int = 1
    """How many months each monthly value looks back over."""
    multiplier: float = 1.0
    """How many of the denominator a rate is given for; 1 for anything else."""
    independent: bool = True
    """Whether events come one by one; sums of pounds, days or posts come in rows."""
    per: str = ""
    """The words that follow a value beside its unit: `per contact`, `per 1,000 bed days`."""
    comparison: Literal["funnel", "bars", "none"] = "funnel"
    """How the definition has providers drawn; a funnel only where the values bear one."""
    within: Literal["service"] | None = None
    """What the definition has providers compared within, and never as a whole."""
    why_not: str = ""
    """Why the definition has nobody compared, or nobody as a whole."""

    @property
    def counts_events(self) -> bool:
        """Whether values are single events over a size, as binomial or Poisson chance supposes."""
        return self.independent and (self.is_share or self.statistic == "rate")

    @property
    def is_share(self) -> bool:
        """Whether values are a part over the whole, from 0 to 1."""
        return self.statistic in ("proportion", "all_or_nothing")


def reading_of_measure(measure: Measure, period: str) -> Reading:
    """The reading of one of our measures, with the standard that held when the period began."""
    standard = measure.standard_on(parse_period(period).first)
    target = standard.value if standard else None
    return Reading(
        measure.statistic,
        _unit(measure),
        measure.polarity,
        target,
        measure.months,
        measure.multiplier if measure.statistic == "rate" else 1.0,
        measure.interval != "clustered",
        measure.value_words,
        measure.comparison,
        measure.compare_within,
        measure.why_not_compared or "",
    )


def forbidden(values: pa.Table, reading: Reading) -> str:
    """Why the definition forbids to hold the organisations of these values side by side, as the end
    of a sentence; empty where it does not."""
    if reading.comparison == "none":
        return f"organisations are not held side by side, since {reading.why_not}"
    if reading.within and set(values["stratifier"].to_pylist()) - {reading.within}:
        return (
            f"whole organisations are not held side by side, since {reading.why_not}; compare them "
            f"within one {reading.within}"
        )
    return ""


def reading_of_composite(composite: Composite) -> Reading:
    """The reading of a weighted mean of shares, which has no counts of its own."""
    return Reading("composite", "percent", composite.polarity, comparison="bars")


def reading_of_series(series: Series, period: str) -> Reading:
    """The reading of a published series, with the standard that held when the period began."""
    statistic, unit = _PUBLISHED[series.unit]
    standard = series.standard
    in_force = standard is not None and standard.holds_on(parse_period(period).first)
    target = standard.value if standard is not None and in_force else None
    return Reading(statistic, unit, series.polarity, target)


def _unit(measure: Measure) -> Unit:
    if measure.observation:
        # What is no time, score or money is written with decimals, and says what it is.
        unit = measure.observation.unit
        return "rate" if unit == "number" else unit
    if measure.is_share:
        return "percent"
    if measure.statistic in ("gap", "slope"):
        return "points"
    if measure.of == POUNDS:
        return POUNDS
    return "per_person" if measure.statistic == "mean" else "rate"
