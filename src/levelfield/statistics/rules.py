"""The run rules of a control chart, each on arrays whose last axis is time.

Missing points are on neither side and break every run.
Source: NHS England, Making Data Count; Nelson (1984), J Qual Technol 16:237-9.
"""

import numpy as np
from numpy.typing import NDArray

from levelfield.statistics.interval import FloatArray

Signs = NDArray[np.int8]
"""-1 below or falling, 1 above or rising, 0 neither."""

Flags = NDArray[np.bool_]


def side_of(values: FloatArray, centre: FloatArray, slack: FloatArray) -> Signs:
    """On which side of a centre the values lie; on it when nearer than `slack`."""
    above = (values - centre > slack).astype(np.int8)
    below = (centre - values > slack).astype(np.int8)
    return np.asarray(above - below, dtype=np.int8)


def ends_of_runs(signs: Signs, length: int) -> Signs:
    """Where `length` signs in a row have been the same, that sign."""
    result = np.zeros_like(signs)
    if signs.shape[-1] >= length:
        total = np.cumsum(signs, axis=-1, dtype=np.int32)
        window = total[..., length - 1 :].copy()
        window[..., 1:] -= total[..., :-length]
        result[..., length - 1 :] = np.where(np.abs(window) == length, window // length, 0)
    return result


def members_of_runs(ends: Signs, length: int) -> Signs:
    """A run's sign on each of the `length` points that lead to its end.

    A turning point belongs to two runs and takes the sign of the later one.
    """
    result = ends.copy()
    for back in range(1, min(length, ends.shape[-1])):
        later = ends[..., back:]
        result[..., :-back] = np.where(later != 0, later, result[..., :-back])
    return result


def trend_ends(values: FloatArray, length: int) -> Signs:
    """Where `length` points in a row have each risen (1) or each fallen (-1)."""
    result = np.zeros(values.shape, dtype=np.int8)
    step = np.diff(values, axis=-1)
    direction = (step > 0).astype(np.int8) - (step < 0).astype(np.int8)
    result[..., 1:] = ends_of_runs(direction, length - 1)
    return result


def two_of_three(near: Flags, side: Signs) -> Flags:
    """Points in any three in a row that lie on one side with at least two of them near a limit."""
    result = np.zeros(near.shape, dtype=np.bool_)
    if near.shape[-1] < 3:
        return result
    sides = side[..., :-2] + side[..., 1:-1] + side[..., 2:]
    nears = near[..., :-2].astype(np.int8) + near[..., 1:-1] + near[..., 2:]
    found = (np.abs(sides) == 3) & (nears >= 2)
    result[..., :-2] |= found
    result[..., 1:-1] |= found
    result[..., 2:] |= found
    return result
