"""The kinds of payment term, one file each: its keys, its formula and the lines it gives."""

from typing import Annotated

from pydantic import Field

from levelfield.payment.terms.achievement import Band, Goal, Result
from levelfield.payment.terms.activity import ActivityTerm
from levelfield.payment.terms.amounts import Amount, Pounds, Working, largest_remainder
from levelfield.payment.terms.base import CareTerm, Coverage, Draft, PricedTerm, Term
from levelfield.payment.terms.blended import BlendedTerm
from levelfield.payment.terms.block import BlockTerm
from levelfield.payment.terms.capitation import CapitationTerm
from levelfield.payment.terms.cost_and_volume import CostAndVolumeTerm
from levelfield.payment.terms.episode import EpisodeTerm
from levelfield.payment.terms.low_volume import LowVolumeTerm
from levelfield.payment.terms.outcomes import OutcomesTerm
from levelfield.payment.terms.penalty import PenaltyTerm
from levelfield.payment.terms.prime import PrimeTerm
from levelfield.payment.terms.procedure import ProcedureTerm
from levelfield.payment.terms.quality import QualityTerm
from levelfield.payment.terms.risk_share import RiskShareTerm
from levelfield.payment.terms.year_of_care import YearOfCareTerm

KINDS: tuple[type[Term], ...] = (
    BlockTerm,
    CostAndVolumeTerm,
    ActivityTerm,
    ProcedureTerm,
    EpisodeTerm,
    YearOfCareTerm,
    CapitationTerm,
    LowVolumeTerm,
    BlendedTerm,
    QualityTerm,
    OutcomesTerm,
    PenaltyTerm,
    RiskShareTerm,
    PrimeTerm,
)
"""Every kind of term, in the order of the manual."""

AnyTerm = Annotated[
    BlockTerm
    | CostAndVolumeTerm
    | ActivityTerm
    | ProcedureTerm
    | EpisodeTerm
    | YearOfCareTerm
    | CapitationTerm
    | LowVolumeTerm
    | BlendedTerm
    | QualityTerm
    | OutcomesTerm
    | PenaltyTerm
    | RiskShareTerm
    | PrimeTerm,
    Field(discriminator="kind"),
]
"""A term as a contract file holds it: `kind` says which keys belong to it."""

__all__ = [
    "KINDS",
    "ActivityTerm",
    "Amount",
    "AnyTerm",
    "Band",
    "BlendedTerm",
    "BlockTerm",
    "CapitationTerm",
    "CareTerm",
    "CostAndVolumeTerm",
    "Coverage",
    "Draft",
    "EpisodeTerm",
    "Goal",
    "LowVolumeTerm",
    "OutcomesTerm",
    "PenaltyTerm",
    "Pounds",
    "PricedTerm",
    "PrimeTerm",
    "ProcedureTerm",
    "QualityTerm",
    "Result",
    "RiskShareTerm",
    "Term",
    "Working",
    "YearOfCareTerm",
    "largest_remainder",
]
