"""Whether what a term pays for a year lies within the interval of what its care costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from levelfield.core.errors import ContractError
from levelfield.core.money import round_half_away
from levelfield.payment import CareTerm, Reckoning
from levelfield.tariff import PriceList

MOST_UNCOSTED = 0.1
"""Above this share of units without a cost of their own nothing is said of a term [ours]."""

Verdict = Literal["below", "within", "above", "cannot tell"]


@dataclass(frozen=True)
class CostOfTerm:
    """One term that pays for care, over the year, in pence.

    `cost` is its units at the unit costs of a list, `lower` and `upper` the sums of their bounds,
    as if all of them erred together: the widest that they can give. `uncosted` are units that the
    list has no cost for, taken at its estimate for care without a currency in all three sums.
    `verdict` says where `paid` lies; `why` says so in words, or why it cannot be told.
    """

    term: str
    kind: str
    units: int
    paid: int
    cost: int | None
    lower: int | None
    upper: int | None
    uncosted: int
    verdict: Verdict
    why: str


def cost_of_terms(work: Reckoning, costs: PriceList) -> tuple[CostOfTerm, ...]:
    """The terms of a contract that pay for care, each beside the interval of its cost.

    Terms whose units are not counted by month are left out, since a list has no cost for them.
    Raises as `statement` does.
    """
    terms = [t for t in work.contract.terms if isinstance(t, CareTerm) and t.by_month]
    return tuple(_of_term(work, term, costs) for term in terms)


def _of_term(work: Reckoning, term: CareTerm, costs: PriceList) -> CostOfTerm:
    contract = work.contract
    paid = sum(work.amount_pence(term.id, month) for month in work.year)
    scheme, listed = contract.scheme_of(term), costs.file.scheme
    if scheme != listed:
        units = sum(sum(work.covered(term, month).values()) for month in work.year)
        why = f"its units are of {scheme}, and the costs of {costs.file.id} are of {listed}"
        return CostOfTerm(term.id, term.kind, units, paid, None, None, None, 0, "cannot tell", why)
    sums: list[Decimal] = [Decimal(0), Decimal(0), Decimal(0)]
    units = uncosted = open_ended = doubtful = 0
    estimate = costs.unclassified(contract.provider, contract.financial_year)
    for month in work.year:
        for cell, number in work.covered(term, month).items():
            units += number
            try:
                price = costs.price(cell.currency, contract.provider, contract.financial_year)
            except ContractError:
                uncosted += number
                sums = [total + number * estimate for total in sums]
                continue
            bounds = (price.pence, price.lower, price.upper)
            doubtful += number * (price.verdict == "do not price")
            open_ended += number * (price.lower is None or price.upper is None)
            sums = [
                total + number * Decimal(price.pence if bound is None else bound)
                for total, bound in zip(sums, bounds, strict=True)
            ]
    cost, lower, upper = (round_half_away(total) for total in sums)
    doubt = ""
    if open_ended or not units:
        doubt = f"{costs.file.id} gives no interval for {open_ended:,} of {units:,} units"
    elif uncosted > MOST_UNCOSTED * units:
        doubt = f"{costs.file.id} has no cost for {uncosted:,} of {units:,} units"
    if doubt:
        return CostOfTerm(
            term.id, term.kind, units, paid, cost, None, None, uncosted, "cannot tell", doubt
        )
    verdict: Verdict = "below" if paid < lower else "above" if paid > upper else "within"
    why = f"what is paid lies {verdict} the interval of the cost"
    if uncosted:
        why += f"; {uncosted:,} of {units:,} units have no cost and stand at an estimate"
    if doubtful:
        why += f"; {doubtful:,} have a cost that the list says not to price by"
    return CostOfTerm(term.id, term.kind, units, paid, cost, lower, upper, uncosted, verdict, why)


def paid_below(found: Sequence[CostOfTerm]) -> list[CostOfTerm]:
    """The terms whose price lies below the interval of their cost."""
    return [one for one in found if one.verdict == "below"]
