"""A contract, a period and what it is paid from: one of two that are held against each other."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from levelfield.core.errors import ContractError
from levelfield.core.money import share_out
from levelfield.core.periods import Month
from levelfield.payment.contract import Contract, service_line
from levelfield.payment.inputs import PaymentInputs
from levelfield.payment.reckoning import Reckoning
from levelfield.payment.statement import Statement, statement
from levelfield.payment.terms import CareTerm, Draft, Term

NO_SERVICE = ""
"""The service of an amount that is of no care in particular, such as one for quality."""


class Place(NamedTuple):
    """Whom an amount is between, and for which service: a team type, `none`, `unlisted` or
    NO_SERVICE."""

    provider: str
    commissioner: str
    service: str


@dataclass(frozen=True)
class Side:
    """A contract that is paid for a period from inputs."""

    contract: Contract
    period: str
    inputs: PaymentInputs

    @cached_property
    def statement(self) -> Statement:
        """What is paid; raises as `statement` does."""
        return statement(self.contract, self.period, self.inputs)

    @property
    def months(self) -> list[Month]:
        return self.contract.months(self.period)

    def by_place(self) -> dict[Place, int]:
        """Pence by service; they sum to the total of the statement.

        A line of a service is that service's. A sum for several services, such as a block, is
        shared out by what the units that its term covers are worth at their prices (by their number
        where one of them has no price), to the penny by largest remainders; a sum behind which
        there is no care is of no service. Team types that are not in the code list are one.
        """
        contract = self.contract
        found = by_service(Reckoning(contract, self.inputs), contract.terms, self.months)
        return {
            Place(contract.provider, contract.commissioner, service): pence
            for service, pence in sorted(found.items())
        }


def by_service(work: Reckoning, terms: Iterable[Term], months: Iterable[Month]) -> dict[str, int]:
    """Pence of some terms and months by service, as `Side.by_place` has them."""
    found: defaultdict[str, int] = defaultdict(int)
    for month in months:
        for term in terms:
            for draft in work.drafts(term, month):
                for service, pence in _shared(work, term, month, draft):
                    found[service and service_line(service)] += pence
    return dict(found)


def _shared(work: Reckoning, term: Term, month: Month, draft: Draft) -> Iterator[tuple[str, int]]:
    if draft.service is not None:
        yield draft.service, draft.amount_pence
        return
    weights = _worth(work, term, month)
    if not any(weights.values()):
        yield NO_SERVICE, draft.amount_pence
        return
    yield from share_out(draft.amount_pence, weights).items()


def _worth(work: Reckoning, term: Term, month: Month) -> dict[str, int]:
    """What the units of a term and month are worth by service; their number without a price."""
    if not isinstance(term, CareTerm) or not term.by_month:
        return {}
    found: defaultdict[str, int] = defaultdict(int)
    cells = work.covered(term, month)
    try:
        worth = {cell: units * work.prices.pence(cell, term) for cell, units in cells.items()}
    except ContractError:
        worth = cells
    for cell, amount in worth.items():
        found[cell.service] += amount
    return found
