"""The edges of the statistics: nothing, one, all, equality, and values outside the domain."""

import numpy as np
import pytest

from levelfield import statistics as s

NUMPY = ("broadcast", "inhomogeneous", "truth value", "negative dimensions", "could not convert")


@pytest.mark.parametrize(
    "call",
    [
        lambda: s.wilson_interval(-1, 5),
        lambda: s.wilson_interval(6, 5),
        lambda: s.wilson_interval(1, 5, 1.0),
        lambda: s.wilson_interval(1, 5, [0.95, 0]),
        lambda: s.byars_interval(-1),
        lambda: s.exact_poisson_interval(float("inf")),
        lambda: s.mean_interval([1, 2], 95),
        lambda: s.quantile([1, 2], [1], 0.5),
        lambda: s.quantile([1, 2], [1, -1], 0.5),
        lambda: s.quantile([1, 2], [1, 0.5], 0.5),
        lambda: s.quantile([1], [1], 1.5),
        lambda: s.quantile([1, float("nan")], [1, 1], 0.5),
        lambda: s.quantile_interval([1], [1], 1),
        lambda: s.quantile_interval([1], [1], 0.5, [0.95, 1]),
        lambda: s.Histograms.of([0, 0.5], [1, 2], [1, 1]),
        lambda: s.Histograms.of([0, -1], [1, 2], [1, 1]),
        lambda: s.Histograms.of([0], [1, 2], [1, 1]),
        lambda: s.assign_quantiles([1, 2, 3], 2.5),
        lambda: s.funnel_limits("proportion", 10),
        lambda: s.funnel_signal("rate", 0.1, 10),
        lambda: s.funnel_scores("proportion", 0.1, 10),
        lambda: s.funnel_power("rate", 0.1, 10),
        lambda: s.funnel_limits("proportion", 10, 1.1),
        lambda: s.funnel_limits("proportion", 10.5, 0.5),
        lambda: s.funnel_limits("rate", 10, 0),
        lambda: s.funnel_limits("mean", 10, 1),
        lambda: s.funnel_limits("ratio", -1),
        lambda: s.funnel_limits("ratio", 1, between_variance=-1),
        lambda: s.funnel_limits("ratio", 1, between_variance=float("nan")),
        lambda: s.funnel_limits("ratio", 1, scale="arcsine"),
        lambda: s.funnel_limits("proportion", 1, 0.5, scale="log"),
        lambda: s.funnel_limits("ratio", 1, poisson="byar"),
        lambda: s.funnel_signal("proportion", 6 / 5, 5, 0.5),
        lambda: s.funnel_signal("rate", -0.1, 5, 0.5),
        lambda: s.funnel_signal("rate", 0.1, -5, 0.5),
        lambda: s.funnel_scores("proportion", 6 / 5, 5, 0.5),
        lambda: s.confidence_within([1.96, 0]),
        lambda: s.overdispersion([1, 2], trim=0.5),
        lambda: s.overdispersion([1, 2], method="drop"),
        lambda: s.overdispersion([1, float("inf")]),
        lambda: s.between_variance(s.overdispersion([1, 2]), [1, float("inf")]),
        lambda: s.between_variance(s.overdispersion([1, 2]), [0, 1]),
        lambda: s.xmr([]),
        lambda: s.xmr(5),
        lambda: s.xmr([1, 2, 3], shift_points=5),
        lambda: s.xmr([1, 2, 3], rebase=[3]),
        lambda: s.xmr([1, 2, 3], rebase=["2020-01"]),
        lambda: s.xmr([1, 2, 3], baseline=1),
        lambda: s.xmr([1, float("inf")]),
        lambda: s.places_of(["2018-02", "2018-01"], []),
        lambda: s.places_of(["2018-01", "NaT"], []),
        lambda: s.seasonality([]),
        lambda: s.seasonality([1, float("inf")] * 12),
        lambda: s.seasonality([1, 2, 3], 2),
        lambda: s.seasonality([1, 2, 3], level=1),
        lambda: s.assurance(s.xmr([1, 2]), float("nan"), "higher"),
        lambda: s.variation(s.xmr([1, 2]), "up"),
        lambda: s.assurance(s.xmr([1, 2]), 1, "none"),
        lambda: s.slope_index_of_inequality([], []),
        lambda: s.slope_index_of_inequality([1, float("inf")], [1, 1]),
        lambda: s.quantile([1, 2], [2**62, 2**62], 0.5),
        lambda: s.quantile([1, 2], [1, 1e300], 0.5),
        lambda: s.quantile([1, float("inf")], [1, 1], 0.5),
        lambda: s.quantile_interval([1, 2], [1, 1], [0.5, 0.6]),
        lambda: s.quantile_ranks([float("nan")], 0.5),
        lambda: s.mean_interval_of_sums(5, 30, -10),
        lambda: s.mean_interval_of_sums(5, 30, 10),
        lambda: s.mean_interval_of_sums(2.5, 30, 400),
        lambda: s.mean_interval_of_sums(0, 30, 400),
        lambda: s.mean_interval_of_sums([5, 6], [30, 30, 30], 200),
        lambda: s.mean_difference_interval(5, 30, 190, 4, 16, 60),
        lambda: s.clustered_proportion_interval(5, 8, 13, 1, 22, 35),
        lambda: s.clustered_proportion_interval(5, 8, 13, 18, 30, 35),
        lambda: s.clustered_proportion_interval(5, 8, 13, 18, 22, 20),
        lambda: s.clustered_proportion_interval(5, 14, 13, 40, 36, 35),
        lambda: s.clustered_proportion_interval(2.5, 8, 13, 18, 22, 35),
        lambda: s.clustered_ratio_interval(4, 1020, 20, 1000, 6140, 120),
        lambda: s.clustered_ratio_interval(4, 1020, 20, 314600, 9999, 120),
        lambda: s.standard_errors(s.Interval(8, 5)),
        lambda: s.credibility_factors([0.25], [200], -1),
        lambda: s.credibility_factors([0.25], [-200], 1),
        lambda: s.credibility_factors([0.25, 0.3], [200, 100, 50], 1),
        lambda: s.normal_draws([1, float("inf")], 0.1),
        lambda: s.normal_draws([1, 2], 0.1, draws=-1),
        lambda: s.proportion_draws([1], [2], draws=0),
        lambda: s.rate_draws([1], [2], draws=1.5),
        lambda: s.wilson_interval(1, 5, []),
        lambda: s.wilson_interval(1, 5, "0.95"),
        lambda: s.wilson_interval([1, 2], [5, 6, 7]),
        lambda: s.wilson_interval("1", 5),
        lambda: s.wilson_interval([[1], [1, 2]], 5),
        lambda: s.mean_interval(5),
        lambda: s.places_of(["2018-01", "2018-02"], [201806]),
        lambda: s.places_of([201801, 201802], ["2018-02"]),
        lambda: s.rate_interval(1, 5, "1000"),
        lambda: s.rate_interval([1, 2], [5, 6, 7]),
        lambda: s.count_ratio_interval([1, 2], [5, 6, 7]),
        lambda: s.assurance(s.xmr([1, 2]), "2", "higher"),
        lambda: s.seasonality([1] * 36, period=12.5),
        lambda: s.seasonality([1] * 36, level="0.01"),
        lambda: s.xmr([1, 2, 3], rebase=1),
        lambda: s.xmr([1, 2, 3], baseline=2.5),
        lambda: s.xmr(["1", "2"]),
        lambda: s.funnel_signal("rate", [1, 2], [5, 6, 7], 0.5),
        lambda: s.funnel_scores("rate", [1, 2], [5, 6, 7], 0.5),
        lambda: s.funnel_limits("rate", 5, "0.5"),
        lambda: s.between_variance(s.overdispersion([1, 2]), [1, 1, 1]),
    ],
)
def test_values_outside_the_domain_are_refused(call) -> None:
    with pytest.raises(ValueError, match=r"\w") as refused:
        call()
    assert not any(word in str(refused.value) for word in NUMPY), "these are numpy's own words"


