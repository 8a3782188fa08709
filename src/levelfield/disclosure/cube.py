"""The rows of one measure as a table of organisations by periods by strata, and its sums."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from levelfield.core.periods import Month, parse_period
from levelfield.core.values import ALL
from levelfield.disclosure.axes import NONE, Axis, Group

NATIONAL = "national"

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Kind = TypeVar("Kind", bound=np.generic)
Label = TypeVar("Label", bound=Hashable)


class Cell(NamedTuple):
    """What a value is of."""

    measure: str
    period: str
    org_level: str
    org_code: str
    stratifier: str
    stratum: str


def cells_of(values: pa.Table) -> list[Cell]:
    """What each row of values is of."""
    columns = [values[name].cast(pa.string()).to_pylist() for name in Cell._fields]
    return [Cell(*row) for row in zip(*columns, strict=True)]


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
        codes = ["" if one.org_level == NATIONAL else one.org_code for one in held]
        levels = [one.org_level for one in held]
        placed = (
            _placed(list(zip(levels, codes, strict=True)), _organisations),
            _placed([one.period for one in held], _months),
            _placed([(one.stratifier, one.stratum) for one in held], _strata),
        )
        row = np.full([axis.size for axis, _ in placed], NONE, dtype=np.int64)
        row[tuple(places for _, places in placed)] = rows
        return cls((placed[0][0], placed[1][0], placed[2][0]), row)

    def spread(self, column: NDArray[Kind], missing: float) -> NDArray[Kind]:
        """A column of the whole table over the places of the cube; `missing` where no row is."""
        found = column[self.row]
        found[self.row < 0] = missing
        return found

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


def _placed(
    labels: Sequence[Label], group_and_total: Callable[[Label], tuple[object, Label] | None]
) -> tuple[Axis, NDArray[np.int64]]:
    """The axis of the labels of rows, and where each row stands on it."""
    distinct = sorted(set(labels), key=str)
    axis = Axis.of(distinct, group_and_total)
    place_of = dict(zip(distinct, axis.places, strict=True))
    return axis, np.array([place_of[label] for label in labels])


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
