"""The interval, and the checks that every method shares."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import scipy  # its parts load at first use, which keeps the commands quick to start
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

Confidence = float | Sequence[float]
"""One level such as 0.95, or several; several add a first axis to the bounds, one per level."""


class Interval(NamedTuple):
    """Two bounds of the same shape and unit; `nan` where a bound does not exist."""

    lower: FloatArray
    upper: FloatArray


class Estimate(NamedTuple):
    """A value with its bounds, in one unit; `nan` where a value or a bound does not exist.

    The value has the shape of the input, the bounds a first axis more when several levels of
    confidence were asked for.
    """

    value: FloatArray
    lower: FloatArray
    upper: FloatArray


def confidence_levels(confidence: Confidence, ndim: int) -> FloatArray:
    """Levels ready to broadcast against an array of `ndim` dimensions.

    Raises ValueError for a level outside (0, 1).
    """
    levels = np.asarray(confidence, dtype=np.float64)
    if levels.ndim > 1 or not np.all((levels > 0) & (levels < 1)):
        raise ValueError("confidence must lie between 0 and 1, for example 0.95")
    return levels.reshape(levels.shape + (1,) * ndim) if levels.ndim else levels


def normal_deviate(confidence: Confidence, ndim: int) -> FloatArray:
    """How many standard errors to each side hold the confidence, 1.96 for 0.95."""
    return np.asarray(scipy.special.ndtri(0.5 + confidence_levels(confidence, ndim) / 2))


def counts(values: ArrayLike, name: str) -> FloatArray:
    """`values` as doubles; raises ValueError when one is negative or infinite (`nan` may pass)."""
    array = np.asarray(values, dtype=np.float64)
    if np.any(array < 0) or np.any(np.isinf(array)):
        raise ValueError(f"{name} must be finite and not negative")
    return array


def interval(lower: ArrayLike, upper: ArrayLike) -> Interval:
    """Bounds as arrays, or as plain numbers when the input was one number."""
    return Interval(
        np.asarray(lower, dtype=np.float64)[()], np.asarray(upper, dtype=np.float64)[()]
    )


def estimate(value: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> Estimate:
    """A value and its bounds as arrays, or as plain numbers when the input was one number."""
    return Estimate(np.asarray(value, dtype=np.float64)[()], *interval(lower, upper))


def at_distinct(function: Callable[[FloatArray], FloatArray], values: FloatArray) -> FloatArray:
    """`function` of each value, reckoned once for each that occurs.

    Counts repeat: a million of them are often a few hundred distinct ones, and inverting a
    distribution takes longer than sorting. The function may put axes before those of its input.
    """
    distinct, place = np.unique(values, return_inverse=True)
    return np.asarray(function(distinct)[..., place.reshape(values.shape)])
