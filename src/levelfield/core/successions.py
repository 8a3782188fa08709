"""Which organisations went into which others, and from when."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from levelfield.core import definitions
from levelfield.core.errors import DefinitionError
from levelfield.core.periods import Month


@dataclass(frozen=True, order=True)
class Succession:
    """One organisation went into another: from the month `period` on the successor submits."""

    period: str
    code: str
    successor: str


def read_successions(file: Path) -> tuple[Succession, ...]:
    """Who went into whom (`code`, `successor`, `from`: the first month of the successor), in order.

    Empty where there is no such file. Raises DefinitionError for a month that is none, and for an
    organisation that goes into itself, into two others, or round in a circle.
    """
    if not file.exists():
        return ()
    found: dict[str, Succession] = {}
    for row in definitions.read_csv(file, ["code", "successor", "from"]):
        code = row["code"]
        if code in found:
            raise DefinitionError(f"{file}: '{code}' goes into two others. Keep one of the rows.")
        found[code] = Succession(str(Month.parse(row["from"])), code, row["successor"])
    for code in found:
        if code in _line_of(code, found):
            raise DefinitionError(f"{file}: '{code}' goes into itself in the end. Correct it.")
    return tuple(sorted(found.values()))


def _line_of(code: str, found: Mapping[str, Succession]) -> list[str]:
    """Whoever an organisation ended up in, one after the other; stops when it comes round."""
    line: list[str] = []
    while code in found and found[code].successor not in line:
        code = found[code].successor
        line.append(code)
    return line
