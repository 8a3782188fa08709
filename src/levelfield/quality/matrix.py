"""The coverage matrix: every provider and month of a home, and who submits consistently."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from levelfield.core.periods import Month
from levelfield.engine import Engine, NamedQuery, compose, load_pipeline
from levelfield.quality.definition import load_consistent

_MONTHS = Path(__file__).with_name("months.sql")

STATES = ("none", "primary only", "refresh", "before first")
"""Of a provider and month: nothing is held; a primary submission alone; one of the refresh window
is in use; or it lies before the first month held of the provider."""


def home_months(coverage: pa.Table) -> list[Month]:
    """Every month from the first that is held of anybody to the last."""
    held = sorted({Month.parse(period) for period in coverage["period"].to_pylist()})
    months = held[:1]
    while months and months[-1] < held[-1]:
        months.append(months[-1].next())
    return months


def month_queries() -> list[NamedQuery]:
    """The queries of the matrix over `coverage` and `home_month`; the last is `expected_month`."""
    return load_pipeline(_MONTHS)


def register_months(engine: Engine, coverage: pa.Table) -> None:
    """Make `home_month`, `expected_month` and `quality_period` (each month, and the financial
    years, with their months) readable; the engine has `coverage` under that name."""
    months = home_months(coverage)
    engine.view("home_month", pa.table({"period": pa.array([str(m) for m in months])}))
    engine.create("expected_month", compose(month_queries()))
    pairs = [(str(month), str(month)) for month in months]
    pairs += [(str(month.financial_year), str(month)) for month in months]
    names = [pa.array(column, pa.string()) for column in zip(*pairs, strict=True)]
    engine.view("quality_period", pa.table(names, names=["period", "month"]))


def coverage_matrix(engine: Engine, coverage: pa.Table) -> pa.Table:
    """One row for each provider and month of the home, in order (see `months.sql`).

    `days_before_close` is counted to the close of the primary window and negative for what came
    later; `records_revised` is how many more (or fewer) records the submission in use has than the
    first. Both are empty where there is nothing to say.
    """
    register_months(engine, coverage)
    return engine.query("SELECT * FROM expected_month ORDER BY provider, period")


@dataclass(frozen=True)
class Submitter:
    """How many of a period's months a provider has submitted, and which of them it lacks.

    `short` are months with fewer people than the rule asks for.
    """

    provider: str
    months: int
    missing: tuple[str, ...]
    short: tuple[str, ...]

    @property
    def consistent(self) -> bool:
        return not self.missing and not self.short

    @property
    def words(self) -> str:
        """As in `11 of 12 months, without 2025-12`."""
        said = f"{self.months - len(self.missing)} of {self.months} months"
        without = f", without {', '.join(self.missing)}" if self.missing else ""
        few = f", too few people in {', '.join(self.short)}" if self.short else ""
        return said + without + few


def submitters(matrix: pa.Table, period: str | None = None) -> dict[str, Submitter]:
    """Every provider of a matrix by the rule of the consistent submitter.

    `period` is a month or a financial year, of which the months that the home holds count; by
    default all months count, those before the provider's first too: who was not there all the time
    is not comparable over all of it.
    """
    fewest = load_consistent().fewest_people
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in matrix.to_pylist():
        if period is None or period in periods_of(row["period"]):
            found.setdefault(row["provider"], []).append(row)
    return {
        code: Submitter(
            code,
            len(rows),
            _periods(row for row in rows if not row["held"]),
            _periods(row for row in rows if row["held"] and (row["people"] or 0) < fewest),
        )
        for code, rows in found.items()
    }


def inconsistent(found: Mapping[str, Submitter]) -> Sequence[Submitter]:
    """Those who are no consistent submitters, by code."""
    return [found[code] for code in sorted(found) if not found[code].consistent]


def periods_of(month: str) -> tuple[str, str]:
    """The periods that a month belongs to: itself and its financial year."""
    return month, str(Month.parse(month).financial_year)


def _periods(rows: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(row["period"] for row in rows)
