"""What must hold of every funnel and every control chart."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from levelfield.statistics import (
    between_variance,
    funnel_limits,
    funnel_scores,
    funnel_signal,
    overdispersion,
    xmr,
)

KINDS = st.sampled_from(["proportion", "rate", "ratio"])
REFERENCES = st.floats(0.01, 0.99)
VARIANCES = st.sampled_from([0.0, 0.001, 0.05])
SERIES = st.lists(st.integers(0, 1000), min_size=1, max_size=40)


@given(KINDS, st.lists(st.integers(1, 5000), min_size=1, max_size=20), REFERENCES, VARIANCES)
def test_limits_nest_round_the_reference(
    kind, sizes: list[int], reference: float, variance: float
) -> None:
    limits = funnel_limits(kind, sizes, reference, between_variance=variance)
    outer, inner = 1, 0
    assert (limits.lower[outer] <= limits.lower[inner]).all()
    assert (limits.lower[inner] <= reference + 1e-12).all()
    assert (limits.upper[inner] >= reference - 1e-12).all()
    assert (limits.upper[outer] >= limits.upper[inner]).all()
    if kind == "proportion":
        assert (limits.lower >= 0).all()
        assert (limits.upper <= 1).all()


@given(KINDS, REFERENCES, VARIANCES, st.integers(1, 3000), st.floats(0, 1))
def test_a_signal_is_what_the_drawn_limits_show(
    kind, reference: float, variance: float, size: int, value: float
) -> None:
    limits = funnel_limits(kind, size, reference, between_variance=variance)
    drawn = sum(value > limits.upper) - sum(value < limits.lower)
    assert funnel_signal(kind, value, size, reference, between_variance=variance) == drawn


@given(st.integers(1, 400), REFERENCES, st.sampled_from([0.95, 0.998]))
def test_chance_crosses_an_exact_proportion_limit_no_more_often_than_stated(
    size: int, reference: float, level: float
) -> None:
    limits = funnel_limits("proportion", size, reference, level)
    events = np.arange(size + 1)
    chance = stats.binom.pmf(events, size, reference)
    tail = (1 - level) / 2 + 1e-9
    assert chance[events / size > limits.upper].sum() <= tail
    assert chance[events / size < limits.lower].sum() <= tail


@given(st.lists(st.integers(0, 60), min_size=3, max_size=40), VARIANCES)
def test_overdispersion_of_the_middle_is_never_above_that_of_all(
    events: list[int], variance: float
) -> None:
    expected = np.full(len(events), 30.0)
    z, error = funnel_scores("ratio", np.array(events) / expected, expected)
    whole = overdispersion(z, trim=0)
    assert between_variance(whole, error) >= 0
    assert overdispersion(z, method="winsorise").z.max() <= z.max()
    truncated = overdispersion(z, trim=0.1, method="truncate").z
    assert np.isnan(truncated).sum() == 2 * (len(events) // 10)


@given(SERIES, st.sampled_from([0.25, 4.0, 1000.0]), st.booleans())
def test_a_chart_scales_with_its_unit(values: list[int], factor: float, screen: bool) -> None:
    chart, scaled = xmr(values, screen=screen), xmr(np.array(values) * factor, screen=screen)
    np.testing.assert_allclose(scaled.upper, chart.upper * factor, rtol=1e-9)
    assert scaled.rule.tolist() == chart.rule.tolist()
    assert scaled.signal.tolist() == chart.signal.tolist()


@given(SERIES)
def test_a_chart_turned_upside_down_turns_its_signals(values: list[int]) -> None:
    chart, turned = xmr(values), xmr(1000 - np.array(values))
    assert turned.rule.tolist() == chart.rule.tolist()
    assert turned.signal.tolist() == (-chart.signal).tolist()


@given(st.floats(-1e6, 1e6), st.integers(2, 30))
def test_values_that_never_vary_show_no_signal(value: float, length: int) -> None:
    chart = xmr([value] * length)
    assert not chart.rule.any()
    assert not chart.side.any()


@given(st.lists(SERIES, min_size=2, max_size=4))
def test_many_series_at_once_are_as_one_by_one(series: list[list[int]]) -> None:
    length = min(len(one) for one in series)
    assume(length > 1)
    batch = np.array([one[:length] for one in series], dtype=float)
    together = xmr(batch)
    for place, one in enumerate(batch):
        alone = xmr(one)
        np.testing.assert_allclose(together.lower[place], alone.lower, rtol=1e-12)
        assert together.rule[place].tolist() == alone.rule.tolist()
        assert together.provisional[place] == alone.provisional


def test_identical_providers_are_flagged_as_often_as_theory_says() -> None:
    generator = np.random.default_rng(1)
    values = generator.binomial(400, 0.3, size=20_000) / 400
    flagged = np.abs(funnel_signal("proportion", values, 400, 0.3))
    assert (flagged >= 1).mean() == pytest.approx(0.045, abs=0.006)
    assert (flagged == 2).mean() <= 0.002 + 0.001
