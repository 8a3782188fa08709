"""The benchmark of a measure: every organisation beside its peers, its past and the standard."""

from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from levelfield.benchmark.bars import ordered_bars
from levelfield.benchmark.funnel import funnel
from levelfield.benchmark.reading import Reading
from levelfield.benchmark.results import Bars, Funnel, NotComparable, Trend
from levelfield.benchmark.tables import select
from levelfield.benchmark.trend import trend
from levelfield.benchmark.words import Names, method_words
from levelfield.core.errors import UsageError
from levelfield.core.periods import Month, parse_period
from levelfield.core.values import ALL

SIGNALS = {
    -2: "below the 99.8% limit",
    -1: "below the 95% limit",
    0: "within limits",
    1: "above the 95% limit",
    2: "above the 99.8% limit",
}


@dataclass(frozen=True)
class Comparison:
    """One measure in one period and stratum, organisation by organisation."""

    measure: str
    period: str
    reading: Reading
    funnel: Funnel | NotComparable
    bars: Bars | NotComparable
    trends: dict[str, Trend | NotComparable]
    """By organisation, over the months up to the period."""
    held: pa.Table
    """The values of the period, compared or not."""

    @property
    def main(self) -> Funnel | Bars | NotComparable:
        """The funnel where the values bear one, else the ordered bars."""
        return self.bars if isinstance(self.funnel, NotComparable) else self.funnel

    @property
    def sentence(self) -> str:
        """The finding among organisations, and why there is no funnel when there is none."""
        if isinstance(self.bars, NotComparable):
            return self.bars.reason
        if isinstance(self.funnel, NotComparable):
            return f"{self.bars.sentence} {self.funnel.reason}"
        return self.funnel.sentence

    @property
    def method(self) -> str:
        """The name and parameters of the comparison among organisations."""
        if isinstance(self.main, NotComparable):
            return ""
        return method_words(self.main.method, self.main.parameters)

    def rows(self) -> list[dict[str, Any]]:
        """One row per organisation in the order of the bars, for a table or JSON.

        Where nobody is compared the rows are in the order of the values, beside their own past.
        `signal` is empty without a funnel, `variation` without a trend that reaches the period,
        `assurance` without a standard; `provisional_limits` says that fewer than fifteen months
        set the limits of the trend.
        """
        if isinstance(self.bars, NotComparable):
            valued = self.held.filter(pc.is_valid(self.held["value"]))
            return [self._row(row, None, None) for row in valued.to_pylist()]
        signals: dict[str, int | None] = {}
        if isinstance(self.funnel, Funnel):
            columns = (self.funnel.points[name].to_pylist() for name in ("org_code", "signal"))
            signals = dict(zip(*columns, strict=True))
        reference = None if isinstance(self.main, NotComparable) else self.main.reference
        return [
            self._row(row, reference, signals.get(row["org_code"]))
            for row in self.bars.points.to_pylist()
        ]

    def _row(
        self, value: dict[str, Any], reference: float | None, signal: int | None
    ) -> dict[str, Any]:
        found = self._current_trend(value["org_code"])
        counted = ("org_code", "numerator", "denominator", "value", "lower", "upper")
        return {
            **{name: value[name] for name in counted},
            "reference": reference,
            "signal": None if signal is None else SIGNALS[signal],
            "variation": found.variation if found else None,
            "assurance": found.assurance if found else None,
            "provisional_limits": found.provisional_limits if found else None,
            "interval_method": value["method"],
            "comparison_method": self.method,
            "flags": value["flags"],
            "lineage": value["lineage"],
        }

    def _current_trend(self, org_code: str) -> Trend | None:
        """The organisation's trend, unless it ends before the period: old icons are no news."""
        found = self.trends[org_code]
        if isinstance(found, NotComparable):
            return None
        last = Month.parse(found.points["period"][-1].as_py())
        return found if last.first >= parse_period(self.period).first else None


def benchmark(
    values: pa.Table,
    reading: Reading,
    *,
    measure: str,
    period: str | None = None,
    org_level: str = "provider",
    stratifier: str = ALL,
    stratum: str = ALL,
    reference: float | None = None,
    allow_overdispersion: bool = True,
    spread_from: pa.Table | None = None,
    names: Names | None = None,
) -> Comparison:
    """Hold every organisation of a level against its peers and against its own past.

    `values` may hold any measures and periods, in the columns of a value; `period` is the last
    month held when none is given. Trends run over the months up to the period's end and so show
    what was known of its time. `spread_from` is as for `funnel`. Raises UsageError when there is no
    value for what was asked.
    """
    held = select(
        values, measure=measure, org_level=org_level, stratifier=stratifier, stratum=stratum
    )
    chosen = period or _last_month(held)
    now = select(held, measure=measure, period=chosen, stratifier=stratifier, stratum=stratum)
    if chosen is None or now.num_rows == 0:
        asked = f"'{measure}' by {org_level}" + (f" in {chosen}" if chosen else "")
        raise UsageError(f"There are no values of {asked}. See which periods 'status' lists.")
    return Comparison(
        measure=measure,
        period=chosen,
        reading=reading,
        funnel=funnel(
            now,
            reading,
            reference=reference,
            allow_overdispersion=allow_overdispersion,
            spread_from=spread_from,
            names=names,
        ),
        bars=ordered_bars(now, reading, reference=reference, names=names),
        trends=_trends(held, now["org_code"].to_pylist(), chosen, reading),
        held=now,
    )


def _trends(
    held: pa.Table, codes: list[str], period: str, reading: Reading
) -> dict[str, Trend | NotComparable]:
    end = parse_period(period).last
    past = [p for p in pc.unique(held["period"]).to_pylist() if parse_period(p).last <= end]
    until = held.filter(pc.is_in(held["period"], pa.array(past, pa.string())))
    return {code: trend(until.filter(pc.equal(until["org_code"], code)), reading) for code in codes}


def _last_month(held: pa.Table) -> str | None:
    periods = [parse_period(text) for text in pc.unique(held["period"]).to_pylist()]
    months = [period for period in periods if isinstance(period, Month)]
    return str(max(months)) if months else None
