"""Medians and other quantiles of a histogram, such as waits in days and how many waited each."""

import math

import numpy as np
import scipy
from numpy.typing import ArrayLike

from levelfield.statistics.interval import FloatArray, Interval, confidence_levels, interval


def quantile(values: ArrayLike, number: ArrayLike, probability: float) -> float:
    """The exact quantile of a histogram, as SQL's `percentile_cont` defines it.

    `values` are distinct, in any order and unit; `number` says how often each occurs. Between two
    neighbours the quantile is interpolated. An empty histogram gives `nan`.
    Raises ValueError for a probability outside [0, 1], a count that is negative or not whole, or
    lengths that differ.
    Source: Hyndman & Fan (1996), Am Stat 50:361-5, definition 7.

    >>> quantile([0, 1, 14], [1, 1, 2], 0.5)
    7.5
    """
    if not 0 <= probability <= 1:
        raise ValueError("probability must lie between 0 and 1")
    ordered, cumulative = _histogram(values, number)
    if not cumulative.size:
        return math.nan
    position = probability * float(cumulative[-1] - 1)
    below = _ranked(ordered, cumulative, math.floor(position) + 1)
    above = _ranked(ordered, cumulative, math.ceil(position) + 1)
    return below + (above - below) * (position % 1)


def quantile_interval(
    values: ArrayLike, number: ArrayLike, probability: float, confidence: float = 0.95
) -> Interval:
    """The interval between two observed values that holds a quantile, whatever the distribution.

    Input as for `quantile`. The ranks of the two values come from the binomial distribution, so
    the interval never covers less than the confidence. A bound is `nan` where the values are too
    few to have one (below six for a median at 95%).
    Raises ValueError as `quantile` does, for a probability of 0 or 1, and for a confidence
    outside (0, 1).
    Source: Conover (1999), Practical Nonparametric Statistics, 3rd ed., section 3.2.

    >>> lower, upper = quantile_interval(range(1, 17), [1] * 16, 0.5)
    >>> print(lower, upper)
    4.0 13.0
    """
    if not 0 < probability < 1:
        raise ValueError("probability must lie strictly between 0 and 1")
    tail = float((1 - confidence_levels(confidence, 0)) / 2)
    ordered, cumulative = _histogram(values, number)
    total = int(cumulative[-1]) if cumulative.size else 0
    if total == 0:
        return interval(math.nan, math.nan)
    first = int(scipy.stats.binom.ppf(tail, total, probability))
    last = int(scipy.stats.binom.isf(tail, total, probability)) + 1
    return interval(
        _ranked(ordered, cumulative, first) if first >= 1 else math.nan,
        _ranked(ordered, cumulative, last) if last <= total else math.nan,
    )


def _histogram(values: ArrayLike, number: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Values in order and how many lie at or below each; values that never occur left out."""
    places = np.asarray(values, dtype=np.float64)
    heights = np.asarray(number, dtype=np.float64)
    if places.ndim != 1 or places.shape != heights.shape:
        raise ValueError("values and counts must be two lists of one length")
    if np.any(heights < 0) or np.any(heights != np.floor(heights)):
        raise ValueError("counts must be whole and not negative")
    held = heights > 0
    order = np.argsort(places[held], kind="stable")
    return places[held][order], np.cumsum(heights[held][order])


def _ranked(ordered: FloatArray, cumulative: FloatArray, rank: int) -> float:
    """The value of a rank counted from 1."""
    return float(ordered[np.searchsorted(cumulative, rank)])
