"""Two statements held against each other goal by goal: the pounds of each indicator."""

from collections.abc import Iterator
from typing import NamedTuple

from levelfield.payment.scenarios.reconcile import Reconciliation
from levelfield.payment.statement import Line, Statement

_KINDS = frozenset({"outcomes", "quality", "penalty"})
"""Terms whose lines are goals."""


class GoalChange(NamedTuple):
    """A goal in both statements: pence, and the words of its last line, which say what was reached.

    What a term pays on account, and takes back of it, is in a row of its own, so that the rows of a
    term sum to what it pays. Pence are none where a statement does not know the goal.
    """

    term: str
    goal: str
    before_pence: int | None
    after_pence: int | None
    before: str
    after: str

    @property
    def difference_pence(self) -> int:
        return (self.after_pence or 0) - (self.before_pence or 0)


def by_goal(made: Reconciliation) -> Iterator[GoalChange]:
    """Every goal of the two statements, in the order of the latter, then those that it has not."""
    before, after = _goals(made.before), _goals(made.after)
    for key in dict.fromkeys([*after, *before]):
        old, new = before.get(key, []), after.get(key, [])
        yield GoalChange(*key, _pence(old), _pence(new), _words(old), _words(new))


def _goals(made: Statement) -> dict[tuple[str, str], list[Line]]:
    found: dict[tuple[str, str], list[Line]] = {}
    for line in made.lines:
        if line.kind in _KINDS:
            found.setdefault((line.term, line.part), []).append(line)
    return found


def _pence(lines: list[Line]) -> int | None:
    return sum(line.amount_pence for line in lines) if lines else None


def _words(lines: list[Line]) -> str:
    return lines[-1].description if lines else ""
