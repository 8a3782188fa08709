"""A contract paid again in many replicates: to the penny what paying each by itself would give.

What no replicate changes is worked out once: the units of each month, sorted by term, and their
prices. A term that pays each unit at its price is then one sum over months and cells for all
replicates. Every other term is paid by its own formula. While prices stay, its lines of a month owe
nothing to a replicate but the month that stands in, and are worked out once for each such pair;
only in the last month of the year, in which years are settled, they rest on all twelve.
"""

import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from levelfield.core.periods import FinancialYear, Month
from levelfield.payment.contract import Contract, service_line
from levelfield.payment.inputs import PaymentInputs, Prices
from levelfield.payment.prices import LOCAL, ContractPrices
from levelfield.payment.reckoning import Reckoning
from levelfield.payment.scenarios.side import by_service
from levelfield.payment.terms import CareTerm, Draft, Term
from levelfield.payment.units import Cell, ContractUnits
from levelfield.tariff import Price

Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Drawn:
    """What replicates put in the place of what was.

    `ranks` says, by replicate, month and month that might stand in for it, in which order those are
    tried, the lowest first; none where months stay as they are. `seeds` has a number a replicate,
    which its prices come from; none where prices stay as they are.
    """

    replicates: int
    months: tuple[Month, ...]
    ranks: NDArray[np.float64] | None
    seeds: tuple[int, ...]
    _shifts: dict[tuple[str, str], NDArray[np.float64]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _prices: dict[tuple[object, ...], Whole] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def of_contract(self, paid: Sequence[Month]) -> list[dict[Month, Month]]:
        """For each replicate which month stands in for which, of a contract that is paid for some:
        the first of its own that is tried. So contracts with the same months move together, and
        what one has depends on no other."""
        if self.ranks is None:
            return [dict(zip(paid, paid, strict=True))] * self.replicates
        own = [self.months.index(month) for month in paid]
        first = self.ranks[:, own][:, :, own].argmin(axis=2)
        return [
            {month: paid[place] for month, place in zip(paid, row, strict=True)}
            for row in first.tolist()
        ]

    def pence(self, name: str, price: Price) -> Whole:
        """A price of the list `name` in each replicate."""
        key = (name, price.currency, price.pence, price.lower, price.upper, price.confidence)
        if key not in self._prices:
            self._prices[key] = np.maximum(0, price.pence + self._shift(name, price))
        return self._prices[key]

    def _shift(self, name: str, price: Price) -> Whole:
        lower, upper, confidence = price.lower, price.upper, price.confidence
        if not self.seeds or lower is None or upper is None or confidence is None:
            return np.zeros(self.replicates, np.int64)
        # The same number for all providers: what is uncertain is the list's price of the currency.
        key = (name, price.currency)
        if key not in self._shifts:
            own = zlib.crc32(f"{name} {price.currency}".encode())
            self._shifts[key] = np.array(
                [np.random.default_rng([seed, own]).normal() for seed in self.seeds]
            )
        # How many standard deviations the ends lie from the middle.
        ends = NormalDist().inv_cdf((1 + confidence) / 2)
        spread = (upper - lower) / (2 * ends)
        return np.rint(self._shifts[key] * spread).astype(np.int64)


def paid_again(
    contract: Contract, inputs: PaymentInputs, months: Sequence[Month], drawn: Drawn
) -> dict[str, Whole]:
    """Pence by service in each replicate, as `Side.by_place` has them, of a contract that is paid
    for these months from these inputs."""
    first = Reckoning(contract, inputs)
    stand_ins = drawn.of_contract(months)
    found: defaultdict[str, Whole] = defaultdict(lambda: np.zeros(len(stand_ins), np.int64))
    others = []
    for term in contract.terms:
        if not term.by_unit:
            others.append(term)
            continue
        for service, pence in _by_unit(first, term, months, stand_ins, drawn).items():
            found[service] += pence
    if others:
        for number, amounts in enumerate(_by_formula(first, others, months, stand_ins, drawn)):
            for service, amount in amounts.items():
                found[service][number] += amount
    return dict(found)


class _Priced(NamedTuple):
    """What units of a term are added up by; `price_list` is none where nothing moves the price."""

    service: str
    price_list: str | None
    currency: str
    pence: int


def _by_unit(
    first: Reckoning,
    term: Term,
    months: Sequence[Month],
    stand_ins: Sequence[Mapping[Month, Month]],
    drawn: Drawn,
) -> dict[str, Whole]:
    """What a term that pays each unit at its price pays by service in each replicate."""
    units: defaultdict[_Priced, Whole] = defaultdict(lambda: np.zeros(len(months), np.int64))
    place = {month: number for number, month in enumerate(months)}
    for month in months:
        for draft in first.drafts(term, month):
            units[_priced(draft)][place[month]] += draft.units
    times = np.zeros((len(stand_ins), len(months)), np.int64)
    for number, of in enumerate(stand_ins):
        for month in of.values():
            times[number, place[month]] += 1
    found: dict[str, Whole] = {}
    for cell, by_month in units.items():
        price: Whole | int = cell.pence
        if cell.price_list is not None:
            price = drawn.pence(cell.price_list, first.prices.used[cell.price_list, cell.currency])
        pence = times @ by_month * price
        found[cell.service] = found[cell.service] + pence if cell.service in found else pence
    return found


def _priced(draft: Draft) -> _Priced:
    assert draft.service is not None
    assert draft.currency is not None
    listed = None if draft.price_list == LOCAL else draft.price_list
    return _Priced(service_line(draft.service), listed, draft.currency, draft.price_pence)


def _by_formula(
    first: Reckoning,
    terms: Sequence[Term],
    months: Sequence[Month],
    stand_ins: Sequence[Mapping[Month, Month]],
    drawn: Drawn,
) -> list[dict[str, int]]:
    """What other terms pay by service, replicate by replicate."""
    held: dict[tuple[Month, ...], dict[str, int]] = {}
    last = first.year[-1]
    found: list[dict[str, int]] = []
    for number, of in enumerate(stand_ins):
        work = _Again(first, of, drawn, number)
        amounts: defaultdict[str, int] = defaultdict(int)
        for month in months:
            rests_on = tuple(of.values()) if month == last else (of[month],)
            key = (month, *rests_on)
            if drawn.seeds or key not in held:
                held[key] = work.paid(terms, month)
            for service, pence in held[key].items():
                amounts[service] += pence
        found.append(amounts)
    return found


class _Again(Reckoning):
    """A contract being paid in one replicate, from what `first` has worked out for the months as
    they were."""

    def __init__(
        self, first: Reckoning, stand_ins: Mapping[Month, Month], drawn: Drawn, number: int
    ) -> None:
        super().__init__(first.contract, first.inputs)
        self._first, self._stand_ins = first, stand_ins
        self._same_prices = not drawn.seeds
        self._paying = first.year[0]
        if drawn.seeds:
            lists = first.inputs.price_lists.items()
            own = {name: _OfDraw(prices, name, drawn, number) for name, prices in lists}
            self.prices = ContractPrices(first.contract, replace(first.inputs, price_lists=own))

    def paid(self, terms: Sequence[Term], month: Month) -> dict[str, int]:
        """Pence of some terms and a month by service. Lines of a month are kept for all replicates
        in which the same month stands in, so that AssertionError stops a term that looks at another
        one before the last."""
        self._paying = month
        return by_service(self, terms, [month])

    def units(self, scheme: str) -> ContractUnits:
        return self._first.units(scheme)

    def covered(self, term: CareTerm | None, month: Month) -> dict[Cell, int]:
        return self._first.covered(term, self._source(month))

    def value_pence(self, term: CareTerm, month: Month) -> int:
        source = self._source(month)
        if self._same_prices:
            return self._first.value_pence(term, source)
        return super().value_pence(term, month)

    def drafts(self, term: Term, month: Month) -> tuple[Draft, ...]:
        source = self._source(month)
        if self._same_prices and term.by_unit:
            return self._first.drafts(term, source)
        return super().drafts(term, month)

    def days_beyond(self, term: CareTerm, month: Month, service: str, currency: str) -> int:
        return self._first.days_beyond(term, self._source(month), service, currency)

    def _source(self, month: Month) -> Month:
        if month != self._paying and self._paying != self.year[-1]:
            raise AssertionError(f"Lines of {self._paying} rest on {month}: only the last may.")
        return self._stand_ins.get(month, month)


@dataclass(frozen=True)
class _OfDraw:
    """A price list as one replicate has it."""

    prices: Prices
    name: str
    drawn: Drawn
    number: int

    def price(self, currency: str, provider: str, year: FinancialYear) -> Price:
        found = self.prices.price(currency, provider, year)
        return replace(found, pence=int(self.drawn.pence(self.name, found)[self.number]))
