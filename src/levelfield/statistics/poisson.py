"""Intervals for a count of events, such as incidents in a month.

For a rate, divide both bounds by what the events are counted over.
"""

import numpy as np
import scipy
from numpy.typing import ArrayLike

from levelfield.statistics.interval import (
    Confidence,
    FloatArray,
    Interval,
    at_distinct,
    confidence_levels,
    counts,
    interval,
    normal_deviate,
)

EXACT_BELOW = 10
"""Events below which Byar's approximation gives way to the exact interval."""


def byars_interval(count: ArrayLike, confidence: Confidence = 0.95) -> Interval:
    """Byar's approximate interval for a Poisson count.

    `count` is the number of events (not a rate), any shape; the bounds are counts too. Good from
    about ten events: below that use `exact_poisson_interval`.
    Raises ValueError for a negative count or a confidence outside (0, 1).
    Source: Breslow & Day (1987), Statistical Methods in Cancer Research II, eq. 2.13.

    >>> lower, upper = byars_interval(100)
    >>> print(f"{lower:.2f} to {upper:.2f}")
    81.36 to 121.63
    """
    number = counts(count, "count")
    z = normal_deviate(confidence, number.ndim)
    with np.errstate(divide="ignore", invalid="ignore"):
        root = 1 - 1 / (9 * number) - z / (3 * np.sqrt(number))
    # A root below zero, at one or two events, would turn into a bound below zero.
    lower = np.where(number == 0, 0.0, number * np.clip(root, 0, None) ** 3)
    more = number + 1
    upper = more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3
    return interval(lower, upper)


def exact_poisson_interval(count: ArrayLike, confidence: Confidence = 0.95) -> Interval:
    """The exact (Garwood) interval for a Poisson count, from the gamma distribution.

    `count` is the number of events, any shape, and need not be whole (an expected number); the
    bounds are counts. Never covers less than the confidence, at small counts noticeably more.
    Raises ValueError for a negative count or a confidence outside (0, 1).
    Source: Garwood (1936), Biometrika 28:437-42.

    >>> lower, upper = exact_poisson_interval(5)
    >>> print(f"{lower:.3f} to {upper:.3f}")
    1.623 to 11.668
    """
    number = counts(count, "count")
    # An axis for the distinct counts stands where those of the input will.
    tail = (1 - confidence_levels(confidence, 1)) / 2

    def lowest(distinct: FloatArray) -> FloatArray:
        return np.where(distinct == 0, 0.0, scipy.special.gammaincinv(distinct, tail))

    def highest(distinct: FloatArray) -> FloatArray:
        return np.asarray(scipy.special.gammainccinv(distinct + 1, tail))

    return interval(at_distinct(lowest, number), at_distinct(highest, number))


def poisson_interval(count: ArrayLike, confidence: Confidence = 0.95) -> Interval:
    """The exact interval below ten events and Byar's from ten, as public health practice has it.

    Units and faults as for the two methods.
    Source: Office for Health Improvement and Disparities, Public Health Profiles technical
    guidance on confidence intervals.

    >>> lower, upper = poisson_interval([9, 10])
    >>> print(f"{lower[0]:.2f} {lower[1]:.2f}")
    4.12 4.79
    """
    number = counts(count, "count")
    lower, upper = (np.asarray(bound) for bound in byars_interval(number, confidence))
    small = number < EXACT_BELOW
    exact = exact_poisson_interval(number[small], confidence)
    lower[..., small], upper[..., small] = exact
    return interval(lower, upper)
