"""Rates, standardised rates and ratios at their edges, and worked out by hand."""

import numpy as np
import pytest

from levelfield import statistics as s

EVENTS, PEOPLE, STANDARD = [10, 30, 60], [5000, 4000, 2000], [60, 30, 10]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: s.rate_interval(-1, 5), "not negative"),
        (lambda: s.rate_interval(1, -5), "not negative"),
        (lambda: s.rate_interval([1, 1], [5, 0]), "no exposure"),
        (lambda: s.rate_interval(1, 5, 0), "multiplier"),
        (lambda: s.count_ratio_interval(1, -1), "not negative"),
        (lambda: s.directly_standardised_rate([12, 1], [100, 0], [1, 1]), "without population"),
        (lambda: s.directly_standardised_rate([12, 1], [100, 9], [1, 1, 1]), "bands"),
        (lambda: s.directly_standardised_rate([12, 1], [100, 9, 9], [1, 1]), "bands"),
        (lambda: s.directly_standardised_rate(12, 100, 1), "bands"),
        (lambda: s.directly_standardised_rate([12, 1], [100, 9], [0, 0]), "no people|have people"),
        (lambda: s.directly_standardised_rate([12, 1], [100, 9], [1, np.nan]), "known"),
        (lambda: s.directly_standardised_rate([12, 1], [100, 9], [1, 1], -5), "multiplier"),
        (lambda: s.directly_standardised_rate([12, 1], [99, 9], [1, 1], squares=[11, 1]), "below"),
        (lambda: s.directly_standardised_rate([12, 1], [99, 9], [1, 1], squares=[99]), "squares"),
        (lambda: s.indirectly_standardised_ratio([3], [5, 5], [0.1, 0.1]), "bands"),
        (lambda: s.indirectly_standardised_ratio([3, 4], [[5, 5]], [0.1, 0.1]), "by area"),
        (lambda: s.indirectly_standardised_ratio(3, [5, 5], [0.1]), "bands"),
        (lambda: s.indirectly_standardised_ratio(3, [0, 0], [0.1, 0.1]), "no population"),
        (lambda: s.indirectly_standardised_rate(3, [5, 5], [0.1, 0.1], 0), "crude"),
        (lambda: s.repeated_events([1, 2, 3], [1, 2]), "as long as"),
        (lambda: s.mean_difference_interval(-1, 1, 1, 3, 3, 9), "not negative"),
    ],
)
def test_values_outside_the_domain_are_refused(call, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()


def test_a_directly_standardised_rate_by_hand() -> None:
    """0.6 x 10/5000 + 0.3 x 30/4000 + 0.1 x 60/2000 = 0.00645, with variance 4.6275e-7."""
    value, lower, upper = s.directly_standardised_rate(EVENTS, PEOPLE, STANDARD, 1)
    assert value == pytest.approx(0.00645, rel=1e-12)
    byar = s.byars_interval(100)
    unit = np.sqrt(4.6275e-7 / 100)
    assert lower == pytest.approx(0.00645 + (byar.lower - 100) * unit, rel=1e-12)
    assert upper == pytest.approx(0.00645 + (byar.upper - 100) * unit, rel=1e-12)


def test_below_ten_events_no_rate_is_given() -> None:
    found = s.directly_standardised_rate([[4, 5], [4, 6], [0, 0]], [100, 100], [1, 1])
    assert np.isnan(found.value).tolist() == [True, False, True]
    assert np.isnan(found.lower).tolist() == [True, False, True]
    assert np.isnan(found.upper).tolist() == [True, False, True]


def test_a_band_that_nobody_lives_in_leaves_the_rate_unknown() -> None:
    assert np.isnan(s.directly_standardised_rate([20, 0], [100, 0], [1, 1])).all()
    assert s.directly_standardised_rate([20, 0], [100, 0], [1, 0], 1).value == 0.2


def test_what_is_missing_stays_missing_in_its_own_area() -> None:
    events = [[20, 5], [np.nan, 30], [9, 9]]
    found = s.directly_standardised_rate(events, [[100, 50]] * 2 + [[np.nan, 9]], [1, 1])
    assert np.isnan(found.value).tolist() == [False, True, True]
    ratio = s.indirectly_standardised_ratio([5, np.nan], [[50, 50]] * 2, [0.1, 0.1])
    assert np.isnan(ratio.upper).tolist() == [False, True]


def test_a_lower_bound_below_zero_is_cut() -> None:
    """Ten events, one of them in a band of few people and much weight."""
    found = s.directly_standardised_rate([9, 1], [100_000, 2], [1, 9])
    assert found.lower == 0
    assert found.upper > found.value > 0


def test_events_of_the_same_persons_widen_the_interval_only() -> None:
    """Seventy persons with one event, ten with two, three with three: 99 events, squares 137."""
    once = s.directly_standardised_rate([99], [1000], [1], 1_000)
    events, squares = s.repeated_events([[70, 10, 3]], [1, 2, 3])
    assert events.tolist() == [99]
    assert squares.tolist() == [137]
    again = s.directly_standardised_rate(events, [1000], [1], 1_000, squares=squares)
    assert again.value == once.value == pytest.approx(99)
    for near, far in ((once.lower, again.lower), (once.upper, again.upper)):
        assert (far - 99) / (near - 99) == pytest.approx(np.sqrt(137 / 99), rel=1e-12)


def test_levels_come_on_a_first_axis() -> None:
    found = s.directly_standardised_rate([EVENTS, EVENTS], PEOPLE, STANDARD, 1, [0.8, 0.95, 0.998])
    assert found.value.shape == (2,)
    assert found.lower.shape == (3, 2)
    ratio = s.indirectly_standardised_ratio(3, PEOPLE, [0.1, 0.1, 0.1], [0.95, 0.998])
    assert ratio.upper.shape == (2,)


def test_an_indirectly_standardised_ratio_by_hand() -> None:
    """Expected 5 + 8 + 12 = 25 events; 33 were observed."""
    rates = [0.001, 0.002, 0.006]
    total = s.indirectly_standardised_ratio(33, PEOPLE, rates)
    assert total.value == pytest.approx(33 / 25)
    assert total.upper == pytest.approx(s.byars_interval(33).upper / 25)
    by_band = s.indirectly_standardised_ratio([3, 10, 20], PEOPLE, rates)
    assert by_band == total
    areas = s.indirectly_standardised_ratio([33, 3], [PEOPLE, PEOPLE], rates)
    assert areas.lower[0] == total.lower
    assert areas.lower[1] == pytest.approx(s.exact_poisson_interval(3).lower / 25)
    rate = s.indirectly_standardised_rate(33, PEOPLE, rates, 0.0025, 1_000)
    assert rate.value == pytest.approx(1.32 * 2.5)


def test_where_none_is_expected_or_observed() -> None:
    assert np.isnan(s.indirectly_standardised_ratio(0, [10, 10], [0, 0])).all()
    assert np.isnan(s.indirectly_standardised_ratio(0, [0, 0], [0.1, 0.1])).all()
    none = s.indirectly_standardised_ratio(0, [10, 10], [0.1, 0.1])
    assert (none.value, none.lower) == (0, 0)
    assert none.upper == pytest.approx(3.688879454 / 2)
    assert np.isnan(s.rate_interval(0, 0)).all()
    assert s.rate_interval(0, 10).lower == 0
    assert s.count_ratio_interval(3, 0).upper == np.inf
    assert s.count_ratio_interval(0, 3).lower == 0
    assert np.isnan(s.count_ratio_interval(0, 0)).all()


def test_too_few_values_have_no_difference_of_means() -> None:
    assert np.isnan(s.mean_difference_interval(1, 3, 9, 5, 10, 30)).all()
    assert np.isnan(s.mean_difference_interval(2, 2, 2, 2, 4, 8)).all()
    assert s.mean_difference_interval([3, 4], [6, 8], [14, 20], 3, 3, 5).lower.shape == (2,)
