"""What must hold of every interval, and two independent oracles."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from levelfield.statistics import (
    byars_interval,
    difference_interval,
    exact_poisson_interval,
    mean_interval,
    mean_interval_of_sums,
    poisson_interval,
    quantile,
    quantile_interval,
    wilson_interval,
)

LEVELS = st.floats(0.5, 0.999)
EVENTS = st.integers(0, 10**6)
POISSON = [byars_interval, exact_poisson_interval, poisson_interval]


@st.composite
def proportions(draw: st.DrawFn) -> tuple[int, int]:
    total = draw(st.integers(1, 10**7))
    return draw(st.integers(0, total)), total


@given(proportions(), LEVELS)
def test_wilson_holds_the_estimate_and_stays_a_proportion(
    pair: tuple[int, int], level: float
) -> None:
    count, total = pair
    lower, upper = wilson_interval(count, total, level)
    assert 0 <= lower <= count / total <= upper <= 1


@given(proportions(), LEVELS)
def test_wilson_agrees_with_statsmodels(pair: tuple[int, int], level: float) -> None:
    ours = wilson_interval(*pair, level)
    theirs = proportion_confint(*pair, alpha=1 - level, method="wilson")
    np.testing.assert_allclose(ours, theirs, rtol=1e-7, atol=1e-12)


@given(proportions(), st.tuples(LEVELS, LEVELS).map(sorted))
def test_a_higher_confidence_never_narrows(pair: tuple[int, int], levels: list[float]) -> None:
    for interval in (
        wilson_interval(*pair, levels),
        *(method(pair[0], levels) for method in POISSON),
        mean_interval([1, *pair], levels),
    ):
        assert interval.lower[0] >= interval.lower[1]
        assert interval.upper[0] <= interval.upper[1]


@pytest.mark.parametrize("method", POISSON)
@given(count=EVENTS, level=LEVELS)
def test_a_poisson_interval_holds_its_count(method, count: int, level: float) -> None:
    lower, upper = method(count, level)
    assert 0 <= lower <= count <= upper


@given(st.integers(1, 300), LEVELS)
def test_the_exact_poisson_bounds_solve_their_definition(count: int, level: float) -> None:
    """Oracle: half the tail lies at `count` and beyond, seen from either bound."""
    lower, upper = exact_poisson_interval(count, level)
    assert stats.poisson.sf(count - 1, lower) == pytest.approx((1 - level) / 2, rel=1e-6)
    assert stats.poisson.cdf(count, upper) == pytest.approx((1 - level) / 2, rel=1e-6)


@given(proportions(), proportions(), LEVELS)
def test_a_difference_turns_with_its_order(
    one: tuple[int, int], other: tuple[int, int], level: float
) -> None:
    forth = difference_interval(*one, *other, level)
    back = difference_interval(*other, *one, level)
    gap = one[0] / one[1] - other[0] / other[1]
    assert -1 - 1e-12 <= forth.lower <= gap + 1e-12
    assert gap - 1e-12 <= forth.upper <= 1 + 1e-12
    np.testing.assert_allclose(forth, [-back.upper, -back.lower], atol=1e-12)


@given(st.lists(st.integers(0, 500), min_size=2, max_size=60))
def test_a_mean_interval_is_the_same_from_values_and_from_sums(values: list[int]) -> None:
    array = np.array(values)
    direct = mean_interval(array)
    summed = mean_interval_of_sums(array.size, array.sum(), (array**2).sum())
    np.testing.assert_allclose(direct, summed, rtol=1e-7, atol=1e-5)
    spread = stats.sem(array)
    if spread > 0:
        theirs = stats.t.interval(0.95, array.size - 1, array.mean(), spread)
        np.testing.assert_allclose(direct, theirs, rtol=1e-9, atol=1e-9)


HISTOGRAMS = st.dictionaries(st.integers(-5, 400), st.integers(0, 30), min_size=1, max_size=25)


@given(HISTOGRAMS, st.floats(0, 1))
def test_a_quantile_agrees_with_numpy_on_the_values_written_out(
    histogram: dict[int, int], probability: float
) -> None:
    written = np.repeat(list(histogram), list(histogram.values()))
    ours = quantile(list(histogram), list(histogram.values()), probability)
    if written.size:
        assert ours == pytest.approx(float(np.quantile(written, probability)), abs=1e-9)
    else:
        assert math.isnan(ours)


@given(HISTOGRAMS, st.sampled_from([0.25, 0.5, 0.75]), st.sampled_from([0.8, 0.95]))
def test_a_quantile_interval_covers_what_it_says(
    histogram: dict[int, int], probability: float, level: float
) -> None:
    """Its ranks leave at most half the tail on each side, and it holds the quantile."""
    places, heights = list(histogram), list(histogram.values())
    lower, upper = quantile_interval(places, heights, probability, level)
    estimate = quantile(places, heights, probability)
    assert not lower > estimate
    assert not upper < estimate
    number = sum(heights)
    if number and math.isnan(lower):
        assert stats.binom.pmf(0, number, probability) >= (1 - level) / 2 - 1e-12
    if number and math.isnan(upper):
        assert stats.binom.pmf(number, number, probability) > (1 - level) / 2 - 1e-12
