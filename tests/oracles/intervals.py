"""Replicates of scenarios the long way: in each of them every contract is paid anew from counts of
its own."""

import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from levelfield.core.periods import FinancialYear
from levelfield.payment.inputs import Prices
from levelfield.payment.scenarios import Draws, Place, Side
from levelfield.payment.scenarios.counts import moved
from levelfield.tariff import Price

STANDARD_DEVIATIONS = {0.5: 0.674489750196082, 0.8: 1.281551565544600, 0.95: 1.959963984540054}
"""From the middle of a normal distribution to either end of its middle 50%, 80% and 95%."""


@dataclass(frozen=True)
class OneDraw:
    """A price list with each price drawn once."""

    prices: Prices
    name: str
    seed: int

    def price(self, currency: str, provider: str, year: FinancialYear) -> Price:
        found = self.prices.price(currency, provider, year)
        if found.lower is None or found.upper is None or found.confidence is None:
            return found
        own = zlib.crc32(f"{self.name} {currency}".encode())
        spread = (found.upper - found.lower) / (2 * STANDARD_DEVIATIONS[found.confidence])
        shift = round(float(np.random.default_rng([self.seed, own]).normal()) * spread)
        return replace(found, pence=max(0, found.pence + shift))


def each_draw(
    sides: Mapping[str, Sequence[Side]], draws: Draws
) -> list[dict[str, Mapping[Place, int]]]:
    """Pence by place of each scenario, replicate by replicate; months without data are drawn for
    none."""
    random = np.random.default_rng(draws.seed)
    months = sorted(
        {
            str(m)
            for of in sides.values()
            for side in of
            for m in side.contract.financial_year.months
        }
    )
    ranks = random.random((draws.replicates, len(months), len(months))).tolist()
    seeds = random.integers(2**32, size=draws.replicates).tolist()
    found = []
    for number in range(draws.replicates):
        tried: dict[str, list[str]] = {}
        if "months" in draws.of:
            for month, row in zip(months, ranks[number], strict=True):
                tried[month] = [m for _, m in sorted(zip(row, months, strict=True))]
        seed = seeds[number] if "prices" in draws.of else None
        found.append({name: _paid(of, tried, seed) for name, of in sides.items()})
    return found


def _paid(
    sides: Sequence[Side], tried: Mapping[str, Sequence[str]], seed: int | None
) -> Counter[Place]:
    total: Counter[Place] = Counter()
    for name in {side.contract.id for side in sides}:
        own = [side for side in sides if side.contract.id == name]
        held = {str(month) for side in own for month in side.months}
        kept = {m: next(s for s in of if s in held) for m, of in tried.items() if m in held}
        counts, lists = own[0].inputs.counts, own[0].inputs.price_lists
        if kept:
            counts = {scheme: moved(table, table, kept) for scheme, table in counts.items()}
        if seed is not None:
            lists = {name: OneDraw(prices, name, seed) for name, prices in lists.items()}
        inputs = replace(own[0].inputs, counts=counts, price_lists=lists)
        for side in own:
            total.update(replace(side, inputs=inputs).by_place())
    return total
