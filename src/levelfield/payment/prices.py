"""The prices of one contract."""

from collections.abc import Collection, Iterator

from levelfield.core.errors import ContractError, UsageError
from levelfield.core.money import format_pounds, pence
from levelfield.payment.contract import Contract, service_name
from levelfield.payment.inputs import PaymentInputs
from levelfield.payment.terms import CareTerm
from levelfield.payment.units import Cell
from levelfield.tariff import Price

LOCAL = "local"
"""Where a price comes from that the parties agreed in the contract."""


class ContractPrices:
    """The prices of one contract: those agreed locally, then the price list's.

    `used` collects the price of each price list and currency that was taken from a list, `agreed`
    the currencies that were priced locally.
    """

    def __init__(self, contract: Contract, inputs: PaymentInputs) -> None:
        self._contract = contract
        self._inputs = inputs
        self.used: dict[tuple[str, str], Price] = {}
        self.agreed: set[str] = set()

    def source(self, currency: str, term: CareTerm | None = None) -> str:
        """The price list that a currency is priced by, or `local`."""
        if currency in self._contract.local_prices:
            return LOCAL
        return self._contract.price_list_of(term)

    def pence(self, cell: Cell, term: CareTerm | None = None) -> int:
        """The price of a unit; ContractError, naming the unit, when there is none."""
        where = f"{cell.period}, {service_name(cell.service)}"
        return self.pence_of(cell.currency, term, where)

    def interval(self, cell: Cell, term: CareTerm | None = None) -> tuple[int, int] | None:
        """The interval of a unit's price; None where its list gives none. A price that the parties
        agreed is known: both ends are the price."""
        agreed = self.pence(cell, term)
        source = self.source(cell.currency, term)
        if source == LOCAL:
            return agreed, agreed
        found = self.used[source, cell.currency]
        if found.lower is None or found.upper is None:
            return None
        return found.lower, found.upper

    def pence_of(self, currency: str, term: CareTerm | None, where: str) -> int:
        """The price of a currency. Saying where it was needed, raises ContractError without one
        and UsageError where the list is of another year."""
        contract = self._contract
        source = self.source(currency, term)
        if source == LOCAL:
            self.agreed.add(currency)
            return pence(contract.local_prices[currency])
        key = (source, currency)
        if key not in self.used:
            try:
                self.used[key] = self._listed(source, currency)
            except (ContractError, UsageError) as error:
                raise type(error)(f"Contract {contract.id}, {where}: {error}") from None
        return self.used[key].pence

    def missing(self, currencies: Collection[str], term: CareTerm | None) -> list[str]:
        """Those that neither the contract nor the price list has a price for."""
        found = []
        for currency in sorted(currencies):
            try:
                self.pence_of(currency, term, "")
            except ContractError:
                found.append(currency)
        return found

    def instead_of(self, currency: str) -> Price | None:
        """What the contract's price list has for a currency that is priced locally, if anything."""
        try:
            return self._listed(self._contract.price_list, currency)
        except (ContractError, UsageError):
            return None

    def notes(self) -> Iterator[str]:
        """Sentences on the prices that were used: where the provider's place is not known, and on
        local ones what each rests on and who approved it."""
        yield from sorted({price.stand_in for price in self.used.values()} - {""})
        approvals = self._contract.local_price_approvals
        for currency in sorted(self.agreed & set(approvals)):
            listed = self.instead_of(currency)
            beside = (
                f"; {self._contract.price_list} has {format_pounds(listed.pence)}" if listed else ""
            )
            price = format_pounds(pence(self._contract.local_prices[currency]))
            yield f"{currency} has a local price of {price}{beside}. {approvals[currency].words}"
        bare = sorted(self.agreed - set(approvals))
        if bare:
            yield (
                f"Local prices of which the contract says neither method, evidence nor approval: "
                f"{', '.join(bare)}."
            )

    def _listed(self, price_list: str, currency: str) -> Price:
        if price_list not in self._inputs.price_lists:
            raise ContractError(f"The price list '{price_list}' is not among what it is paid from.")
        provider, year = self._contract.provider, self._contract.financial_year
        return self._inputs.remember(
            ("price", price_list, currency, provider, str(year)),
            lambda: self._inputs.price_lists[price_list].price(currency, provider, year),
        )
