"""What is not yet agreed: by the register, and by the contract itself."""

from dataclasses import dataclass
from datetime import date

from levelfield.commissioning.before_signature.goals import GoalTerm, settled_goals
from levelfield.commissioning.before_signature.register import Register
from levelfield.core.money import pence
from levelfield.payment import Reckoning


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
    """Open items and assumptions of the register, and goals of the contract that are deferred."""
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
    for term in work.contract.terms:
        if isinstance(term, GoalTerm):
            found += [
                NotAgreed("deferred goal", one.stake.id, one.stake.title, one.allotted, "", None)
                for one in settled_goals(work, term)
                if one.stake.goal is None
            ]
    return tuple(found)
