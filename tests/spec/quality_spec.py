"""How a spec of data quality runs: drawn quality facts and coverage in, values out."""

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from levelfield.core.periods import Month
from levelfield.datasets.windows import windows
from levelfield.engine import Engine
from levelfield.facts import load_fact
from levelfield.quality import Declared, coverage_matrix, evaluate
from levelfield.quality.declared import Declaration, Declarations
from spec.tables import Row, arrow, assert_rows, rows

PERIOD = "2026-03"
FACTS = ("field_quality", "table_quality")


def draw(engine: Engine, given: dict[str, str]) -> pa.Table:
    """Put the drawn facts into the engine and return the coverage.

    What is not drawn: provider ZA1, March 2026, one submission, received on the last day of the
    primary window, in the refresh window, with a hundred people. Five counts add up to records.
    """
    drawn = {name: rows(text) for name, text in given.items()}
    for name in FACTS:
        defaults = {"provider": "ZA1", "period": PERIOD, "expected": "true"}
        schema = load_fact(name).arrow_schema()
        defaults = {key: text for key, text in defaults.items() if key in schema.names}
        engine.view(name, arrow(drawn.get(name, []), schema, defaults))
    held = [_coverage(row) for row in drawn.get("coverage") or _of(drawn)]
    coverage = arrow(held, load_fact("coverage").arrow_schema())
    engine.view("coverage", coverage)
    return coverage


def _of(drawn: dict[str, list[Row]]) -> list[Row]:
    """The provider-months that the drawn facts name."""
    places = {
        (row.get("provider", "ZA1"), row.get("period", PERIOD))
        for table in drawn.values()
        for row in table
    }
    return [{"provider": code, "period": period} for code, period in sorted(places)]


def _coverage(row: Row) -> Row:
    filled = {"provider": "ZA1", "period": PERIOD} | row
    close = windows(Month.parse(filled["period"])).primary_close
    first = {"first_received_at": f"{close}T09:00:00", "primary_close": str(close)}
    filled = first | filled
    filled.setdefault("received_at", filled["first_received_at"])
    usual = {"submission_window": "refresh", "submissions": "1", "people": "100"}
    return usual | filled


def declare(*items: str) -> Declared:
    """Declarations of ZA1 drawn as `table.field: status`, since January 2020."""
    found = []
    for text in items:
        place, status = (part.strip() for part in text.split(":"))
        table, _, field = place.partition(".")
        found.append(
            Declaration(
                table=table, field=field or None, status=status, reason="said", since="2020-01-01"
            )
        )
    one = Declarations(provider="ZA1", declared_by="ZA1", declared_on="2026-01-01", items=found)
    return Declared((one,))


@dataclass
class QualitySpec:
    """Counts data quality over drawn facts, and compares the rows asked for by `where`."""

    engine: Engine

    def __call__(
        self,
        *,
        given: dict[str, str],
        where: dict[str, str],
        expect: str,
        declared: Iterable[str] = (),
    ) -> None:
        coverage = draw(self.engine, given)
        only = where["measure"].partition(".")[0]
        said = declare(*declared) if declared else None
        found = evaluate(self.engine, "spec", coverage, said, only)
        for name, wanted in where.items():
            found = found.filter(pc.equal(found[name], wanted))
        assert_rows(found, expect, tolerance=1e-9)


@dataclass
class MatrixSpec:
    """Drawn coverage, and the rows of the matrix that come of it."""

    engine: Engine

    def __call__(self, *, given: dict[str, str], expect: str) -> None:
        coverage = draw(self.engine, given)
        assert_rows(coverage_matrix(self.engine, coverage), expect)
