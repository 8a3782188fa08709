"""From counts to a value with its interval, for every cell of a measure at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from levelfield.measures.cells import Cells
from levelfield.measures.definition import Measure
from levelfield.measures.histograms import Histograms
from levelfield.statistics import difference_interval, mean_interval_of_sums, wilson_interval

CONFIDENCE = 0.95

Floats = NDArray[np.float64]


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

    A median has the parts `lower_quartile` and `upper_quartile`; a gap has its two proportions.
    """
    if measure.statistic == "proportion":
        hits = cells.numbers("persons" if measure.unit == "person" else "numerator")
        return [_proportion("", cells, hits, cells.numbers("denominator"))]
    if measure.statistic == "mean":
        return [_mean(cells)]
    if measure.statistic == "median":
        return _quantiles(cells)
    return _gap(measure, cells)


def _proportion(
    part: str, cells: Cells, count: NDArray[np.int64], total: NDArray[np.int64]
) -> Estimate:
    number, size = count.astype(float), total.astype(float)
    lower, upper = wilson_interval(number, size, CONFIDENCE)
    return Estimate(
        part, cells, number, size, size, _divide(number, size), lower, upper, "Wilson score, 95%"
    )


def _mean(cells: Cells) -> Estimate:
    """Rows per person. Persons differ among themselves, which a Poisson interval would ignore."""
    total, persons = (
        cells.numbers("numerator").astype(float),
        cells.numbers("denominator").astype(float),
    )
    squares = cells.numbers("squares").astype(float)
    lower, upper = mean_interval_of_sums(persons, total, squares, CONFIDENCE)
    return Estimate(
        "",
        cells,
        total,
        persons,
        persons,
        _divide(total, persons),
        np.maximum(lower, 0.0),
        upper,
        "Student's t over persons, 95%",
    )


def _quantiles(cells: Cells) -> list[Estimate]:
    keys, group = cells.grouped()
    values = np.asarray(cells.table["observation"].to_numpy(), dtype=float)
    histograms = Histograms.of(group, values, cells.numbers("denominator"))
    total = histograms.total.astype(float)
    found = []
    for part, name, probability in [
        ("", "median", 0.5),
        ("lower_quartile", "lower quartile", 0.25),
        ("upper_quartile", "upper quartile", 0.75),
    ]:
        lower, upper = histograms.interval(probability, CONFIDENCE)
        value = histograms.quantile(probability)
        method = f"{name}, interval from order statistics, 95%"
        found.append(Estimate(part, keys, None, total, total, value, lower, upper, method))
    return found


def _gap(measure: Measure, cells: Cells) -> list[Estimate]:
    gap = measure.gap
    if gap is None:
        raise ValueError(f"{measure.id} is a gap without its two groups")
    keys, group = cells.grouped()
    compared = np.array(cells.table[gap.column].to_pylist(), dtype=object)
    counts = {}
    for stratum in (gap.first, gap.second):
        chosen = compared == stratum
        counts[stratum] = tuple(
            np.bincount(
                group[chosen], weights=cells.numbers(name)[chosen], minlength=len(keys)
            ).astype(np.int64)
            for name in ("numerator", "denominator")
        )
    first = _proportion(gap.first_name, keys, *counts[gap.first])
    second = _proportion(gap.second_name, keys, *counts[gap.second])
    if first.numerator is None or second.numerator is None:
        raise ValueError("a proportion has a numerator")
    lower, upper = difference_interval(
        first.numerator, first.denominator, second.numerator, second.denominator, CONFIDENCE
    )
    whole = Estimate(
        "",
        keys,
        None,
        first.denominator + second.denominator,
        np.minimum(first.denominator, second.denominator),
        first.value - second.value,
        lower,
        upper,
        "difference of two proportions, Newcombe's hybrid score, 95%",
    )
    return [whole, first, second]


def _divide(number: Floats, size: Floats) -> Floats:
    quotient: Floats = np.divide(number, size, out=np.full(len(size), np.nan), where=size > 0)
    return quotient
