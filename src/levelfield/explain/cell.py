"""A cell of a measure counted again, row by row, from the facts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from levelfield.core.values import NATIONAL
from levelfield.engine import Engine, NamedQuery, compose, load_pipeline
from levelfield.engine.sql import literal
from levelfield.explain.explanation import MOST_RECORDS
from levelfield.facts import load_fact
from levelfield.measures import Measure, MissingAttendance
from levelfield.measures.definition import STRATIFIER_COLUMNS
from levelfield.measures.queries import columns_needed

_HERE = Path(__file__).parent
COUNTED = "counted"


@dataclass(frozen=True)
class Cell:
    """Which cell: the keys of a value."""

    period: str
    org_level: str
    org_code: str
    stratifier: str
    stratum: str

    @property
    def parameters(self) -> dict[str, str]:
        found = {"period": self.period}
        if self.org_code != NATIONAL:
            found["organisation"] = self.org_code
        if self.stratifier in STRATIFIER_COLUMNS:
            found["stratum"] = self.stratum
        return found


@dataclass(frozen=True)
class Recount:
    """What a cell came to.

    `rows` counts the rows of the fact by what they are to the figure: `other` (not asked for),
    `exclusion 1` …, `unobserved`, `not compared`, `counted`. `hits` and `sizes` are numerator and
    denominator by the compared group (by `all`, where there is none); persons for a measure of
    persons. `histogram` says how often each observation occurs.
    """

    rows: Mapping[str, int]
    sizes: Mapping[str, int]
    hits: Mapping[str, int]
    histogram: Mapping[float, int]
    providers: tuple[str, ...]
    numerator_records: pa.Table
    denominator_records: pa.Table
    record_numbers: tuple[int, int]


def recount(
    engine: Engine, measure: Measure, cell: Cell, missing_attendance: MissingAttendance
) -> tuple[Recount, list[NamedQuery]]:
    """Count one cell and give the queries as they were run.

    The engine has the measure's fact and `measure_period`.
    """
    rows, results = cell_queries(measure, cell, missing_attendance)
    engine.create("judged", compose(rows), cell.parameters)
    found = {query.name: engine.query(query.sql) for query in results}
    providers = engine.query("SELECT DISTINCT provider FROM judged WHERE standing = 'counted'")
    engine.drop("judged")
    tally = found["tally"].to_pylist()
    counted = [row for row in tally if row["standing"] == COUNTED]
    sizes = _sums(counted, "split", "row_count")
    hits = _sums(counted, "split", "hits")
    total, hit = sum(sizes.values()), sum(hits.values())
    made = Recount(
        rows=_sums(tally, "standing", "row_count"),
        sizes=sizes if measure.gap else {"all": total},
        hits=hits if measure.gap else {"all": hit},
        histogram={float(row["split"]): row["row_count"] for row in counted}
        if measure.observation
        else {},
        providers=tuple(sorted(providers["provider"].to_pylist())),
        numerator_records=found["in_numerator"],
        denominator_records=found["in_denominator_only"],
        record_numbers=(hit, total - hit),
    )
    if measure.unit == "person":
        made = _by_person(measure, made, found["persons"].to_pylist()[0])
    return made, [*rows, *results]


def cell_queries(
    measure: Measure, cell: Cell, missing_attendance: MissingAttendance = "left_out"
) -> tuple[list[NamedQuery], list[NamedQuery]]:
    """The queries that judge the rows of a cell, and those that read from `judged`."""
    keys = load_fact(measure.fact).key
    shown = [*keys, "split AS observation"] if measure.observation else list(keys)
    stratum = STRATIFIER_COLUMNS.get(cell.stratifier)  # type: ignore[call-overload]
    gap, observation = measure.gap, measure.observation
    split = observation.value if observation else gap.column if gap else "'all'"
    rows = load_pipeline(
        _HERE / "cell.sql",
        columns=sorted({*columns_needed(measure), *keys}),
        attended=missing_attendance == "attended",
        fact=measure.fact,
        period_column=measure.period_column,
        organisation=None if cell.org_code == NATIONAL else cell.org_level,
        stratum_column=stratum,
        keys=[key for key in keys if key != "provider"],
        split=split,
        person=measure.unit == "person" and "person_id" not in keys,
        denominator=measure.denominator.when,
        exclusions=[exclusion.when for exclusion in measure.exclusions],
        observation=observation.value if observation else None,
        compared=[(gap.column, [literal(gap.first), literal(gap.second)])] if gap else [],
        numerator=measure.numerator.when if measure.numerator else "FALSE",
    )
    results = load_pipeline(
        _HERE / "tally.sql",
        person=measure.unit == "person",
        shown=shown,
        keys=keys,
        most=MOST_RECORDS,
    )
    return rows, results


def _by_person(measure: Measure, made: Recount, persons: Mapping[str, int]) -> Recount:
    hits = made.hits["all"] if measure.statistic == "mean" else persons["persons_hit"]
    return replace(made, sizes={"all": persons["persons"]}, hits={"all": hits or 0})


def _sums(rows: list[dict[str, object]], by: str, count: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        found[str(row[by])] = found.get(str(row[by]), 0) + int(str(row[count]))
    return found
