"""Secondary suppression: no small count may be had by subtracting what is shown from its total.

Totals and parts are shown rounded, so subtraction gives a range, not a number. A part is safe when
at least POSSIBLE of the counts that suppression hides stay possible. Where they do not, the
smallest part still shown goes too, and where none is left, the total.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from levelfield.core.periods import Month, parse_period
from levelfield.core.values import ALL
from levelfield.disclosure.counts import MINIMUM, bounds, is_small, rounded

POSSIBLE = 3
"""How many of the counts 1 to 4 must stay possible for a suppressed part."""

Row = Mapping[str, str]
"""The words of a value: measure, period, org_level, org_code, stratifier, stratum."""


@dataclass(frozen=True)
class Sum:
    """A total and the parts that make it up, as places in the table."""

    total: int
    parts: tuple[int, ...]
    strata: bool
    """Whether the parts are the strata of the total: they are suppressed with it."""


def suppress_against_subtraction(
    rows: Sequence[Row], counts: Sequence[Sequence[int | None]], hidden: set[int]
) -> set[int]:
    """`hidden` with the rows added that would otherwise give a hidden count away.

    `counts` are columns of exact counts beside `rows` (None where a row has none). Sums that do
    not hold exactly, such as people counted once in a year and in several months, are left alone:
    subtracting in them gives nothing.
    """
    sums = list(_sums(rows))
    found = set(hidden)
    changed = True
    while changed:
        before = len(found)
        for one in sums:
            if one.strata and one.total in found:
                found.update(one.parts)
            for column in counts:
                while (extra := _to_hide(one, rows, column, found)) is not None:
                    found.add(extra)
        changed = len(found) > before
    return found


def _to_hide(
    one: Sum, rows: Sequence[Row], column: Sequence[int | None], hidden: set[int]
) -> int | None:
    """The next row to suppress so that the sum gives no hidden part away, or None."""
    total = column[one.total]
    parts = {place: count for place in one.parts if (count := column[place]) is not None}
    if one.total in hidden or total is None or sum(parts.values()) != total:
        return None
    small = [place for place in parts if place in hidden and is_small(parts[place])]
    if not small or _possible(one, rows, total, parts, hidden) >= POSSIBLE:
        return None
    shown = [place for place, count in parts.items() if place not in hidden and count > 0]
    return min(shown, key=lambda place: (parts[place], place), default=one.total)


def _possible(
    one: Sum, rows: Sequence[Row], total: int, parts: Mapping[int, int], hidden: set[int]
) -> int:
    """How many of 1 to 4 stay possible for a small part, to somebody who knows which are small."""
    lowest, highest = _seen(rows[one.total], total)
    others = -1
    unlimited = False
    for place, count in parts.items():
        if place not in hidden:
            least, greatest = _seen(rows[place], count)
            lowest, highest = lowest - greatest, highest - least
        elif is_small(count):
            others += 1
        elif count:
            # Suppressed for another's sake, so at least 5; how many more is not to be seen.
            highest -= MINIMUM
            unlimited = True
    least = 1 if unlimited else max(1, lowest - others * (MINIMUM - 1))
    return min(MINIMUM - 1, highest - others) - least + 1


def _seen(row: Row, count: int) -> tuple[int, int]:
    """What a reader knows of a count that is shown: England's are exact."""
    return (count, count) if row["org_level"] == "national" else bounds(rounded(count))


def _sums(rows: Sequence[Row]) -> Iterator[Sum]:
    """Strata of a total, organisations of the national row, months of a year."""
    place_of = {_cell(row): place for place, row in enumerate(rows)}
    for total_of in (_total_of_strata, _national, _year):
        parts: dict[tuple[Cell, str], list[int]] = defaultdict(list)
        for place, row in enumerate(rows):
            found = total_of(row)
            if found is not None:
                parts[found].append(place)
        for (total, _), places in parts.items():
            if total in place_of:
                yield Sum(place_of[total], tuple(places), total_of is _total_of_strata)


Cell = tuple[str, ...]
"""What a value is of. There is one national row a cell, so its code is left out."""


def _cell(row: Row, **other: str) -> Cell:
    of = {**row, **other}
    code = "" if of["org_level"] == "national" else of["org_code"]
    names = ("measure", "period", "org_level", "stratifier", "stratum")
    return (code, *(of[name] for name in names))


def _total_of_strata(row: Row) -> tuple[Cell, str] | None:
    if row["stratifier"] == ALL:
        return None
    return _cell(row, stratifier=ALL, stratum=ALL), row["stratifier"]


def _national(row: Row) -> tuple[Cell, str] | None:
    if row["org_level"] == "national":
        return None
    return _cell(row, org_level="national"), row["org_level"]


def _year(row: Row) -> tuple[Cell, str] | None:
    period = parse_period(row["period"])
    if not isinstance(period, Month):
        return None
    return _cell(row, period=str(period.financial_year)), "months"
