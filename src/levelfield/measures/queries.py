"""A measure as named queries: the same text for every engine, to run or to print."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from levelfield.engine import NamedQuery, load_pipeline
from levelfield.engine.predicates import columns_used
from levelfield.engine.sql import literal
from levelfield.measures.definition import STRATIFIER_COLUMNS, Measure

MissingAttendance = Literal["attended", "left_out"]
"""What a contact without an attendance code counts as; published practice differs."""

_TEMPLATE = Path(__file__).with_name("cells.sql")
_ATTENDANCE = "attendance_status"

ORGANISATIONS: tuple[tuple[str, ...], ...] = (
    ("provider",),
    ("commissioner",),
    (),
)
"""The levels at which a measure is counted, by the columns that name the organisation."""


def measure_queries(
    measure: Measure, missing_attendance: MissingAttendance = "left_out"
) -> list[NamedQuery]:
    """The queries that count a measure; the last, `cells`, has a row per cell.

    A cell's row names its organisation (`provider`, `commissioner` or neither, for all) and one
    stratum at most; what it does not name is null. Rows that name both provider and commissioner
    say who contributes to whom. They read the measure's fact and `measure_period`. A median's
    cells are split by `observation`, a gap's by the compared column.
    """
    strata = [STRATIFIER_COLUMNS[name] for name in measure.stratifiers]
    compared = [measure.gap.column] if measure.gap else []
    person = measure.unit == "person"
    split = ["observation"] if measure.observation else compared
    return load_pipeline(
        _TEMPLATE,
        columns=[_read(name, missing_attendance) for name in columns_needed(measure)],
        fact=measure.fact,
        period_column=measure.period_column,
        strata=strata + compared,
        person=person,
        observation=measure.observation.value if measure.observation else None,
        numerator=measure.numerator.when if measure.numerator else "TRUE",
        denominator=measure.denominator.when,
        exclusions=[exclusion.when for exclusion in measure.exclusions],
        compared=[
            (gap.column, literal(gap.first), literal(gap.second)) for gap in [measure.gap] if gap
        ],
        cell=["provider", "commissioner", *strata, *split],
        sets=_grouping_sets(strata, split),
    )


def columns_needed(measure: Measure) -> list[str]:
    """The columns of the fact that a measure reads, in alphabetical order."""
    found = {"provider", "commissioner", measure.period_column}
    found |= {STRATIFIER_COLUMNS[name] for name in measure.stratifiers}
    if measure.unit == "person":
        found.add("person_id")
    if measure.gap:
        found.add(measure.gap.column)
    expressions = [text for _, text in measure.conditions]
    if measure.observation:
        expressions.append(measure.observation.value)
    for expression in expressions:
        found |= columns_used(expression, measure.id)
    return sorted(found)


def depends_on_attendance(measure: Measure) -> bool:
    """Whether the meaning of a missing attendance code can change the result."""
    return _ATTENDANCE in columns_needed(measure)


def _read(column: str, missing_attendance: MissingAttendance) -> str:
    if column == _ATTENDANCE and missing_attendance == "attended":
        return f"COALESCE({_ATTENDANCE}, '5') AS {_ATTENDANCE}"
    return column


def _grouping_sets(strata: Sequence[str], split: Sequence[str]) -> list[list[str]]:
    sets = [
        [*organisation, *stratum, *split]
        for organisation in ORGANISATIONS
        for stratum in [[], *([name] for name in strata)]
    ]
    return [*sets, ["provider", "commissioner", *split]]
