"""Prime provider: what the contract's provider passes on to subcontractors, and who bears what."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from levelfield.core.definitions import Definition
from levelfield.core.errors import ContractError
from levelfield.core.money import format_pounds
from levelfield.core.periods import Month
from levelfield.payment.flows import Flow
from levelfield.payment.terms.amounts import (
    Amount,
    Percent,
    Share,
    largest_remainder,
    named,
    pounds,
    rounded,
)
from levelfield.payment.terms.base import Draft, Term, sum_line

if TYPE_CHECKING:
    from levelfield.payment.contract import Contract
    from levelfield.payment.reckoning import Reckoning


class Tax(Definition):
    """A tax on what the prime provider pays its subcontractors, and what of it comes back.

    What is not recoverable is a cost: `borne_by` says whose. The commissioner pays it on top, the
    prime provider out of its own share, or the subcontractor out of what it is paid.
    """

    rate_percent: Percent
    recoverable_percent: Percent
    borne_by: Literal["commissioner", "prime", "subcontractor"]


class PrimeTerm(Term):
    """Who has which share of what other terms pay, or take back.

    flow to a party = amount of a term × its share, to the penny by largest remainder
    tax = flow to a subcontractor × rate_percent ÷ 100; lost = tax × (1 − recoverable_percent ÷ 100)
    month = + lost, where the commissioner bears it; else nothing: the flows are within the prime's

    `shares` gives, for each term, the share of every party by its code, the contract's provider
    among them; they add up to one. A share of a penalty, of outcomes or of a risk share says who
    bears it.
    """

    kind: Literal["prime"]
    shares: Annotated[dict[str, dict[str, Share]], Field(min_length=1)]
    tax: Tax | None = None

    @property
    def refers_to(self) -> tuple[str, ...]:
        return tuple(self.shares)

    def check(self, contract: "Contract", where: str) -> None:
        for name, parties in self.shares.items():
            total = sum(parties.values())
            if total != 1:
                raise ContractError(
                    f"{where}: the shares of the term '{name}' add up to {total}, not to 1. Say "
                    f"what {contract.provider} keeps and what each subcontractor has."
                )
            if contract.provider not in parties:
                raise ContractError(
                    f"{where}: the shares of the term '{name}' do not name {contract.provider}, "
                    "the prime provider. Add it, with 0 where it keeps nothing."
                )

    def flows(self, month: Month, work: "Reckoning") -> Iterator[Flow]:
        """Who has what of each term in a month, tax included."""
        prime = work.contract.provider
        for name, parties in self.shares.items():
            amount = work.amount_pence(name, month)
            parts = largest_remainder(amount, parties) if amount else dict.fromkeys(parties, 0)
            for party, pence in parts.items():
                what = "kept" if party == prime else "passed on"
                yield Flow(self.id, str(month), name, prime, party, what, pence)
                lost = 0 if party == prime else self._lost(pence)
                if lost and self.tax is not None:
                    bearer = {
                        "commissioner": work.contract.commissioner,
                        "prime": prime,
                        "subcontractor": party,
                    }[self.tax.borne_by]
                    yield Flow(self.id, str(month), name, bearer, "tax", "tax not recovered", lost)

    def draft(self, month: Month, work: "Reckoning") -> Iterable[Draft]:
        if self.tax is None or self.tax.borne_by != "commissioner":
            return
        flows = work.flows(self, month)
        lost = sum(flow.pence for flow in flows if flow.what == "tax not recovered")
        passed = sum(flow.pence for flow in flows if flow.what == "passed on")
        numbers = named(passed_on=pounds(passed), lost=pounds(lost))
        if lost:
            yield sum_line(
                "Tax on subcontracts that is not recovered", Amount(lost, "lost", numbers), "tax"
            )

    def notes(self, month: Month, work: "Reckoning") -> Iterable[str]:
        flows = work.flows(self, month)
        totals = dict.fromkeys((flow.payee for flow in flows), 0)
        for flow in flows:
            totals[flow.payee] += flow.pence
        lost = totals.pop("tax", 0)
        said = ", ".join(f"{party} has {format_pounds(pence)}" for party, pence in totals.items())
        if lost and self.tax is not None:
            said += f"; {format_pounds(lost)} of tax is not recovered, which the "
            said += f"{self.tax.borne_by} bears"
        yield f"{self.id}, {month}: {said}."

    def _lost(self, pence: int) -> int:
        if self.tax is None or pence <= 0:
            return 0
        lost = 1 - Fraction(self.tax.recoverable_percent) / 100
        exact = Fraction(pence) * Fraction(self.tax.rate_percent) * lost / 10_000
        return rounded(exact, "", ()).pence
