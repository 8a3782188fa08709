"""Laws of price lists over random cost returns."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from levelfield.core.errors import DefinitionError
from levelfield.statistics import buhlmann_straub
from levelfield.tariff.accounts import Tally, accounts, taken_out
from levelfield.tariff.cost_returns import CostReturn
from levelfield.tariff.list_file import IntervalChoice
from levelfield.tariff.make import Steps, make
from levelfield.tariff.returned import Returned
from levelfield.tariff.steps import (
    Chain,
    Completeness,
    Credibility,
    Draw,
    Exclude,
    Inputs,
    Level,
    MarketForcesOut,
    Monotone,
    Reconcile,
    Scale,
    Smooth,
    Trim,
)
from levelfield.tariff.steps.completeness import restored
from levelfield.tariff.steps.credibility import credibilities
from levelfield.tariff.steps.market_forces import without_place
from levelfield.tariff.steps.medians import weighted_median
from property.cases import cases

FEW = IntervalChoice(replicates=100)
METHODS = ("mean", "median", "regression")

units = st.integers(0, 5000)
pence = st.integers(500, 50_000)


@st.composite
def returns(draw: st.DrawFn) -> Returned:
    """Two to six providers and one to five currencies; each currency has at least one return."""
    providers = draw(st.integers(2, 6))
    currencies = draw(st.integers(1, 5))
    number = np.array(
        draw(st.lists(units, min_size=providers * currencies, max_size=providers * currencies)),
        dtype=float,
    ).reshape(providers, currencies)
    number[0] = np.maximum(number[0], 1)
    each = np.array(
        draw(st.lists(pence, min_size=providers * currencies, max_size=providers * currencies)),
        dtype=float,
    ).reshape(providers, currencies)
    return Returned(
        tuple(f"P{n}" for n in range(providers)),
        tuple(f"C{n}" for n in range(currencies)),
        number,
        number * each,
        np.zeros(number.shape, dtype=bool),
    )


factors = st.lists(st.integers(9000, 12_000), min_size=6, max_size=6).map(
    lambda drawn: {f"P{n}": Decimal(one) / 10_000 for n, one in enumerate(drawn)}
)


def inputs(returned: Returned, **given: object) -> Inputs:
    currencies = len(returned.currencies)
    defaults: dict = {
        "submitted": None,
        "lost": np.zeros(returned.units.shape),
        "factors": {},
        # The first two share a class, as do the others.
        "parent": tuple("K" if n < 2 else "L" for n in range(currencies)),
        "bands": (returned.currencies,),
        "last_year": np.full(currencies, 7000.0),
        "uplift": 1.0,
    }
    return Inputs(**{**defaults, **given})


def all_steps(method: str = "mean", to: object = "returned") -> Steps:
    return [
        MarketForcesOut(step="market_forces"),
        Completeness(step="completeness", most_lost=0.9),
        Trim(step="trim", ratio=3, least_providers=3),
        Level(step="level", method=method),
        Credibility(step="credibility", within="parent"),
        Monotone(step="monotone"),
        Scale(step="scale", to=to),
        Chain(step="chain", links=[{"name": "Efficiency", "efficiency": 0.011}]),
    ]


def prices(returned: Returned, steps: Steps, **given: object) -> np.ndarray:
    return make(returned, steps, inputs(returned, **given), FEW).price


@cases()
@given(returns(), st.sampled_from(METHODS), st.integers(2, 1000), factors)
def test_prices_do_not_depend_on_the_scale_of_weights(returned, method, times, own) -> None:
    """A hundred times the activity at a hundred times the cost is the same list."""
    larger = Returned(
        returned.providers,
        returned.currencies,
        returned.units * times,
        returned.cost * times,
        returned.whole,
    )
    before = prices(returned, all_steps(method), factors=own)
    np.testing.assert_allclose(
        before, prices(larger, all_steps(method), factors=own), rtol=1e-7, equal_nan=True
    )


@cases()
@given(returns(), st.sampled_from(METHODS))
def test_a_factor_of_one_changes_nothing(returned, method) -> None:
    """Market forces of 1, nothing lost, a chain of 1 and no weight on last year."""
    level = Level(step="level", method=method)
    nothing = [
        MarketForcesOut(step="market_forces"),
        Completeness(step="completeness", most_lost=0.9),
        level,
        Chain(step="chain", links=[{"name": "Nothing", "factor": 1}, {"name": "x", "index": True}]),
        Smooth(step="smooth", weight=1),
    ]
    ones = {code: Decimal(1) for code in returned.providers}
    np.testing.assert_array_equal(
        prices(returned, [level]), prices(returned, nothing, factors=ones)
    )


@cases()
@given(returns(), st.sampled_from(METHODS), st.integers(1, 10**12), factors)
def test_scaling_returns_the_total_to_the_penny(returned, method, total, own) -> None:
    steps = all_steps(method, Decimal(total) / 100)[:-1]
    made = make(returned, steps, inputs(returned, factors=own), FEW)
    priced = np.isfinite(made.price)
    spent = sum(
        Fraction(u) * Fraction(p)
        for u, p in zip(
            made.returned.units.sum(axis=0)[priced].tolist(),
            made.price[priced].tolist(),
            strict=True,
        )
    )
    assert abs(spent - total) < Fraction(1, 2)


@cases()
@given(returns(), st.sampled_from(METHODS), factors)
def test_scaled_to_the_returns_the_list_spends_what_they_cost(returned, method, own) -> None:
    made = make(returned, all_steps(method)[:-1], inputs(returned, factors=own), FEW)
    cost = made.returned.cost[:, np.isfinite(made.price)].sum()
    assert abs(made.stages[-1].spend - cost) < 0.5
    # Every draw of other providers spends what these cost.
    np.testing.assert_allclose(returned.cost.sum(), made.returned.cost.sum(), rtol=1e-12)


@cases()
@given(returns(), st.sampled_from(METHODS), factors)
def test_prices_rise_where_bands_are_ordered(returned, method, own) -> None:
    made = make(returned, all_steps(method)[:6], inputs(returned, factors=own), FEW)
    for row in (made.price, *made.drawn):
        known = row[np.isfinite(row)]
        assert np.all(np.diff(known) >= -1e-6 * known[:-1])


@cases()
@given(returns(), st.lists(st.floats(0, 0.6), min_size=6, max_size=6))
def test_completeness_is_the_inverse_of_loss(returned, shares) -> None:
    lost = np.array(shares[: len(returned.providers)])[:, np.newaxis]
    np.testing.assert_allclose(
        restored(returned.units * (1 - lost), lost), returned.units, rtol=1e-12
    )
    short = Returned(
        returned.providers,
        returned.currencies,
        returned.units * (1 - lost),
        returned.cost,
        returned.whole,
    )
    steps = [Completeness(step="completeness", most_lost=0.9), Level(step="level", method="mean")]
    share = np.broadcast_to(lost, returned.units.shape)
    np.testing.assert_allclose(prices(short, steps, lost=share), returned.mean, rtol=1e-9)


@cases()
@given(returns(), factors)
def test_market_forces_keep_the_total(returned, own) -> None:
    """Costs at the average place add up, and so do prices put back to each provider's place."""
    factor = np.array([float(own[code]) for code in returned.providers])
    cost, average = without_place(returned.cost, factor)
    np.testing.assert_allclose(cost.sum(), returned.cost.sum(), rtol=1e-12)
    again = cost * (factor / average)[:, np.newaxis]
    np.testing.assert_allclose(again, returned.cost, rtol=1e-12)


