"""What must hold of inequality, quantile groups, credibility, ranks and false discoveries."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from levelfield.statistics import (
    Interval,
    adjusted_p_values,
    assign_quantiles,
    between_variance,
    buhlmann_straub,
    normal_draws,
    overdispersion,
    proportion_draws,
    rank_intervals,
    rate_draws,
    relative_index_of_inequality,
    slope_index_of_inequality,
    standard_errors,
)


@st.composite
def groups(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values, populations and standard errors of three to ten groups."""
    number = draw(st.integers(3, 10))

    def some(low: float, high: float) -> np.ndarray:
        return np.array(draw(st.lists(st.floats(low, high), min_size=number, max_size=number)))

    return some(20, 60), some(100, 10_000).round(), some(0.1, 2)


def regression(value: np.ndarray, population: np.ndarray):
    share = population / population.sum()
    middle = share.cumsum() - share / 2
    return sm.WLS(value, sm.add_constant(middle), weights=share).fit()


@given(groups())
def test_a_line_agrees_with_the_weighted_regression_of_statsmodels(data) -> None:
    value, population, _ = data
    model = regression(value, population)
    slope = slope_index_of_inequality(value, population, confidence=0.9)
    assert slope.value == pytest.approx(model.params[1], rel=1e-9, abs=1e-8)
    np.testing.assert_allclose(slope[1:], model.conf_int(0.1)[1], rtol=1e-9, atol=1e-8)
    beginning, end = model.params[0], model.params.sum()
    ratio = relative_index_of_inequality(value, population)
    if min(beginning, end) > 1e-9:
        assert ratio.value == pytest.approx(end / beginning, rel=1e-9)
        # By the delta method on the logarithm, through the covariance of the coefficients.
        gradient = np.array([1 / end - 1 / beginning, 1 / end])
        half = stats.t.ppf(0.975, len(value) - 2) * np.sqrt(
            gradient @ model.cov_params() @ gradient
        )
        assert np.log(ratio.upper / ratio.value) == pytest.approx(half, rel=1e-6, abs=1e-9)
    else:
        assert np.isnan(ratio.value)


@given(groups(), st.floats(0.5, 20))
def test_the_unit_and_the_order_of_values_carry_through(data, factor: float) -> None:
    value, population, error = data
    slope = slope_index_of_inequality(value, population, error)
    scaled = slope_index_of_inequality(factor * value, population, factor * error)
    np.testing.assert_allclose(scaled, np.array(slope) * factor, rtol=1e-9, atol=1e-8)
    turned = slope_index_of_inequality(value[::-1], population[::-1], error[::-1])
    expected = [-slope.value, -slope.upper, -slope.lower]
    np.testing.assert_allclose(turned, expected, rtol=1e-9, atol=1e-8)
    ratio = relative_index_of_inequality(value, population, error / value, line="log", errors="log")
    assert ratio.lower < ratio.value < ratio.upper


@settings(max_examples=10, deadline=None)
@given(groups(), st.sampled_from(["linear", "log"]))
def test_a_simulated_interval_agrees_with_the_analytic_one(data, line: str) -> None:
    """Exact for a slope; for a ratio and on the log scale nearly so, by the delta method.

    A limit from 16,384 draws has a standard error of 0.5% of the width; four of them and the
    curvature that the delta method leaves out are below 3%.
    """
    value, population, error = data
    error = error / 10 / (value if line == "log" else 1)
    kind = {"line": line, "errors": line}
    random = {"method": "simulated", "draws": 2**14}
    for index in (slope_index_of_inequality, relative_index_of_inequality):
        analytic = index(value, population, error, [0.8, 0.95], **kind)
        simulated = index(value, population, error, [0.8, 0.95], **kind, **random)
        assert simulated.value == pytest.approx(analytic.value, rel=1e-12, nan_ok=True)
        for ours, exact in zip(simulated[1:], analytic[1:], strict=True):
            width = analytic.upper - analytic.lower
            assert np.all(np.isnan(exact) | (np.abs(ours - exact) <= 0.03 * width))


@given(st.lists(st.floats(0.01, 0.99), min_size=2, max_size=2), st.floats(0.5, 0.99))
def test_standard_errors_stand_for_their_interval(bounds: list[float], level: float) -> None:
    lower, upper = sorted(bounds)
    error = standard_errors(Interval(lower, upper), "logit", level)
    z = stats.norm.ppf((1 + level) / 2)
    odds = lower / (1 - lower) * np.exp(2 * z * error)
    assert odds / (1 + odds) == pytest.approx(upper, rel=1e-9)


