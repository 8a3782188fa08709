"""Quantiles of many histograms at once: one histogram of days for every cell of a measure."""

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Histograms:
    """Values and how often each occurs, group after group, in order within a group.

    `last` is the running total over all groups, `total` and `before` are per group: how many
    values it has, and how many stand in the groups before it.
    """

    values: Floats
    last: Whole
    total: Whole
    before: Whole

    @classmethod
    def of(cls, group: Whole, values: Floats, number: Whole) -> "Histograms":
        """`group` counts from 0, every group has a row; rows come in any order."""
        order = np.lexsort((values, group))
        total = np.bincount(group, weights=number).astype(np.int64)
        return cls(values[order], np.cumsum(number[order]), total, np.cumsum(total) - total)

    def quantile(self, probability: float) -> Floats:
        """The quantile of each group, as `levelfield.statistics.quantile` defines it."""
        position = probability * (self.total - 1)
        below = np.floor(position).astype(np.int64)
        above = np.ceil(position).astype(np.int64)
        low, high = self._ranked(below + 1), self._ranked(above + 1)
        found: Floats = low + (high - low) * (position - below)
        return found

    def interval(self, probability: float, confidence: float) -> tuple[Floats, Floats]:
        """Its bounds, as `levelfield.statistics.quantile_interval` defines them."""
        # The binomial quantiles depend on the total alone, and totals repeat.
        totals, place = np.unique(self.total, return_inverse=True)
        tail = (1 - confidence) / 2
        rank = scipy.stats.binom(totals, probability)
        first = np.asarray(rank.ppf(tail), dtype=np.int64)[place]
        final = np.asarray(rank.isf(tail), dtype=np.int64)[place] + 1
        lower = np.where(first >= 1, self._ranked(np.maximum(first, 1)), np.nan)
        upper = np.where(final <= self.total, self._ranked(np.minimum(final, self.total)), np.nan)
        return lower, upper

    def _ranked(self, rank: Whole) -> Floats:
        """Each group's value of a rank counted from 1."""
        found: Floats = self.values[np.searchsorted(self.last, self.before + rank)]
        return found