@cases()
@given(returns(), st.integers(0, 2**31))
def test_credibility_is_that_of_buhlmann_and_straub(returned, seed) -> None:
    """In a draw of providers it is what the model says of the providers that were drawn."""
    count = len(returned.providers)
    times = np.random.default_rng(seed).multinomial(count, [1 / count] * count, size=3)
    draw = Draw(returned, times.astype(float), returned.held[np.newaxis], np.empty(0))
    parent = ("K",) * len(returned.currencies)
    factor, _ = credibilities(draw, parent)
    for row, often in zip(factor, times, strict=True):
        rows = np.repeat(np.arange(count), often)
        held = returned.held[rows]
        if len(returned.currencies) < 2 or held.sum(axis=0).max() < 2:
            assert np.all(row == 1)
            continue
        found = buhlmann_straub(
            np.where(held, returned.unit_cost[rows], np.nan).T, returned.units[rows].T
        )
        np.testing.assert_allclose(row, found.factor, rtol=1e-5, atol=1e-5)


@cases()
@given(
    st.lists(st.tuples(st.integers(1, 99), st.integers(0, 4)), min_size=1, max_size=12).filter(
        lambda pairs: any(weight for _, weight in pairs)
    )
)
def test_the_weighted_median_is_that_of_the_values_written_out(pairs) -> None:
    values = np.array([[float(value)] for value, _ in pairs])
    weights = np.array([[[float(weight)] for _, weight in pairs]])
    written = [value for value, weight in pairs for _ in range(weight)]
    assert weighted_median(values, weights)[0, 0] == np.median(written)


