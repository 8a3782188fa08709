"""What must hold of every funnel and every control chart."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from levelfield.statistics import (
    between_variance,
    funnel_limits,
    funnel_scores,
    funnel_signal,
    overdispersion,
    seasonality,
    xmr,
)

# The first call loads parts of scipy, which takes longer than hypothesis allows a test.
RELAXED = settings(deadline=None)

KINDS = st.sampled_from(["proportion", "rate", "ratio"])
FUNNELS = st.sampled_from(
    [
        ("proportion", {}),
        ("rate", {}),
        ("rate", {"poisson": "exact"}),
        ("ratio", {"poisson": "exact", "scale": "square root"}),
        ("ratio", {"scale": "square root"}),
    ]
)
REFERENCES = st.floats(0.01, 0.99)
VARIANCES = st.sampled_from([0.0, 0.001, 0.05])
GAPPED = st.lists(st.one_of(st.integers(0, 6), st.just(np.nan)), min_size=1, max_size=40)
SERIES = st.lists(st.integers(0, 1000), min_size=1, max_size=40)


@RELAXED
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


@RELAXED
@given(FUNNELS, REFERENCES, VARIANCES, st.integers(1, 3000), st.floats(0, 1))
def test_a_signal_is_what_the_drawn_limits_show(
    funnel, reference: float, variance: float, size: int, value: float
) -> None:
    kind, options = funnel
    limits = funnel_limits(kind, size, reference, between_variance=variance, **options)
    drawn = sum(value > limits.upper) - sum(value < limits.lower)
    signal = funnel_signal(kind, value, size, reference, between_variance=variance, **options)
    assert signal == drawn


@RELAXED
@given(FUNNELS, REFERENCES, VARIANCES, st.sets(st.integers(1, 3000), min_size=2, max_size=40))
def test_limits_close_in_as_organisations_grow(
    funnel, reference: float, variance: float, sizes: set[int]
) -> None:
    kind, options = funnel
    limits = funnel_limits(kind, sorted(sizes), reference, between_variance=variance, **options)
    assert (np.diff(limits.lower) >= -1e-12).all()
    assert (np.diff(limits.upper) <= 1e-12).all()


@RELAXED
@given(st.floats(0.01, 400), st.sampled_from([0.95, 0.998]))
def test_chance_crosses_an_exact_ratio_limit_no_more_often_than_stated(
    expected: float, level: float
) -> None:
    limits = funnel_limits("ratio", expected, 1.0, level, poisson="exact")
    events = np.arange(int(expected + 12 * np.sqrt(expected) + 20))
    chance = stats.poisson.pmf(events, expected)
    tail = (1 - level) / 2 + 1e-9
    assert chance[events / expected > limits.upper].sum() <= tail
    assert chance[events / expected < limits.lower].sum() <= tail
    # And the next count inwards would be crossed more often.
    assert chance[events / expected >= limits.upper - 1 / expected].sum() >= tail - 2e-9


@RELAXED
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


@RELAXED
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


@RELAXED
@given(SERIES, st.sampled_from([0.25, 4.0, 1000.0]), st.booleans())
def test_a_chart_scales_with_its_unit(values: list[int], factor: float, screen: bool) -> None:
    chart, scaled = xmr(values, screen=screen), xmr(np.array(values) * factor, screen=screen)
    np.testing.assert_allclose(scaled.upper, chart.upper * factor, rtol=1e-9)
    assert scaled.rule.tolist() == chart.rule.tolist()
    assert scaled.signal.tolist() == chart.signal.tolist()


@RELAXED
@given(SERIES, st.integers(-1000, 1000))
def test_a_chart_moves_with_its_zero(values: list[int], shift: int) -> None:
    chart, moved = xmr(values), xmr(np.array(values) + shift)
    np.testing.assert_allclose(moved.lower, chart.lower + shift, rtol=1e-9, atol=1e-9)
    assert moved.rule.tolist() == chart.rule.tolist()


@RELAXED
@given(GAPPED, st.sampled_from([6, 7]))
def test_the_run_rules_are_what_counting_by_hand_gives(values: list[float], length: int) -> None:
    chart = xmr(values, shift_points=length, trend_points=length)
    shift, trend = [0] * len(values), [0] * len(values)
    for start in range(len(values) - length + 1):
        run = range(start, start + length)
        for way in (-1, 1):
            if all(chart.side[n] == way for n in run):
                shift[run.start : run.stop] = [way] * length
            if all(way * values[n] > way * values[n - 1] for n in run[1:]):
                trend[run.start : run.stop] = [way] * length
    pairs = [False] * len(values)
    for start in range(len(values) - 2):
        three = range(start, start + 3)
        one_side = abs(sum(int(chart.side[n]) for n in three)) == 3
        if one_side and sum(bool(chart.near[n]) for n in three) >= 2:
            for n in three:
                pairs[n] = pairs[n] or bool(chart.near[n])
    assert chart.shift.tolist() == shift
    assert chart.trend.tolist() == trend
    assert chart.two_of_three.tolist() == pairs


@RELAXED
@given(SERIES)
def test_a_chart_turned_upside_down_turns_its_signals(values: list[int]) -> None:
    chart, turned = xmr(values), xmr(1000 - np.array(values))
    assert turned.rule.tolist() == chart.rule.tolist()
    assert turned.signal.tolist() == (-chart.signal).tolist()


@RELAXED
@given(st.floats(-1e6, 1e6), st.integers(2, 30))
def test_values_that_never_vary_show_no_signal(value: float, length: int) -> None:
    chart = xmr([value] * length)
    assert not chart.rule.any()
    assert not chart.side.any()


@RELAXED
@given(st.lists(GAPPED, min_size=2, max_size=4), st.booleans())
def test_many_series_at_once_are_as_one_by_one(series: list[list[float]], rebased: bool) -> None:
    length = min(len(one) for one in series)
    assume(length > 2)
    options = {"rebase": [length // 2], "baseline": 3} if rebased else {}
    batch = np.array([one[:length] for one in series], dtype=float)
    together = xmr(batch, **options)
    seasons = seasonality(batch, period=3)
    for place, one in enumerate(batch):
        alone = xmr(one, **options)
        np.testing.assert_allclose(together.lower[place], alone.lower, rtol=1e-12)
        np.testing.assert_allclose(seasons.p[place], seasonality(one, period=3).p, rtol=1e-9)
        assert together.rule[place].tolist() == alone.rule.tolist()
        assert together.provisional[place] == alone.provisional


@RELAXED
@given(
    st.integers(0, 2**32 - 1), st.integers(-50, 50), st.integers(-5, 5), st.sampled_from([0.1, 7])
)
def test_a_season_is_not_in_the_unit_the_level_or_the_drift(
    seed: int, shift: int, drift: int, factor: float
) -> None:
    noise = np.random.default_rng(seed).normal(size=36)
    plain = seasonality(noise)
    steps = np.repeat([0, 3, -2], 12)
    changed = seasonality(factor * (noise + shift + drift * np.arange(36) + steps))
    assert changed.p == pytest.approx(plain.p, rel=1e-6)
    changed = seasonality(factor * (noise + shift + drift * np.arange(36)))
    np.testing.assert_allclose(changed.pattern, factor * plain.pattern, rtol=1e-6, atol=1e-9)


def test_identical_providers_are_flagged_as_often_as_theory_says() -> None:
    generator = np.random.default_rng(1)
    values = generator.binomial(400, 0.3, size=20_000) / 400
    flagged = np.abs(funnel_signal("proportion", values, 400, 0.3))
    assert (flagged >= 1).mean() == pytest.approx(0.045, abs=0.006)
    assert (flagged == 2).mean() <= 0.002 + 0.001
