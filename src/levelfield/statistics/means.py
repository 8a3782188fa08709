"""Intervals for a mean."""

import numpy as np
import scipy
from numpy.typing import ArrayLike

from levelfield.statistics.interval import (
    Confidence,
    Interval,
    confidence_levels,
    counts,
    interval,
)


def mean_interval(values: ArrayLike, confidence: Confidence = 0.95) -> Interval:
    """Student's interval for the mean of the values along the last axis.

    The bounds are in the unit of the values; missing values (`nan`) are left out, and fewer than
    two values give `nan`. Skewed data need thirty or more for it to hold; for waits prefer
    `quantile_interval`. Raises ValueError for a confidence outside (0, 1).
    Source: Student (1908), Biometrika 6:1-25.

    >>> lower, upper = mean_interval([4, 7, 5, 8, 6])
    >>> print(f"{lower:.3f} to {upper:.3f}")
    4.037 to 7.963
    """
    array = np.asarray(values, dtype=np.float64)
    present = ~np.isnan(array)
    number = np.asarray(present.sum(axis=-1), dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(present, array, 0).sum(axis=-1) / number
        squares = np.where(present, (array - mean[..., np.newaxis]) ** 2, 0).sum(axis=-1)
    return _student(number, mean, squares, confidence)


def mean_interval_of_sums(
    number: ArrayLike,
    total: ArrayLike,
    total_of_squares: ArrayLike,
    confidence: Confidence = 0.95,
) -> Interval:
    """`mean_interval` for values that were summed elsewhere, one element per group.

    `number` of values, their `total` and the total of their squares, as a database gives them.
    Meant for counts such as contacts per person: where the mean is millions of times the spread,
    the subtraction of squares loses its digits and `mean_interval` must be used.
    Raises ValueError for a negative number or a confidence outside (0, 1).

    >>> lower, upper = mean_interval_of_sums(5, 30, 190)
    >>> print(f"{lower:.3f} to {upper:.3f}")
    4.037 to 7.963
    """
    size = counts(number, "number")
    sums = np.asarray(total, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = sums / size
        squares = np.maximum(np.asarray(total_of_squares) - sums * mean, 0)
    return _student(size, mean, squares, confidence)


def _student(
    number: ArrayLike, mean: ArrayLike, squares: ArrayLike, confidence: Confidence
) -> Interval:
    """Student's interval from the sum of squared distances from the mean."""
    size, centre, spread = np.broadcast_arrays(
        np.asarray(number, dtype=np.float64),
        np.asarray(mean, dtype=np.float64),
        np.asarray(squares, dtype=np.float64),
    )
    freedom = np.where(size >= 2, size - 1, np.nan)
    error = np.sqrt(spread / freedom / np.where(size >= 2, size, np.nan))
    half = scipy.stats.t.ppf(0.5 + confidence_levels(confidence, size.ndim) / 2, freedom) * error
    return interval(centre - half, centre + half)
