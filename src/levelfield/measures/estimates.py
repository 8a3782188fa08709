"""From sums to a value with its interval, for every cell of a measure at once."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from levelfield.measures.cells import Cells, Floats
from levelfield.measures.definition import Measure, Statistic
from levelfield.measures.sums import FIFTHS
from levelfield.statistics import (
    Histograms,
    clustered_proportion_interval,
    clustered_ratio_interval,
    count_ratio_interval,
    difference_interval,
    mean_interval_of_sums,
    rate_interval,
    slope_index_of_inequality,
    wilson_interval,
)

CONFIDENCE = 0.95

QUARTILES = {"": 0.5, "lower_quartile": 0.25, "upper_quartile": 0.75}
TIMES = ("days", "hours", "minutes")
"""Units of an observation whose long end matters: its median has the part `p90` as well."""


@dataclass(frozen=True)
class Estimate:
    """One statistic over all cells; `part` is empty, or names what it is of the measure.

    `numerator` is None where the value is not the quotient of two counts (a median, a gap); the
    denominator always says how many rows or persons stand behind the value. `size` is what the
    small-number rule looks at.
    """

    part: str
    cells: Cells
    numerator: Floats | None
    denominator: Floats
    size: Floats
    value: Floats
    lower: Floats
    upper: Floats
    method: str


def estimate(measure: Measure, cells: Cells) -> list[Estimate]:
    """The statistics of a measure: its own first, then its parts.

    A median has its two quartiles as parts, and `p90` where it is a time; a gap has its two
    proportions. A slope is the least deprived's value less the most deprived's.
    """
    return _STATISTICS[measure.statistic](measure, cells)


def part_name(measure: Measure, part: str) -> str:
    """The name that stands in the column `measure` of values; `part` is empty for its own."""
    return f"{measure.id}.{part}" if part else measure.id


def quantiles(measure: Measure) -> dict[str, float]:
    """The probability of a median and of each of its parts, by the name of the part."""
    long_end = measure.observation is not None and measure.observation.unit in TIMES
    return {**QUARTILES, "p90": 0.9} if long_end else QUARTILES


def _proportions(measure: Measure, cells: Cells) -> list[Estimate]:
    if measure.interval == "clustered":
        return [_clustered_proportion(cells, cells["denominator"])]
    hits = cells["persons" if measure.unit == "person" else "numerator"]
    return [_proportion("", cells, hits, cells["denominator"])]


def _proportion(part: str, cells: Cells, count: Floats, total: Floats) -> Estimate:
    lower, upper = wilson_interval(count, total, CONFIDENCE)
    value = _divide(count, total)
    return Estimate(part, cells, count, total, total, value, lower, upper, "Wilson score, 95%")


def _mean(measure: Measure, cells: Cells) -> list[Estimate]:
    """Rows per person, or of a number over rows.

    Persons differ among themselves, which a Poisson interval of their rows would ignore.
    """
    size = cells["denominator"]
    if measure.observation:
        total, shown, over = cells["total"], None, "rows"
    else:
        total, shown, over = cells["numerator"], cells["numerator"], "persons"
    lower, upper = mean_interval_of_sums(size, total, cells["squares"], CONFIDENCE)
    if shown is not None:
        lower = np.maximum(lower, 0.0)
    method = f"Student's t over {over}, 95%"
    return [Estimate("", cells, shown, size, size, _divide(total, size), lower, upper, method)]


def _rate(measure: Measure, cells: Cells) -> list[Estimate]:
    count, exposure = cells["numerator"], cells["denominator"]
    # Events where nothing was at risk make no rate: the interval is asked about the others.
    at_risk = np.where(exposure > 0, count, 0.0)
    lower, upper = rate_interval(at_risk, exposure, measure.multiplier, CONFIDENCE)
    value = measure.multiplier * _divide(count, exposure)
    method = "Byar's, exact below 10 events, 95%"
    return [Estimate("", cells, count, exposure, exposure, value, lower, upper, method)]


def _ratio(measure: Measure, cells: Cells) -> list[Estimate]:
    count, other = cells["numerator"], cells["denominator"]
    if measure.interval == "clustered":
        bounds = clustered_ratio_interval(*_clusters(cells), confidence=CONFIDENCE)
        method = "Student's t of a ratio of sums, rows as clusters, 95%"
    else:
        bounds = count_ratio_interval(count, other, CONFIDENCE)
        method = "Wilson score as odds, 95%"
    lower, upper = (np.where(other > 0, bound, np.nan) for bound in bounds)
    value = _divide(count, other)
    return [Estimate("", cells, count, other, other, value, lower, upper, method)]


def _opportunity(_: Measure, cells: Cells) -> list[Estimate]:
    return [_clustered_proportion(cells, cells["rows"])]


def _clustered_proportion(cells: Cells, size: Floats) -> Estimate:
    number, total = cells["numerator"], cells["denominator"]
    lower, upper = clustered_proportion_interval(*_clusters(cells), confidence=CONFIDENCE)
    method = "Wilson score of the effective size, rows as clusters, 95%"
    return Estimate("", cells, number, total, size, _divide(number, total), lower, upper, method)


def _clusters(cells: Cells) -> tuple[Floats, Floats, Floats, Floats, Floats, Floats]:
    """Number of rows, the two sums, and the squares and products behind them."""
    return (
        cells["rows"],
        cells["numerator"],
        cells["denominator"],
        cells["numerator_squares"],
        cells["products"],
        cells["denominator_squares"],
    )


def _quantiles(measure: Measure, cells: Cells) -> list[Estimate]:
    keys, group = cells.grouped()
    histograms = Histograms.of(group, cells["observation"], cells["denominator"])
    total = histograms.total.astype(float)
    found = []
    for part, probability in quantiles(measure).items():
        lower, upper = histograms.interval(probability, CONFIDENCE)
        value = histograms.quantile(probability)
        name = _QUANTILE_NAMES.get(part, "median")
        method = f"{name}, interval from order statistics, 95%"
        found.append(Estimate(part, keys, None, total, total, value, lower, upper, method))
    return found


_QUANTILE_NAMES = {
    "lower_quartile": "lower quartile",
    "upper_quartile": "upper quartile",
    "p90": "90th percentile",
}


def _gap(measure: Measure, cells: Cells) -> list[Estimate]:
    gap = measure.gap
    if gap is None:
        raise ValueError(f"{measure.id} is a gap without its two groups")
    names = (gap.first_name, gap.second_name)
    count, other = (cells[f"{name}_numerator"] for name in names)
    total, other_total = (cells[f"{name}_denominator"] for name in names)
    first = _proportion(gap.first_name, cells, count, total)
    second = _proportion(gap.second_name, cells, other, other_total)
    lower, upper = difference_interval(count, total, other, other_total, CONFIDENCE)
    whole = Estimate(
        "",
        cells,
        None,
        total + other_total,
        np.minimum(total, other_total),
        first.value - second.value,
        lower,
        upper,
        "difference of two proportions, Newcombe's hybrid score, 95%",
    )
    return [whole, first, second]


def _slope(measure: Measure, cells: Cells) -> list[Estimate]:
    """A line through the five groups: without one of them there is none."""
    counted = "total" if measure.observation else "numerator"
    size = np.stack([cells[f"denominator_{fifth}"] for fifth in FIFTHS], axis=-1)
    total = np.stack([cells[f"{counted}_{fifth}"] for fifth in FIFTHS], axis=-1)
    smallest = size.min(axis=-1)
    bounds = np.full((3, len(cells)), np.nan)
    known = smallest > 0
    if known.any():
        bounds[:, known] = slope_index_of_inequality(
            total[known] / size[known], size[known], confidence=CONFIDENCE
        )
    method = "slope index of inequality, weighted regression over five groups, 95%"
    value, lower, upper = bounds
    whole_size = size.sum(axis=-1)
    return [Estimate("", cells, None, whole_size, smallest, value, lower, upper, method)]


_STATISTICS: dict[Statistic, Callable[[Measure, Cells], list[Estimate]]] = {
    "proportion": _proportions,
    "all_or_nothing": _proportions,
    "mean": _mean,
    "median": _quantiles,
    "rate": _rate,
    "ratio": _ratio,
    "gap": _gap,
    "slope": _slope,
    "opportunity": _opportunity,
}


def _divide(number: Floats, size: Floats) -> Floats:
    quotient: Floats = np.divide(number, size, out=np.full(len(size), np.nan), where=size > 0)
    return quotient
