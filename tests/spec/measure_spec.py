"""How a spec of a measure runs: a drawn fact in, the values of one measure out."""

from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from levelfield.core.periods import Month
from levelfield.engine import Engine
from levelfield.facts import load_fact
from levelfield.measures import MissingAttendance, evaluate, find_measure
from spec.tables import arrow, assert_rows, rows

PERIOD = "2026-03"
DEFAULTS = {"provider": "ZA1", "period": PERIOD, "person_id": "A", "attendance_status": "5"}
COVERAGE = pa.schema(
    [("provider", pa.string()), ("period", pa.string()), ("submission_window", pa.string())]
)


def year_held(*providers: str) -> str:
    """Coverage of the twelve months to March 2026, all in the refresh window."""
    months = [Month.parse(PERIOD).plus(-n) for n in range(12)]
    lines = [f"{provider} | {month} | refresh" for provider in providers for month in months]
    return "\n".join(["provider | period | submission_window", *lines])


@dataclass
class MeasureSpec:
    """Counts a measure over drawn rows of its fact, and compares the rows asked for.

    `where` picks rows by the columns of a value; what is not asked for may be anything.
    """

    engine: Engine
    coverage: str = field(default_factory=lambda: year_held("ZA1", "ZA2"))

    def __call__(
        self,
        *,
        measure: str,
        given: str,
        expect: str,
        where: dict[str, str] | None = None,
        coverage: str | None = None,
        missing_attendance: MissingAttendance = "left_out",
    ) -> None:
        definition = find_measure(measure)
        schema = load_fact(definition.fact).arrow_schema()
        defaults = {name: text for name, text in DEFAULTS.items() if name in schema.names}
        drawn = rows(given)
        # A drawn blank is blank: only a column that is not drawn at all is filled in.
        self.engine.view(definition.fact, arrow(drawn, schema, defaults))
        held = arrow(rows(coverage or self.coverage), COVERAGE)
        found = evaluate(self.engine, definition, "spec", held, missing_attendance)
        for name, wanted in (where or {}).items():
            found = found.filter(pc.equal(found[name], wanted))
        assert_rows(found, expect, tolerance=1e-9)
