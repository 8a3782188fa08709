"""Tartan rugs: a sign and a colour a cell, with the value or the word beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from levelfield.benchmark import Trend
from levelfield.core.values import SMALL_NUMBER
from levelfield.publish.cells import Record, flags, number
from levelfield.publish.results import MeasureResults
from levelfield.publish.words import MISSING, figure

Look = Literal["w", "b", "c", "u", "e"]

SIGNS: Mapping[Look, tuple[str, str]] = {
    "b": ("+", "better"),
    "c": ("!", "worse"),
    "u": ("≠", "unlike"),
}
"""The sign of each look with a colour, and the word that is read aloud in its place."""

_LOOKS: Mapping[str, Look] = {
    "special cause improvement": "b",
    "special cause concern": "c",
    "special cause neutral": "u",
}


@dataclass(frozen=True)
class RugCell:
    """A cell: its value or word as `text`, `look` its style (w is plain, e empty), `sign` and
    `word` what the look says; `broken` draws a line before it: the series breaks there."""

    text: str
    look: Look = "w"
    broken: bool = False

    @property
    def sign(self) -> str:
        return SIGNS[self.look][0] if self.look in SIGNS else ""

    @property
    def word(self) -> str:
        return SIGNS[self.look][1] if self.look in SIGNS else ""


@dataclass(frozen=True)
class RugRow:
    """A row: its title with the path it leads to, its cells, and their unit where they lack it."""

    title: str
    path: str
    cells: tuple[RugCell, ...]
    unit: str = ""


@dataclass(frozen=True)
class Rug:
    """A rug with the finding in a sentence; `groups` are rows under a heading each."""

    caption: str
    sentence: str
    heads: tuple[tuple[str, str], ...]
    """Each column's short head and what it stands for (empty where that is the same)."""
    groups: tuple[tuple[str, tuple[RugRow, ...]], ...]
    legend: tuple[tuple[Look, str, str], ...]
    notes: tuple[str, ...] = ()


def month_cells(
    one: MeasureResults, code: str, months: Sequence[str], found: Trend | None
) -> tuple[RugCell, ...]:
    """A provider's exact months of a measure, with the signals of its control chart."""
    held = one.months(code)
    looks: dict[str, Look] = {}
    if found is not None:
        periods, words = (found.points[n].to_pylist() for n in ("period", "variation"))
        looks = {p: _LOOKS[w] for p, w in zip(periods, words, strict=True) if w in _LOOKS}
    breaks = found.breaks if found is not None else ()
    return tuple(
        _month(held.get(month), one.reading.unit, looks.get(month, "w"), month in breaks)
        for month in months
    )


def _month(row: Record | None, unit: str, look: Look, broken: bool) -> RugCell:
    value = number(row["value"]) if row else None
    if row is None or value is None:
        return RugCell(MISSING, "e", broken)
    mark = "*" if SMALL_NUMBER in flags(row) else ""
    return RugCell(f"{figure(value, unit)}{mark}", look, broken)
