"""Secondary suppression: what is hidden of a few people may not be worked out from what is shown.

That is a small count, and what a few had: the contacts of one person, the pounds of two.
The sums of a measure, over strata, organisations and months, are looked at together, as a reader
would who puts all of them side by side. Where too few counts stay possible for one that is
suppressed, the cheapest further rows go, and what is left is looked at again.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from levelfield.disclosure.axes import NEVER, NONE, Ints
from levelfield.disclosure.cube import Cell, Cube, Flags, Floats
from levelfield.disclosure.reader import Reader
from levelfield.disclosure.rule import Rule
from levelfield.disclosure.worlds import Search, Worlds

_AT_ONCE = 0.5
"""The share of the counts in danger that is made safe before all are looked at again."""
_HEADLINE, _YEAR, _PUBLISHED = 10**3, 10**4, 10**6
"""What it costs besides to suppress the total of all strata, that of a year, and a figure that is
shown exactly, since it is known elsewhere."""


class _Asked(NamedTuple):
    """What other tables have to leave possible for a count, and to whom."""

    knows_why: bool
    """To readers who know of the other parts that are small that they are."""
    small: bool
    """Whether enough small counts have to be possible, or any."""
    everybody: bool
    """To organisations that know their own rows too, and not only to those without any."""
    thorough: bool
    """Whether all tables of the kind are looked through, or only the likely ones."""


_OF_COUNTS = (
    _Asked(knows_why=True, small=True, everybody=True, thorough=False),
    _Asked(knows_why=False, small=True, everybody=True, thorough=False),
    _Asked(knows_why=False, small=False, everybody=True, thorough=False),
    _Asked(knows_why=False, small=False, everybody=True, thorough=True),
    _Asked(knows_why=False, small=True, everybody=False, thorough=True),
    _Asked(knows_why=False, small=False, everybody=False, thorough=True),
)
"""What is asked for a count, and what for one that no suppression could give it."""

_OF_SUMS = (
    _Asked(knows_why=False, small=False, everybody=True, thorough=False),
    _Asked(knows_why=False, small=False, everybody=True, thorough=True),
    _Asked(knows_why=False, small=False, everybody=False, thorough=True),
)
"""The same for what a few people had: contacts or pounds, not one a person."""


class _Column:
    """One column of counts of a measure: what is known of it, and which counts are not yet safe.

    `targets` are those that must stay open by the last of `steps`. `pending` has them by what is
    asked for them, as places in rows of three. What is safe stays safe as more is suppressed, and
    what nothing could make safe stays so; neither is looked at twice. What cannot be given so much
    is left to the column `narrower`.
    """

    def __init__(
        self,
        cube: Cube,
        counts: Floats,
        rule: Rule,
        exact: Flags,
        hidden: Flags,
        targets: Flags,
        steps: Sequence[int],
        asked: Sequence[_Asked],
        narrower: "_Column | None" = None,
    ) -> None:
        self.rule, self.asked, self.narrower = rule, asked, narrower
        self.readers = {
            knows_why: Reader.of(cube, counts, rule, exact, hidden, knows_why)
            for knows_why in {one.knows_why for one in asked}
        }
        self.counts = self.readers[False].counts
        prices = _prices(cube, self.counts)
        prices[exact & ~rule.are_small(self.counts)] = _PUBLISHED
        self.searches = {
            knows_why: Search(cube, one, prices, steps) for knows_why, one in self.readers.items()
        }
        self.pending = [np.argwhere(targets)]
        self.pending += [self.pending[0][:0]] * len(asked)

    def hide(self, places: Flags) -> None:
        """Take these places for hidden from here on."""
        for knows_why, reader in self.readers.items():
            reader.hide(places)
            self.searches[knows_why].renew(places)

    def to_hide(self) -> Flags:
        """Further places to suppress; none where no target is in danger."""
        found = np.zeros(self.counts.shape, dtype=bool)
        last = len(self.asked) - 1 if self.narrower is None else None
        for n, asked in enumerate(self.asked):
            targets = self.pending[n]
            if not len(targets):
                continue
            cost, worlds = self._cheapest(targets, asked)
            never = cost >= (NEVER if n == last else _PUBLISHED)
            self.pending[n + 1] = np.concatenate([self.pending[n + 1], targets[never]])
            payable = np.flatnonzero((cost > 0) & ~never)
            self.pending[n] = targets[payable]
            if len(payable):
                order = payable[np.argsort(cost[payable], kind="stable")]
                search = self.searches[asked.knows_why]
                for target in order[: max(1, int(_AT_ONCE * len(order)))]:
                    for world in worlds[target]:
                        for place in search.places(targets[target], world):
                            found[place] = True
                return found
        if len(self.pending[-1]):
            if self.narrower is None:
                found[:] = True
            else:
                left = self.narrower.pending
                left[0] = np.concatenate([left[0], self.pending[-1]])
            self.pending[-1] = self.pending[-1][:0]
        return found

    def _cheapest(self, targets: Ints, asked: _Asked) -> tuple[Ints, Worlds]:
        """What it costs to give each target what is asked for, and the worlds that do."""
        room = self.rule.suppress_below - 1 - self.counts[tuple(targets.T)]
        most = room if asked.small else np.full(len(targets), np.inf)
        search = self.searches[asked.knows_why]
        return search.cheapest(targets, most, asked.everybody, asked.thorough)


def suppress_against_subtraction(
    cells: Sequence[Cell],
    rules: Sequence[Rule],
    columns: Sequence[Floats],
    exact: Flags,
    hidden: Flags,
    of_few: Flags,
) -> Flags:
    """`hidden`, the rows that are suppressed, with those that would give one of them away.

    `columns` are exact numerators and denominators by row, `nan` where a row has none; `exact` are
    the rows that are shown unrounded, and `of_few` hidden ones whose numerator is not small but is
    of a few people, such as the contacts of one.
    """
    rows_of: dict[str, list[int]] = {}
    for row, cell in enumerate(cells):
        rows_of.setdefault(cell.measure, []).append(row)
    found = hidden.copy()
    for rows in rows_of.values():
        if hidden[rows].any() and not hidden[rows].all():
            cube = Cube.of(cells, rows)
            flags = [cube.spread(one, False) for one in (exact, hidden, of_few)]
            counts = [cube.spread(column, np.nan) for column in columns]
            now = _safe(cube, rules[rows[0]], counts, *flags)
            found[cube.row[now]] = True
    return found


def _safe(
    cube: Cube,
    rule: Rule,
    columns: Sequence[Floats],
    exact: Flags,
    hidden: Flags,
    of_few: Flags,
) -> Flags:
    """The places of a measure to suppress; its numerators are the first of `columns`."""
    there = cube.row >= 0
    hidden = _with_strata(cube, hidden) & there
    steps = range(rule.possible_counts)
    known = [
        _Column(cube, one, rule, exact, hidden, hidden & rule.are_small(one), steps, _OF_COUNTS)
        for one in columns
    ]
    known += _sums(cube, columns[0], rule, exact, hidden, of_few)
    while True:
        more = np.zeros_like(hidden)
        for column in known:
            more |= column.to_hide()
        more &= there & ~hidden
        if not more.any():
            return hidden
        hidden |= more
        for column in known:
            column.hide(more)


def _sums(
    cube: Cube, counts: Floats, rule: Rule, exact: Flags, hidden: Flags, of_few: Flags
) -> list[_Column]:
    """Columns for numerators of a few people, by how much must stay open of them, widest first.

    The widths are powers of two. A target that nothing could give its own is given the next one
    that something can.
    """
    if not of_few.any() or rule.open_part_of_a_sum == 0:
        return []
    parts = np.where(of_few, counts * rule.open_part_of_a_sum, 0)
    found: list[_Column] = []
    below, width = -1.0, 2
    while below < parts.max():
        own = of_few & (parts > below) & (parts <= width)
        steps = (0, width // 2, width)
        narrower = found[0] if found else None
        found.insert(0, _Column(cube, counts, rule, exact, hidden, own, steps, _OF_SUMS, narrower))
        below, width = width, 2 * width
    return found


def _prices(cube: Cube, counts: Floats) -> Ints:
    """What it costs to suppress each place: more the larger its count, most for headlines."""
    prices = 1 + np.sqrt(np.maximum(counts, 0)).astype(np.int64)
    _, periods, strata = cube.axes
    headlines = strata.group_of == NONE
    prices[:, :, headlines] += _HEADLINE
    for group in periods.groups:
        if group.total != NONE:
            prices[:, group.total, headlines] += _YEAR
    return prices


def _with_strata(cube: Cube, places: Flags) -> Flags:
    """`places`, and the strata of each total among them."""
    strata = cube.axes[2]
    if not strata.groups or strata.groups[0].total == NONE:
        return places
    total = strata.groups[0].total
    return places | places[:, :, total : total + 1]
