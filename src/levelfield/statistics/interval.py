"""The interval, and the checks that every method shares."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import scipy  # its parts load at first use, which keeps the commands quick to start
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

Confidence = float | Sequence[float]
"""One level such as 0.95, or several; several add a first axis to the bounds, one per level."""

ROUNDING = 1e-9
"""The share by which sums may be off from having been added up elsewhere."""


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


def numbers(values: ArrayLike, name: str) -> FloatArray:
    """`values` as doubles, what a mask hides as missing (`nan`); raises ValueError for text, dates
    and lists within lists of unlike length."""
    if isinstance(values, np.ma.MaskedArray):
        return np.asarray(np.ma.filled(values.astype(np.float64), np.nan))
    try:
        array = np.asarray(values)
        if array.dtype.kind in "biufO":
            return np.asarray(array, dtype=np.float64)
    except (TypeError, ValueError):
        pass
    raise ValueError(f"{name} must be numbers, in lists of one length")


def confidence_levels(confidence: Confidence, ndim: int) -> FloatArray:
    """Levels ready to broadcast against an array of `ndim` dimensions.

    Raises ValueError for a level outside (0, 1).
    """
    levels = numbers(confidence, "confidence")
    if levels.ndim > 1 or not levels.size or not np.all((levels > 0) & (levels < 1)):
        raise ValueError("confidence must lie between 0 and 1, for example 0.95")
    return levels.reshape(levels.shape + (1,) * ndim) if levels.ndim else levels


def normal_deviate(confidence: Confidence, ndim: int) -> FloatArray:
    """How many standard errors to each side hold the confidence, 1.96 for 0.95."""
    return np.asarray(scipy.special.ndtri(0.5 + confidence_levels(confidence, ndim) / 2))


def counts(values: ArrayLike, name: str) -> FloatArray:
    """`values` as doubles; raises ValueError when one is negative or infinite (`nan` may pass)."""
    array = numbers(values, name)
    if np.any(array < 0) or np.any(np.isinf(array)):
        raise ValueError(f"{name} must be finite and not negative")
    return array


def whole_counts(values: ArrayLike, name: str) -> FloatArray:
    """`counts` of which each is whole."""
    array = counts(values, name)
    if np.any(array % 1 > 0):
        raise ValueError(f"{name} must be whole")
    return array


def one_number(value: ArrayLike, name: str) -> float:
    """`value` as one finite number; raises ValueError for a list, a text or nothing."""
    found = numbers(value, name)
    if found.ndim or not np.isfinite(found):
        raise ValueError(f"{name} must be one finite number")
    return float(found)


def at_least(value: ArrayLike, least: int, name: str) -> int:
    """`value` as one whole number; raises ValueError for any other, and for one below `least`."""
    found = one_number(value, name)
    if found % 1 or found < least:
        raise ValueError(f"{name} must be a whole number, at least {least:,}")
    return int(found)


def alike(*arrays: FloatArray) -> tuple[FloatArray, ...]:
    """Arrays brought to one shape; raises ValueError with the shapes that do not fit together."""
    try:
        return tuple(np.broadcast_arrays(*arrays))
    except ValueError:
        shapes = ", ".join(str(array.shape) for array in arrays)
        raise ValueError(f"shapes do not fit together: {shapes}") from None


def enough_squares(
    number: FloatArray, total: FloatArray, total_of_squares: FloatArray, name: str
) -> None:
    """Raise ValueError for squares that so many values with that total cannot have."""
    # Sums of a database are rounded, the more so the longer they are.
    least = total**2 * (1 - ROUNDING)
    if np.any(total_of_squares * number < least):
        raise ValueError(f"{name} is below what so many values with that total can have")


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
