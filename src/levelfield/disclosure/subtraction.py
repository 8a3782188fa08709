"""Secondary suppression: no small count may be worked out from what else is shown.

The sums of a measure, over strata, organisations and months, are looked at together, as a reader
would who puts all of them side by side. Where too few counts stay possible for one that is
suppressed, the cheapest further rows go, and what is left is looked at again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from levelfield.disclosure.axes import NONE
from levelfield.disclosure.bounds import too_few_possible
from levelfield.disclosure.cube import Cell, Cube, Flags, Floats
from levelfield.disclosure.reader import Reader
from levelfield.disclosure.rule import Rule
from levelfield.disclosure.worlds import NEVER, Ints, Search

_CERTIFIED = 1_500
"""Tables of up to so many rows are safe only when worlds show it. In larger ones, where the search
would suppress far more than is given away, the bounds decide."""
_AT_ONCE = 0.25
"""The share of the counts in danger that is made safe before all are looked at again."""


@dataclass
class _Column:
    """One column of counts of a measure, with what is known of it."""

    reader: Reader
    search: Search
    small: Flags

    def hide(self, places: Flags) -> None:
        self.reader.hide(places)
        self.search.renew(places)


def suppress_against_subtraction(
    cells: Sequence[Cell],
    rules: Sequence[Rule],
    columns: Sequence[Floats],
    exact: Flags,
    hidden: Flags,
) -> Flags:
    """`hidden`, the rows that are suppressed, with those that would give one of them away.

    `columns` are exact counts by row, `nan` where a row has none; `exact` are the rows that are
    shown unrounded.
    """
    rows_of: dict[str, list[int]] = {}
    for row, cell in enumerate(cells):
        rows_of.setdefault(cell.measure, []).append(row)
    found = hidden.copy()
    for rows in rows_of.values():
        if hidden[rows].any() and not hidden[rows].all():
            cube = Cube.of(cells, rows)
            now = _safe(cube, rules[rows[0]], columns, exact, cube.spread(hidden, False))
            found[cube.row[now]] = True
    return found


def _safe(cube: Cube, rule: Rule, columns: Sequence[Floats], exact: Flags, hidden: Flags) -> Flags:
    """The places of a measure to suppress."""
    there = cube.row >= 0
    hidden = _with_strata(cube, hidden) & there
    readers = []
    for column in columns:
        counts = cube.spread(column)
        small = hidden & rule.are_small(counts)
        if small.any():
            reader = Reader.of(cube, counts, rule, cube.spread(exact, False))
            reader.hide(hidden)
            prices = 1 + np.sqrt(np.maximum(reader.counts, 0)).astype(int)
            readers.append(
                _Column(reader, Search(cube, reader, prices, rule.possible_counts - 1), small)
            )
    certify = there.sum() <= _CERTIFIED
    while True:
        more = np.zeros_like(hidden)
        for column in readers:
            more |= _to_hide(column, rule, certify)
        more = _with_strata(cube, more) & there & ~hidden
        if not more.any():
            return hidden
        hidden |= more
        for column in readers:
            column.hide(more)


def _to_hide(column: _Column, rule: Rule, certify: bool) -> Flags:
    """Further places to suppress; none where no small count is in danger.

    A count is safe if enough small counts are possible for it, to readers who know their own rows.
    Where nothing could make it so, as for a total of many small parts, any counts will do; and then
    any counts to a reader without a row of their own.
    """
    found = np.zeros_like(column.small)
    danger = column.small if certify else too_few_possible(column.reader, rule, column.small)
    targets = np.argwhere(danger)
    for everybody, small in ((True, True), (True, False), (False, False)):
        if not len(targets):
            return found
        counts = column.reader.counts[tuple(targets.T)]
        most = rule.suppress_below - 1 - counts if small else np.full(len(counts), np.inf)
        cost, worlds = column.search.cheapest(targets, most, everybody)
        payable = np.flatnonzero((cost > 0) & (cost < NEVER))
        if len(payable):
            order = payable[np.argsort(cost[payable], kind="stable")]
            for n in order[: max(1, int(_AT_ONCE * len(order)))]:
                for world in worlds[n]:
                    for place in column.search.places(targets[n], world):
                        found[place] = True
            return found
        targets = targets[cost >= NEVER]
    for target in targets:
        found |= True if certify else _beside(column.reader, target)
    return found


def _beside(reader: Reader, target: Ints) -> Flags:
    """The places in one sum with a place."""
    found = np.zeros(reader.counts.shape, dtype=bool)
    for axis in range(3):
        index = tuple(slice(None) if n == axis else int(target[n]) for n in range(3))
        found[index] = True
    return found


def _with_strata(cube: Cube, places: Flags) -> Flags:
    """`places`, and the strata of each total among them."""
    strata = cube.axes[2]
    if not strata.groups or strata.groups[0].total == NONE:
        return places
    total = strata.groups[0].total
    return places | places[:, :, total : total + 1]
