"""What people call a sum of a contract that is of no one line of care."""

from collections import defaultdict

from levelfield.currencies import load_scheme
from levelfield.payment import CareTerm, Contract, Term, service_name


def sum_names(*contracts: Contract) -> dict[tuple[str, str], str]:
    """What a person calls the sums of each term, by its id and kind, as the last of the contracts
    has it: the one service that they are for, or for what and how they are paid.

    Sums of the one service share its name. Any other name that several terms would have is followed
    by the id of the term.
    """
    found = {(term.id, term.kind): (one, term) for one in contracts for term in one.terms}
    names = {key: _name(*of) for key, of in found.items()}
    holders: defaultdict[str, set[str]] = defaultdict(set)
    for key, of in found.items():
        if not _only_service(*of):
            holders[names[key]].add(key[0])
    return {
        (term, kind): f"{name}, term {term}" if len(holders[name]) > 1 else name
        for (term, kind), name in names.items()
    }


def _only_service(contract: Contract, term: Term) -> str:
    """The one service that a term is for; empty for several, for `others` and for none."""
    services = contract.coverage(term).services if isinstance(term, CareTerm) else None
    return services[0] if isinstance(services, list) and len(services) == 1 else ""


def _name(contract: Contract, term: Term) -> str:
    kind = term.kind.replace("_", " ")
    if not isinstance(term, CareTerm):
        return kind.capitalize()
    care = contract.coverage(term)
    if care.services == "others":
        return f"All services that no other term names ({kind})"
    only = _only_service(contract, term)
    if only:
        return service_name(only)
    if term.line:
        return f"The line {term.line} ({kind})"
    titles = load_scheme(contract.scheme_of(term)).currencies
    first, *more = [service_name(code) for code in care.services or ()] or [
        titles[code] for code in care.currencies or ()
    ]
    return f"{first}{f' and {len(more)} more' if more else ''} ({kind})"
