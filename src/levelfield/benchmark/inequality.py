"""How strata differ as a whole: a test of heterogeneity, and the slope over deprivation fifths."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import scipy

from levelfield.benchmark.reading import Reading
from levelfield.benchmark.tables import Floats, numbers, texts
from levelfield.statistics import (
    Interval,
    relative_index_of_inequality,
    slope_index_of_inequality,
    standard_errors,
)

FIFTHS = ("1", "2", "3", "4", "5")
"""From the most to the least deprived."""

LEAST_EXPECTED, USUALLY_EXPECTED = 1, 5
"""Events expected in a group below which Pearson's test does not hold: the first in none of them,
the second in no more than a fifth (Cochran, 1954, Biometrics 10:417-51)."""


@dataclass(frozen=True)
class Slope:
    """The indices of inequality over deprivation fifths, 95% intervals."""

    index: float
    """The least deprived's value less the most deprived's, from a line through the fifths."""
    lower: float
    upper: float
    relative: float
    """The one over the other; `nan` where the line falls below zero."""
    relative_lower: float
    relative_upper: float


class Heterogeneity(NamedTuple):
    """A test of whether groups differ at all; `p` is None where there is nothing to tell from."""

    name: str
    p: float | None


def heterogeneity(held: pa.Table, reading: Reading) -> Heterogeneity:
    """Pearson's test for strata of a share or a rate, for others Cochran's from the intervals.

    None where Pearson's would not hold because too few events are expected, or without intervals.
    """
    value, lower, upper = (numbers(held, name) for name in ("value", "lower", "upper"))
    count, size = numbers(held, "numerator"), numbers(held, "denominator")
    if reading.counts_events and not np.isnan(count).any():
        name = "Pearson's chi-squared"
        together = count.sum() / size.sum()
        expected = size * together
        variance = expected * (1 - together) if reading.is_share else expected
        distance = count - expected
        cells = np.concatenate([expected, size - expected]) if reading.is_share else expected
        if (variance > 0).all() and _too_few(cells):
            return Heterogeneity("none, as too few events are expected in a group", None)
    else:
        name = "Cochran's Q"
        variance = standard_errors(Interval(lower, upper)) ** 2
        if np.isnan(variance).any() or not (variance > 0).all():
            return Heterogeneity("none, without intervals", None)
        distance = value - np.average(value, weights=1 / variance)
    if not (variance > 0).all():
        # Nobody, or everybody, has the event: the groups are the same.
        return Heterogeneity(name, 1.0)
    statistic = float((distance**2 / variance).sum())
    return Heterogeneity(name, float(scipy.stats.chi2.sf(statistic, len(value) - 1)))


def _too_few(expected: Floats) -> bool:
    return bool((expected < LEAST_EXPECTED).any() or (expected < USUALLY_EXPECTED).mean() > 1 / 5)


def slope_of(held: pa.Table) -> Slope | None:
    """The indices over the deprivation fifths among these values; None unless all five are there.

    Without one of them its people would be missing from the ranks on which the line is fitted, and
    the line would end where nobody was looked at.
    """
    kept = np.isin(np.array(texts(held, "stratum")), FIFTHS)
    if missing_fifths(held):
        return None
    value, size, lower, upper = (
        numbers(held, name)[kept] for name in ("value", "denominator", "lower", "upper")
    )
    error: Floats | None = standard_errors(Interval(lower, upper))
    if error is not None and np.isnan(error).any():
        error = None
    found = slope_index_of_inequality(value, size, error)
    ratio = relative_index_of_inequality(value, size, error)
    return Slope(*(float(part) for part in (*found, *ratio)))


def missing_fifths(held: pa.Table) -> list[str]:
    """The deprivation fifths that these values do not have."""
    there = set(texts(held, "stratum"))
    return [fifth for fifth in FIFTHS if fifth not in there]
