"""Secondary suppression: no small count may be had by subtracting what is shown from its total.

Totals and parts are shown rounded, published figures of England apart, so subtraction gives a
range, not a number. A part is safe when enough of the counts that suppression hides stay possible,
as the rule says. Where they do not, the smallest part still shown goes too, and where none is left,
the total.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from levelfield.core.periods import Month, parse_period
from levelfield.core.values import ALL
from levelfield.disclosure.rule import Rule

_NATIONAL = "national"

Row = Mapping[str, Any]
"""A value; what is read are the words that say what it is of."""


class Cell(NamedTuple):
    """What a value is of. There is one national row a cell, so its code is left out."""

    measure: str
    period: str
    org_level: str
    org_code: str
    stratifier: str
    stratum: str


def cell_of(row: Row) -> Cell:
    """What a row of values is of."""
    code = "" if row["org_level"] == _NATIONAL else row["org_code"]
    return Cell(
        row["measure"], row["period"], row["org_level"], code, row["stratifier"], row["stratum"]
    )


@dataclass(frozen=True)
class Sum:
    """A total and the parts that make it up, as places in the table."""

    total: int
    parts: tuple[int, ...]
    strata: bool
    """Whether the parts are the strata of the total: they are suppressed with it."""


@dataclass(frozen=True)
class Knowledge:
    """What a reader sees of each cell that is not suppressed: the same places as the cells."""

    rules: Sequence[Rule]
    exact: Sequence[bool]
    """Cells that are shown unrounded."""
    own: Sequence[bool]
    """Cells that are the reader's own: known whatever is done, so never suppressed."""

    def seen(self, place: int, count: int) -> tuple[int, int]:
        """The least and the greatest count that a shown cell may hold."""
        rule = self.rules[place]
        if self.exact[place]:
            return count, count
        least, greatest = rule.bounds(rule.rounded(count))
        return int(least), int(greatest)


def suppress_against_subtraction(
    cells: Sequence[Cell],
    knowledge: Knowledge,
    counts: Sequence[Sequence[int | None]],
    hidden: set[int],
) -> set[int]:
    """`hidden`, places of `cells`, with those added that would otherwise give a hidden count away.

    `counts` are columns of exact counts (None where a cell has none). Sums that do not hold
    exactly, such as people counted once in a year and in several months, are left alone:
    subtracting in them gives nothing.
    """
    sums = list(_sums(cells))
    strata = [one for one in sums if one.strata]
    risky = [
        (one, column)
        for one in sums
        for column in counts
        if _holds_small(one, column, knowledge.rules[one.total])
    ]
    found = set(hidden)
    changed = True
    while changed:
        before = len(found)
        for one in strata:
            if one.total in found:
                found.update(place for place in one.parts if not knowledge.own[place])
        for one, column in risky:
            while (extra := _to_hide(one, knowledge, column, found)) is not None:
                found.add(extra)
        changed = len(found) > before
    return found


def _holds_small(one: Sum, column: Sequence[int | None], rule: Rule) -> bool:
    """Whether a sum holds exactly and has a small part."""
    parts = [count for place in one.parts if (count := column[place]) is not None]
    return any(map(rule.is_small, parts)) and sum(parts) == column[one.total]


def _to_hide(
    one: Sum, knowledge: Knowledge, column: Sequence[int | None], hidden: set[int]
) -> int | None:
    """The next row to suppress so that the sum gives no hidden part away, or None."""
    rule, own = knowledge.rules[one.total], knowledge.own
    total = column[one.total]
    parts = {place: count for place in one.parts if (count := column[place]) is not None}
    if one.total in hidden or total is None:
        return None
    small = [place for place in parts if place in hidden and rule.is_small(parts[place])]
    if not small or _possible(one, knowledge, total, parts, hidden) >= rule.possible_counts:
        return None
    shown = [place for place, count in parts.items() if place not in hidden and count > 0]
    removable = [place for place in shown if not own[place]]
    last = None if own[one.total] else one.total
    return min(removable, key=lambda place: (parts[place], place), default=last)


def _possible(
    one: Sum, knowledge: Knowledge, total: int, parts: Mapping[int, int], hidden: set[int]
) -> int:
    """How many small counts stay possible for a small part, to somebody who knows which are."""
    rule = knowledge.rules[one.total]
    lowest, highest = knowledge.seen(one.total, total)
    others = -1
    unlimited = False
    for place, count in parts.items():
        if place not in hidden:
            least, greatest = knowledge.seen(place, count)
            lowest, highest = lowest - greatest, highest - least
        elif rule.is_small(count):
            others += 1
        elif count:
            # Suppressed for another's sake, so not small; how much more is not to be seen.
            highest -= rule.suppress_below
            unlimited = True
    greatest_small = rule.suppress_below - 1
    least = 1 if unlimited else max(1, lowest - others * greatest_small)
    return min(greatest_small, highest - others) - least + 1


def _sums(cells: Sequence[Cell]) -> Iterator[Sum]:
    """Strata of a total, organisations of the national row, months of a year."""
    place_of = {cell: place for place, cell in enumerate(cells)}
    for total_of in (_total_of_strata, _national, _year):
        parts: dict[tuple[Cell, str], list[int]] = defaultdict(list)
        for place, cell in enumerate(cells):
            found = total_of(cell)
            if found is not None:
                parts[found].append(place)
        for (total, _), places in parts.items():
            if total in place_of:
                yield Sum(place_of[total], tuple(places), total_of is _total_of_strata)


def _total_of_strata(cell: Cell) -> tuple[Cell, str] | None:
    if cell.stratifier == ALL:
        return None
    return Cell(*cell[:4], ALL, ALL), cell.stratifier


def _national(cell: Cell) -> tuple[Cell, str] | None:
    if cell.org_level == _NATIONAL:
        return None
    total = Cell(cell.measure, cell.period, _NATIONAL, "", cell.stratifier, cell.stratum)
    return total, cell.org_level


def _year(cell: Cell) -> tuple[Cell, str] | None:
    year = _financial_year(cell.period)
    return None if year is None else (Cell(cell.measure, year, *cell[2:]), "months")


@cache
def _financial_year(period: str) -> str | None:
    """The year that a month is part of; None for what is no month."""
    found = parse_period(period)
    return str(found.financial_year) if isinstance(found, Month) else None
