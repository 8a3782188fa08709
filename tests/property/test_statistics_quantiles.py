"""Quantiles of many histograms at once are those of their values written out, one by one."""

from math import comb, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from levelfield.statistics import Histograms, quantile, quantile_interval

HISTOGRAM = st.dictionaries(st.integers(-5, 400), st.integers(0, 9), min_size=1, max_size=12)


def bounds(values: list[float], probability: float, confidence: float) -> tuple[float, float]:
    """The bounds by counting ranks up and down, with binomial chances added one by one."""
    number, tail = len(values), (1 - confidence) / 2
    if not number:
        return nan, nan
    chances = [
        comb(number, k) * probability**k * (1 - probability) ** (number - k)
        for k in range(number + 1)
    ]
    # The first rank that more than the tail lies at or below, and the last the other way round.
    first = next(k for k in range(number + 1) if sum(chances[: k + 1]) >= tail)
    last = next(k for k in range(number, -1, -1) if sum(chances[k:]) > tail) + 1
    return (
        values[first - 1] if first >= 1 else nan,
        values[last - 1] if last <= number else nan,
    )


@settings(deadline=None)
@given(st.lists(HISTOGRAM, min_size=1, max_size=6), st.sampled_from([0.25, 0.5, 0.75, 0.9]))
def test_groups_agree_with_the_values_written_out(histograms, probability):
    rows = [(n, day, often) for n, one in enumerate(histograms) for day, often in one.items()]
    group, values, number = (np.array(column) for column in zip(*rows, strict=True))
    together = Histograms.of(group, values, number)
    found = together.quantile(probability)
    lower, upper = together.interval(probability, [0.95, 0.8])
    for n, one in enumerate(histograms):
        written = sorted(day for day, often in one.items() for _ in range(often))
        middle = np.quantile(written, probability) if written else nan
        assert found[n] == pytest.approx(middle, nan_ok=True)
        assert quantile(list(one), list(one.values()), probability) == pytest.approx(
            middle, nan_ok=True
        )
        for row, level in enumerate((0.95, 0.8)):
            wanted = pytest.approx(bounds(written, probability, level), nan_ok=True)
            assert (lower[row, n], upper[row, n]) == wanted
            alone = quantile_interval(list(one), list(one.values()), probability, level)
            assert tuple(alone) == wanted
