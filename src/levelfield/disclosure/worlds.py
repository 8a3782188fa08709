"""Other tables that look the same, and what has to be suppressed so that there are some.

A *world* is a table of counts that agrees with all that is shown and in which every sum holds. The
worlds that are looked for change one count and make up for it along each axis: another part of its
group goes the other way, or its total goes the same way, and then a part of each other group of
that total with it. Every place where the three meet changes, and so every sum still holds. (With
two parts along each axis this is the hypercube method of table suppression.) The search is not
complete: a world that it misses costs a suppression too many, never a disclosure.

Each organisation knows its own rows. So a count has to be possible in two worlds that touch no
further organisation in common, or in one that touches none.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from levelfield.disclosure.axes import NEVER, NONE, Ints, ways
from levelfield.disclosure.cube import Cube, Flags, Floats
from levelfield.disclosure.reader import Reader

Worlds = NDArray[np.void]
"""One world a target: what it costs, the step by which the target goes up in it, whom it touches,
and the further organisations and period that change, with their signs."""

_WORLD = np.dtype(
    [
        ("cost", "i4"),
        ("more", "i1"),
        ("touches", "i4"),
        ("organisations", "i4", (2,)),
        ("signs", "i1", (2,)),
        ("period", "i4"),
        ("sign", "i1"),
    ]
)


class Search:
    """The search over one column of counts; `prices` are what it costs to suppress each place."""

    def __init__(self, cube: Cube, reader: Reader, prices: Ints, steps: Sequence[int]) -> None:
        """`steps` are how far a target may go up, from 0 to the width that has to stay possible.

        What is left of the width it has to be able to go down, so of a step and what it leaves
        both are among them.
        """
        self._cube, self._reader, self._prices, self._steps = cube, reader, prices, steps
        self._costs = np.empty((len(steps), *prices.shape), dtype=np.int32)
        self.renew(np.ones(prices.shape, dtype=bool))

    def renew(self, places: Flags) -> None:
        """Reckon again what it costs to give these places the slack for a world.

        Element `n` of the costs is for going up by step `n` and down by what it leaves, which is
        the same step counted from the last.
        """
        one = self._reader
        count = one.counts[places]
        for n, step in enumerate(self._steps):
            up, down = count + step, count - (self._steps[-1] - step)
            has = (one.least[places] <= down) & (up <= one.greatest[places])
            would = (one.lowest[places] <= down) & (up <= one.highest[places])
            self._costs[n][places] = np.where(has, 0, np.where(would, self._prices[places], NEVER))

    def cheapest(
        self, targets: Ints, most: Floats, everybody: bool, thorough: bool
    ) -> tuple[Ints, Worlds]:
        """The least cost to give each target values enough, and the two worlds that do, or one
        twice.

        `targets` has a row of three places each, `most` how far each may go up. `everybody` is
        whether organisations know their own rows.
        """
        cost = np.full(len(targets), NEVER)
        worlds = np.zeros((len(targets), 2), dtype=_WORLD)
        for more in reversed(range(len(self._steps))):
            left = np.flatnonzero((cost > 0) & (most >= self._steps[more]))
            kind = [axis.kind_of[targets[left, n]] for n, axis in enumerate(self._cube.axes[:2])]
            for pair in sorted(set(zip(*(one.tolist() for one in kind), strict=True))):
                some = left[(kind[0] == pair[0]) & (kind[1] == pair[1])]
                for n in range(0, len(some), 4000):
                    part = some[n : n + 4000]
                    self._offer(targets, part, more, everybody, thorough, cost, worlds)
        return cost, worlds

    def _offer(
        self,
        targets: Ints,
        some: Ints,
        more: int,
        everybody: bool,
        thorough: bool,
        cost: Ints,
        worlds: Worlds,
    ) -> None:
        """Put in what is cheaper than before when targets of a kind go up by step `more`."""
        alone, first, second = (np.zeros(len(some), dtype=_WORLD) for _ in range(3))
        for one in (alone, first, second):
            one["cost"] = NEVER
            one["touches"] = NONE
        for found in self._worlds(targets[some], more, thorough):
            touches = (found["touches"] != NONE) & everybody
            better = ~touches & (found["cost"] < alone["cost"])
            alone[better] = found[better]
            better = touches & (found["cost"] < first["cost"])
            again = found["touches"] == first["touches"]
            moved = better & ~again
            second[moved] = first[moved]
            first[better] = found[better]
            better = touches & ~better & ~again & (found["cost"] < second["cost"])
            second[better] = found[better]
        both = first["cost"] + second["cost"]
        single = alone["cost"] <= both
        found_cost = np.where(single, alone["cost"], both)
        better = found_cost < cost[some]
        cost[some[better]] = found_cost[better]
        worlds[some[better], 0] = np.where(single, alone, first)[better]
        worlds[some[better], 1] = np.where(single, alone, second)[better]

    def _worlds(self, targets: Ints, more: int, thorough: bool) -> Iterator[Worlds]:
        """For each way along the organisations, the cheapest world of each target."""
        organisations, periods, _ = self._cube.axes
        o, p, s = targets.T
        up, down = self._costs[more], self._costs[-1 - more]
        beside = periods.total_of[p]
        same, other = (
            c[:, p, s] + np.where(beside == NONE, 0, c[:, beside, s]) for c in (up, down)
        )
        along_organisations = list(ways(organisations, o, same, other, thorough))
        beside = organisations.total_of[o]
        same, other = (
            (c[o, :, s] + np.where(beside == NONE, 0, c[beside, :, s].T).T).T for c in (up, down)
        )
        along_periods = list(ways(periods, p, same, other, thorough))
        for places, signs, touches in along_organisations:
            best = np.zeros(len(targets), dtype=_WORLD)
            best["cost"], best["more"], best["touches"] = NEVER, more, touches
            for n in range(places.shape[1]):
                best["organisations"][:, n], best["signs"][:, n] = places[:, n], signs[n]
            best["organisations"][:, places.shape[1] :] = NONE
            for periods_, sides, _ in along_periods:
                g = self._summed(o, p, places, signs, periods_, sides, up, down)
                found = self._along_strata(g[0], g[1], s)
                better = found < best["cost"]
                best["cost"][better] = found[better]
                best["period"][better] = periods_[better, 0] if periods_.shape[1] else NONE
                best["sign"][better] = sides[0] if len(sides) else 0
            yield best

    def _summed(
        self,
        o: Ints,
        p: Ints,
        places: Ints,
        signs: tuple[int, ...],
        periods: Ints,
        sides: tuple[int, ...],
        up: Ints,
        down: Ints,
    ) -> tuple[Ints, Ints]:
        """What it costs if a stratum goes up, and if it goes down, wherever both ways meet."""
        higher = np.zeros((len(o), up.shape[2]), dtype=np.int32)
        lower = higher.copy()
        for org, sign in ((o, 1), *((places[:, n], one) for n, one in enumerate(signs))):
            for month, side in ((p, 1), *((periods[:, n], one) for n, one in enumerate(sides))):
                same = sign * side > 0
                higher += (up if same else down)[org, month]
                lower += (down if same else up)[org, month]
        return higher, lower

    def _along_strata(self, higher: Ints, lower: Ints, s: Ints) -> Ints:
        """The cost when another stratum makes up for it, or the total with the other groups."""
        strata = self._cube.axes[2]
        each = np.arange(len(s))
        own = higher[each, s]
        if not strata.groups or strata.groups[0].total == NONE:
            return own
        total = strata.groups[0].total
        starts = [group.first for group in strata.groups]
        cheapest = np.minimum.reduceat(higher, starts, axis=1)
        together = cheapest.sum(axis=1)
        group = strata.group_of[s]
        is_total = group == NONE
        with_total = (
            own + together + np.where(is_total, 0, higher[:, total] - cheapest[each, group])
        )
        lower[each, s] = NEVER
        swapped = own + np.minimum.reduceat(lower, starts, axis=1)[each, group]
        found: Ints = np.where(is_total, with_total, np.minimum(with_total, swapped))
        return found

    def places(self, target: Ints, world: np.void) -> list[tuple[int, int, int]]:
        """The places that have to be suppressed for a world."""
        organisations = [(int(target[0]), 1)]
        for place, sign in zip(world["organisations"], world["signs"], strict=True):
            if place != NONE:
                organisations.append((int(place), int(sign)))
        periods = [(int(target[1]), 1)]
        if world["period"] != NONE and world["sign"]:
            periods.append((int(world["period"]), int(world["sign"])))
        up = self._costs[world["more"]]
        down = self._costs[-1 - world["more"]]
        higher, lower = np.zeros((2, up.shape[2]), dtype=np.int32)
        for o, sign in organisations:
            for p, side in periods:
                same = sign * side > 0
                higher += (up if same else down)[o, p]
                lower += (down if same else up)[o, p]
        found = []
        for stratum, sign in self._strata(int(target[2]), higher, lower):
            for o, one in organisations:
                for p, side in periods:
                    cost = (up if sign * one * side > 0 else down)[o, p, stratum]
                    if 0 < cost < NEVER:
                        found.append((o, p, stratum))
        return found

    def _strata(self, own: int, higher: Ints, lower: Ints) -> list[tuple[int, int]]:
        strata = self._cube.axes[2]
        if not strata.groups or strata.groups[0].total == NONE:
            return [(own, 1)]
        total, mine = strata.groups[0].total, strata.group_of[own]
        best = [g.first + int(higher[g.first : g.rest + 1].argmin()) for g in strata.groups]
        reps = [(place, 1) for n, place in enumerate(best) if n != mine]
        if mine == NONE:
            return [(own, 1), *reps]
        group = strata.groups[mine]
        lower[own] = 100 * NEVER
        other = group.first + int(lower[group.first : group.rest + 1].argmin())
        if lower[other] <= higher[total] + sum(higher[place] for place, _ in reps):
            return [(own, 1), (other, -1)]
        return [(own, 1), (total, 1), *reps]
