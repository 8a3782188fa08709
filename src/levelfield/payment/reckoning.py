"""A contract being paid: what its terms ask for, each thing worked out once."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from levelfield.core.errors import ContractError, UsageError
from levelfield.core.periods import Month
from levelfield.payment.contract import Contract, service_name
from levelfield.payment.cover import term_of
from levelfield.payment.flows import Flow
from levelfield.payment.inputs import PaymentInputs
from levelfield.payment.measured import Measured, measured
from levelfield.payment.prices import ContractPrices
from levelfield.payment.registered import RegisteredList
from levelfield.payment.terms import CareTerm, Draft, Goal, PrimeTerm, Term
from levelfield.payment.units import Cell, ContractUnits, require_loaded, select_units


class Reckoning:
    """A contract, its inputs and what has been worked out so far.

    With `settled` false nothing is settled in the last month: the year is not whole.
    """

    def __init__(self, contract: Contract, inputs: PaymentInputs, *, settled: bool = True) -> None:
        self.contract = contract
        self.inputs = inputs
        self.year = contract.financial_year.months
        self._settled = settled
        self._terms = {term.id: term for term in contract.terms}
        self.prices = ContractPrices(contract, inputs)
        self._care = contract.covers
        self._units: dict[str, ContractUnits] = {}
        self._sorted: dict[tuple[str, str], dict[str, dict[Cell, int]]] = {}
        self._values: dict[tuple[str, Month], int] = {}
        self._drafts: dict[tuple[str, Month], tuple[Draft, ...]] = {}
        self._flows: dict[tuple[str, Month], tuple[Flow, ...]] = {}

    def place(self, month: Month) -> int:
        """1 to 12: which month of the contract's year it is."""
        return self.year.index(month) + 1

    def settles(self, month: Month) -> bool:
        """Whether what is settled once a year is settled in this month: the last one."""
        return self._settled and month == self.year[-1]

    def term(self, name: str) -> Term:
        """A term by its id."""
        return self._terms[name]

    def units(self, scheme: str) -> ContractUnits:
        """The contract's units under a scheme."""
        if scheme not in self._units:
            self._units[scheme] = select_units(self.contract, scheme, self.inputs)
        return self._units[scheme]

    def covered(self, term: CareTerm | None, month: Month) -> dict[Cell, int]:
        """The units of a month that a term covers, or that no term of the contract's scheme does.

        Raises UsageError for a month without data, and ContractError for a term that pays by the
        month under a scheme that counts years.
        """
        scheme = self.contract.scheme_of(term)
        units = self.units(scheme)
        require_loaded(self.contract, [month], units)
        if units.yearly and term is not None:
            raise ContractError(
                f"Contract {self.contract.id}, term {term.id}: units of the scheme '{scheme}' are "
                f"of whole years, and the kind '{term.kind}' pays by the month. Pay for them by "
                "the kind year_of_care, or name another scheme."
            )
        key = (scheme, str(month))
        if key not in self._sorted:
            self._sorted[key] = self._sort(scheme, units.by_period.get(str(month), {}))
        return self._sorted[key].get(term.id if term else "", {})

    def _sort(self, scheme: str, cells: Mapping[Cell, int]) -> dict[str, dict[Cell, int]]:
        """Units of a month by the term that covers them."""
        found: defaultdict[str, dict[Cell, int]] = defaultdict(dict)
        known: dict[tuple[str, str], CareTerm | None] = {}
        for cell, number in cells.items():
            if cell[1:] not in known:
                known[cell[1:]] = term_of(self._care, cell.service, cell.currency, scheme)
            term = known[cell[1:]]
            found[term.id if term else ""][cell] = number
        return found

    def value_pence(self, term: CareTerm, month: Month) -> int:
        """The units of a month that a term covers, at their prices."""
        key = (term.id, month)
        if key not in self._values:
            cells = self.covered(term, month)
            self._values[key] = sum(
                units * self._pence(cell, term) for cell, units in cells.items()
            )
        return self._values[key]

    def priced_lines(self, term: CareTerm, month: Month) -> Iterator[Draft]:
        """A line for each service and currency: units × price."""
        for cell, units in self.covered(term, month).items():
            yield Draft(
                service_name(cell.service),
                units,
                self._pence(cell, term),
                service=cell.service,
                currency=cell.currency,
                price_list=self.prices.source(cell.currency, term),
            )

    def _pence(self, cell: Cell, term: CareTerm) -> int:
        """The price of a unit; an error names everything that the term has no price for."""
        try:
            return self.prices.pence(cell, term)
        except ContractError as error:
            scheme = self.contract.scheme_of(term)
            cells = [one for one in self.units(scheme).classed if self._covers(term, one, scheme)]
            others = {one.currency for one in cells} - {cell.currency}
            raise self._with_others(error, others, term) from None

    def _with_others(
        self, error: ContractError, others: Collection[str], term: CareTerm
    ) -> ContractError:
        """The error of a currency without a price, and which others of the term have none."""
        missing = self.prices.missing(others, term)
        more = f" {len(missing)} more have none: {', '.join(missing)}." if missing else ""
        return ContractError(f"{error}{more}")

    def _covers(self, term: CareTerm, cell: Cell, scheme: str) -> bool:
        found = term_of(self._care, cell.service, cell.currency, scheme)
        return found is not None and found.id == term.id

    def price_of(self, currency: str, term: CareTerm, others: Collection[str] = ()) -> int:
        """The price of one unit of a currency, in pence; an error names those of `others` that
        have none either."""
        try:
            return self.prices.pence_of(currency, term, f"term {term.id}")
        except ContractError as error:
            raise self._with_others(error, set(others) - {currency}, term) from None

    def days_beyond(self, term: CareTerm, month: Month, service: str, currency: str) -> int:
        """The days beyond the trim point of the units in a cell."""
        units = self.units(self.contract.scheme_of(term))
        return units.excess.get(Cell(str(month), service, currency), 0)

    def person_months(self, term: CareTerm) -> dict[str, int]:
        """Months of people by currency in the contract's year; UsageError when it is not loaded."""
        units = self.units(self.contract.scheme_of(term))
        year = self.contract.year
        if year not in units.loaded:
            raise UsageError(
                f"There are no person-years of {self.contract.provider} in {year}. Load the "
                "submissions of that year and build, or choose another."
            )
        # Person-years have no team: the currency alone says which term pays.
        named = self.contract.coverage(term).currencies
        found: Counter[str] = Counter()
        for cell, months in units.size.items():
            if cell.period == year and (named is None or cell.currency in named):
                found[cell.currency] += months
        return dict(sorted(found.items()))

    def registered(self, name: str) -> RegisteredList:
        """A registered list by its name."""
        if name not in self.inputs.lists:
            raise ContractError(
                f"Contract {self.contract.id}: the registered list '{name}' is not among what it "
                "is paid from. Give it under that name."
            )
        return self.inputs.lists[name]

    def measured(self, goal: Goal, months: Sequence[Month]) -> Measured | None:
        """The value of a goal's measure over some months; None when there is none.

        Raises ContractError for a measure that does not exist, which would look like a missing
        value, for a goal that pays for what the measure calls worse, and for a figure that no share
        can have.
        """
        known = self.inputs.measures
        if known is not None and goal.measure not in known:
            near = get_close_matches(goal.measure, known, 1)
            meant = f" Did you mean {near[0]}?" if near else ""
            raise ContractError(
                f"Contract {self.contract.id}: there is no measure '{goal.measure}', which a goal "
                f"names. Correct it, or add its definition.{meant}"
            )
        paid, other = ("lower", "higher") if goal.lower_is_better else ("higher", "lower")
        if known is not None and known[goal.measure] == other:
            raise ContractError(
                f"Contract {self.contract.id}: a goal pays for a {paid} {goal.measure}, and its "
                f"definition says that {other} is better. Correct 'lower_is_better' of the goal, "
                "and its figures."
            )
        if goal.measure in self.inputs.shares and (fault := goal.beyond_a_share()):
            raise ContractError(f"Contract {self.contract.id}: a goal {fault}")
        code = (
            self.contract.provider if goal.org_level == "provider" else self.contract.commissioner
        )
        rows = [
            row
            for row in self.inputs.values_of(goal.measure, goal.org_level, code)
            if (row["stratifier"], row["stratum"]) == (goal.stratifier, goal.stratum)
            and (not goal.version or row["version"] == goal.version)
        ]
        return measured(rows, months, f"Contract {self.contract.id}, {goal.measure}")

    def drafts(self, term: Term, month: Month) -> tuple[Draft, ...]:
        """The lines of a term and month."""
        key = (term.id, month)
        if key not in self._drafts:
            self._drafts[key] = tuple(term.draft(month, self))
        return self._drafts[key]

    def flows(self, term: PrimeTerm, month: Month) -> tuple[Flow, ...]:
        """Who has what of the terms that a prime provider passes on in a month."""
        key = (term.id, month)
        if key not in self._flows:
            self._flows[key] = tuple(term.flows(month, self))
        return self._flows[key]

    def amount_pence(self, name: str, month: Month) -> int:
        """What the term of this id pays for a month: the sum of its lines."""
        return sum(draft.amount_pence for draft in self.drafts(self.term(name), month))

    def outside(self, months: Iterable[Month]) -> dict[str, int]:
        """Units with a currency that no term covers, by service."""
        found: Counter[str] = Counter()
        units = self.units(self.contract.scheme)
        if units.yearly:
            return self._years_outside(units.periods(months))
        for month in months:
            for cell, number in self.covered(None, month).items():
                found[cell.service] += number
        return dict(sorted(found.items()))

    def _years_outside(self, years: Collection[str]) -> dict[str, int]:
        """Person-years have no team: those of which no term names the currency."""
        found: Counter[str] = Counter()
        scheme = self.contract.scheme
        paid = [
            self.contract.coverage(one).currencies
            for one in self.contract.terms
            if isinstance(one, CareTerm) and self.contract.scheme_of(one) == scheme
        ]
        for cell, number in self.units(scheme).classed.items():
            named = any(only is None or cell.currency in only for only in paid)
            if cell.period in years and not named:
                found[cell.service] += number
        return dict(found)

    def unclassed(self, months: Iterable[Month]) -> dict[str, int]:
        """Units without a currency, by error class."""
        units = self.units(self.contract.scheme)
        wanted = units.periods(months)
        found: Counter[str] = Counter()
        for (period, name), number in units.unclassed.items():
            if period in wanted:
                found[name] += number
        return dict(sorted(found.items()))

    def commissioner_unknown(self, months: Iterable[Month]) -> int:
        """The provider's units of which nobody can say who pays."""
        units = self.units(self.contract.scheme)
        return sum(units.commissioner_unknown.get(one, 0) for one in units.periods(months))
