"""Random draws on whole arrays, and the two array types that the simulator passes around."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Rng = np.random.Generator

NEVER = np.iinfo(np.int64).min
"""The day, minute or number that a record does not have. Blank in a file."""


@dataclass(frozen=True)
class Mix:
    """Weighted codes: one set of weights for each row (a pathway, an age group, or one for all).

    `edges` holds the cumulative shares of every row, raised by the row's number, in one line, so
    that one binary search draws for all rows at once.
    """

    codes: tuple[str, ...]
    edges: Floats

    @classmethod
    def of(cls, codes: Sequence[str], weights: Floats) -> "Mix":
        """`weights` has one row per set and one column per code; a row of zeros draws the first."""
        totals = weights.sum(axis=1, keepdims=True)
        shares = np.divide(weights, totals, out=np.zeros_like(weights), where=totals > 0)
        cumulative = np.cumsum(shares, axis=1)
        cumulative[:, -1] = 1.0
        rows = np.arange(len(weights), dtype=np.float64)[:, None]
        return cls(tuple(codes), np.asarray((cumulative + rows).ravel(), dtype=np.float64))

    def draw(self, rng: Rng, rows: Ints) -> Ints:
        """The position in `codes` drawn for each element of `rows`."""
        found = np.searchsorted(self.edges, rows + rng.random(len(rows)), side="right")
        return np.asarray(found - rows * len(self.codes), dtype=np.int64)

    def draw_all(self, rng: Rng, size: int) -> Ints:
        """`size` positions in `codes` from the first row."""
        return self.draw(rng, np.zeros(size, dtype=np.int64))


def lognormal_days(rng: Rng, median: Floats, spread: float) -> Ints:
    """Whole days, lognormal about a median; `spread` is the standard deviation of the logarithm."""
    return np.asarray(np.rint(median * np.exp(rng.normal(0.0, spread, len(median)))), np.int64)


def chance(rng: Rng, probability: Floats | float, size: int) -> Bools:
    """True with the given probability, element by element."""
    return np.asarray(rng.random(size) < probability, dtype=np.bool_)


def working_day(days: Ints) -> Ints:
    """Saturdays and Sundays moved to the Monday after; days since 1970-01-01, a Thursday."""
    weekday = (days + 3) % 7
    return days + np.where(weekday >= 5, 7 - weekday, 0)


def odds(probability: Floats, factor: Floats | float) -> Floats:
    """A probability after its odds are multiplied by `factor`."""
    raised = probability * factor
    return np.asarray(raised / (1.0 - probability + raised), dtype=np.float64)
