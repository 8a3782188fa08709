"""Inequality, quantile groups, credibility, ranks and false discoveries at their edges."""

import numpy as np
import pytest

from levelfield import statistics as s

VALUES, PEOPLE = [30, 26, 25, 21, 18], [1000] * 5


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: s.slope_index_of_inequality([1, 2], [1, 2, 3]), "groups"),
        (lambda: s.slope_index_of_inequality(1, 1), "groups"),
        (lambda: s.slope_index_of_inequality([1, 2], [1, -2]), "not negative"),
        (lambda: s.slope_index_of_inequality([1, 2], [1, 2], [-1, 1]), "not negative"),
        (lambda: s.slope_index_of_inequality([1, 2], [1, 2], line="square"), "not a scale"),
        (lambda: s.slope_index_of_inequality([0, 2], [1, 2], line="log"), "log scale"),
        (lambda: s.slope_index_of_inequality([0.5, 1], [1, 2], 1, errors="logit"), "logit scale"),
        (lambda: s.slope_index_of_inequality([1, 2], [1, 2], method="guessed"), "not a method"),
        (lambda: s.slope_index_of_inequality([1, 2], [1, 2], method="simulated"), "standard error"),
        (
            lambda: s.slope_index_of_inequality([1, 2], [1, 2], 1, method="simulated", draws=9),
            "1,000",
        ),
        (lambda: s.relative_index_of_inequality([1, 2, 3], [1, 2, 3], confidence=2), "confidence"),
        (lambda: s.standard_errors(s.Interval(0, 1), "log"), "log scale"),
        (lambda: s.assign_quantiles([1, 2], 1), "at least 2"),
        (lambda: s.assign_quantiles([1, np.inf]), "finite"),
        (lambda: s.assign_quantiles(1), "list"),
        (lambda: s.buhlmann_straub([1, 2], 1), "groups by repeats"),
        (lambda: s.buhlmann_straub([[1, 2]], [[1, -1]]), "not negative"),
        (lambda: s.buhlmann_straub([[1, 2]], [[1, np.nan]]), "missing"),
        (lambda: s.buhlmann_straub([[1], [2]], 1), "seen twice"),
        (lambda: s.buhlmann_straub([[1], [2]], 1, within=-1), "not be negative"),
        (lambda: s.normal_draws([1, 2], [1, 2, 3]), "one length"),
        (lambda: s.normal_draws([1, 2], 0, 0.0), "both zero"),
        (lambda: s.normal_draws([1, 2], 1, -1), "not be negative"),
        (lambda: s.proportion_draws([2], [1]), "above its total"),
        (lambda: s.rate_draws([2], [1, 1]), "one length"),
        (lambda: s.rank_intervals([1, 2], "lower"), "draws by organisations"),
        (lambda: s.rank_intervals([[1, 2]], "up"), "direction"),
        (lambda: s.rank_intervals([[1, 2]], "lower", 95), "confidence"),
        (lambda: s.adjusted_p_values([0.5, 1.2]), "between 0 and 1"),
        (lambda: s.adjusted_p_values([0.5], "none"), "not a dependence"),
    ],
)
def test_values_outside_the_domain_are_refused(call, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()


def test_a_slope_and_a_ratio_by_hand() -> None:
    """Equal groups at 0.1, 0.3 ... 0.9: slope -5.8 / 0.4 around the mean of 24."""
    assert s.slope_index_of_inequality(VALUES, PEOPLE).value == pytest.approx(-14.5)
    ratio = s.relative_index_of_inequality(VALUES, PEOPLE).value
    assert ratio == pytest.approx((24 - 7.25) / (24 + 7.25))


def test_values_that_lie_on_a_line_are_recovered() -> None:
    people = np.array([700, 100, 900, 300])
    middle = (np.cumsum(people) - people / 2) / people.sum()
    slope = s.slope_index_of_inequality(10 + 4 * middle, people)
    np.testing.assert_allclose(slope, [4, 4, 4], rtol=1e-6)
    ratio = s.relative_index_of_inequality(10 * 1.4**middle, people, line="log")
    np.testing.assert_allclose(ratio, [1.4] * 3, rtol=1e-6)
    odds = np.exp(-1 + 2 * middle)
    logit = s.slope_index_of_inequality(odds / (1 + odds), people, line="logit")
    assert logit.value == pytest.approx(1 / (1 + np.exp(-1)) - 1 / (1 + np.exp(1)))


def test_a_group_without_people_is_left_out_and_a_missing_one_is_not() -> None:
    whole = s.slope_index_of_inequality([30, 25, 21, 18], [1000, 500, 700, 900])
    gap = s.slope_index_of_inequality([30, np.nan, 25, 21, 18], [1000, 0, 500, 700, 900])
    np.testing.assert_allclose(gap, whole, rtol=1e-12)
    assert np.isnan(s.slope_index_of_inequality([30, np.nan, 25, 21], [1000] * 4)).all()
    simulated = s.slope_index_of_inequality(
        [[30, 28, 25], [30, np.nan, 25]], [1000] * 3, 1, method="simulated", draws=1_000
    )
    assert np.isnan(simulated.upper).tolist() == [False, True]


def test_too_few_groups_have_no_line_or_no_interval() -> None:
    assert np.isnan(s.slope_index_of_inequality([3], [10])).all()
    assert np.isnan(s.slope_index_of_inequality([3, 4], [0, 0])).all()
    two = s.slope_index_of_inequality([3, 4], [10, 10])
    assert two.value == 2
    assert np.isnan([two.lower, two.upper]).all()
    assert not np.isnan(s.slope_index_of_inequality([3, 4], [10, 10], 0.1)).any()


def test_a_line_that_falls_below_zero_has_no_ratio() -> None:
    for method in ("analytic", "simulated"):
        found = s.relative_index_of_inequality([9, 5, 0], [1] * 3, 0.5, method=method, draws=1_000)
        assert np.isnan(found).all()


def test_a_simulation_repeats_itself() -> None:
    def simulated(seed: int) -> float:
        kind = {"method": "simulated", "draws": 1_000, "seed": seed}
        return float(s.slope_index_of_inequality(VALUES, PEOPLE, 1, **kind).lower)

    assert simulated(7) == simulated(7) != simulated(8)


def test_standard_errors_come_back_from_an_interval() -> None:
    z = 1.959963984540054
    found = s.standard_errors(s.Interval([10 - z, 20 - 3 * z], [10 + z, 20 + 3 * z]))
    np.testing.assert_allclose(found, [1, 3], rtol=1e-12)
    assert s.standard_errors(s.Interval(np.exp(1 - z), np.exp(1 + z)), "log") == pytest.approx(1)


def test_equal_values_share_the_first_group_among_them() -> None:
    assert s.assign_quantiles([1, 2, 2, 2, 2, 3, 4, 5], 4).tolist() == [1, 1, 1, 1, 1, 3, 4, 4]
    assert s.assign_quantiles([7] * 6, 3).tolist() == [1] * 6


def test_the_order_of_quantiles_may_be_turned() -> None:
    assert s.assign_quantiles([1, 2, 3, 4], 2, highest_first=True).tolist() == [2, 2, 1, 1]


def test_groups_differ_in_size_where_they_must() -> None:
    """Eleven in four: the surplus goes as the guidance's formula has it."""
    found = s.assign_quantiles(range(11), 4)
    assert found.tolist() == [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4]


def test_missing_values_have_no_group_and_too_few_have_none_at_all() -> None:
    found = s.assign_quantiles([[1, np.nan, 2], [np.nan, np.nan, 2]], 2)
    np.testing.assert_array_equal(found, [[1, np.nan, 2], [np.nan] * 3])


def test_groups_that_chance_explains_all_get_the_collective() -> None:
    found = s.buhlmann_straub([[1, 9], [9, 1], [2, 8]], [[1, 1], [2, 2], [1, 1]])
    assert found.between == 0
    assert found.estimate.tolist() == [5, 5, 5]
    alone = s.buhlmann_straub([[4, 6]], 1)
    assert (alone.factor[0], alone.estimate[0]) == (0, 5)


def test_a_group_without_observations_gets_the_collective() -> None:
    seen = s.buhlmann_straub([[1, 2], [7, 8]], 1)
    found = s.buhlmann_straub([[1, 2], [np.nan, 3], [7, 8]], [[1, 1], [1, 0], [1, 1]])
    assert found.estimate[[0, 2]].tolist() == seen.estimate.tolist()
    assert found.estimate[1] == found.collective == seen.collective
    nothing = s.buhlmann_straub([[np.nan, np.nan]], 1)
    assert np.isnan([nothing.collective, nothing.within, *nothing.estimate]).all()


def test_providers_seen_once_need_the_variance_within() -> None:
    """Proportions of 400 each: between-variance is what exceeds p (1 - p) / 400."""
    values = np.array([[0.1], [0.2], [0.3]])
    found = s.buhlmann_straub(values, 400, within=0.16)
    assert found.between == pytest.approx(0.01 - 0.16 / 400)
    assert found.factor == pytest.approx([0.96] * 3)


def test_who_cannot_be_told_apart_may_have_any_rank() -> None:
    found = s.rank_intervals(s.normal_draws([1, 2, 3, 4], 1, 0.0), "lower")
    assert found.lower.tolist() == [1] * 4
    assert found.upper.tolist() == [4] * 4
    assert found.worst_quarter == pytest.approx([0.25] * 4, abs=0.02)


def test_a_missing_estimate_is_not_ranked() -> None:
    found = s.rank_intervals(s.normal_draws([5, np.nan, 1, 2, 3], 0.001), "lower")
    np.testing.assert_array_equal(found.rank, [4, np.nan, 1, 2, 3])
    np.testing.assert_array_equal(found.worst_quarter, [1, np.nan, 0, 0, 0])
    assert np.isnan(s.rank_intervals(s.normal_draws([1, 2, 3], 1), "lower").worst_quarter).all()
    assert np.isnan(s.rank_intervals(s.normal_draws([np.nan], 1, 2.0), "lower").rank).all()
    assert np.isnan(s.proportion_draws([np.nan, 1], [3, np.nan])).all()


def test_what_was_not_looked_at_does_not_count_among_discoveries() -> None:
    page = np.array([[0.01, np.nan], [0.04, 0.03]])
    found = s.adjusted_p_values(page)
    np.testing.assert_allclose(found, [[0.03, np.nan], [0.04, 0.04]])
    assert np.isnan(s.adjusted_p_values([np.nan, np.nan])).all()
    assert s.adjusted_p_values([]).shape == (0,)
    assert np.isnan(s.two_sided_p_values(np.nan))
