"""The rows of one measure as a table of organisations by periods by strata, and its sums."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from levelfield.core.periods import Month, parse_period
from levelfield.core.values import ALL
from levelfield.disclosure.axes import NONE, Axis, Group

NATIONAL = "national"

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Cell(NamedTuple):
    """What a value is of."""

    measure: str
    period: str
    org_level: str
    org_code: str
    stratifier: str
    stratum: str


def cell_of(row: Mapping[str, Any]) -> Cell:
    """What a row of values is of."""
    return Cell(*(str(row[name]) for name in Cell._fields))


class Sum(NamedTuple):
    """The sums of one group along one axis: arrays over the two other axes."""

    axis: int
    group: Group
    holds: Flags
    """Where the total and one of its parts at least are in the table."""
    rest: Floats
    """The total less its parts: 0 where they add up exactly."""


@dataclass(frozen=True)
class Cube:
    """Where each row of a measure stands; places that no row has hold -1.

    The axes are organisations, periods and strata. There is one national row a cell, whatever its
    code.
    """

    axes: tuple[Axis, Axis, Axis]
    row: NDArray[np.int64]

    @classmethod
    def of(cls, cells: Sequence[Cell], rows: Sequence[int]) -> "Cube":
        """The cube of the rows of one measure; `cells` are those of the whole table."""
        held = [cells[n] for n in rows]
        labels = (
            [(one.org_level, "" if one.org_level == NATIONAL else one.org_code) for one in held],
            [one.period for one in held],
            [(one.stratifier, one.stratum) for one in held],
        )
        kinds = (_organisations, _months, _strata)
        axes, places = [], []
        for of_rows, kind in zip(labels, kinds, strict=True):
            distinct = sorted(set(of_rows))
            axis = Axis.of(distinct, kind)
            place_of = dict(zip(distinct, axis.places, strict=True))
            axes.append(axis)
            places.append(np.array([place_of[label] for label in of_rows]))
        row = np.full([axis.size for axis in axes], NONE, dtype=np.int64)
        row[tuple(places)] = rows
        return cls((axes[0], axes[1], axes[2]), row)

    def spread(self, column: Floats, missing: float = np.nan) -> Floats:
        """A column of the whole table over the places of the cube."""
        return np.where(self.row < 0, missing, column[self.row])

    def sums(self, counts: Floats) -> Iterator[Sum]:
        """Every sum of a column of counts: `counts` over the places, `nan` where there is none."""
        for number, axis in enumerate(self.axes):
            for group in axis.groups:
                if group.total == NONE:
                    continue
                parts = counts.take(range(group.first, group.rest), axis=number)
                total = counts.take(group.total, axis=number)
                holds = ~np.isnan(total) & ~np.isnan(parts).all(axis=number)
                rest = np.where(holds, total - np.nansum(parts, axis=number), 0.0)
                yield Sum(number, group, holds, rest)


def at(axis: int, place: int | slice) -> tuple[slice | int, ...]:
    """The index of a place, or of several, along one of the three axes."""
    index: list[slice | int] = [slice(None)] * 3
    index[axis] = place
    return tuple(index)


def _organisations(label: tuple[str, str]) -> tuple[str, tuple[str, str]] | None:
    return None if label[0] == NATIONAL else (label[0], (NATIONAL, ""))


def _strata(label: tuple[str, str]) -> tuple[str, tuple[str, str]] | None:
    return None if label[0] == ALL else (label[0], (ALL, ALL))


@cache
def _months(period: str) -> tuple[str, str] | None:
    """The year that a month is part of; None for what is no month."""
    found = parse_period(period)
    if not isinstance(found, Month):
        return None
    year = str(found.financial_year)
    return year, year
