"""The XmR chart: individual values over time, and what stands out from their usual variation."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from levelfield.statistics import rules
from levelfield.statistics.interval import FloatArray, at_least, numbers
from levelfield.statistics.rules import Flags, Signs

LIMIT_FACTOR = 2.66
"""Mean moving ranges from the mean to a limit: three standard deviations over 1.128 (d2)."""

SCREEN_FACTOR = 3.267
"""Moving ranges beyond this many times their mean are screened out (D4 for ranges of two)."""

FEWEST_POINTS = 15
"""Points that limits need before they are taken as settled."""

RULES = ("", "outside limits", "two of three near a limit", "shift", "trend")
"""The rules in the order in which they name a point; the first is no rule."""

SAME = 1e-12
"""Values nearer than this share of the largest one count as equal: rounding makes no signal."""


@dataclass(frozen=True)
class Xmr:
    """An XmR chart. Every array but `segment` and `provisional` has the shape of the values."""

    values: FloatArray
    segment: NDArray[np.intp]
    """Which stretch with limits of its own each point of time is in, from 0."""
    mean: FloatArray
    lower: FloatArray
    upper: FloatArray
    side: Signs
    """-1 below the mean, 0 on it or missing, 1 above."""
    outside: Flags
    near: Flags
    """Within the limits, in their outer third."""
    two_of_three: Flags
    shift: Signs
    """Direction of the run on one side of the mean that a point belongs to, else 0."""
    trend: Signs
    """Direction of the run of rises or falls that a point belongs to, else 0."""
    provisional: Flags
    """Per series: the last stretch has fewer than fifteen points to set its limits by."""

    @property
    def rule(self) -> NDArray[np.int8]:
        """The first rule that each point breaks, as a place in `RULES`."""
        found = [self.outside, self.two_of_three, self.shift != 0, self.trend != 0]
        return np.asarray(np.select(found, [1, 2, 3, 4], 0), dtype=np.int8)

    @property
    def signal(self) -> Signs:
        """The direction of that rule: 1 unusually high or rising, -1 low or falling, 0 common."""
        return np.asarray(
            np.select([self.rule == 0, self.rule == 4], [0, self.trend], self.side), dtype=np.int8
        )


def xmr(
    values: ArrayLike,
    *,
    screen: bool = True,
    shift_points: int = 7,
    trend_points: int = 7,
    baseline: int | None = None,
    rebase: Sequence[int] = (),
) -> Xmr:
    """The XmR chart of one series, or of many at once (the last axis is time).

    Values in any unit, equally spaced; a missing one is `nan`, breaks runs and has no moving
    range. Limits are the mean plus and minus 2.66 times the mean moving range. `screen` leaves
    moving ranges above 3.267 times their mean out, once, but not where that would leave only zeros:
    a series of seldom events would have no width. `shift_points` and `trend_points` are seven or
    six. `rebase` lists the places (from 0) where a new stretch begins, with mean and limits of its
    own; `places_of` finds them by date. `baseline` sets the mean and limits of each stretch by
    that many first points of it, or by all where it has fewer.

    Near a limit means in the outer third; a point outside is not near, and a point on a limit is
    not outside. A point on the mean is on neither side and ends a run, as does a point equal to
    the one before it a trend. Values that never vary have limits at the mean and no signal; a
    single one has no limits. Below fifteen points to set the limits the chart is `provisional`:
    it may show a change, but its limits are no claim about the future.
    Raises ValueError for no series, an infinite value, points other than 6 or 7, a baseline below
    2, or a rebase that is no place inside the series.
    Source: Wheeler & Chambers (1992), Understanding Statistical Process Control; NHS England,
    Making Data Count.

    >>> chart = xmr([1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1])
    >>> print(f"{chart.lower[0]:.3f} {chart.mean[0]:.3f} {chart.upper[0]:.3f}")
    -0.716 1.944 4.604
    >>> [RULES[rule] for rule in chart.rule[3:6]]
    ['', 'outside limits', '']
    """
    series = numbers(values, "values")
    length = series.shape[-1] if series.ndim else 0
    if shift_points not in (6, 7) or trend_points not in (6, 7):
        raise ValueError("shift_points and trend_points must be 6 or 7")
    if baseline is not None:
        baseline = at_least(baseline, 2, "a baseline")
    if length == 0 or np.isinf(series).any():
        raise ValueError("values must be a series of finite numbers; a missing one is nan")
    if not np.iterable(rebase):
        raise ValueError("rebase is a list of places, for example [12]")
    if any(not isinstance(place, (int, np.integer)) for place in rebase):
        raise ValueError("a rebase is a place, counted from 0: places_of finds those of dates")
    if any(not 0 < place < length for place in rebase):
        raise ValueError("a rebase must be a place inside the series, after the first")
    edges = [0, *sorted(set(rebase)), length]
    stretches = [
        _stretch(series[..., start:end], screen, shift_points, trend_points, baseline)
        for start, end in pairwise(edges)
    ]
    joined = {name: _join([one[name] for one in stretches]) for name in stretches[0]}
    used = series[..., edges[-2] :][..., :baseline]
    return Xmr(
        values=series,
        segment=np.repeat(np.arange(len(edges) - 1), np.diff(edges)),
        provisional=np.asarray((~np.isnan(used)).sum(axis=-1) < FEWEST_POINTS),
        **joined,
    )


def places_of(dates: ArrayLike, when: ArrayLike) -> list[int]:
    """Where stretches that begin on the dates `when` begin in a series: places for `rebase`.

    `dates` has the date of each point, rising; both take dates or text such as 2018-07 or
    2018-07-01. A stretch begins at the first point on or after its date. A date that is not after
    the first point, or is after the last, parts nothing and is left out.
    Raises ValueError for what is no date and for dates that do not rise.

    >>> places_of(["2018-05", "2018-06", "2018-07", "2018-08"], ["2018-07-01"])
    [2]
    """
    of, at = _days(dates), _days(when)
    if np.isnat(of).any() or np.isnat(at).any() or np.any(np.diff(of) <= np.timedelta64(0)):
        raise ValueError("the dates of a series must be known and rise from point to point")
    found = np.searchsorted(of, at)
    return sorted({int(place) for place in found if 0 < place < of.size})


def _days(given: ArrayLike) -> NDArray[np.datetime64]:
    """Dates of texts and dates; a number such as 201806 is none, though numpy would take it."""
    array = np.atleast_1d(np.asarray(given))
    if array.size and array.dtype.kind in "biufc":
        raise ValueError("a date is written as in 2018-07 or 2018-07-01, not as a number")
    return array.astype("datetime64[D]")


def _stretch(
    values: FloatArray, screen: bool, shift_points: int, trend_points: int, baseline: int | None
) -> dict[str, NDArray[Any]]:
    """Mean, limits and rules of points that share them, by their names in `Xmr`."""
    settled = values[..., :baseline]
    mean = _mean(settled)
    spread = np.abs(np.diff(settled, axis=-1))
    moving_range = _mean(spread)
    if screen:
        kept = _mean(np.where(spread > SCREEN_FACTOR * moving_range, np.nan, spread))
        moving_range = np.where(kept > 0, kept, moving_range)
    half = LIMIT_FACTOR * moving_range
    slack = SAME * np.fmax.reduce(np.abs(values), axis=-1, keepdims=True)
    distance = values - mean
    outside = np.abs(distance) > half + slack
    near = ~outside & (np.abs(distance) > 2 / 3 * half + slack)
    side = rules.side_of(distance, slack)
    return {
        "mean": np.broadcast_to(mean, values.shape),
        "lower": np.broadcast_to(mean - half, values.shape),
        "upper": np.broadcast_to(mean + half, values.shape),
        "side": side,
        "outside": outside,
        "near": near,
        "two_of_three": near & rules.two_of_three(near, side),
        "shift": rules.members_of_runs(rules.ends_of_runs(side, shift_points), shift_points),
        "trend": rules.members_of_runs(rules.trend_ends(values, trend_points, slack), trend_points),
    }


def _join(parts: list[NDArray[Any]]) -> NDArray[Any]:
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=-1)


def _mean(values: FloatArray) -> FloatArray:
    """The mean along time, kept as an axis; `nan` where nothing is present."""
    present = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        total = values.sum(axis=-1, keepdims=True, where=present)
        return np.asarray(total / present.sum(axis=-1, keepdims=True))