def test_what_a_mask_hides_is_missing() -> None:
    given = [1.0, 50.0, 2.0, 3.0]
    masked = np.ma.masked_array(given, [False, True, False, False])
    known = np.where(masked.mask, np.nan, given)
    assert np.array_equal(s.mean_interval(masked), s.mean_interval(known))
    assert np.array_equal(s.wilson_interval(masked, 60), s.wilson_interval(known, 60), True)
    assert np.array_equal(s.xmr(masked).mean, s.xmr(known).mean)


def test_sums_that_are_rounded_are_no_impossible_ones() -> None:
    """Equal values whose squares add up to a hair less than they should."""
    lower, upper = s.mean_interval_of_sums(3, 0.3, 0.03 * (1 - 1e-12))
    assert lower == pytest.approx(0.1)
    assert upper == pytest.approx(0.1)
    bounds = s.clustered_proportion_interval(3, 0, 6, 0, 0, 12)
    assert bounds.lower == 0
    assert bounds.upper < 1


def test_a_draw_without_its_error_is_missing() -> None:
    drawn = s.normal_draws([0.1, 0.3], [0.02, float("nan")])
    assert np.isnan(drawn).all(axis=0).tolist() == [False, True]


def test_nothing_gives_no_number_and_no_error() -> None:
    for pair in (
        s.wilson_interval(0, 0),
        s.difference_interval(0, 0, 1, 2),
        s.mean_interval([3]),
        s.mean_interval([]),
        s.mean_interval_of_sums(0, 0, 0),
        s.quantile_interval([], [], 0.5),
        s.funnel_limits("proportion", 0, 0.5, 0.95),
        s.funnel_limits("rate", 0, 0.5, 0.95, 0.1),
    ):
        assert np.isnan(pair).all()
    assert np.isnan(s.funnel_signal("proportion", [np.nan, 0.5], [10, 0], 0.5)).all()
    assert np.isnan(s.overdispersion([]).phi)


