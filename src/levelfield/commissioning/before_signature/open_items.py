"""What is not yet agreed: by the register, and by the contract itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from levelfield.commissioning.before_signature.goals import GoalTerm, settled_goals
from levelfield.commissioning.before_signature.register import Register
from levelfield.core.money import format_pounds, pence
from levelfield.payment import Reckoning
from levelfield.payment.terms import YearOfCareTerm
from levelfield.payment.terms.amounts import MONTHS, whole


@dataclass(frozen=True)
class NotAgreed:
    """One item: where it comes from, what hangs on it in pence (None: nobody has said), and whose
    it is to settle, by when."""

    source: str
    id: str
    words: str
    pence: int | None
    owner: str
    due: date | None


def not_agreed(register: Register, work: Reckoning) -> tuple[NotAgreed, ...]:
    """Open items and assumptions of the register, goals of the contract that are deferred, and
    local prices that nobody has approved."""
    found = [
        NotAgreed(
            one.kind,
            one.id,
            one.words,
            None if one.pounds is None else pence(one.pounds),
            one.owner,
            one.due,
        )
        for one in register.open_items
        if one.resolved is None
    ]
    found += [
        NotAgreed(
            "assumption",
            one.id,
            one.words,
            None if one.pounds is None else pence(one.pounds),
            one.owner,
            None,
        )
        for one in register.assumptions
        if not one.agreed
    ]
    found += _unapproved(work)
    for term in work.contract.terms:
        if isinstance(term, GoalTerm):
            found += [
                NotAgreed("deferred goal", one.stake.id, one.stake.title, one.allotted, "", None)
                for one in settled_goals(work, term)
                if one.stake.goal is None
            ]
    return tuple(found)


def _unapproved(work: Reckoning) -> Iterator[NotAgreed]:
    """Local prices without approval, with what terms pay for the year's units at them."""
    contract = work.contract
    for currency, pounds in contract.local_prices.items():
        if currency in contract.local_price_approvals:
            continue
        price = pence(pounds)
        listed = work.prices.instead_of(currency)
        words = f"{format_pounds(price)} a unit, without method, evidence and approval"
        if listed is not None:
            words += f"; {contract.price_list} has {format_pounds(listed.pence)}"
        at_stake = _units(work, currency) * price + _years_of_care(work, currency, price)
        yield NotAgreed("local price", currency, words, at_stake, "", None)


def _units(work: Reckoning, currency: str) -> int:
    """Units of a currency in the year that terms pay for by the month."""
    contract, months = work.contract, {str(month) for month in work.year}
    return sum(
        number
        for scheme in contract.schemes
        for cell, number in work.units(scheme).classed.items()
        if cell.currency == currency
        and cell.period in months
        and contract.term_of(cell.service, currency, scheme) is not None
    )


def _years_of_care(work: Reckoning, currency: str, price: int) -> int:
    """Pence that terms pay for years of care: months of people × price of a year ÷ 12."""
    return sum(
        whole(Fraction(work.person_months(term).get(currency, 0) * price, MONTHS))
        for term in work.contract.terms
        if isinstance(term, YearOfCareTerm)
    )
