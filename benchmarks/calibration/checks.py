"""What was seen beside what theory says, and whether they agree."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

ERRORS = 4
"""Standard errors of a simulation that theory and what is seen may lie apart."""


Must = Literal["equal", "at least", "nothing"]
"""How what is seen has to stand to theory; nothing where there is none."""


@dataclass(frozen=True)
class Check:
    """One share seen in a simulation beside its theory."""

    what: str
    theory: float
    seen: float
    error: float
    """The standard error of what was seen, from the number of draws."""
    must: Must = "equal"

    @property
    def held(self) -> bool:
        """Whether the two agree as far as the number of draws can tell."""
        if self.must == "nothing":
            return True
        short = self.theory - self.seen
        return (short if self.must == "at least" else abs(short)) <= ERRORS * self.error


def share(what: str, theory: float, hits: float, draws: float) -> Check:
    """The check of a share of independent draws; the error is that which theory gives."""
    error = (max(theory * (1 - theory), 1 / draws) / draws) ** 0.5
    return Check(what, theory, hits / draws, error)


def shown(what: str, seen: float, draws: float) -> Check:
    """A share without a theory."""
    error = (max(seen * (1 - seen), 1 / draws) / draws) ** 0.5
    return Check(what, math.nan, float(seen), error, "nothing")


def table(title: str, checks: Iterable[Check]) -> str:
    """The checks as a table in Markdown, in percent."""
    lines = [f"## {title}", "", "| | theory | seen | ± | |", "|---|--:|--:|--:|---|"]
    for one in checks:
        theory = {"at least": "≥ ", "equal": ""}.get(one.must, "none")
        theory += "" if one.must == "nothing" else f"{100 * one.theory:.3f}"
        held = ("" if one.must == "nothing" else "agrees") if one.held else "**differs**"
        lines.append(
            f"| {one.what} | {theory} | {100 * one.seen:.3f} | {100 * one.error:.3f} | {held} |"
        )
    return "\n".join([*lines, ""])
