"""Values in the planting definitions: what stands in a field instead.

`Field=` blanks it; `Field=02` writes a constant, `Field=02|04` one of several; `Field=Other` the
text of a reference (see `sent`), `Field=Other-1..30` a date or number moved by one of those,
`Field=A~B-1` a day from A to the day before B; `Field=@name` asks one of `spoilers`. Several are
joined by semicolons. A field may be that of a record above the row, or of both twins (`choices`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from levelfield.core.errors import DefinitionError
from levelfield.simulate.planting.conditions import REFERENCE
from levelfield.simulate.planting.spoilers import SPOILERS, Spot

_PART = re.compile(r"((?:[a-z_]+\.)?[A-Za-z0-9_]+)\s*=\s*(.*)")
_POINT = re.compile(rf"({REFERENCE})(?:([+-])(\d+)(?:\.\.(\d+))?)?")


@dataclass(frozen=True)
class Point:
    """A reference, moved by a whole number from `low` to `high`."""

    reference: str
    low: int = 0
    high: int = 0

    def draw(self, spot: Spot) -> str:
        text = spot.value(self.reference)
        if self.low == self.high == 0 or not text:
            return text
        by = spot.pick(self.low, self.high)
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return str(date.fromisoformat(text) + timedelta(days=by))
        return str(Decimal(text) + by)


@dataclass(frozen=True)
class Value:
    """What is written: the first that is set of a spoiler, points, constants; else a blank."""

    spoiler: str = ""
    points: tuple[Point, ...] = ()
    constants: tuple[str, ...] = ()

    @property
    def references(self) -> tuple[str, ...]:
        return tuple(point.reference for point in self.points)

    def draw(self, spot: Spot) -> str | None:
        if self.spoiler:
            return SPOILERS[self.spoiler](spot)
        if len(self.points) == 2:
            first, last = (date.fromisoformat(point.draw(spot)) for point in self.points)
            return str(first + timedelta(days=spot.pick(0, (last - first).days)))
        if self.points:
            return self.points[0].draw(spot)
        if self.constants:
            return self.constants[spot.pick(0, len(self.constants) - 1)]
        return None


def read_values(text: str, where: str) -> Mapping[str, Value]:
    """What is written, by field; raises DefinitionError, which begins with `where`."""
    values = {}
    for part in filter(None, map(str.strip, text.split(";"))):
        found = _PART.fullmatch(part)
        if not found:
            raise DefinitionError(f"{where}: '{part}' is no value such as 'Field=02'.")
        values[found[1]] = _read(found[2], where)
    return values


def _read(text: str, where: str) -> Value:
    if text.startswith("@"):
        if text[1:] not in SPOILERS:
            raise DefinitionError(
                f"{where}: there is no '{text}'; there are {', '.join(sorted(SPOILERS))}."
            )
        return Value(spoiler=text[1:])
    points = [_POINT.fullmatch(part) for part in text.split("~")]
    # A code such as Y or N33 is no reference: those have an underscore, a dot or small letters.
    if all(found and re.search(r"[a-z_.]", found[1]) for found in points):
        return Value(points=tuple(_point(found) for found in points if found))
    return Value(constants=tuple(text.split("|")) if text else ())


def _point(found: re.Match[str]) -> Point:
    sign = -1 if found[2] == "-" else 1
    low, high = int(found[3] or 0), int(found[4] or found[3] or 0)
    low, high = sorted((sign * low, sign * high))
    return Point(found[1], low, high)
