"""The run rules of a control chart, each on arrays whose last axis is time.

Missing points are on neither side and break every run.
Source: NHS England, Making Data Count, as the R package NHSRplotthedots 0.2.2 of the NHS-R
Community reckons it. Rules of these names are older, and not all the same: in Nelson (1984, J Qual
Technol 16:237-9) the third of three points may lie anywhere, and one outside the limits counts as
near.
"""

import numpy as np
from numpy.typing import NDArray

from levelfield.statistics.interval import FloatArray

Signs = NDArray[np.int8]
"""-1 below or falling, 1 above or rising, 0 neither."""

Flags = NDArray[np.bool_]


def side_of(distance: FloatArray, slack: FloatArray | float) -> Signs:
    """On which side of a centre points at that distance lie; on it when nearer than `slack`."""
    return signs(distance > slack, distance < -slack)


def signs(above: Flags, below: Flags) -> Signs:
    """1 above, -1 below, else 0."""
    return np.asarray(above.view(np.int8) - below.view(np.int8), dtype=np.int8)


def ends_of_runs(sides: Signs, length: int) -> Signs:
    """Where `length` signs in a row have been the same, that sign."""
    result = np.zeros(sides.shape, dtype=np.int8)
    if sides.shape[-1] >= length:
        above, below = _all_of(sides > 0, length), _all_of(sides < 0, length)
        result[..., length - 1 :] = signs(above, below)
    return result


def members_of_runs(ends: Signs, length: int) -> Signs:
    """A run's sign on each of the `length` points that lead to its end.

    A turning point belongs to two runs and takes the sign of the later one.
    """
    result = ends.copy()
    # Each round looks as far ahead as all before it together.
    seen = 1
    while seen < min(length, ends.shape[-1]):
        step = min(seen, length - seen)
        later = result[..., step:].copy()
        np.copyto(result[..., :-step], later, where=later != 0)
        seen += step
    return result


def trend_ends(values: FloatArray, length: int, slack: FloatArray | float = 0.0) -> Signs:
    """Where `length` points in a row have each risen (1) or each fallen (-1), by more than `slack`
    from each to the next."""
    result = np.zeros(values.shape, dtype=np.int8)
    steps = np.diff(values, axis=-1)
    result[..., 1:] = ends_of_runs(side_of(steps, slack), length - 1)
    return result


def two_of_three(near: Flags, side: Signs) -> Flags:
    """Points in any three in a row that lie on one side, at least two of them near the limit there.

    All three must lie on the one side of the mean; near is the outer third within the limit, so
    that a point outside is not near (it has a rule of its own). All three are marked; the chart
    names those of them that are near.
    """
    result = np.zeros(near.shape, dtype=np.bool_)
    if near.shape[-1] < 3:
        return result
    one, two, three = near[..., :-2], near[..., 1:-1], near[..., 2:]
    found = (one & two) | (one & three) | (two & three)
    found &= _all_of(side > 0, 3) | _all_of(side < 0, 3)
    result[..., :-2] |= found
    result[..., 1:-1] |= found
    result[..., 2:] |= found
    return result


def _all_of(flags: Flags, length: int) -> Flags:
    """Whether all of each `length` neighbours are flagged, from the first such group on."""
    window, seen = flags, 1
    while seen < length:
        step = min(seen, length - seen)
        window = window[..., step:] & window[..., :-step]
        seen += step
    return window
