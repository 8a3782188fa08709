"""Intervals of rounded counts, which allow for chance and for what rounding may have hidden.

An interval goes from the lower bound of the lowest quotient that the rounded counts may stand for
to the upper bound of the highest. The confidence is 95%.
"""

import numpy as np

from levelfield.disclosure.rule import Floats, Rule
from levelfield.statistics import Interval, rate_interval, wilson_interval


def share_intervals(number: Floats, size: Floats, rule: Rule) -> Interval:
    """Wilson's intervals of shares of rounded counts; no number is above its size."""
    (fewest, smallest), (most, largest) = _ends(number, size, rule)
    lower = wilson_interval(fewest, np.maximum(largest, fewest)).lower
    upper = wilson_interval(np.minimum(most, smallest), smallest).upper
    return Interval(lower, upper)


def rate_intervals(number: Floats, size: Floats, per: float, rule: Rule) -> Interval:
    """Byar's intervals of rates for `per` of the size, of rounded counts."""
    (fewest, smallest), (most, largest) = _ends(number, size, rule)
    lower = rate_interval(fewest, largest, per).lower
    upper = rate_interval(most, smallest, per).upper
    return Interval(lower, upper)


def _ends(
    number: Floats, size: Floats, rule: Rule
) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """The least, and the greatest, that each number and each size may have been."""
    (fewest, most), (smallest, largest) = rule.bounds(number), rule.bounds(size)
    return (fewest, smallest), (most, largest)