@given(st.permutations(range(60)), st.sampled_from([2, 3, 4, 5, 6, 10, 12]))
def test_values_without_ties_fall_into_equal_groups(values: list[int], number: int) -> None:
    found = assign_quantiles(values, number)
    assert found.tolist() == [value * number // 60 + 1 for value in values]
    turned = assign_quantiles(values, number, highest_first=True)
    assert (found + turned == number + 1).all()


@given(st.lists(st.integers(0, 12), min_size=10, max_size=80), st.integers(2, 10))
def test_groups_keep_the_order_of_values_and_equal_ones_together(
    values: list[int], number: int
) -> None:
    found = assign_quantiles(values, number)
    assert found.min() == 1
    assert found.max() <= number
    for one, group in zip(values, found, strict=True):
        assert all(
            group <= other_group if one < other else group == other_group
            for other, other_group in zip(values, found, strict=True)
            if one <= other
        )


PANEL = st.lists(st.lists(st.floats(-50, 50), min_size=4, max_size=4), min_size=2, max_size=8)


@given(PANEL, st.integers(1, 1000), st.floats(0.1, 10))
def test_credibility_draws_towards_the_collective(panel, weight: int, factor: float) -> None:
    values = np.array(panel)
    weights = weight * np.arange(1, values.size + 1).reshape(values.shape)
    found = buhlmann_straub(values, weights)
    assert ((found.factor >= 0) & (found.factor <= 1)).all()
    low = np.minimum(found.mean, found.collective) - 1e-6
    high = np.maximum(found.mean, found.collective) + 1e-6
    assert ((low <= found.estimate) & (found.estimate <= high)).all()
    moved = buhlmann_straub(factor * values + 7, weights)
    if found.between > 1e-6 and found.within > 1e-6:
        np.testing.assert_allclose(moved.factor, found.factor, rtol=1e-6)
        np.testing.assert_allclose(
            moved.estimate, factor * found.estimate + 7, rtol=1e-6, atol=1e-6
        )


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_adjusted_p_values_agree_with_statsmodels(p: list[float]) -> None:
    for dependence, method in (("positive", "fdr_bh"), ("any", "fdr_by")):
        theirs = multipletests(p, method=method)[1]
        np.testing.assert_allclose(adjusted_p_values(p, dependence), theirs, rtol=1e-9, atol=1e-300)
    assert (adjusted_p_values(p) >= np.array(p) - 1e-15).all()


def test_the_chance_of_the_first_rank_of_two_is_what_the_normal_distribution_says() -> None:
    draws = normal_draws([0.0, 0.5], [0.4, 0.3], draws=200_000)
    first = (draws[:, 0] < draws[:, 1]).mean()
    assert first == pytest.approx(stats.norm.cdf(0.5 / 0.5), abs=0.004)
    four = normal_draws([0.0, 0.5, 9, -9], [0.4, 0.3, 0.1, 0.1], draws=200_000)
    found = rank_intervals(four, "higher")
    assert found.worst_quarter == pytest.approx([0, 0, 0, 1])
    assert found.rank.tolist() == [3, 2, 1, 4]


def test_draws_follow_their_distributions() -> None:
    proportions = proportion_draws([0, 30, 100], [100] * 3, draws=100_000)
    rates = rate_draws([0, 30], [10, 10], draws=100_000)
    for part in (0.025, 0.5, 0.975):
        theirs = stats.beta.ppf(part, [0.5, 30.5, 100.5], [100.5, 70.5, 0.5])
        np.testing.assert_allclose(np.quantile(proportions, part, axis=0), theirs, atol=0.001)
        theirs = stats.gamma.ppf(part, [0.5, 30.5]) / 10
        np.testing.assert_allclose(np.quantile(rates, part, axis=0), theirs, atol=0.03)


def test_rank_intervals_hold_the_true_rank_when_estimates_are_drawn_together() -> None:
    """Forty systems of fifty providers, where chance is as large as what sets them apart."""
    generator = np.random.default_rng(4)
    held = {"alone": 0.0, "together": 0.0}
    for _ in range(40):
        truth = generator.standard_normal(50)
        error = np.exp(generator.normal(0, 0.3, 50))
        seen = truth + error * generator.standard_normal(50)
        spread = between_variance(overdispersion((seen - seen.mean()) / error, trim=0), error)
        rank = stats.rankdata(truth)
        for name, variance in (("alone", None), ("together", spread)):
            found = rank_intervals(normal_draws(seen, error, variance, draws=1_000), "lower")
            held[name] += ((found.lower <= rank) & (rank <= found.upper)).mean() / 40
    assert held["together"] >= 0.93
    assert held["alone"] < held["together"]
