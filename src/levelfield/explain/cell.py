"""A cell of a measure counted again, row by row, from the facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from levelfield.core.values import NATIONAL
from levelfield.engine import Engine, NamedQuery, compose, load_pipeline
from levelfield.explain.explanation import MOST_RECORDS
from levelfield.facts import load_fact
from levelfield.measures import Measure, MissingAttendance
from levelfield.measures.cells import KEYS, Cells, Keys, numbers
from levelfield.measures.definition import STRATIFIER_COLUMNS
from levelfield.measures.estimates import Estimate, estimate
from levelfield.measures.judged import COUNTED, Asked, judge
from levelfield.measures.queries import columns_needed, read_columns
from levelfield.measures.sums import is_of_sums, measure_sums

_HERE = Path(__file__).parent


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
class Figure:
    """One part of a measure in one cell. `numerator` is None where the value is no quotient."""

    numerator: float | None
    denominator: float
    value: float | None


@dataclass(frozen=True)
class Recount:
    """What a cell came to.

    `rows` counts the rows of the fact by what they are to the figure: `counted`, or why they are
    not (`measures.judged` has the words). `figures` are the measure and its parts by the part's
    name. `histogram` says how often each observation of a median occurs. `record_numbers` says how
    many rows are in the numerator and how many in the denominator only.
    """

    rows: Mapping[str, int]
    figures: Mapping[str, Figure]
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
    providers = engine.query(
        f"SELECT DISTINCT provider FROM judged WHERE standing = '{COUNTED}' OR in_numerator = 1"
    )
    engine.drop("judged")
    tally = found["tally"].to_pylist()
    hits = sum(row["row_count"] for row in tally if row["in_numerator"])
    others = [row for row in tally if row["standing"] == COUNTED and not row["in_numerator"]]
    standings: dict[str, int] = {}
    for row in tally:
        standings[row["standing"]] = standings.get(row["standing"], 0) + row["row_count"]
    sums = {name: numbers(found["sums"][name]) for name in found["sums"].column_names}
    histogram = {}
    if "observation" in sums:
        histogram = dict(zip(sums["observation"], sums["denominator"].astype(int), strict=True))
    made = Recount(
        rows=standings,
        figures=_figures(measure, cell, sums),
        histogram=histogram,
        providers=tuple(sorted(providers["provider"].to_pylist())),
        numerator_records=found["in_numerator"],
        denominator_records=found["in_denominator_only"],
        record_numbers=(hits, sum(row["row_count"] for row in others)),
    )
    return made, [*rows, *results]


def cell_queries(
    measure: Measure, cell: Cell, missing_attendance: MissingAttendance = "left_out"
) -> tuple[list[NamedQuery], list[NamedQuery]]:
    """The queries that judge the rows of a cell, and those that read from `judged`."""
    keys = load_fact(measure.fact).key
    asked = Asked(measure.fact)
    judged = judge(measure, asked)
    sums = measure_sums(measure, asked) if is_of_sums(measure) else {}
    observation = measure.observation
    rows = load_pipeline(
        _HERE / "cell.sql",
        columns=read_columns({*columns_needed(measure), *keys}, missing_attendance),
        fact=measure.fact,
        period_column=measure.period_column,
        organisation=None if cell.org_code == NATIONAL else cell.org_level,
        stratum_column=STRATIFIER_COLUMNS.get(cell.stratifier),  # type: ignore[call-overload]
        keys=list(dict.fromkeys([*keys, "provider"])),
        person=measure.unit == "person" and "person_id" not in keys,
        observation=asked.number(observation.value) if observation else None,
        asked=asked.columns,
        standing=judged.standing,
        is_hit=judged.is_hit,
    )
    results = load_pipeline(
        _HERE / "tally.sql",
        persons=measure.unit == "person",
        histogram=measure.statistic == "median",
        sums=sums,
        shown=[*keys, "observation"] if observation else list(keys),
        keys=keys,
        most=MOST_RECORDS,
    )
    return rows, results


def _figures(measure: Measure, cell: Cell, sums: Mapping[str, np.ndarray]) -> dict[str, Figure]:
    """The measure and its parts in a cell, by the same arithmetic that makes all values."""
    size = len(next(iter(sums.values())))
    words = {name: pa.array([getattr(cell, name)] * size, pa.string()) for name in KEYS}
    keys, place = Keys.numbered(words)
    return {part.part: _figure(part) for part in estimate(measure, Cells(keys, place, sums, {}))}


def _figure(part: Estimate) -> Figure:
    if not len(part.value):
        return Figure(None, 0.0, None)
    numerator = None if part.numerator is None else float(part.numerator[0])
    value = float(part.value[0])
    return Figure(numerator, float(part.denominator[0]), None if np.isnan(value) else value)
