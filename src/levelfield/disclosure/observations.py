"""What of a quantile may leave: a quantile, and each of its bounds, is somebody's own figure.

The bounds are order statistics, so those of a few people are the least and the greatest there were.
One may leave where as many lie beyond it as the rule wants in a count, at least.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from levelfield.disclosure.rule import Rule
from levelfield.statistics import quantile_ranks


@dataclass(frozen=True)
class Open:
    """Whether a quantile and its bounds may leave."""

    value: bool
    lower: bool
    upper: bool


def open_figures(size: int, probability: float, rule: Rule) -> Open:
    """What may leave of a quantile of so many observations: `size`, as it is shown.

    It is judged by the fewest that may stand behind `size`, so that a bound that is there says no
    more of their number.
    """
    fewest = max(int(rule.bounds(size)[0]), rule.fewest_for_a_median)
    return _open(fewest, probability, rule.suppress_below)


@cache
def _open(fewest: int, probability: float, enough: int) -> Open:
    first, final = (int(one[0]) for one in quantile_ranks([fewest], probability))
    # Between two observations nobody stands, and a whole position is one of them.
    position = np.round(probability * (fewest - 1), 9)
    below, above = np.ceil(position), fewest - 1 - np.floor(position)
    return Open(
        value=bool(min(below, above) >= enough),
        lower=first - 1 >= enough,
        upper=fewest - final >= enough,
    )
