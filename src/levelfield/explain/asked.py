"""What a term asks for while it is worked out: what stands behind a sum that has no units."""

from dataclasses import dataclass

from levelfield.core.periods import Month
from levelfield.payment import CareTerm, Contract, Draft, PaymentInputs, Reckoning, Term
from levelfield.payment.registered import RegisteredList
from levelfield.payment.units import Cell


@dataclass(frozen=True)
class Valued:
    """Units of one cell under a scheme, and the price of one in pence."""

    units: int
    price_pence: int

    @property
    def pence(self) -> int:
        return self.units * self.price_pence


class Asked(Reckoning):
    """A reckoning that keeps what the term it drafts asks of it, and not what others ask in turn.

    `activity` is the care that was valued, by scheme and cell; `amounts` what other terms pay, by
    term and month; `lists` the registered lists, `people` the months of people by tier.
    """

    def __init__(self, contract: Contract, inputs: PaymentInputs) -> None:
        super().__init__(contract, inputs)
        self.activity: dict[tuple[str, Cell], Valued] = {}
        self.amounts: dict[tuple[str, Month], int] = {}
        self.lists: dict[str, RegisteredList] = {}
        self.people: dict[str, int] = {}
        self._of_others = False

    def lines(self, term: Term, month: Month) -> tuple[Draft, ...]:
        """The lines of a term and month, drafted anew."""
        return tuple(term.draft(month, self))

    def value_pence(self, term: CareTerm, month: Month) -> int:
        if not self._of_others:
            scheme = self.contract.scheme_of(term)
            for cell, units in self.covered(term, month).items():
                valued = Valued(units, self.prices.pence(cell, term))
                self.activity[scheme, cell] = valued
        return super().value_pence(term, month)

    def amount_pence(self, name: str, month: Month) -> int:
        if self._of_others:
            return super().amount_pence(name, month)
        self._of_others = True
        try:
            found = super().amount_pence(name, month)
        finally:
            self._of_others = False
        self.amounts[name, month] = found
        return found

    def registered(self, name: str) -> RegisteredList:
        found = super().registered(name)
        if not self._of_others:
            self.lists[name] = found
        return found

    def person_months(self, term: CareTerm) -> dict[str, int]:
        found = super().person_months(term)
        if not self._of_others:
            self.people = found
        return found
