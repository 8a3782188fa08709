"""What an explanation of money says of the contract, and how it reads a kept line."""

import inspect
from collections.abc import Callable, Mapping

from levelfield.explain.explanation import Part, parts
from levelfield.payment import Contract, PaymentInputs, Term
from levelfield.payment.cover import care_in_words

Line = Mapping[str, str]
"""A row of a kept statement, by the columns of STATEMENT_SCHEMA."""

Inputs = Callable[[Contract], PaymentInputs]
"""What a contract is paid from in the home that is explained."""


def term_of(contract: Contract, name: str) -> Term | None:
    """A term of the contract by its id; None where it has none."""
    return next((term for term in contract.terms if term.id == name), None)


def contract_parts(contract: Contract, name: str) -> tuple[Part, ...]:
    """The contract and one of its terms."""
    term = term_of(contract, name)
    return parts(
        [
            ("Contract", f"{contract.id}, version {contract.version}"),
            ("Contract source", contract.source),
            ("Term", f"{name}, {term.kind}" if term else name),
            ("Services", care_in_words(contract.covers, term) if term else ""),
            ("Price list", contract.price_list_of(term)),
        ]
    )


def term_in_words(term: Term) -> tuple[str, ...]:
    """What a kind of term pays, a paragraph each, as its definition says it."""
    paragraphs = (inspect.getdoc(term) or "").split("\n\n")
    return tuple(" ".join(paragraph.split()) for paragraph in paragraphs)
