"""The simulator's draws, for weights and days of any kind."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from levelfield.simulate.draws import Mix, odds, working_day

WEIGHTS = st.lists(st.floats(0, 100), min_size=1, max_size=12).filter(lambda w: sum(w) > 0.001)


@given(WEIGHTS, st.integers(1, 6), st.integers(0, 2**32))
def test_a_mix_draws_only_codes_that_have_a_weight(
    weights: list[float], sets: int, seed: int
) -> None:
    table = np.array([np.roll(weights, n) for n in range(sets)])
    mix = Mix.of([str(n) for n in range(len(weights))], table)
    rows = np.repeat(np.arange(sets), 50)
    drawn = mix.draw(np.random.default_rng(seed), rows)
    assert drawn.min() >= 0
    assert drawn.max() < len(weights)
    assert np.all(table[rows, drawn] > 0)


@given(st.lists(st.integers(-40_000, 40_000), min_size=1))
def test_a_working_day_is_the_same_day_or_the_monday_after(days: list[int]) -> None:
    given_days = np.array(days)
    moved = working_day(given_days)
    weekday = moved.astype("datetime64[D]").astype(object)
    assert all(day.weekday() < 5 for day in weekday)
    assert np.all((moved - given_days >= 0) & (moved - given_days <= 2))


@given(st.floats(0, 1), st.floats(0.01, 100))
def test_odds_stay_a_probability_and_one_changes_nothing(p: float, factor: float) -> None:
    (raised,) = odds(np.array([p]), factor)
    assert 0 <= raised <= 1
    assert np.isclose(odds(np.array([p]), 1.0)[0], p)
