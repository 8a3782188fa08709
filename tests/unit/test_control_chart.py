"""Control charts: gaps, equality, new stretches, and what is not claimed."""

import numpy as np
import pytest
from scipy import stats

from levelfield import statistics as s
from levelfield.statistics.seasonality import NOT_SEASONAL, SEASONAL, UNTOLD


def test_a_point_on_the_mean_is_on_neither_side_and_ends_a_run() -> None:
    values = [4, 4, 4, 3, 4, 4, 4, -3]
    # The mean is 3, so that the fourth point is on it.
    assert s.xmr(values).side.tolist() == [1, 1, 1, 0, 1, 1, 1, -1]
    assert not s.xmr(values).shift.any()


def test_equal_neighbours_end_a_trend() -> None:
    assert s.xmr([1, 2, 3, 4, 5, 6, 7]).trend.tolist() == [1] * 7
    assert not s.xmr([1, 2, 3, 4, 4, 5, 6, 7]).trend.any()


@pytest.mark.parametrize("way", [1, -1])
def test_what_rounding_alone_moves_is_no_trend(way: int) -> None:
    """A share of 0.3 in each month, each reckoned with one more unit in the last place."""
    values = [0.3]
    for _ in range(15):
        values.append(float(np.nextafter(values[-1], way * 9)))
    assert len(set(values)) == 16
    chart = s.xmr(values)
    assert not chart.trend.any()
    assert not chart.rule.any()


def test_two_of_three_takes_three_on_one_side_and_no_point_outside() -> None:
    """Limits of 0.5 ± 2.66, so that near begins at 0.5 + 1.773. Nelson's rule of that name would
    signal in the last two cases too."""
    base = [0, 1] * 8
    cases = {(2.4, 0.6, 2.4): True, (2.4, 0.4, 2.4): False, (2.4, 0.6, 9.0): False}
    for last, told in cases.items():
        chart = s.xmr([*base, *last], baseline=16)
        assert chart.two_of_three.any() == told, last


def test_a_point_on_a_limit_is_within_it_and_near() -> None:
    """Moving ranges 1 1 1 …: half the width is 2.66 exactly."""
    base = [0, 1] * 8
    chart = s.xmr([*base, 0.5 + 2.66, 0.5 + 2.67], baseline=16)
    assert chart.upper[0] == pytest.approx(3.16)
    assert chart.outside.tolist()[-2:] == [False, True]
    assert chart.near.tolist()[-2:] == [True, False]


def test_one_point_and_no_point_have_no_limits() -> None:
    assert np.isnan(s.xmr([5]).lower).all()
    assert s.xmr([5]).mean.tolist() == [5]
    empty = s.xmr([np.nan, np.nan])
    assert np.isnan(empty.mean).all()
    assert not empty.rule.any()
    assert empty.provisional


def test_screening_does_not_leave_a_series_of_seldom_events_without_width() -> None:
    """Two moving ranges of 20 are not zero; without them every month of none would stand out."""
    seldom = [0] * 10 + [1] + [0] * 10
    chart = s.xmr(seldom)
    assert chart.upper[0] == pytest.approx(1 / 21 + 2.66 * 0.1)
    assert chart.outside.tolist() == [value == 1 for value in seldom]
    screened = s.xmr([0, 1] * 10 + [30] + [0, 1] * 10)
    assert screened.upper[0] == pytest.approx(50 / 41 + 2.66)


def test_each_stretch_has_a_baseline_of_its_own() -> None:
    chart = s.xmr([1, 2, 1, 2, 9, 9, 11, 12, 11, 12, 30], baseline=4, rebase=[6])
    assert chart.mean.tolist() == [1.5] * 6 + [11.5] * 5
    assert chart.outside.tolist() == [False] * 4 + [True] * 2 + [False] * 4 + [True]
    short = s.xmr([1, 2, 1, 2, 11, 12], baseline=4, rebase=[4])
    assert short.mean.tolist() == [1.5] * 4 + [11.5] * 2


