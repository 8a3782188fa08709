"""Intervals of effects: seeded, around what moves, and nothing where nothing can."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from levelfield.core.periods import FinancialYear, Month
from levelfield.payment import Contract, PaymentInputs, statement
from levelfield.payment.inputs import Prices
from levelfield.payment.reckoning import Reckoning
from levelfield.payment.scenarios import Comparison, Draws, Interval, Outcome, Side, with_settings
from levelfield.payment.scenarios.intervals import replicates
from levelfield.payment.terms import ActivityTerm, Draft
from levelfield.tariff import Price
from made_up_scenarios import ALL
from made_up_site import SCHEME, YEAR, made_up_contract, made_up_inputs
from oracles.intervals import each_draw

BLOCK = {"terms": [{"id": "all", "kind": "block", "services": "others", "annual": 1000000}]}


class WithIntervals:
    """A price list whose prices may each be a tenth higher or lower."""

    def __init__(self, prices: Prices, confidence: float = 0.95) -> None:
        self.prices, self.confidence = prices, confidence

    def price(self, currency: str, provider: str, year: FinancialYear) -> Price:
        found = self.prices.price(currency, provider, year)
        tenth = found.pence // 10
        ends = {"lower": found.pence - tenth, "upper": found.pence + tenth}
        return replace(found, **ends, confidence=self.confidence)


@cache
def inputs() -> PaymentInputs:
    found = made_up_inputs()
    lists = {name: WithIntervals(prices) for name, prices in found.price_lists.items()}
    return replace(found, price_lists=lists)


def interval(base: dict, other: dict, draws: Draws) -> Interval:
    sides = [
        Side(with_settings(made_up_contract(), settings, "here"), str(YEAR), inputs())
        for settings in (base, other)
    ]
    outcomes = [Outcome(str(n), str(n), (side,)) for n, side in enumerate(sides)]
    found = Comparison("t", str(YEAR), outcomes[0], (outcomes[1],), draws).total(outcomes[1])
    assert found is not None
    return found


@pytest.mark.parametrize("of", [("months",), ("prices",), ("months", "prices")])
def test_the_same_seed_gives_the_same_limits_around_the_effect(of: tuple) -> None:
    draws = Draws(of=of, replicates=60, seed=3)
    found = interval(BLOCK, ALL, draws)
    assert found == interval(BLOCK, ALL, draws)
    assert found != interval(BLOCK, ALL, Draws(of=of, replicates=60, seed=4))
    paid = [
        statement(with_settings(made_up_contract(), one, "here"), str(YEAR), inputs()).total_pence
        for one in (BLOCK, ALL)
    ]
    assert found.lower < paid[1] - paid[0] < found.upper


def test_an_effect_that_no_draw_moves_has_no_width() -> None:
    """Two blocks pay what they pay in whatever months, at whatever prices."""
    dearer = {"terms": [{**BLOCK["terms"][0], "annual": 1100000}]}
    found = interval(BLOCK, dearer, Draws(of=("months", "prices"), replicates=40))
    assert found == (100_000_00, 100_000_00)


def test_prices_alone_spread_as_their_intervals_say() -> None:
    """Two currencies make up all that is paid, and each may be a tenth dearer or cheaper: the total
    spreads by less than a tenth either way, and by more than one of them alone."""
    nothing = {"terms": [{**BLOCK["terms"][0], "annual": 0}]}
    found = interval(nothing, ALL, Draws(of=("prices",), replicates=300))
    agreed = with_settings(made_up_contract(), ALL, "here")
    total = statement(agreed, str(YEAR), inputs()).total_pence
    assert 0.10 < (found.upper - found.lower) / total < 0.20


@pytest.mark.parametrize("confidence", [0.5, 0.8, 0.95])
def test_a_price_is_drawn_as_wide_as_its_own_interval_says(confidence: float) -> None:
    """One currency makes up all that is paid, so that the same share of what is drawn comes to lie
    within a tenth of what is paid."""
    contract, held = with_settings(made_up_contract(), ALL, "here"), made_up_inputs()
    counts = held.counts[SCHEME]
    one = counts.filter(pc.equal(counts["currency"], "N02AF"))
    lists = {name: WithIntervals(of, confidence) for name, of in held.price_lists.items()}
    side = Side(contract, str(YEAR), replace(held, counts={SCHEME: one}, price_lists=lists))
    draws = Draws(of=("prices",), replicates=2000, confidence=confidence)
    sides = {"base": [side], "none": []}
    found = replicates(sides, draws)
    limits = found.interval("none", "base", list(found.drawn["base"]))
    total = side.statement.total_pence
    assert limits.upper - limits.lower == pytest.approx(0.2 * total, rel=0.1)


def lacking(contract: Contract, provider: str, held: Sequence[str]) -> list[Side]:
    """A provider that has sent only some months, and is paid for them, all of it by activity."""
    agreed = contract.model_copy(update={"id": provider, "provider": provider})
    counts = inputs().counts[SCHEME]
    sent = pc.is_in(counts["period"], value_set=pa.array(held, pa.string()))
    others = pc.not_equal(counts["provider"], provider)
    paid_from = replace(inputs(), counts={SCHEME: counts.filter(pc.or_(others, sent))})
    return [Side(agreed, month, paid_from) for month in held]


def test_a_month_that_a_provider_has_no_data_of_is_drawn_for_none() -> None:
    """One provider sent all year, the other all but one month, of which it is not paid either
    way."""
    contract, months = with_settings(made_up_contract(), ALL, "here"), list(map(str, YEAR.months))
    other = lacking(contract, "ZA2", [month for month in months if month != months[4]])
    sides = {"base": [Side(contract, str(YEAR), inputs()), *other], "none": []}
    draws = Draws(replicates=40)
    found = replicates(sides, draws)
    expected = each_draw(sides, draws)
    assert {place.provider for place in found.drawn["base"]} == {"ZA1", "ZA2"}
    for place, pence in found.drawn["base"].items():
        assert pence.tolist() == [each["base"].get(place, 0) for each in expected], place


def test_a_single_month_of_a_year_has_no_interval() -> None:
    """Nothing can stand in for it: it would have no width and look certain. Prices alone can be
    drawn all the same."""
    contract = with_settings(made_up_contract(), ALL, "here")
    nothing = with_settings(contract, {"terms": [{**BLOCK["terms"][0], "annual": 0}]}, "here")
    (own,) = lacking(contract, "ZA2", [str(YEAR.months[5])])
    whole = Side(contract, str(YEAR), inputs())

    def found(draws: Draws, *sides: Side) -> tuple[Comparison, Outcome]:
        free = [
            replace(one, contract=nothing.model_copy(update={"id": one.contract.id}))
            for one in sides
        ]
        base, other = Outcome("0", "0", tuple(free)), Outcome("1", "1", sides)
        return Comparison("t", str(YEAR), base, (other,), draws), other

    made, other = found(Draws(replicates=40), own)
    assert made.total(other) is None
    assert "ZA2" in made.without_interval
    made, other = found(Draws(replicates=40), own, whole)
    assert made.total(other) is not None
    limits = {one.code: one.interval for one in made.effects(other, "provider")}
    assert limits["ZA2"] is None
    assert limits["ZA1"] is not None
    made, other = found(Draws(of=("prices",), replicates=40), own)
    assert made.total(other) is not None
    assert made.without_interval == ""


class LooksBack(ActivityTerm):
    """A term that no kind is like: it pays for the units of the month before."""

    by_unit: ClassVar[bool] = False

    def draft(self, month: Month, work: Reckoning) -> Iterable[Draft]:
        return work.priced_lines(self, work.year[work.place(month) - 2])


def test_a_term_that_looks_at_another_month_is_found_out() -> None:
    """Its lines would be kept as if they rested on one month alone."""
    term = LooksBack(id="back", kind="activity", services="others")
    contract = made_up_contract().model_copy(update={"terms": [term]})
    side = Side(contract, str(YEAR), inputs())
    with pytest.raises(AssertionError, match=r"Lines of 2025-04 rest on 2026-03"):
        replicates({"base": [side]}, Draws(replicates=40))


def test_who_else_is_assessed_moves_no_interval() -> None:
    """A provider of three months of its own, beside one that has sent all year; and what it is
    paid spreads as the bootstrap of three months has it: the variance of a sum of three months,
    each drawn among three."""
    contract, months = with_settings(made_up_contract(), ALL, "here"), list(map(str, YEAR.months))
    own = lacking(contract, "ZA2", months[:3])
    draws = Draws(replicates=4000)
    alone = replicates({"base": own, "none": []}, draws)
    company = [Side(contract, str(YEAR), inputs()), *own]
    beside = replicates({"base": company, "none": []}, draws)
    mine = [place for place in alone.drawn["base"] if place.provider == "ZA2"]
    assert alone.interval("none", "base", mine) == beside.interval("none", "base", mine)
    paid = sum(alone.drawn["base"][place] for place in mine)
    each = [sum(side.by_place().values()) for side in own]
    assert np.var(paid) == pytest.approx(3 * np.var(each), rel=0.1)
    assert np.mean(paid) == pytest.approx(sum(each), rel=0.02)
