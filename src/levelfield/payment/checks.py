"""What is wrong with a contract whose keys are all in order: names that do not exist, care paid for
twice. Every message begins with the file."""

import re
from collections import Counter
from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from levelfield.core.errors import ContractError, UsageError
from levelfield.currencies import load_scheme, schemes
from levelfield.datasets import TEAM_TYPES, load_dataset
from levelfield.payment.cover import NO_TEAM, clashes, term_of
from levelfield.payment.terms import CareTerm, Coverage, PrimeTerm
from levelfield.tariff import price_lists

_PLAIN = re.compile(r"[a-z0-9][a-z0-9-]*")

if TYPE_CHECKING:
    from levelfield.payment.contract import Contract


def check_contract(contract: "Contract", where: str) -> None:
    """Raise ContractError, beginning with `where`, for a contract that contradicts itself."""
    if contract.provider == contract.commissioner:
        raise ContractError(
            f"{where}: provider and commissioner are both {contract.provider}, so that no care "
            "would ever be counted. Correct one of them."
        )
    _refuse_repeated(contract, where)
    _refuse_unknown(contract, where)
    _check_terms(contract, where)
    if contract.shadow:
        check_contract(contract.shadow_contract(), f"{where}, shadow")
    for one, two, what in clashes(contract.covers):
        raise ContractError(
            f"{where}: the terms {one.id} and {two.id} both cover {what}. A unit may be paid for "
            "once only: keep it in one place. Where two schemes count care that is not the same, "
            "say why under 'apart' in one of the terms."
        )
    _refuse_idle_figures(contract, where)


def _refuse_repeated(contract: "Contract", where: str) -> None:
    for name, count in Counter(term.id for term in contract.terms).items():
        if count > 1:
            raise ContractError(
                f"{where}: the term '{name}' comes {count} times. Give each term an id of its own."
            )


def _check_terms(contract: "Contract", where: str) -> None:
    above: list[str] = []
    for term in contract.terms:
        place = f"{where}, term {term.id}"
        for name in term.refers_to:
            if term.refers_to.count(name) > 1:
                raise ContractError(
                    f"{place}: it refers to the term '{name}' twice, so that its pounds would "
                    "count twice. Name it once."
                )
            if name not in above:
                raise ContractError(
                    f"{place}: it refers to the term '{name}', which does not stand above it. "
                    f"Above it there is: {', '.join(above) or 'none'}."
                )
        try:
            term.check(contract, place)
        except UsageError as error:
            raise ContractError(f"{place}: {error}") from None
        above.append(term.id)
    _refuse_shared_twice(contract, where)


def _refuse_shared_twice(contract: "Contract", where: str) -> None:
    """Raise ContractError where two terms pass on the same money to subcontractors."""
    first: dict[str, str] = {}
    for term in contract.terms:
        for name in term.shares if isinstance(term, PrimeTerm) else ():
            if name in first:
                raise ContractError(
                    f"{where}, term {term.id}: what the term '{name}' pays is shared out by the "
                    f"term '{first[name]}' already. Say once who has what of it."
                )
            first[name] = term.id


def _refuse_unknown(contract: "Contract", where: str) -> None:
    _refuse_names(where, contract.scheme, contract.price_list)
    for currency in contract.local_price_approvals:
        if currency not in contract.local_prices:
            raise ContractError(
                f"{where}: 'local_price_approvals' names {currency}, which has no local price. "
                "Give it one under 'local_prices', or take the approval out."
            )
    for currency, pounds in contract.local_prices.items():
        if not pounds and currency not in contract.local_price_approvals:
            raise ContractError(
                f"{where}: 'local_prices' gives {currency} a price of 0, so that nothing would be "
                "paid for it. Write its price, or say under 'local_price_approvals' that it is "
                "meant: method, evidence, approved_by and approved_on."
            )
    for name, line in contract.lines.items():
        _refuse_care(line, f"{where}, line {name}")
    for term in contract.terms:
        if isinstance(term, CareTerm):
            _refuse_term(contract, term, f"{where}, term {term.id}")
    for currency in contract.local_prices:
        _refuse_currency(currency, schemes(), f"{where}, 'local_prices'")


def _refuse_term(contract: "Contract", term: CareTerm, where: str) -> None:
    scheme = contract.scheme_of(term)
    _refuse_names(where, scheme, contract.price_list_of(term))
    _refuse_care_of(contract, term, scheme, where)
    for currency in term.figures_of:
        _refuse_currency(currency, [scheme], where)


