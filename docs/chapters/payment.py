"""The page of payment: the kinds of term with their formulas, and how they become lines."""

import inspect
from typing import get_args

from pydantic import BaseModel

from chapters import markdown, specs
from levelfield.payment.terms import KINDS, Goal, Term
from levelfield.payment.terms.amounts import Indexation

INTRODUCTION = """
A contract is a YAML file with terms. A statement is the sum of its lines; each line is rounded to
pence once, half away from zero. A price that is missing is an error, never zero. Every amount is
worked out from whole numbers and fractions, and a line that is worked out carries its formula and
the numbers in it. The worked examples below the formulas are the project's specs.
"""

KINDS_OF_TERM = """
`services`, `currencies` or `line` say which care a term pays for: team types, currencies, or a name
under `lines` of the contract. A unit is paid for once, so that terms that name the same care are
refused. A term with `of` pays for no care of its own: it names the terms whose sums it needs, which
stand above it in the file. What is settled once a year is settled in March, and needs the data of
all twelve months.
"""


def page() -> str:
    parts = ["## Kinds of term", KINDS_OF_TERM]
    for kind in KINDS:
        parts += [f"### `{_name(kind)}`", *_described(kind), _keys(kind)]
    parts += ["### Goals", *_described(Goal), _keys(Goal)]
    parts += ["### Indexation", *_described(Indexation)]
    for module in specs.modules("payment_"):
        parts += [f"## {module.title}", *(specs.render(spec) for spec in module.specs)]
    return markdown.page("Payment", INTRODUCTION, *parts)


def _name(kind: type[Term]) -> str:
    return str(get_args(kind.model_fields["kind"].annotation)[0])


def _described(thing: type) -> list[str]:
    """The sentences of a docstring as they are, its formulas as code."""
    parts = (inspect.getdoc(thing) or "").split("\n\n")
    return [markdown.code(part) if _is_formula(part) else part for part in parts]


def _is_formula(part: str) -> bool:
    return all(" = " in line or ": " in line or line.startswith(" ") for line in part.splitlines())


def _keys(thing: type[BaseModel]) -> str:
    """The keys of a term, those first that must be there."""
    fields = {n: f for n, f in thing.model_fields.items() if n not in ("id", "kind")}
    must = [f"`{name}`" for name, field in fields.items() if field.is_required()]
    may = [f"`{name}`" for name, field in fields.items() if not field.is_required()]
    lists = (("Keys that must be there", must), ("Keys that may be there", may))
    return " ".join(f"{words}: {', '.join(keys)}." for words, keys in lists if keys)
