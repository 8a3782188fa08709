"""Intervals for a rate of events over an exposure, and for the ratio of two counts."""

import numpy as np
from numpy.typing import ArrayLike

from levelfield.statistics.interval import (
    Confidence,
    Interval,
    alike,
    counts,
    interval,
    one_number,
)
from levelfield.statistics.poisson import poisson_interval
from levelfield.statistics.proportions import wilson_interval


def rate_interval(
    count: ArrayLike,
    exposure: ArrayLike,
    multiplier: float = 1.0,
    confidence: Confidence = 0.95,
) -> Interval:
    """The interval for a rate: events over what they are counted over, such as bed days.

    `count` events happened independently in `exposure`, any shapes that broadcast; the bounds are
    events per `multiplier` of exposure, and `nan` where there is no exposure. A rate may be above
    one. Exact below ten events, Byar's from ten, as `poisson_interval` has it.
    Raises ValueError for a negative count or exposure, for events without exposure, a multiplier
    that is not positive, or a confidence outside (0, 1).
    Source: Office for Health Improvement and Disparities, Public Health Technical Guidance, rates.

    >>> lower, upper = rate_interval(25, 5_000, 1_000)
    >>> print(f"{lower:.3f} to {upper:.3f}")
    3.235 to 7.381
    """
    number, size = alike(counts(count, "count"), counts(exposure, "exposure"))
    if np.any((size == 0) & (number > 0)):
        raise ValueError("events are counted where there is no exposure")
    scale = positive(multiplier, "multiplier") / np.where(size > 0, size, np.nan)
    lower, upper = poisson_interval(number, confidence)
    return interval(lower * scale, upper * scale)


def count_ratio_interval(
    count: ArrayLike, other_count: ArrayLike, confidence: Confidence = 0.95
) -> Interval:
    """The interval for the ratio of two independent counts of events: `count` to `other_count`.

    Given their sum, the first count is binomial, and Wilson's bounds for its share turn into
    bounds for the ratio. Any shapes that broadcast. With none in the other count the upper bound
    is infinite, with none in either both are `nan`. For the ratio of two rates divide the bounds
    by the ratio of the exposures.
    Raises ValueError for a negative count or a confidence outside (0, 1).
    Source: Wilson's score method transformed to odds, Public Health England (2018), Technical
    Guide: Confidence Intervals, appendix 5.

    >>> lower, upper = count_ratio_interval(30, 20)
    >>> print(f"{lower:.3f} to {upper:.3f}")
    0.858 to 2.622
    """
    number, other = alike(counts(count, "count"), counts(other_count, "other_count"))
    share = wilson_interval(number, number + other, confidence)
    # One less the share, taken from its own side: a subtraction would lose its digits near one.
    rest = wilson_interval(other, number + other, confidence)
    with np.errstate(divide="ignore"):
        return interval(share.lower / rest.upper, share.upper / rest.lower)


def positive(value: float, name: str) -> float:
    """A number that has to be positive, such as the multiplier of a rate."""
    number = one_number(value, name)
    if number <= 0:
        raise ValueError(f"{name} must be positive")
    return number