def test_none_and_all_touch_the_ends_of_a_proportion() -> None:
    lower, upper = s.wilson_interval([0, 7], 7)
    assert lower[0] == 0
    assert upper[1] == 1
    assert upper[0] == pytest.approx(1 - lower[1])


def test_several_levels_come_on_a_first_axis() -> None:
    assert s.wilson_interval([1, 2, 3], 5, [0.95, 0.998]).lower.shape == (2, 3)
    assert s.mean_interval([[1, 2], [3, 5]], [0.8, 0.9, 0.95]).upper.shape == (3, 2)


def test_poisson_changes_method_at_ten() -> None:
    assert s.poisson_interval(9) == s.exact_poisson_interval(9)
    assert s.poisson_interval(10) == s.byars_interval(10)


def test_too_few_values_have_no_bound_for_a_median() -> None:
    assert np.isnan(s.quantile_interval(range(5), [1] * 5, 0.5)).all()
    assert s.quantile_interval(range(6), [1] * 6, 0.5) == (0, 5)


def test_a_value_on_a_limit_is_within_it() -> None:
    upper = s.funnel_limits("rate", 50, 0.2, 0.95).upper
    assert s.funnel_signal("rate", upper, 50, 0.2, 0.95) == 0
    assert s.funnel_signal("rate", np.nextafter(upper, 1), 50, 0.2, 0.95) == 1


def test_a_proportion_of_none_or_all_as_reference() -> None:
    assert s.funnel_signal("proportion", [0, 0.01], 100, 0.0).tolist() == [0, 2]
    assert s.funnel_signal("proportion", [1, 0.99], 100, 1.0).tolist() == [0, -2]


