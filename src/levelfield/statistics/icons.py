"""What a control chart says in a word: has the process changed, and does it meet its target?

Source: NHS England, Making Data Count.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from levelfield.statistics.control_chart import SAME, Xmr
from levelfield.statistics.interval import one_number

Improvement = Literal["higher", "lower", "none"]
"""Which values are better, or neither."""

Words = NDArray[np.str_]

COMMON = "common cause"
IMPROVEMENT = "special cause improvement"
CONCERN = "special cause concern"
NEUTRAL = "special cause neutral"

PASS = "pass"
FAIL = "fail"
HIT_AND_MISS = "hit and miss"


def point_variation(chart: Xmr, improvement: Improvement) -> Words:
    """The variation of each point: common cause, or a special cause that improves or concerns.

    Where neither direction is better a special cause is neutral; a missing point has no word
    (empty text). Raises ValueError for an unknown improvement.

    >>> from levelfield.statistics import xmr
    >>> str(point_variation(xmr([1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]), "lower")[4])
    'special cause concern'
    """
    better = {"higher": 1, "lower": -1, "none": 0}.get(improvement)
    if better is None:
        raise ValueError(f"improvement must be higher, lower or none, not '{improvement}'")
    special = chart.signal != 0
    kinds = [
        (np.isnan(chart.values), ""),
        (special & (better == 0), NEUTRAL),
        (special & (chart.signal == better), IMPROVEMENT),
        (special, CONCERN),
    ]
    return np.select([flags for flags, _ in kinds], [word for _, word in kinds], COMMON)


def variation(chart: Xmr, improvement: Improvement) -> Words:
    """The variation icon: the variation of the last point, one word per series;
    empty text when that point is missing. Raises ValueError for an unknown improvement.

    >>> from levelfield.statistics import xmr
    >>> str(variation(xmr([5, 3, 4, 6, 5, 4, 3, 6, 5, 4, 3, 5, 4, 6, 12]), "higher"))
    'special cause improvement'
    """
    return point_variation(chart, improvement)[..., -1][()]


def assurance(
    chart: Xmr, target: float, improvement: Improvement, *, provisional: bool = False
) -> Words:
    """The assurance icon: whether the process, as it runs now, will meet the target.

    `pass` when both current limits meet it, `fail` when neither does, `hit and miss` when the
    target lies between them; one word per series. Reaching the target exactly meets it, so a
    process that never varies passes at its target. `target` is in the unit of the values. Empty
    text where nothing is claimed: without limits (a single point), and with provisional ones
    (fewer than fifteen points) unless `provisional` asks for the word all the same, for a page
    that says what it stands on.
    Raises ValueError for a target that is not finite, and when neither direction is better: there
    is nothing to meet.

    >>> from levelfield.statistics import xmr
    >>> chart = xmr([71, 74, 72, 75, 73, 74, 72, 75, 73, 74, 72, 75, 71, 74, 72])
    >>> str(assurance(chart, 60, "higher"))
    'pass'
    """
    target = one_number(target, "a target")
    # Rounding in a mean must not cost a process its target.
    slack = SAME * abs(target)
    lower, upper = chart.lower[..., -1], chart.upper[..., -1]
    if improvement == "higher":
        met, missed = lower >= target - slack, upper < target - slack
    elif improvement == "lower":
        met, missed = upper <= target + slack, lower > target + slack
    else:
        raise ValueError("assurance needs to know which direction is better: higher or lower")
    unclaimed = np.isnan(lower) | (chart.provisional & (not provisional))
    return np.select([unclaimed, met, missed], ["", PASS, FAIL], HIT_AND_MISS)[()]
