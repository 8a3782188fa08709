"""The prices of one contract."""

from levelfield.core.errors import ContractError
from levelfield.core.money import pence
from levelfield.payment.contract import Contract, service_name
from levelfield.payment.inputs import PaymentInputs
from levelfield.payment.terms import CareTerm
from levelfield.payment.units import Cell
from levelfield.tariff import Price

LOCAL = "local"
"""Where a price comes from that the parties agreed in the contract."""


class ContractPrices:
    """The prices of one contract: those agreed locally, then the price list's.

    `used` collects the price of each price list and currency that was taken from a list.
    """

    def __init__(self, contract: Contract, inputs: PaymentInputs) -> None:
        self._contract = contract
        self._inputs = inputs
        self.used: dict[tuple[str, str], Price] = {}

    def source(self, currency: str, term: CareTerm | None = None) -> str:
        """The price list that a currency is priced by, or `local`."""
        if currency in self._contract.local_prices:
            return LOCAL
        return self._contract.price_list_of(term)

    def pence(self, cell: Cell, term: CareTerm | None = None) -> int:
        """The price of a unit; ContractError, naming the unit, when there is none."""
        where = f"{cell.period}, {service_name(cell.service)}"
        return self.pence_of(cell.currency, term, where)

    def pence_of(self, currency: str, term: CareTerm | None, where: str) -> int:
        """The price of a currency; ContractError, saying where it was needed, without one."""
        contract = self._contract
        source = self.source(currency, term)
        if source == LOCAL:
            return pence(contract.local_prices[currency])
        key = (source, currency)
        if key not in self.used:
            try:
                self.used[key] = self._inputs.remember(
                    ("price", source, currency, contract.provider, contract.year),
                    lambda: self._inputs.price_lists[source].price(
                        currency, contract.provider, contract.financial_year
                    ),
                )
            except ContractError as error:
                raise ContractError(f"Contract {contract.id}, {where}: {error}") from None
        return self.used[key].pence
