"""The goals of a contract that money hangs on."""

from levelfield.payment import Reckoning
from levelfield.payment.terms.outcomes import OutcomesTerm
from levelfield.payment.terms.pool import Settled
from levelfield.payment.terms.quality import QualityTerm

GoalTerm = OutcomesTerm | QualityTerm
"""Terms whose pool is earned goal by goal."""


def settled_goals(work: Reckoning, term: GoalTerm) -> list[Settled]:
    """Every goal of a term as it would be settled by the year's values, with what is allotted."""
    if isinstance(term, OutcomesTerm):
        return term.settle(work)
    return term.settle(work)[1]
