"""Cost returns as arrays: what the steps of a price list work on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from levelfield.tariff.cost_returns import CostReturn

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Returned:
    """Units and costs (pence) by provider (row) and currency (column); both 0 where a provider has
    no return of a currency, or none that a price rests on.

    `whole` marks activity that was counted without the contacts that a submission lost being
    missing. `average` is the market forces factor that the costs hold, once they hold one.
    """

    providers: tuple[str, ...]
    currencies: tuple[str, ...]
    units: Floats
    cost: Floats
    whole: Bools
    average: float = 1.0

    @property
    def held(self) -> Bools:
        """Where there is a return."""
        return self.units > 0

    @property
    def unit_cost(self) -> Floats:
        """Pence per unit by provider and currency; `nan` without a return."""
        return _over(self.cost, self.units)

    @property
    def mean(self) -> Floats:
        """Pence per unit by currency, each provider weighing what it delivered; `nan` for none."""
        return _over(self.cost.sum(axis=0), self.units.sum(axis=0))

    def without(self, cells: Bools) -> Self:
        """The same with some of the returns taken out."""
        return replace(
            self, units=np.where(cells, 0.0, self.units), cost=np.where(cells, 0.0, self.cost)
        )

    def compact(self) -> Self:
        """The same without providers that have no return left."""
        kept: Bools = np.asarray(self.held.any(axis=1))
        return replace(
            self,
            providers=tuple(p for p, keep in zip(self.providers, kept, strict=True) if keep),
            units=self.units[kept],
            cost=self.cost[kept],
            whole=self.whole[kept],
        )


def pool(
    rows: Sequence[CostReturn], currencies: Sequence[str], uplift: Callable[[str], float]
) -> Returned:
    """Rows of one or more years as one array: each year's costs times `uplift(year)`, added up.

    Currencies that nobody has are left out; the others keep their order. Providers are sorted.
    """
    delivered = {row.currency for row in rows}
    codes = tuple(code for code in currencies if code in delivered)
    providers = tuple(sorted({row.provider for row in rows}))
    at = {code: n for n, code in enumerate(codes)}
    of = {code: n for n, code in enumerate(providers)}
    units = np.zeros((len(providers), len(codes)))
    cost = np.zeros_like(units)
    for row in rows:
        units[of[row.provider], at[row.currency]] += row.units
        cost[of[row.provider], at[row.currency]] += row.cost * uplift(row.year)
    return Returned(providers, codes, units, cost, np.zeros(units.shape, dtype=np.bool_))


def _over(cost: Floats, units: Floats) -> Floats:
    found = np.full(units.shape, np.nan)
    np.divide(cost, units, out=found, where=units > 0)
    return found