def test_no_run_goes_across_a_new_stretch() -> None:
    assert s.xmr(range(12)).trend.all()
    assert not s.xmr(range(12), rebase=[6]).trend.any()


def test_a_stretch_begins_at_the_first_point_on_or_after_its_date() -> None:
    months = ["2026-01", "2026-02", "2026-03", "2026-05"]
    assert s.places_of(months, "2026-02-01") == [1]
    assert s.places_of(months, ["2026-03-02", "2026-04", "2026-02"]) == [1, 3]
    # Before the series or on its first point, and after its last, a date parts nothing.
    assert s.places_of(months, ["2025-12", "2026-01-01", "2026-06"]) == []
    assert s.places_of(months, []) == []
    chart = s.xmr([1, 2, 11, 12], rebase=s.places_of(months, ["2026-03"]))
    assert chart.segment.tolist() == [0, 0, 1, 1]


def test_below_fifteen_points_nothing_is_claimed_about_a_target() -> None:
    fourteen = [71, 74, 72, 75, 73, 74, 72, 75, 73, 74, 72, 75, 71, 74]
    short, long = s.xmr(fourteen), s.xmr([*fourteen, 72])
    assert (str(s.assurance(short, 60, "higher")), str(s.assurance(long, 60, "higher"))) == (
        "",
        "pass",
    )
    assert str(s.assurance(short, 60, "higher", provisional=True)) == "pass"
    both = s.xmr([[*fourteen, np.nan], [*fourteen, 72]])
    assert s.assurance(both, 60, "higher").tolist() == ["", "pass"]


WINTER = np.array([9, 8, 5, 4, 3, 2, 1, 1, 3, 4, 6, 8.0])
NOISE = np.random.default_rng(20260401).normal(size=48)


def test_a_season_is_seen_and_said() -> None:
    found = s.seasonality(np.tile(WINTER, 3) + NOISE[:36])
    assert found.seasonal
    assert str(found.words) == SEASONAL
    assert found.pattern.argmax() in (0, 11)


def test_noise_steps_and_a_drift_are_no_season() -> None:
    time = np.arange(48)
    batch = np.array([NOISE, NOISE + 3 * (time > 17), NOISE + 0.5 * time, np.full(48, 7.7)])
    found = s.seasonality(batch)
    assert found.words.tolist() == [NOT_SEASONAL] * 4
    assert found.p[3] == 1


def test_a_season_takes_two_whole_years_and_half_of_the_months() -> None:
    assert str(s.seasonality(np.tile(WINTER, 2)[1:]).words) == UNTOLD
    exact = s.seasonality(np.tile(WINTER, 2))
    assert exact.p == 0
    gaps = np.tile(WINTER, 2) + NOISE[:24] / 10
    gaps[[0, 13, 2, 15, 4, 17]] = np.nan
    half = s.seasonality(gaps)
    assert half.seasonal
    assert np.isnan(half.pattern).tolist() == [True] * 6 + [False] * 6
    gaps[18] = np.nan
    assert str(s.seasonality(gaps).words) == UNTOLD
    assert np.isnan(s.seasonality([np.nan] * 30).p)


def test_the_test_for_a_season_is_the_f_test_of_a_regression() -> None:
    """Years, a drift and months as columns, fitted by least squares, in two nested models."""
    values = np.tile(WINTER, 4) / 6 + NOISE
    years, months = np.repeat(np.eye(4), 12, axis=0), np.tile(np.eye(12), (4, 1))
    small = np.column_stack([years, np.tile(np.arange(12), 4)])
    large = np.column_stack([years, months])
    rest = [
        ((values - x @ np.linalg.lstsq(x, values, rcond=None)[0]) ** 2).sum()
        for x in (small, large)
    ]
    ratio = ((rest[0] - rest[1]) / 10) / (rest[1] / 33)
    assert s.seasonality(values).p == pytest.approx(stats.f.sf(ratio, 10, 33), rel=1e-9)
