"""Replicates of contracts of every kind of term are those of paying each of them by itself."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
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

REPLICATES = 5
RENAMED, UNLISTED = "51", "X51"


@dataclass(frozen=True)
class Doubtful:
    """A price list whose prices may be a good deal higher or lower."""

    prices: Prices

    def price(self, currency: str, provider: str, year: FinancialYear) -> Price:
        found = self.prices.price(currency, provider, year)
        return replace(found, lower=found.pence // 3, upper=found.pence * 2, confidence=0.8)


@dataclass(frozen=True)
class Paid:
    """A contract that is paid for some months of the year: all of them at once, or each alone."""

    drawn: Drawn
    months: tuple[str, ...]

    def sides(self, number: int) -> list[Side]:
        lists = {name: Doubtful(of) for name, of in self.drawn.inputs.price_lists.items()}
        inputs = replace(self.drawn.inputs, price_lists=lists)
        contract = self.drawn.contract.model_copy(update={"id": f"c{number}"})
        periods = [YEAR] if len(self.months) == len(MONTHS) else self.months
        return [Side(contract, period, inputs) for period in periods]


def with_unlisted(drawn: Drawn) -> Drawn:
    """The same with care of a team type in no code list: a term for all others pays for it."""
    units = [
        row | {"service": UNLISTED if row["service"] == RENAMED else row["service"]}
        for row in drawn.units
    ]
    return replace(drawn, units=units)


# A term that the care of a whole year settles in half of the cases at least.
contracts = st.one_of(
    drawn_contracts(),
    drawn_contracts(care=("cost_and_volume", "activity"), others=("risk_share",)),
    drawn_contracts(care=("cost_and_volume",)),
)
# All year, or a gap of some months: never a single one.
held = st.one_of(
    st.just(tuple(MONTHS)),
    st.sets(st.sampled_from(MONTHS), min_size=2).map(lambda some: tuple(sorted(some))),
)
paid = st.builds(Paid, st.one_of(contracts, contracts.map(with_unlisted)), held)
scenarios = st.lists(paid, min_size=1, max_size=2)
asked = st.builds(
    # Fewer than a file may ask for, so that there are more contracts.
    lambda of, seed: Draws.model_construct(of=of, replicates=REPLICATES, seed=seed),
    st.sampled_from([("months",), ("months",), ("prices",), ("months", "prices")]),
    st.integers(0, 1000),
)


@given(scenarios, scenarios, asked)
@cases(in_a_draw=REPLICATES)  # a case is a replicate of all contracts
def test_replicates_are_paid_to_the_penny_as_one_by_one(
    now: list[Paid], changed: list[Paid], draws: Draws
) -> None:
    sides = {
        name: [side for number, one in enumerate(of) for side in one.sides(number)]
        for name, of in (("base", now), ("other", changed))
    }
    found = replicates(sides, draws)
    expected = each_draw(sides, draws)
    for name in sides:
        places = {place for each in expected for place in each[name]}
        assert places <= set(found.drawn[name])
        for place, pence in found.drawn[name].items():
            assert pence.tolist() == [each[name].get(place, 0) for each in expected], place
    effects = [sum(each["other"].values()) - sum(each["base"].values()) for each in expected]
    lower, upper = np.quantile(effects, [0.025, 0.975])
    base, other = (Outcome(name, name, tuple(of)) for name, of in sides.items())
    made = Comparison("t", YEAR, base, (other,), draws).total(other)
    # Between two replicates a limit may lie on half a penny.
    assert made == pytest.approx((lower, upper), abs=0.51)
