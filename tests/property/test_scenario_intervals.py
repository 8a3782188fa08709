"""Draws of contracts of every kind of term are those of paying each draw by itself."""

from dataclasses import dataclass, replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from levelfield.core.periods import FinancialYear
from levelfield.payment.inputs import Prices
from levelfield.payment.scenarios import Comparison, Draws, Outcome, Side
from levelfield.payment.scenarios.intervals import replicates
from levelfield.tariff import Price
from made_up_contracts import MONTHS, Drawn, drawn_contracts
from made_up_terms import YEAR
from oracles.intervals import each_draw
from property.cases import cases

REPLICATES = 40


@dataclass(frozen=True)
class Doubtful:
    """A price list whose prices may be a good deal higher or lower."""

    prices: Prices

    def price(self, currency: str, provider: str, year: FinancialYear) -> Price:
        found = self.prices.price(currency, provider, year)
        return replace(found, lower=found.pence // 3, upper=found.pence * 2, confidence=0.8)


def side(drawn: Drawn, period: str) -> Side:
    lists = {name: Doubtful(prices) for name, prices in drawn.inputs.price_lists.items()}
    return Side(drawn.contract, period, replace(drawn.inputs, price_lists=lists))


asked = st.builds(
    Draws,
    of=st.sampled_from([("months",), ("prices",), ("months", "prices")]),
    replicates=st.just(REPLICATES),
    seed=st.integers(0, 1000),
)


@given(drawn_contracts(), drawn_contracts(), st.sampled_from([YEAR, MONTHS[-1]]), asked)
@cases(in_a_draw=REPLICATES)
def test_draws_are_paid_to_the_penny_as_one_by_one(
    one: Drawn, other: Drawn, period: str, draws: Draws
) -> None:
    sides = {"base": [side(one, period)], "other": [side(other, period)]}
    found = replicates(sides, draws)
    expected = each_draw(sides, draws)
    for name in sides:
        places = {place for each in expected for place in each[name]}
        assert places <= set(found.drawn[name])
        for place, pence in found.drawn[name].items():
            assert pence.tolist() == [each[name].get(place, 0) for each in expected], place
    effects = [sum(each["other"].values()) - sum(each["base"].values()) for each in expected]
    lower, upper = np.quantile(effects, [0.025, 0.975])
    base, changed = (Outcome(name, name, tuple(of)) for name, of in sides.items())
    made = Comparison("t", period, base, (changed,), draws).total(changed)
    assert made == (round(float(lower)), round(float(upper)))