def test_six_points_may_stand_for_seven() -> None:
    rising = [3, 9, 2, 3, 4, 5, 6, 7, 1]
    assert not s.xmr(rising).trend.any()
    assert s.xmr(rising, trend_points=6).trend.tolist() == [0, 0, 1, 1, 1, 1, 1, 1, 0]
    sides = [1, 1, 1, 1, 1, 1, 5, 4]
    assert not s.xmr(sides).shift.any()
    assert s.xmr(sides, shift_points=6).shift.tolist() == [-1] * 6 + [0, 0]


def test_a_turning_point_takes_the_later_run() -> None:
    chart = s.xmr([1, 2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1])
    assert chart.trend.tolist() == [1] * 6 + [-1] * 7


def test_a_missing_point_breaks_a_run_and_has_no_icon() -> None:
    gap = s.xmr([1, 1, 1, np.nan, 1, 1, 1, 1, 9, 9, 9, np.nan])
    assert not gap.shift.any()
    assert str(s.variation(gap, "higher")) == ""
    assert gap.mean[0] == pytest.approx(3.4)
    # Moving ranges stand on neighbours only: 0 0, 0 0 0 8 0 0.
    assert s.xmr(gap.values, screen=False).upper[0] == pytest.approx(3.4 + 2.66)


def test_a_baseline_fixes_the_limits() -> None:
    chart = s.xmr([1, 2, 1, 2, 50, 60], baseline=4)
    assert chart.mean.tolist() == [1.5] * 6
    assert chart.outside.tolist() == [False] * 4 + [True] * 2


def test_limits_are_provisional_below_fifteen_points() -> None:
    assert s.xmr(range(14)).provisional
    assert not s.xmr(range(15)).provisional
    assert s.xmr(range(30), rebase=[20]).provisional
    assert s.xmr(range(30), baseline=12).provisional


def test_icons_follow_the_direction_that_is_better() -> None:
    high = s.xmr([1, 2, 1, 2, 1, 2, 1, 2, 9])
    assert str(s.variation(high, "higher")) == "special cause improvement"
    assert str(s.variation(high, "lower")) == "special cause concern"
    assert str(s.variation(high, "none")) == "special cause neutral"
    assert str(s.variation(s.xmr([1, 2, 1, 2]), "higher")) == "common cause"


def test_a_process_that_never_varies_passes_at_its_target() -> None:
    still = s.xmr([0.7] * 15)
    assert str(s.assurance(still, 0.7, "higher")) == "pass"
    assert str(s.assurance(still, 0.71, "higher")) == "fail"
    assert str(s.assurance(still, 0.71, "lower")) == "pass"
    assert str(s.assurance(s.xmr([5]), 4, "higher")) == ""


def test_several_levels_of_a_quantile_have_a_row_each() -> None:
    both = s.quantile_interval(range(1, 17), [1] * 16, 0.5, [0.95, 0.5])
    assert both.lower.tolist() == [4, 7]
    assert both.upper.tolist() == [13, 10]


def test_events_that_the_standard_has_nobody_for_say_nothing_of_the_rate() -> None:
    """Fifteen events in a band of no weight would else give a rate of 0, from 0 to 0."""
    none = s.directly_standardised_rate([15, 0], [100, 100], [0, 1])
    assert np.isnan(none).all()
    beside = s.directly_standardised_rate([15, 12], [100, 100], [0, 1])
    assert beside == s.directly_standardised_rate([0, 12], [100, 100], [0, 1])
    assert beside.value == pytest.approx(12_000)


def test_every_public_function_of_the_statistics_is_exported() -> None:
    """What another room uses, and what the reference lists, has one door."""
    import inspect
    import pkgutil
    from importlib import import_module

    inner = {"chance", "gradient", "interval", "rules", "scales"}
    there = {
        name
        for module in pkgutil.iter_modules(s.__path__)
        if module.name not in inner
        for name, one in inspect.getmembers(import_module(f"{s.__name__}.{module.name}"))
        if inspect.isfunction(one)
        and one.__module__.endswith(f".{module.name}")
        and not name.startswith("_")
    }
    assert there - set(s.__all__) <= {"student_deviate", "positive"}
