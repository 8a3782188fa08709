"""Quantiles of many histograms at once are those of one after the other."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from levelfield.measures.histograms import Histograms
from levelfield.statistics import quantile, quantile_interval

HISTOGRAM = st.dictionaries(st.integers(-5, 400), st.integers(1, 50), min_size=1, max_size=12)


@settings(deadline=None)
@given(st.lists(HISTOGRAM, min_size=1, max_size=6), st.sampled_from([0.25, 0.5, 0.75, 0.9]))
def test_groups_agree_with_one_by_one(histograms, probability):
    rows = [(n, day, often) for n, one in enumerate(histograms) for day, often in one.items()]
    group, values, number = (np.array(column) for column in zip(*rows, strict=True))
    together = Histograms.of(group, values.astype(float), number)
    lower, upper = together.interval(probability, 0.95)
    for n, one in enumerate(histograms):
        days, often = list(one), list(one.values())
        alone = quantile_interval(days, often, probability)
        assert together.quantile(probability)[n] == pytest.approx(
            quantile(days, often, probability)
        )
        assert (lower[n], upper[n]) == pytest.approx(tuple(alone), nan_ok=True)
