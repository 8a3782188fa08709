"""What a measure decided on a line: the goal, and each value with its numerator, counted again."""

from collections.abc import Iterable, Iterator

from levelfield.explain.explanation import Check
from levelfield.explain.rests import Rests
from levelfield.explain.source import Ground
from levelfield.explain.values import explain_value
from levelfield.payment import Term
from levelfield.payment.terms import Goal, OutcomesTerm, PenaltyTerm, QualityTerm

_SHOWN = ("Value", "Numerator", "Denominator", "Flags")


def goal_of(term: Term, part: str) -> Iterator[Rests]:
    """The goal that decides a part of a term, as the contract states it; none for other parts."""
    for name, goal in _goals(term):
        if name == part and goal is not None:
            stated = goal.model_dump(exclude_unset=True, mode="json")
            said = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in stated.items())
            yield Rests(rule=(f"The goal that decides: {said}.",))


def _goals(term: Term) -> Iterator[tuple[str, Goal | None]]:
    if isinstance(term, PenaltyTerm):
        yield from ((rule.id, rule.goal) for rule in term.rules)
    if isinstance(term, QualityTerm):
        yield from ((one.id, one.goal) for group in term.groups for one in group.goals)
    if isinstance(term, OutcomesTerm):
        yield from ((one.id, one.goal) for one in term.indicators())


def follow(ground: Ground, keys: Iterable[str]) -> Iterator[Rests]:
    """Each value by its key, explained as it would be by itself; that leads on to its records."""
    for key in keys:
        found = explain_value(ground, key, "party")
        figures = ", ".join(
            f"{part.label.lower()} {part.text}" for part in found.figure if part.label in _SHOWN
        )
        said = "agrees" if found.agrees else "DIFFERS"
        counted = " ".join(check.words for check in found.checks)
        yield Rests(
            rule=(
                f"Decided by the value {key}, {found.title}: {figures}. Its rule, numerator and "
                f"records: levelfield explain {key}",
            ),
            submissions=found.submissions,
            checks=(Check(f"The value {key} {said}. {counted}", found.agrees),),
        )
