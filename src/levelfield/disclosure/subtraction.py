"""Secondary suppression: no small count may be worked out from what else is shown.

The sums of a measure, over strata, organisations and months, are looked at together, as a reader
would who puts all of them side by side. Where too few counts stay possible for one that is
suppressed, the cheapest further rows go, and what is left is looked at again.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from levelfield.disclosure.axes import NONE, Ints
from levelfield.disclosure.bounds import too_few_possible
from levelfield.disclosure.cube import Cell, Cube, Flags, Floats
from levelfield.disclosure.reader import Reader
from levelfield.disclosure.rule import Rule
from levelfield.disclosure.worlds import Search, Worlds

_CERTIFIED = 1_500
"""Tables of up to so many rows are safe only when worlds show it. In larger ones, where the search
would suppress far more than is given away, the bounds decide."""
_AT_ONCE = 0.25
"""The share of the counts in danger that is made safe before all are looked at again."""


_PUBLISHED = 10**5
"""What it costs to suppress a figure that is shown exactly: it is known elsewhere."""


class _Column:
    """One column of counts of a measure: what is known of it, and which counts are not yet safe.

    `pending` has the small counts by what is asked for them, as places in rows of three. What is
    safe stays safe as more is suppressed, and what nothing could make safe stays so; neither is
    looked at twice.
    """

    def __init__(self, cube: Cube, column: Floats, rule: Rule, exact: Flags, hidden: Flags) -> None:
        counts = cube.spread(column, np.nan)
        self.rule = rule
        self.reader = Reader.of(cube, counts, rule, exact)
        unsure = Reader.of(cube, counts, rule, exact, knows_why=False)
        prices = 1 + np.sqrt(np.maximum(self.reader.counts, 0)).astype(np.int64)
        prices[exact & ~rule.are_small(self.reader.counts)] = _PUBLISHED
        self.readers = (self.reader, unsure)
        for one in self.readers:
            one.hide(hidden)
        self.searches = [
            Search(cube, one, prices, rule.possible_counts - 1) for one in self.readers
        ]
        self.pending = [np.argwhere(hidden & rule.are_small(counts))]
        self.pending += [self.pending[0][:0]] * len(_ASKED)

    def hide(self, places: Flags) -> None:
        """Take these places for hidden from here on."""
        for reader, search in zip(self.readers, self.searches, strict=True):
            reader.hide(places)
            search.renew(places)

    def in_danger(self) -> None:
        """Leave pending only what the bounds show to be in danger."""
        every = np.zeros(self.reader.counts.shape, dtype=bool)
        for targets in self.pending[:-1]:
            every[tuple(targets.T)] = True
        danger = too_few_possible(self.reader, self.rule, every)
        self.pending[:-1] = [one[danger[tuple(one.T)]] for one in self.pending[:-1]]

    def cheapest(self, targets: Ints, asked: "Sequence[_Asked]") -> tuple[Ints, list[Worlds]]:
        """What it costs to give each target all that is asked for, and the worlds, by search."""
        counts = self.reader.counts[tuple(targets.T)]
        total, found = np.zeros(len(targets), dtype=np.int64), []
        for one in asked:
            room = self.rule.suppress_below - 1 - counts
            most = room if one.small else np.full(len(targets), np.inf)
            cost, worlds = self.searches[not one.knows_why].cheapest(targets, most, one.everybody)
            total += cost
            found.append(worlds)
        return total, found


class _Asked(NamedTuple):
    """Whom a count has to stay unknown to."""

    knows_why: bool
    everybody: bool
    """Organisations that know their own rows, and not only those without any."""
    small: bool
    """Whether enough small counts have to be possible, or any."""


_ASKED = (
    (_Asked(knows_why=True, everybody=True, small=True),),
    (_Asked(knows_why=True, everybody=True, small=False),),
    (
        _Asked(knows_why=True, everybody=False, small=False),
        _Asked(knows_why=False, everybody=True, small=False),
    ),
    (_Asked(knows_why=True, everybody=False, small=False),),
)
"""What is asked for a count, and what for one that nothing could give it, as a total of many small
parts: first that others do not know which counts are small, then that they have no rows."""


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
    known = [_Column(cube, column, rule, cube.spread(exact, False), hidden) for column in columns]
    certify = bool(there.sum() <= _CERTIFIED)
    while True:
        more = np.zeros_like(hidden)
        for column in known:
            more |= _to_hide(column, certify)
        more = _with_strata(cube, more) & there & ~hidden
        if not more.any():
            return hidden
        hidden |= more
        for column in known:
            column.hide(more)


def _to_hide(column: _Column, certify: bool) -> Flags:
    """Further places to suppress; none where no small count is in danger."""
    found = np.zeros(column.reader.counts.shape, dtype=bool)
    if not certify:
        column.in_danger()
    for n, asked in enumerate(_ASKED):
        targets = column.pending[n]
        if not len(targets):
            continue
        cost, worlds = column.cheapest(targets, asked)
        never = cost >= _PUBLISHED
        column.pending[n + 1] = np.concatenate([column.pending[n + 1], targets[never]])
        payable = np.flatnonzero((cost > 0) & ~never)
        column.pending[n] = targets[payable]
        if len(payable):
            order = payable[np.argsort(cost[payable], kind="stable")]
            for target in order[: max(1, int(_AT_ONCE * len(order)))]:
                for one, of_one in zip(asked, worlds, strict=True):
                    search = column.searches[not one.knows_why]
                    for world in of_one[target]:
                        for place in search.places(targets[target], world):
                            found[place] = True
            return found
    for target in column.pending[-1]:
        found |= True if certify else _beside(column.reader, target)
    column.pending[-1] = column.pending[-1][:0]
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