@cases()
@given(
    returns(),
    factors,
    st.lists(st.floats(0.5, 1.5), min_size=30, max_size=30),
    st.lists(st.floats(0, 0.6), min_size=6, max_size=6),
    st.integers(0, 400),
)
def test_returns_are_used_or_set_aside_at_every_step(returned, own, sent, shares, least) -> None:
    """In returns, units and pounds, as they came in; and what is used is what prices stand on."""
    shape = returned.units.shape
    submitted = np.round(returned.units * np.array(sent[: returned.units.size]).reshape(shape))
    lost = np.broadcast_to(np.array(shares[: shape[0]])[:, np.newaxis], shape)
    steps = [
        Reconcile(step="reconcile", tolerance=0.3, beyond="set_aside"),
        Exclude(step="exclude", least_units=least),
        MarketForcesOut(step="market_forces"),
        Completeness(step="completeness", most_lost=0.4),
        Trim(step="trim", ratio=3, least_providers=3),
        Level(step="level", method="mean"),
    ]
    try:
        made = make(
            returned, steps, inputs(returned, submitted=submitted, lost=lost, factors=own), FEW
        )
    except DefinitionError:
        assume(False)
    rows = [
        CostReturn(
            number,
            returned.providers[p],
            returned.currencies[c],
            "2024-25",
            float(returned.units[p, c]),
            int(returned.cost[p, c]),
        )
        for number, (p, c) in enumerate(np.argwhere(returned.held).tolist(), start=2)
    ]
    aside = list(taken_out(rows, made.changes, steps, "returns.csv"))
    assert all(one.remedy and one.reason for one in aside)
    found = accounts(rows, aside, [step.title for step in steps if step.remedy])
    assert found[0].came == Tally(len(rows), returned.units.sum(), int(returned.cost.sum()))
    for one in found:
        assert one.came.rows == one.used.rows + one.aside.rows
        assert one.came.units == one.used.units + one.aside.units
        assert one.came.cost == one.used.cost + one.aside.cost
    assert all(before.used == after.came for before, after in pairwise(found))
    held = np.argwhere(made.kept & made.returned.held)
    names = {(made.returned.providers[p], made.returned.currencies[c]) for p, c in held}
    used = [row for row in rows if (row.provider, row.currency) in names]
    assert found[-1].used == Tally(
        len(used), sum(row.units for row in used), sum(row.cost for row in used)
    )


@cases()
@given(returns(), st.integers(0, 1000))
def test_a_list_comes_out_the_same_again(returned, seed) -> None:
    choice = IntervalChoice(replicates=100, seed=seed)
    once, again = (make(returned, all_steps(), inputs(returned), choice) for _ in range(2))
    np.testing.assert_array_equal(once.drawn, again.drawn)
    np.testing.assert_array_equal(once.lower, again.lower)
    bounded = np.isfinite(once.lower)
    assert np.all(once.lower[bounded] <= once.upper[bounded])
