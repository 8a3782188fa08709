"""Intervals of prices hold the truth as often as they claim, on simulated systems.

The same in large, with the figures seen, is in benchmarks/money.
"""

import numpy as np
import pytest
from benchmarks.money.bootstrap import coverage, draw_system, steps

from levelfield.tariff.list_file import IntervalChoice
from levelfield.tariff.make import make


@pytest.mark.slow
def test_intervals_cover_what_they_claim() -> None:
    found = list(coverage(np.random.default_rng(7), 25, kinds=(False,)))
    assert [one.must for one in found] == ["at least"] * 3
    assert not [(one.what, one.seen) for one in found if not one.held]
    assert all(0.85 < one.seen < 0.999 for one in found)


def test_providers_that_differ_more_give_wider_intervals() -> None:
    """What the coverage above rests on: the interval is no constant."""
    widths = []
    for own in (0.02, 0.4):
        system = draw_system(np.random.default_rng(3), 40, 10, own=own)
        made = make(system.returned, steps(), system.inputs, IntervalChoice(replicates=200))
        widths.append(float(np.nanmean((made.upper - made.lower) / made.price)))
    assert widths[1] > 2 * widths[0]
