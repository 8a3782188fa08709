"""Intervals for a mean and for the difference between two of them."""

import numpy as np
import scipy
from numpy.typing import ArrayLike

from levelfield.statistics.interval import (
    Confidence,
    FloatArray,
    Interval,
    alike,
    at_distinct,
    confidence_levels,
    counts,
    enough_squares,
    interval,
    numbers,
    whole_counts,
)


def mean_interval(values: ArrayLike, confidence: Confidence = 0.95) -> Interval:
    """Student's interval for the mean of the values along the last axis.

    The bounds are in the unit of the values; missing values (`nan`) are left out, and fewer than
    two values give `nan`. Skewed data need thirty or more for it to hold; for waits prefer
    `quantile_interval`. Raises ValueError for no list, an infinite value or a confidence outside
    (0, 1).
    Source: Student (1908), Biometrika 6:1-25.

    >>> lower, upper = mean_interval([4, 7, 5, 8, 6])
    >>> print(f"{lower:.3f} to {upper:.3f}")
    4.037 to 7.963
    """
    array = numbers(values, "values")
    if array.ndim == 0 or np.isinf(array).any():
        raise ValueError("values must be a list of finite numbers; a missing one is nan")
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
    Raises ValueError for a number that is negative or not whole, squares that no values with that
    total can have, shapes that do not fit, or a confidence outside (0, 1).

    >>> lower, upper = mean_interval_of_sums(5, 30, 190)
    >>> print(f"{lower:.3f} to {upper:.3f}")
    4.037 to 7.963
    """
    return _student(*_from_sums(number, total, total_of_squares), confidence)


def mean_difference_interval(
    number: ArrayLike,
    total: ArrayLike,
    total_of_squares: ArrayLike,
    other_number: ArrayLike,
    other_total: ArrayLike,
    other_total_of_squares: ArrayLike,
    confidence: Confidence = 0.95,
) -> Interval:
    """Welch's interval for one mean minus another, of independent groups that may spread unalike.

    Input as for `mean_interval_of_sums`, for either group; the bounds are in the unit of the
    values, and `nan` where a group has fewer than two values or neither has any spread.
    Raises ValueError as `mean_interval_of_sums` does.
    Source: Welch (1947), Biometrika 34:28-35.

    >>> lower, upper = mean_difference_interval(5, 30, 190, 4, 16, 70)
    >>> print(f"{lower:.3f} to {upper:.3f}")
    -0.375 to 4.375
    """
    size, mean, squares = _from_sums(number, total, total_of_squares)
    other_size, other_mean, other_squares = _from_sums(
        other_number, other_total, other_total_of_squares
    )
    variance = _variance_of_mean(size, squares)
    other_variance = _variance_of_mean(other_size, other_squares)
    both = variance + other_variance
    with np.errstate(divide="ignore", invalid="ignore"):
        freedom = both**2 / (variance**2 / (size - 1) + other_variance**2 / (other_size - 1))
    gap = mean - other_mean
    half = student_deviate(confidence, freedom) * np.sqrt(both)
    return interval(gap - half, gap + half)


def _from_sums(
    number: ArrayLike, total: ArrayLike, total_of_squares: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Numbers, means, and sums of squared distances from the mean."""
    size, sums, squared = alike(
        whole_counts(number, "number"),
        numbers(total, "total"),
        counts(total_of_squares, "total_of_squares"),
    )
    if np.isinf(sums).any() or np.any((size == 0) & ((sums != 0) | (squared > 0))):
        raise ValueError("total must be finite, and nothing where there are no values")
    enough_squares(size, sums, squared, "total_of_squares")
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = sums / size
        # Rounding must not leave a negative spread where all values are equal.
        squares = np.maximum(squared - sums * mean, 0)
    return size, mean, squares


def _student(
    number: ArrayLike, mean: ArrayLike, squares: ArrayLike, confidence: Confidence
) -> Interval:
    """Student's interval from the sum of squared distances from the mean."""
    size, centre, spread = np.broadcast_arrays(
        np.asarray(number, dtype=np.float64),
        np.asarray(mean, dtype=np.float64),
        np.asarray(squares, dtype=np.float64),
    )
    half = student_deviate(confidence, size - 1) * np.sqrt(_variance_of_mean(size, spread))
    return interval(centre - half, centre + half)


def _variance_of_mean(size: FloatArray, squares: FloatArray) -> FloatArray:
    several = np.where(size >= 2, size, np.nan)
    return np.asarray(squares / (several - 1) / several)


def student_deviate(confidence: Confidence, freedom: FloatArray) -> FloatArray:
    """How many standard errors to each side hold the confidence, at degrees of freedom."""
    tail = 0.5 + confidence_levels(confidence, 1) / 2
    return at_distinct(lambda distinct: scipy.special.stdtrit(distinct, tail), freedom)
