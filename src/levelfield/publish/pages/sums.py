"""What people call a sum of a contract that is of no one line of care."""

from levelfield.currencies import load_scheme
from levelfield.payment import CareTerm, Contract, Term, service_name


def sum_name(contract: Contract, term: Term) -> str:
    """What a person calls a sum: the one service that it is for, or for what and how it is paid."""
    kind = term.kind.replace("_", " ")
    if not isinstance(term, CareTerm):
        return kind.capitalize()
    care = contract.coverage(term)
    if care.services == "others":
        return f"All services that no other term names ({kind})"
    if care.services and len(care.services) == 1:
        return service_name(care.services[0])
    if term.line:
        return f"The line {term.line} ({kind})"
    titles = load_scheme(contract.scheme_of(term)).currencies
    first, *more = [service_name(code) for code in care.services or ()] or [
        titles[code] for code in care.currencies or ()
    ]
    return f"{first}{f' and {len(more)} more' if more else ''} ({kind})"
