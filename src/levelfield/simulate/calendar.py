"""The reporting months of a simulation as days since 1970-01-01."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from levelfield.core.periods import Month
from levelfield.simulate.draws import Ints

EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


@dataclass(frozen=True)
class Calendar:
    """The months that are simulated, in order, and the first day of each and of the one after."""

    months: tuple[Month, ...]
    edges: Ints

    @classmethod
    def of(cls, first: Month, count: int) -> "Calendar":
        months = [first.plus(n) for n in range(count + 1)]
        edges = np.array([day_number(month.first) for month in months], dtype=np.int64)
        return cls(tuple(months[:-1]), edges)

    @property
    def start(self) -> int:
        return int(self.edges[0])

    @property
    def end(self) -> int:
        """The last day of the last month."""
        return int(self.edges[-1]) - 1

    def index(self, days: Ints) -> Ints:
        """The month of each day, from 0; -1 before the first and the count of months after all."""
        return np.asarray(np.searchsorted(self.edges, days, side="right") - 1, dtype=np.int64)

    def first_day(self, month: int) -> int:
        return int(self.edges[month])

    def last_day(self, month: int) -> int:
        return int(self.edges[month + 1]) - 1

    def date_of(self, day: int) -> date:
        return EPOCH + timedelta(days=day)
