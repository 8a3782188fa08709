"""Medians and other quantiles of histograms, such as waits in days and how many waited each."""

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from levelfield.statistics.interval import (
    Confidence,
    FloatArray,
    Interval,
    confidence_levels,
    interval,
    numbers,
    one_number,
    whole_counts,
)

Whole = NDArray[np.int64]

LARGEST = 2**53
"""What counts may add up to: beyond it a double no longer tells every whole number."""


@dataclass(frozen=True)
class Histograms:
    """Many histograms at once: values in order and how often each occurs, group after group.

    `last` is the running total over all groups, `total` and `before` are per group: how many
    values it has, and how many stand in the groups before it.
    """

    values: FloatArray
    last: Whole
    total: Whole
    before: Whole

    @classmethod
    def of(cls, group: ArrayLike, values: ArrayLike, number: ArrayLike) -> "Histograms":
        """Rows in any order: the group of each, counted from 0, a value, and how often it occurs.

        Every group up to the last has a place, also one without rows. Raises ValueError for lists
        of unlike length, a group that is not whole or below 0, a number that is not whole or
        negative, counts that add up to more than 2**53, and a value that is missing or infinite.
        """
        groups, places = numbers(group, "groups"), numbers(values, "values")
        heights = numbers(number, "counts")
        if places.ndim != 1 or not groups.shape == places.shape == heights.shape:
            raise ValueError("values and counts must be two lists of one length")
        for name, given in (("groups", groups), ("counts", heights)):
            if not np.all((given >= 0) & (given == np.floor(given))):
                raise ValueError(f"{name} must be whole and not negative")
        if not np.isfinite(places).all():
            raise ValueError("a value is missing or infinite: leave its row out")
        if not (heights.sum() <= LARGEST and groups.max(initial=0) <= LARGEST):
            raise ValueError(f"counts may add up to {LARGEST:,} at most, and so may groups")
        whole, often = groups.astype(np.int64), heights.astype(np.int64)
        order = np.lexsort((places, whole))
        total = np.bincount(whole, weights=heights).astype(np.int64)
        return cls(places[order], np.cumsum(often[order]), total, np.cumsum(total) - total)

    def quantile(self, probability: float) -> FloatArray:
        """The quantile of each group, as `quantile` defines it."""
        if not 0 <= one_number(probability, "probability") <= 1:
            raise ValueError("probability must lie between 0 and 1")
        position = probability * np.maximum(self.total - 1, 0)
        below = np.floor(position).astype(np.int64)
        above = np.ceil(position).astype(np.int64)
        low, high = self._ranked(below + 1), self._ranked(above + 1)
        return np.asarray(low + (high - low) * (position - below))

    def interval(self, probability: float, confidence: Confidence = 0.95) -> Interval:
        """The bounds of each group, as `quantile_interval` defines them."""
        first, final = quantile_ranks(self.total, probability, confidence)
        return interval(
            np.where(first >= 1, self._ranked(np.maximum(first, 1)), np.nan),
            np.where(final <= self.total, self._ranked(np.minimum(final, self.total)), np.nan),
        )

    def _ranked(self, rank: Whole) -> FloatArray:
        """Each group's value of a rank counted from 1; `nan` where the group is empty."""
        if not self.values.size:
            return np.full(np.shape(rank), np.nan)
        place = np.searchsorted(self.last, self.before + np.maximum(rank, 1))
        found = self.values[np.minimum(place, self.values.size - 1)]
        return np.where(self.total > 0, found, np.nan)


def quantile_ranks(
    total: ArrayLike, probability: float, confidence: Confidence = 0.95
) -> tuple[Whole, Whole]:
    """The ranks of the two observations that are the bounds of a quantile, counted from 1.

    `total` is a list of numbers of observations. A lower rank of 0, or an upper one above the
    total, is no observation: they are too few for that bound. With several levels of `confidence`
    each is a row. Raises ValueError for a total that is negative, missing or not whole, for a
    probability of 0 or 1, and for a confidence outside (0, 1).
    Source: Conover (1999), Practical Nonparametric Statistics, 3rd ed., section 3.2.

    >>> quantile_ranks([16, 60], 0.5)
    (array([ 4, 22]), array([13, 39]))
    """
    if not 0 < one_number(probability, "probability") < 1:
        raise ValueError("probability must lie strictly between 0 and 1")
    tail = (1 - confidence_levels(confidence, 1)) / 2
    # The binomial quantiles depend on the total alone, and totals repeat.
    known = whole_counts(total, "total")
    if np.isnan(known).any():
        raise ValueError("a total is missing")
    totals, place = np.unique(known.astype(np.int64), return_inverse=True)
    # A distribution that is given its parameters first takes several times as long.
    binom = scipy.stats.binom
    first = np.asarray(binom.ppf(tail, totals, probability), dtype=np.int64)[..., place]
    final = np.asarray(binom.isf(tail, totals, probability), dtype=np.int64)[..., place] + 1
    return first, final


def quantile(values: ArrayLike, number: ArrayLike, probability: float) -> float:
    """The exact quantile of a histogram, as SQL's `percentile_cont` defines it.

    `values` are distinct, in any order and unit; `number` says how often each occurs. Between two
    neighbours the quantile is interpolated. An empty histogram gives `nan`. Of many histograms at
    once: `Histograms.quantile`.
    Raises ValueError for a probability outside [0, 1], a value that is missing or infinite, a count
    that is negative or not whole, counts that add up to more than 2**53, or lengths that differ.
    Source: Hyndman & Fan (1996), Am Stat 50:361-5, definition 7.

    >>> quantile([0, 1, 14], [1, 1, 2], 0.5)
    7.5
    """
    return float(_single(values, number).quantile(probability)[0])


def quantile_interval(
    values: ArrayLike, number: ArrayLike, probability: float, confidence: Confidence = 0.95
) -> Interval:
    """The interval between two observed values that holds a quantile, whatever the distribution.

    Input as for `quantile`. The ranks of the two values come from the binomial distribution, so
    the interval never covers less than the confidence. A bound is `nan` where the values are too
    few to have one (below six for a median at 95%). Of many histograms at once:
    `Histograms.interval`.
    Raises ValueError as `quantile` does, for a probability of 0 or 1, and for a confidence
    outside (0, 1).
    Source: Conover (1999), Practical Nonparametric Statistics, 3rd ed., section 3.2.

    >>> lower, upper = quantile_interval(range(1, 17), [1] * 16, 0.5)
    >>> print(lower, upper)
    4.0 13.0
    """
    lower, upper = _single(values, number).interval(probability, confidence)
    return interval(lower[..., 0], upper[..., 0])


def _single(values: ArrayLike, number: ArrayLike) -> Histograms:
    """One histogram, a group even when it is empty."""
    places, heights = numbers(values, "values"), numbers(number, "counts")
    if places.ndim != 1 or places.shape != heights.shape:
        raise ValueError("values and counts must be two lists of one length")
    if not places.size:
        places, heights = np.zeros(1), np.zeros(1)
    return Histograms.of(np.zeros(places.size), places, heights)
