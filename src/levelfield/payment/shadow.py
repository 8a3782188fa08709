"""A shadow: what is paid for a year, beside the price of the activity that was delivered."""

from collections import Counter
from dataclasses import dataclass

import pyarrow as pa

from levelfield.core.values import lineage_key
from levelfield.payment.contract import BlockTerm, Contract
from levelfield.payment.statement import PriceBook
from levelfield.payment.units import missing_months, select_units
from levelfield.tariff import PriceList


@dataclass(frozen=True)
class ShadowMonth:
    """A term in a month. `difference_pence` is activity less paid: above zero, the provider would
    be paid more by activity."""

    term: str
    kind: str
    period: str
    units: int
    activity_pence: int
    paid_pence: int

    @property
    def difference_pence(self) -> int:
        return self.activity_pence - self.paid_pence


@dataclass(frozen=True)
class ShadowService:
    """The priced activity of a service within a term and month.

    `paid_pence` is known where the term pays by activity or covers this service alone; a block for
    several services says nothing of each, and it is None.
    """

    term: str
    kind: str
    period: str
    service: str
    units: int
    activity_pence: int
    paid_pence: int | None

    @property
    def difference_pence(self) -> int | None:
        return None if self.paid_pence is None else self.activity_pence - self.paid_pence


@dataclass(frozen=True)
class Shadow:
    """A contract's year: every term and month, the services behind them, and what is left out
    (as in a statement). `missing` are months without data: neither side of the comparison has
    them."""

    contract: Contract
    missing: tuple[str, ...]
    months: tuple[ShadowMonth, ...]
    services: tuple[ShadowService, ...]
    outside: dict[str, int]
    unclassed: dict[str, int]
    commissioner_unknown: int

    @property
    def activity_pence(self) -> int:
        return sum(month.activity_pence for month in self.months)

    @property
    def paid_pence(self) -> int:
        return sum(month.paid_pence for month in self.months)

    @property
    def difference_pence(self) -> int:
        return self.activity_pence - self.paid_pence


def shadow_key(contract: str, version: str, term: str, period: str, snapshot: str) -> str:
    """The lineage key of a term and month: what is paid, the activity and the difference."""
    return lineage_key("S", "shadow", contract, version, term, period, snapshot)


def shadow(contract: Contract, counts: pa.Table, prices: PriceList) -> Shadow:
    """The year of a contract as it pays, beside all its activity at unit price.

    `counts` are counted units (`currencies.COUNT_SCHEMA`). Months without data are left out of both
    sides and named. Raises as `statement` does: a unit without a price stops it, since a total
    without that unit would be wrong, and a year without any data gives UsageError.
    """
    year = contract.financial_year.months
    missing = missing_months(contract, year, counts)
    periods = [month for month in year if month not in missing] or year
    units = select_units(contract, periods, counts)
    book = PriceBook(contract, prices)
    outside: Counter[str] = Counter()
    count: Counter[tuple[str, str, str]] = Counter()
    value: Counter[tuple[str, str, str]] = Counter()
    for cell, number in units.classed.items():
        term = contract.term_of(cell.service)
        if term is None:
            outside[cell.service] += number
            continue
        key = (term.id, cell.period, cell.service)
        count[key] += number
        value[key] += number * book.pence(cell)
    months: list[ShadowMonth] = []
    services: list[ShadowService] = []
    for term in contract.terms:
        for month in periods:
            keys = sorted(key for key in count if key[:2] == (term.id, str(month)))
            activity = sum(value[key] for key in keys)
            paid = (
                term.month_pence(year.index(month) + 1) if isinstance(term, BlockTerm) else activity
            )
            months.append(
                ShadowMonth(
                    term.id, term.kind, str(month), sum(count[k] for k in keys), activity, paid
                )
            )
            alone = term.services != "others" and len(term.services) == 1
            for key in keys:
                by_service = value[key] if term.kind == "activity" else paid if alone else None
                services.append(
                    ShadowService(
                        term.id, term.kind, str(month), key[2], count[key], value[key], by_service
                    )
                )
    return Shadow(
        contract=contract,
        missing=tuple(str(month) for month in missing),
        months=tuple(months),
        services=tuple(services),
        outside=dict(outside),
        unclassed=units.unclassed,
        commissioner_unknown=units.commissioner_unknown,
    )
