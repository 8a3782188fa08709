"""What a reader knows of each count of a measure.

A reader sees each shown count as the range that rounding leaves. Of a suppressed count they know
that it is not zero, and of a small one that is no total of others perhaps that it is small. They
know which sums hold exactly; where people are counted in two parts and once in the total they know
that the parts exceed it, and not by how much.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from levelfield.disclosure.cube import Cube, Flags, Floats, Sum, at
from levelfield.disclosure.rule import Rule

BEYOND = 1e9
"""A bound that binds nothing."""


@dataclass(frozen=True)
class Reader:
    """The least and the greatest that each count of a column could be, over the places of a cube.

    `lowest` and `highest` say the same of each if it were hidden. A place without a row is 0; where
    no sum needs it to be so, it could be anything.
    """

    counts: Floats
    least: Floats
    greatest: Floats
    lowest: Floats
    highest: Floats

    @classmethod
    def of(
        cls,
        cube: Cube,
        counts: Floats,
        rule: Rule,
        exact: Flags,
        hidden: Flags,
        knows_why: bool,
    ) -> "Reader":
        """A reader of `counts`; `exact` ones are shown unrounded, `hidden` ones not at all.

        `knows_why` is whether they know of a hidden part that is small that it is small.
        """
        there = ~np.isnan(counts)
        held = np.where(there, counts, 0.0)
        sums = tuple(cube.sums(counts))
        least, greatest = rule.bounds(rule.rounded(held))
        least, greatest = np.where(exact, held, least), np.where(exact, held, greatest)
        lowest, highest = np.minimum(held, 1), np.full(held.shape, BEYOND)
        total, free = _totals_and_free(sums, counts.shape)
        if knows_why:
            highest[rule.are_small(counts) & ~total] = rule.suppress_below - 1
        for low, high in ((least, greatest), (lowest, highest)):
            low[~there] = np.where(free[~there], -BEYOND, 0)
            high[~there] = np.where(free[~there], BEYOND, 0)
            for one in sums:
                place = at(one.axis, one.group.rest)
                # Where the sum holds exactly there is no rest; else a reader knows its sign.
                held[place] = one.rest
                low[place] = np.where(one.holds & (one.rest >= 0), 0, -BEYOND)
                high[place] = np.where(one.holds & (one.rest <= 0), 0, BEYOND)
        found = cls(held, least, greatest, lowest, highest)
        found.hide(hidden)
        return found

    def hide(self, places: Flags) -> None:
        """Take these places for hidden from here on."""
        self.least[places] = self.lowest[places]
        self.greatest[places] = self.highest[places]


def _totals_and_free(sums: Sequence[Sum], shape: tuple[int, ...]) -> tuple[Flags, Flags]:
    """Which places are totals of something, and at which a count that is not there may change."""
    total = np.zeros(shape, dtype=bool)
    free = np.ones(shape, dtype=bool)
    for one in sums:
        total[at(one.axis, one.group.total)] |= one.holds
        holds = np.expand_dims(one.holds, one.axis)
        free[at(one.axis, slice(one.group.first, one.group.rest))] &= ~holds
    return total, free
