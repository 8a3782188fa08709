"""What care without a currency may be worth: an estimate for people to read, never a payment."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

import pyarrow as pa

from levelfield.core.errors import ContractError
from levelfield.core.money import round_half_away
from levelfield.core.periods import FinancialYear, Month
from levelfield.currencies import Scheme
from levelfield.tariff.price_list import PriceList


@dataclass(frozen=True)
class ErrorEstimate:
    """Contacts of a provider in one error class, and what they may be worth in pence.

    Each contact counts at the mean price of the classed contacts of its provider, team and
    financial year; where there are none, of its provider and year; else at what
    the price list says of activity without a currency. Classes that are rightly unpaid are worth 0.
    """

    provider: str
    error_class: str
    units: int
    pence: int


@dataclass
class _Mean:
    pence: int = 0
    units: int = 0


def estimate_errors(scheme: Scheme, counts: pa.Table, prices: PriceList) -> list[ErrorEstimate]:
    """Estimates by provider and error class from counted units (`currencies.COUNT_SCHEMA`).

    Currencies without a price are left out of the means. Sorted by provider, then as the scheme
    lists its classes.
    """
    rows = counts.to_pylist()
    worth = Worth(scheme, counts, prices)
    units: dict[tuple[str, str], int] = defaultdict(int)
    amounts: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in rows:
        if row["error_class"] is None:
            continue
        key = (row["provider"], row["error_class"])
        units[key] += row["units"]
        amounts[key] += row["units"] * worth.of(row)
    order = {name: place for place, name in enumerate(scheme.classes)}
    keys = sorted(units, key=lambda key: (key[0], order[key[1]]))
    return [ErrorEstimate(*key, units[key], round_half_away(amounts[key])) for key in keys]


class Worth:
    """What one contact of a provider, team and month may be worth in pence, with a currency or not.

    `counts` are the counted units (`currencies.COUNT_SCHEMA`) that the means are taken of.
    """

    def __init__(self, scheme: Scheme, counts: pa.Table, prices: PriceList) -> None:
        self._classes = scheme.classes
        self._prices = _Prices(prices)
        self._means = _means(counts.to_pylist(), self._prices)

    def of(self, row: Mapping[str, Any]) -> Decimal:
        """The price of the row's currency, else what `ErrorEstimate` says of its error class.

        `row` has the columns of a counted unit. A currency that the list does not price, and a
        contact that was never classed (neither currency nor error class), are worth the mean.
        """
        if row["error_class"] and self._classes[row["error_class"]].estimate == "nothing":
            return Decimal(0)
        price = self._prices.pence(row) if row["currency"] else None
        return Decimal(price) if price is not None else _worth(row, self._means, self._prices)


@dataclass(frozen=True)
class AssumedValue:
    """Classed contacts of a provider that rest on an assumption, at their prices in pence."""

    provider: str
    assumed: str
    units: int
    pence: int


def assumed_values(counts: pa.Table, prices: PriceList) -> list[AssumedValue]:
    """What rests on each parameter of the scheme, by provider and what was assumed.

    Currencies without a price are left out.
    """
    found: dict[tuple[str, str], _Mean] = defaultdict(_Mean)
    known = _Prices(prices)
    for row in counts.to_pylist():
        price = known.pence(row) if row["assumed"] else None
        if price is not None:
            value = found[row["provider"], row["assumed"]]
            value.units += row["units"]
            value.pence += row["units"] * price
    return [AssumedValue(*key, value.units, value.pence) for key, value in sorted(found.items())]


@cache
def _financial_year(period: str) -> FinancialYear:
    return Month.parse(period).financial_year


def _year(row: Mapping[str, Any]) -> FinancialYear:
    return _financial_year(row["period"])


class _Prices:
    """Prices in pence, each worked out once; None where the list has none."""

    def __init__(self, prices: PriceList) -> None:
        self._prices = prices
        self._found: dict[tuple[str, str, FinancialYear], int | None] = {}

    def pence(self, row: Mapping[str, Any]) -> int | None:
        """The price of a row's currency, for its provider and year."""
        key = (row["currency"], row["provider"], _year(row))
        if key not in self._found:
            try:
                self._found[key] = self._prices.price(*key).pence
            except ContractError:
                self._found[key] = None
        return self._found[key]

    def unclassified(self, row: Mapping[str, Any]) -> Decimal:
        """What the list says of activity without a currency."""
        return self._prices.unclassified(row["provider"], _year(row))


def _means(rows: list[dict[str, Any]], prices: _Prices) -> dict[tuple[str, ...], _Mean]:
    """Sums by provider and year, and by provider, year and team."""
    means: dict[tuple[str, ...], _Mean] = defaultdict(_Mean)
    for row in rows:
        price = prices.pence(row) if row["currency"] else None
        if price is None:
            continue
        key = (row["provider"], str(_year(row)))
        for mean in (means[key], means[*key, row["team_type"]]):
            mean.units += row["units"]
            mean.pence += row["units"] * price
    return means


def _worth(row: Mapping[str, Any], means: dict[tuple[str, ...], _Mean], prices: _Prices) -> Decimal:
    key = (row["provider"], str(_year(row)))
    for found in (means.get((*key, row["team_type"])), means.get(key)):
        if found is not None:
            return Decimal(found.pence) / found.units
    return prices.unclassified(row)
