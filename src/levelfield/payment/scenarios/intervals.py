"""How far effects could have come out otherwise: months and prices drawn anew.

A bootstrap by re-running: in each replicate the months of the year are drawn with replacement, the
same for all sides and scenarios, and every contract is paid again by all its terms, so that caps,
floors and thresholds have their say. Prices that have an interval are drawn from a normal
distribution whose middle 95% it is, one draw a price list and currency in a replicate. The limits
are percentiles of the effects so drawn (Efron's percentile interval), and stand around the effect
of what was really counted. They say how much an effect owes to single months, or to what is known
of a price; they foretell nothing, and a price without an interval adds nothing to them.
"""

import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from levelfield.core.periods import FinancialYear
from levelfield.core.progress import Progress, tell
from levelfield.payment.inputs import PaymentInputs, Prices
from levelfield.payment.scenarios.counts import moved
from levelfield.payment.scenarios.scenario import Draws
from levelfield.payment.scenarios.side import Place, Side
from levelfield.tariff import Price

_Z95 = 1.959963984540054
"""The number of standard deviations from the middle to either end of the middle 95%."""


class Interval(NamedTuple):
    """Limits in pence."""

    lower: int
    upper: int


@dataclass(frozen=True)
class Replicates:
    """The amounts of each place in each replicate, by scenario."""

    drawn: Sequence[Mapping[str, Mapping[Place, int]]]
    confidence: float

    def interval(self, base: str, scenario: str, places: Sequence[Place]) -> Interval:
        """The limits of a scenario's effect on some places together, against the base."""
        effects = [
            sum(one[scenario].get(p, 0) - one[base].get(p, 0) for p in places) for one in self.drawn
        ]
        tail = (1 - self.confidence) / 2
        lower, upper = np.quantile(effects, [tail, 1 - tail])
        return Interval(round(float(lower)), round(float(upper)))


def replicates(
    sides: Mapping[str, Sequence[Side]], draws: Draws, progress: Progress | None = None
) -> Replicates:
    """Pay every side of every scenario again, as often as asked; the same seed, the same draws."""
    random = np.random.default_rng(draws.seed)
    every = [side for of in sides.values() for side in of]
    drawn = []
    for number in range(draws.replicates):
        tell(progress, "drawing months and prices", number, draws.replicates)
        change = _Change(
            _months(every, random) if "months" in draws.of else {},
            int(random.integers(2**32)) if "prices" in draws.of else None,
        )
        drawn.append({name: _amounts(change, of) for name, of in sides.items()})
    return Replicates(drawn, draws.confidence)


def _months(sides: Sequence[Side], random: np.random.Generator) -> dict[str, str]:
    """For each month that is paid, the month whose care stands in for it."""
    months = sorted({str(month) for side in sides for month in side.months})
    places: NDArray[np.int64] = random.integers(len(months), size=len(months))
    return {month: months[place] for month, place in zip(months, places, strict=True)}


@dataclass(frozen=True)
class _Change:
    """What one replicate draws: month by month, and a seed for its prices."""

    months: Mapping[str, str]
    seed: int | None
    held: dict[int, PaymentInputs] = field(default_factory=dict)

    def inputs(self, given: PaymentInputs) -> PaymentInputs:
        """Inputs as drawn, made once for all sides that share them."""
        if id(given) not in self.held:
            counts = given.counts
            if self.months:
                counts = {scheme: self._counts(table) for scheme, table in counts.items()}
            lists = given.price_lists
            if self.seed is not None:
                lists = {name: _Drawn(prices, name, self.seed) for name, prices in lists.items()}
            self.held[id(given)] = replace(given, counts=counts, price_lists=lists)
        return self.held[id(given)]

    def _counts(self, table: pa.Table) -> pa.Table:
        return moved(table, table, self.months)


@dataclass(frozen=True)
class _Drawn:
    """A price list with each price drawn from its interval, once."""

    prices: Prices
    name: str
    seed: int
    held: dict[tuple[str, str, FinancialYear], Price] = field(default_factory=dict)

    def price(self, currency: str, provider: str, year: FinancialYear) -> Price:
        key = (currency, provider, year)
        if key not in self.held:
            found = self.prices.price(*key)
            self.held[key] = replace(found, pence=max(0, found.pence + self._shift(found)))
        return self.held[key]

    def _shift(self, price: Price) -> int:
        if price.lower is None or price.upper is None:
            return 0
        # The same draw for all providers: what is uncertain is the list's price of the currency.
        own = zlib.crc32(f"{self.name} {price.currency}".encode())
        spread = (price.upper - price.lower) / (2 * _Z95)
        return round(float(np.random.default_rng([self.seed, own]).normal()) * spread)


def _amounts(change: _Change, sides: Sequence[Side]) -> dict[Place, int]:
    found: defaultdict[Place, int] = defaultdict(int)
    for side in sides:
        for place, pence in replace(side, inputs=change.inputs(side.inputs)).by_place().items():
            found[place] += pence
    return found
