"""Which periods a measure is counted for, and what coverage says of their reliability."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import pyarrow as pa

from levelfield.core.errors import UsageError
from levelfield.core.periods import Month
from levelfield.core.successions import Succession
from levelfield.core.values import BREAK, INCOMPLETE, PROVISIONAL
from levelfield.measures.cells import Cells
from levelfield.measures.definition import Measure

_NEVER = "9999-12"

PERIOD_SCHEMA = pa.schema([("period", pa.string()), ("month", pa.string())])


@dataclass(frozen=True)
class Calendar:
    """The provider-months that are held, each with its submission window."""

    windows: Mapping[tuple[str, str], str]
    gone: Mapping[str, str] = field(default_factory=dict)
    """By provider that went into another, the first month of which it owes nothing."""

    @classmethod
    def from_coverage(
        cls, coverage: pa.Table, successions: Iterable[Succession] = ()
    ) -> "Calendar":
        """Read the coverage fact (`provider`, `period`, `window`).

        Raises UsageError when there is no provider-month at all.
        """
        rows = coverage.select(["provider", "period", "submission_window"]).to_pylist()
        if not rows:
            raise UsageError("There are no submissions to measure. Load some, then build.")
        return cls(
            {(row["provider"], row["period"]): row["submission_window"] for row in rows},
            {one.code: one.period for one in successions},
        )

    @cached_property
    def months(self) -> list[Month]:
        """Every month from the first held to the last."""
        held = sorted({Month.parse(period) for _, period in self.windows})
        months = [held[0]]
        while months[-1] < held[-1]:
            months.append(months[-1].next())
        return months

    @cached_property
    def providers(self) -> list[str]:
        return sorted({provider for provider, _ in self.windows})

    def periods(self, measure: Measure) -> dict[str, list[Month]]:
        """Every period of the measure with its months.

        A rolling period is named by its last month, and is left out when it would begin before
        the first month held. A financial year of which a month is held is there, in part or whole.
        """
        found: dict[str, list[Month]] = {}
        if "month" in measure.periods:
            for last in self.months:
                window = [last.plus(n) for n in range(1 - measure.months, 1)]
                if window[0] >= self.months[0]:
                    found[str(last)] = window
        if "year" in measure.periods:
            years = sorted({month.financial_year for month in self.months})
            found.update({str(year): year.months for year in years})
        return found

    def table(self, measure: Measure) -> pa.Table:
        """The periods as the table `measure_period` that the queries read."""
        rows = [
            {"period": period, "month": str(month)}
            for period, months in self.periods(measure).items()
            for month in months
        ]
        return pa.Table.from_pylist(rows, schema=PERIOD_SCHEMA)

    def flags(
        self, measure: Measure, months: Sequence[Month], providers: Iterable[str]
    ) -> tuple[str, ...]:
        """What must be said of a figure over these months to which these providers contribute.

        `provisional`: one of its submissions came in the primary window and may be replaced, or one
        of its months is among the last that stay provisional. `incomplete`: a provider-month is not
        held, of these months or of the earlier ones that the measure looks back on, by when it had
        not gone into another. `break in series`: the figures mean something else from within these
        months or the earlier ones on, or a single month is the first that does.
        """
        earlier = [months[0].plus(-n) for n in range(1, measure.history + 1)]
        contributing = list(providers)
        held = self._windows(contributing, months)
        past = self._windows(contributing, earlier)
        latest = self.months[len(self.months) - measure.provisional_months :]
        start = earlier[-1] if earlier else months[0]
        found = []
        if "primary" in held or any(month in latest for month in months):
            found.append(PROVISIONAL)
        if None in held | past:
            found.append(INCOMPLETE)
        if any(self._breaks(one.first_day, start, months) for one in measure.breaks):
            found.append(BREAK)
        return tuple(found)

    def _breaks(self, day: date, start: Month, months: Sequence[Month]) -> bool:
        """Whether a break on this day lies within a figure, or begins a month after others."""
        first = len(months) == 1 and day == months[0].first > self.months[0].first
        return first or start.first < day <= months[-1].last

    def _windows(self, providers: Iterable[str], months: Iterable[Month]) -> set[str | None]:
        """The windows in which they sent these months; None where one is not held."""
        names = [str(month) for month in months]
        return {
            self.windows.get((who, name))
            for who in providers
            for name in names
            if name < self.gone.get(who, _NEVER)
        }


class FlagBook:
    """What must be said of each figure of a measure, looked up once for measures that agree."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._known: dict[tuple[object, ...], tuple[str, ...]] = {}

    def of(self, measure: Measure, cells: Cells) -> dict[int, tuple[str, ...]]:
        """The flags of every period and organisation of the measure, by their number in `Keys`."""
        periods = self._calendar.periods(measure)
        look = (measure.months, measure.history, measure.provisional_months, measure.breaks)
        found = {}
        for number, (period, level, code) in enumerate(cells.keys.figures[1]):
            providers = cells.contributors.get((level, code))
            if providers is None or period not in periods:
                continue
            key = (*look, period, providers)
            if key not in self._known:
                self._known[key] = self._calendar.flags(measure, periods[period], providers)
            found[number] = self._known[key]
        return found
