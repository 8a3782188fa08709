"""The dimensions of a table of counts: which places along them are totals of which others.

Everybody is the total of the providers, and of the commissioners too; a year of its months; all
people of their age bands, and of their sexes too.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

Label = TypeVar("Label")
Ints = NDArray[np.integer[Any]]

_TRIED = 3
"""How many parts a quick search tries to make up for a change, those that cost least first."""
NEVER = 2 * 10**7
"""The cost of a change that is impossible even where the count is suppressed."""
NONE = -1
"""Where there is no place, no total, or nobody."""


class Group(NamedTuple):
    """Parts that make up one total, as places from `first` up to `rest`.

    `rest` is the last of them, a part that nobody publishes: the total less all the others. Where
    a sum holds exactly it is none; people who are counted in two months and once in the year are
    in it, and all that a reader knows of them is that there are some.
    """

    total: int
    first: int
    rest: int


@dataclass(frozen=True)
class Axis:
    """One dimension: totals come first, then the parts of each group and its rest.

    `group_of` has the group of each place, NONE for a total, and `total_of` the place of its total,
    NONE where it has none.
    """

    places: tuple[int, ...]
    groups: tuple[Group, ...]
    size: int
    group_of: NDArray[np.int64]
    total_of: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        labels: Iterable[Label],
        group_and_total: Callable[[Label], tuple[object, Label] | None],
    ) -> "Axis":
        """The axis of distinct `labels`, whose places come in the same order as `places`.

        The function gives the group and the total of a part, and None for a total.
        """
        named = list(labels)
        of_what = [group_and_total(label) for label in named]
        place_of: dict[Label, int] = {}
        for label, found in zip(named, of_what, strict=True):
            if found is None:
                place_of[label] = len(place_of)
        members: dict[tuple[object, Label], list[Label]] = {}
        for label, found in zip(named, of_what, strict=True):
            if found is not None:
                members.setdefault(found, []).append(label)
        groups: list[Group] = []
        size = len(place_of)
        group_of, total_of = [NONE] * size, [NONE] * size
        for (_, total), parts in members.items():
            place_of |= {label: size + n for n, label in enumerate(parts)}
            group_of += [len(groups)] * (len(parts) + 1)
            groups.append(Group(place_of.get(total, NONE), size, size + len(parts)))
            total_of += [groups[-1].total] * (len(parts) + 1)
            size += len(parts) + 1
        places = tuple(place_of[label] for label in named)
        return cls(places, tuple(groups), size, np.array(group_of), np.array(total_of))

    @property
    def kind_of(self) -> NDArray[np.int64]:
        """A number for each place: the same for all parts of a group, its own for each total."""
        return np.where(self.group_of == NONE, -1 - np.arange(self.size), self.group_of)

    def groups_of(self, total: int) -> list[int]:
        """The groups that make up a total, by their number."""
        return [n for n, group in enumerate(self.groups) if group.total == total]


def ways(
    axis: Axis, own: Ints, same: Ints, other: Ints, thorough: bool
) -> Iterator[tuple[Ints, tuple[int, ...], Ints]]:
    """The ways to make up for one more at places of one kind, `own`: those that cost least, or all.

    `same` and `other` say what it costs if any place (the first dimension) goes the same way, or
    the other way. Yields the further places (a column each), their signs and whom each touches.
    """
    number, total = int(axis.group_of[own[0]]), int(own[0])
    each = np.arange(len(own))
    if number == NONE:
        beside, first = [axis.groups[n] for n in axis.groups_of(total)], []
    else:
        group = axis.groups[number]
        if group.total == NONE:
            yield np.empty((len(own), 0), dtype=np.int64), (), np.full(len(own), NONE)
            return
        costs = other[group.first : group.rest + 1].copy()
        costs[own - group.first, each] = NEVER
        for one in _cheapest(costs, thorough):
            place = group.first + one
            yield place[:, None], (-1,), np.where(place == group.rest, NONE, place)
        first = [np.full(len(own), group.total)]
        beside = [axis.groups[n] for n in axis.groups_of(group.total) if n != number]
    ranked = [one.first + _cheapest(same[one.first : one.rest + 1], thorough) for one in beside]
    if len(ranked) == 1 and number == NONE and not thorough:
        # The months of a year touch nobody else, so the cheapest of them will do.
        ranked = [ranked[0][:1]]
    together = product(*ranked) if thorough or not ranked else zip(*ranked, strict=False)
    for chosen in together:
        touches = np.full(len(own), NONE)
        if number != NONE and chosen:
            touches = np.where(chosen[0] == beside[0].rest, NONE, chosen[0])
        columns = [*first, *chosen]
        places = np.array(columns, dtype=np.int64).reshape(len(columns), len(own)).T
        yield places, (1,) * places.shape[1], touches


def _cheapest(costs: Ints, thorough: bool) -> Ints:
    """The places of the least costs, the least first: all that are possible, or `_TRIED`."""
    order = np.argsort(costs, axis=0, kind="stable")
    possible = (np.take_along_axis(costs, order, axis=0) < NEVER).any(axis=1)
    return order[possible] if thorough else order[possible][:_TRIED]