def _refuse_idle_figures(contract: "Contract", where: str) -> None:
    """Raise ContractError for a term with a figure for a currency of which it pays for no unit,
    whichever service gives it: all of the plan would count as care that was not given."""
    found = contract.covers
    every = [*load_dataset().codes[TEAM_TYPES], NO_TEAM]
    for cover in found:
        services = every if cover.services is None else sorted(cover.services)
        for currency in cover.term.figures_of:
            payers = [term_of(found, service, currency, cover.scheme) for service in services]
            if any(payer is cover.term for payer in payers):
                continue
            others = ", ".join(sorted({payer.id for payer in payers if payer is not None}))
            why = "all of whose services are paid for under another scheme"
            if others:
                why = f"of which other terms pay for every unit ({others})"
            if cover.currencies is not None and currency not in cover.currencies:
                why = "which it does not cover"
            raise ContractError(
                f"{where}, term {cover.term.id}: it has a figure for {currency}, {why}: "
                "nothing would ever be held against it. Take it out, or add it to the care of the "
                "term."
            )


def _refuse_care_of(contract: "Contract", term: CareTerm, scheme: str, where: str) -> None:
    if not term.line:
        _refuse_care(term, where)
        for currency in term.currencies or ():
            _refuse_currency(currency, [scheme], where)
        return
    if term.services is not None or term.currencies is not None:
        raise ContractError(
            f"{where}: it names a line, and 'services' or 'currencies' too. Keep one of them."
        )
    if term.line not in contract.lines:
        known = ", ".join(contract.lines) or "none"
        raise ContractError(
            f"{where}: there is no line '{term.line}'. Under 'lines' there is: {known}."
        )
    for currency in contract.lines[term.line].currencies or ():
        _refuse_currency(currency, [scheme], f"{where}, line {term.line}")


def _refuse_currency(currency: str, names: Sequence[str], where: str) -> None:
    """Raise ContractError for a code that is no currency of these schemes: nothing would be paid
    for it, and nobody would notice."""
    found = [load_scheme(name) for name in names]
    if any(currency in one.currencies for one in found):
        return
    below = [
        code
        for one in found
        for code in one.currencies
        if any(above.code == currency for above in one.parents(code))
    ]
    what = f"{where}: '{currency}' is not a currency of {' or '.join(names)}"
    if below:
        raise ContractError(f"{what}, but what {', '.join(below)} lie below. Name those.")
    known = [code for one in found for code in one.currencies]
    near = get_close_matches(currency, known, n=3)
    meant = f" Is {' or '.join(near)} meant?" if near else ""
    raise ContractError(f"{what}: nothing would be paid by it. Correct or remove it.{meant}")


def _refuse_names(where: str, scheme: str, price_list: str) -> None:
    if scheme not in schemes():
        raise ContractError(
            f"{where}: 'scheme' is '{scheme}'. There is: {', '.join(schemes())}. A scheme of your "
            "own can be counted with `levelfield group FOLDER`; contracts are paid by those that "
            "ship."
        )
    if _PLAIN.fullmatch(price_list) is None:
        # Lists of a home are known where the contract is paid.
        raise ContractError(
            f"{where}: 'price_list' is '{price_list}'. Give the id of one that ships "
            f"({', '.join(price_lists())}) or of one in `lookups/prices` of the home, in small "
            "letters, digits and dashes."
        )


def _refuse_care(care: Coverage | CareTerm, where: str) -> None:
    if care.services is None and care.currencies is None:
        raise ContractError(
            f"{where}: it does not say which care it means. Name 'services', 'currencies' or a "
            "'line'."
        )
    named = [] if care.services in (None, "others") else list(care.services or [])
    for what, names in (("service", named), ("currency", care.currencies or [])):
        for name, count in Counter(names).items():
            if count > 1:
                raise ContractError(
                    f"{where}: the {what} '{name}' comes {count} times. Keep it once."
                )
    team_types = load_dataset().codes[TEAM_TYPES]
    for service in named:
        if service != NO_TEAM and service not in team_types:
            raise ContractError(
                f"{where}: '{service}' is not a team type. Write its code as text, as in \"12\" "
                "for district nursing."
            )
