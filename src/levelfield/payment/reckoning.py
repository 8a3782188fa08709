"""A contract being paid: what its terms ask for, each thing worked out once."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from levelfield.core.periods import Month
from levelfield.payment.contract import Contract, service_name
from levelfield.payment.cover import term_of
from levelfield.payment.inputs import PaymentInputs
from levelfield.payment.prices import ContractPrices
from levelfield.payment.terms import CareTerm, Draft, Term
from levelfield.payment.units import Cell, ContractUnits, require_loaded, select_units


class Reckoning:
    """A contract, its inputs and what has been worked out so far."""

    def __init__(self, contract: Contract, inputs: PaymentInputs) -> None:
        self.contract = contract
        self.inputs = inputs
        self.prices = ContractPrices(contract, inputs)
        self._units: dict[str, ContractUnits] = {}
        self._sorted: dict[str, dict[tuple[str, str], dict[Cell, int]]] = {}
        self._drafts: dict[tuple[str, Month], tuple[Draft, ...]] = {}

    def place(self, month: Month) -> int:
        """1 to 12: which month of the contract's year it is."""
        return self.contract.financial_year.months.index(month) + 1

    def units(self, scheme: str) -> ContractUnits:
        """The contract's units under a scheme."""
        if scheme not in self._units:
            self._units[scheme] = select_units(self.contract, scheme, self.inputs)
        return self._units[scheme]

    def covered(self, term: CareTerm | None, month: Month) -> dict[Cell, int]:
        """The units of a month that a term covers, or that no term of the contract's scheme does.

        Raises UsageError for a month without data.
        """
        scheme = self.contract.scheme_of(term)
        units = self.units(scheme)
        require_loaded(self.contract, [month], units)
        if scheme not in self._sorted:
            self._sorted[scheme] = self._sort(scheme, units)
        return self._sorted[scheme].get((term.id if term else "", str(month)), {})

    def _sort(self, scheme: str, units: ContractUnits) -> dict[tuple[str, str], dict[Cell, int]]:
        """Units by the term that covers them and by period."""
        found: defaultdict[tuple[str, str], dict[Cell, int]] = defaultdict(dict)
        covers = self.contract.covers
        for cell, number in units.classed.items():
            term = term_of(covers, cell.service, cell.currency, scheme)
            found[term.id if term else "", cell.period][cell] = number
        return found

    def value_pence(self, term: CareTerm, month: Month) -> int:
        """The units of a month that a term covers, at their prices."""
        cells = self.covered(term, month)
        return sum(units * self.prices.pence(cell, term) for cell, units in cells.items())

    def priced_lines(self, term: CareTerm, month: Month) -> Iterator[Draft]:
        """A line for each service and currency: units × price."""
        for cell, units in self.covered(term, month).items():
            yield Draft(
                service_name(cell.service),
                units,
                self.prices.pence(cell, term),
                service=cell.service,
                currency=cell.currency,
                price_list=self.prices.source(cell.currency, term),
            )

    def drafts(self, term: Term, month: Month) -> tuple[Draft, ...]:
        """The lines of a term and month."""
        key = (term.id, month)
        if key not in self._drafts:
            self._drafts[key] = tuple(term.draft(month, self))
        return self._drafts[key]

    def amount_pence(self, term: Term, month: Month) -> int:
        """What a term pays for a month: the sum of its lines."""
        return sum(draft.amount_pence for draft in self.drafts(term, month))

    def outside(self, months: Iterable[Month]) -> dict[str, int]:
        """Units with a currency that no term covers, by service."""
        found: Counter[str] = Counter()
        for month in months:
            for cell, number in self.covered(None, month).items():
                found[cell.service] += number
        return dict(sorted(found.items()))

    def unclassed(self, months: Iterable[Month]) -> dict[str, int]:
        """Units without a currency, by error class."""
        wanted = set(map(str, months))
        found: Counter[str] = Counter()
        for (period, name), number in self.units(self.contract.scheme).unclassed.items():
            if period in wanted:
                found[name] += number
        return dict(sorted(found.items()))

    def commissioner_unknown(self, months: Iterable[Month]) -> int:
        """The provider's units of which nobody can say who pays."""
        unknown = self.units(self.contract.scheme).commissioner_unknown
        return sum(unknown.get(str(month), 0) for month in months)
