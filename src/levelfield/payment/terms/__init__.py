"""The kinds of payment term, one file each: its keys, its formula and the lines it gives."""

from typing import Annotated

from pydantic import Field

from levelfield.payment.terms.activity import ActivityTerm
from levelfield.payment.terms.base import CareTerm, Coverage, Draft, PricedTerm, Term, Working
from levelfield.payment.terms.block import BlockTerm

AnyTerm = Annotated[BlockTerm | ActivityTerm, Field(discriminator="kind")]
"""A term as a contract file holds it: `kind` says which keys belong to it."""

__all__ = [
    "ActivityTerm",
    "AnyTerm",
    "BlockTerm",
    "CareTerm",
    "Coverage",
    "Draft",
    "PricedTerm",
    "Term",
    "Working",
]
