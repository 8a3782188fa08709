"""What must hold of rates, ratios and standardised rates, beside independent oracles."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.rates import confint_poisson
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from levelfield.statistics import (
    byars_interval,
    count_ratio_interval,
    directly_standardised_rate,
    indirectly_standardised_rate,
    indirectly_standardised_ratio,
    mean_difference_interval,
    poisson_interval,
    rate_interval,
    repeated_events,
)

LEVELS = st.floats(0.5, 0.999)
BANDS = st.integers(1, 6)


@st.composite
def areas(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Events and population by band with at least ten events, and a standard population."""
    bands = draw(BANDS)
    population = draw(st.lists(st.integers(1, 10**6), min_size=bands, max_size=bands))
    events = draw(st.lists(st.integers(0, 5000), min_size=bands, max_size=bands))
    events[0] += 10
    standard = draw(st.lists(st.integers(1, 10**5), min_size=bands, max_size=bands))
    return np.array(events), np.array(population), np.array(standard)


@given(areas(), LEVELS)
def test_a_directly_standardised_rate_agrees_with_its_formula(area, level: float) -> None:
    """Oracle: the guidance's formulas, band by band in plain Python."""
    events, population, standard = (array.tolist() for array in area)
    bands = list(zip(events, population, standard, strict=True))
    total, people = sum(events), sum(standard)
    value = sum(w * o / n for o, n, w in bands) / people
    variance = sum(o * (w / n) ** 2 for o, n, w in bands) / people**2
    z = NormalDist().inv_cdf((1 + level) / 2)
    low = total * (1 - 1 / (9 * total) - z / (3 * math.sqrt(total))) ** 3
    more = total + 1
    high = more * (1 - 1 / (9 * more) + z / (3 * math.sqrt(more))) ** 3
    unit = math.sqrt(variance / total)
    found = directly_standardised_rate(*area, 1000, level)
    assert found.value == pytest.approx(1000 * value, rel=1e-9)
    assert found.upper == pytest.approx(1000 * (value + (high - total) * unit), rel=1e-9)
    lower = 1000 * (value + (low - total) * unit)
    assert found.lower == pytest.approx(max(0, lower), rel=1e-9, abs=1e-9 * found.value)


@given(areas(), LEVELS, st.integers(1, 50))
def test_the_size_of_the_standard_does_not_matter(area, level: float, factor: int) -> None:
    events, population, standard = area
    one = directly_standardised_rate(events, population, standard, confidence=level)
    other = directly_standardised_rate(events, population, factor * standard, confidence=level)
    np.testing.assert_allclose(one, other, rtol=1e-12)


@given(areas(), LEVELS)
def test_a_standard_like_the_area_gives_the_crude_rate(area, level: float) -> None:
    events, population, _ = area
    found = directly_standardised_rate(events, population, population, 1, level)
    total, people = events.sum(), population.sum()
    lower, upper = byars_interval(total, level)
    np.testing.assert_allclose(found, [total / people, lower / people, upper / people], rtol=1e-9)


@given(areas(), st.tuples(LEVELS, LEVELS).map(sorted))
def test_a_higher_confidence_never_narrows_and_holds_the_value(area, levels) -> None:
    found = directly_standardised_rate(*area, confidence=levels)
    assert found.lower[1] <= found.lower[0] <= found.value <= found.upper[0] <= found.upper[1]


@given(st.lists(st.lists(st.integers(0, 40), min_size=3, max_size=3), min_size=2, max_size=5))
def test_repeats_never_narrow_and_single_events_change_nothing(persons: list[list[int]]) -> None:
    persons[0][0] += 10
    population = np.full(len(persons), 1000)
    standard = np.arange(1, len(persons) + 1)
    events, squares = repeated_events(persons, [1, 2, 5])
    plain = directly_standardised_rate(events, population, standard)
    repeats = directly_standardised_rate(events, population, standard, squares=squares)
    assert repeats.value == plain.value
    assert repeats.lower <= plain.lower
    assert repeats.upper >= plain.upper
    np.testing.assert_allclose(
        directly_standardised_rate(events, population, standard, squares=events), plain, rtol=1e-12
    )


@given(areas(), LEVELS)
def test_the_reference_against_itself_has_a_ratio_of_one(area, level: float) -> None:
    events, population, _ = area
    ratio = indirectly_standardised_ratio(events, population, events / population, level)
    assert ratio.value == pytest.approx(1, rel=1e-9)
    bounds = poisson_interval(events.sum(), level)
    np.testing.assert_allclose(ratio[1:], np.array(bounds) / events.sum(), rtol=1e-9)
    crude = events.sum() / population.sum()
    rate = indirectly_standardised_rate(events, population, events / population, crude, 100, level)
    np.testing.assert_allclose(rate, np.array(ratio) * crude * 100, rtol=1e-12)


@given(st.integers(0, 9), st.integers(1, 10**6), LEVELS)
def test_a_rate_of_few_events_agrees_with_statsmodels(
    count: int, exposure: int, level: float
) -> None:
    ours = rate_interval(count, exposure, confidence=level)
    theirs = confint_poisson(count, exposure, method="exact-c", alpha=1 - level)
    np.testing.assert_allclose(ours, theirs, rtol=1e-9)


@given(st.integers(0, 10**9), st.integers(1, 10**9), LEVELS)
def test_the_bounds_of_a_ratio_of_counts_solve_the_score_equation(
    count: int, other: int, level: float
) -> None:
    """Oracle: (count - ratio x other)^2 is z^2 times its variance, ratio x (count + other)."""
    z = NormalDist().inv_cdf((1 + level) / 2)
    ours = count_ratio_interval(count, other, level)
    middle = 2 * count * other + z**2 * (count + other)
    root = math.sqrt(middle**2 - 4 * (count * other) ** 2)
    assert ours.upper == pytest.approx((middle + root) / (2 * other**2), rel=1e-9)
    # The two roots have the product (count / other)^2: no digits are lost to a subtraction.
    assert ours.lower == pytest.approx(2 * count**2 / (middle + root), rel=1e-9)
    if count:
        assert count_ratio_interval(other, count, level).lower == pytest.approx(1 / ours.upper)


VALUES = st.lists(st.integers(0, 200), min_size=2, max_size=30).filter(lambda v: len(set(v)) > 1)


@given(VALUES, VALUES, LEVELS)
def test_a_difference_of_means_agrees_with_statsmodels(
    one: list[int], other: list[int], level: float
) -> None:
    sums = [
        figure
        for values in (np.array(one), np.array(other))
        for figure in (values.size, values.sum(), (values**2).sum())
    ]
    ours = mean_difference_interval(*sums, level)
    theirs = CompareMeans(DescrStatsW(one), DescrStatsW(other)).tconfint_diff(
        alpha=1 - level, usevar="unequal"
    )
    np.testing.assert_allclose(ours, theirs, rtol=1e-8, atol=1e-8)
