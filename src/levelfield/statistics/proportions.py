"""Intervals for proportions and for the difference between two of them."""

import numpy as np
from numpy.typing import ArrayLike

from levelfield.statistics.interval import (
    Confidence,
    FloatArray,
    Interval,
    alike,
    counts,
    interval,
    normal_deviate,
)


def wilson_interval(count: ArrayLike, total: ArrayLike, confidence: Confidence = 0.95) -> Interval:
    """Wilson's score interval for a proportion.

    `count` of `total` had the property; any shapes that broadcast. The bounds are proportions
    from 0 to 1, and `nan` where the total is zero. Holds for small numbers and for none or all.
    Raises ValueError for a negative count, a count above its total, or a confidence outside (0, 1).
    Source: Wilson (1927), J Am Stat Assoc 22:209-12; the example is Newcombe (1998), Stat Med
    17:857-72, table I.

    >>> lower, upper = wilson_interval(81, 263)
    >>> print(f"{lower:.4f} to {upper:.4f}")
    0.2553 to 0.3662
    """
    number, size = _checked(count, total)
    z = normal_deviate(confidence, np.broadcast(number, size).ndim)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = z * np.sqrt(z**2 + 4 * number * (1 - number / size))
        lower = (2 * number + z**2 - spread) / (2 * (size + z**2))
        upper = (2 * number + z**2 + spread) / (2 * (size + z**2))
    # Rounding would otherwise leave a bound a hair outside the proportion at none or all.
    lower = np.where(number == 0, np.where(size > 0, 0.0, np.nan), lower)
    upper = np.where(number == size, np.where(size > 0, 1.0, np.nan), upper)
    return interval(lower, upper)


def difference_interval(
    count: ArrayLike,
    total: ArrayLike,
    other_count: ArrayLike,
    other_total: ArrayLike,
    confidence: Confidence = 0.95,
) -> Interval:
    """Newcombe's interval (his method 10) for one proportion minus another, independent one.

    Shapes and faults as for `wilson_interval`; the bounds are differences from -1 to 1, and `nan`
    where either total is zero.
    Source: Newcombe (1998), Stat Med 17:873-90, method 10, table II(a).

    >>> lower, upper = difference_interval(56, 70, 48, 80)
    >>> print(f"{lower:.4f} to {upper:.4f}")
    0.0524 to 0.3339
    """
    number, size = _checked(count, total)
    other_number, other_size = _checked(other_count, other_total)
    number, size, other_number, other_size = alike(number, size, other_number, other_size)
    first = wilson_interval(number, size, confidence)
    second = wilson_interval(other_number, other_size, confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        p, q = number / size, other_number / other_size
    return interval(
        p - q - np.hypot(p - first.lower, second.upper - q),
        p - q + np.hypot(first.upper - p, q - second.lower),
    )


def _checked(count: ArrayLike, total: ArrayLike) -> tuple[FloatArray, FloatArray]:
    number, size = alike(counts(count, "count"), counts(total, "total"))
    if np.any(number > size):
        raise ValueError("a count is above its total")
    return number, size
