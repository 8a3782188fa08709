"""Measures as named queries: the same text for every engine, to run or to print."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from levelfield.engine import NamedQuery, load_pipeline
from levelfield.engine.predicates import columns_used
from levelfield.measures.definition import STRATIFIER_COLUMNS, Measure
from levelfield.measures.judged import Asked, any_of, judge
from levelfield.measures.persons import PERSONS, PERSONS_AND_ROWS
from levelfield.measures.sums import Sum, measure_sums

MissingAttendance = Literal["attended", "left_out"]
"""What a contact without an attendance code counts as; published practice differs."""

_SUMS = Path(__file__).with_name("sums.sql")
_PERSONS = Path(__file__).with_name("persons.sql")
_ATTENDANCE = "attendance_status"


def measure_queries(
    measure: Measure, missing_attendance: MissingAttendance = "left_out"
) -> list[NamedQuery]:
    """The queries that count a measure; the last, `cells`, has a row per cell.

    A cell's row has `period`, `stratifier` and `stratum` and names its organisation (`provider`,
    `commissioner` or neither, for all). Rows that name both provider and commissioner say who
    contributes to whom. Every sum is a column, named by `cell_columns`. They read the measure's
    fact and `measure_period`. The cells of a median are split by `observation`; those of persons
    are not broken down.
    """
    if measure.unit == "person":
        return person_queries([measure], missing_attendance)
    return sum_queries([measure], missing_attendance)


def sum_queries(
    measures: Sequence[Measure], missing_attendance: MissingAttendance = "left_out"
) -> list[NamedQuery]:
    """As `measure_queries`, of measures that are sums over rows of one fact in the same months, or
    of medians of the same number of such rows.

    What several of them ask of a row is asked once, and what several add up is added up once, under
    the name that the first of them gives it: see `sum_columns`.
    """
    asked = Asked(measures[0].fact)
    names = sum_columns(measures, asked)
    sums = {name: one for own in names.values() for name, one in own.values()}
    observed = split_by_observation(measures[0])
    return load_pipeline(
        _SUMS,
        **_common(measures, missing_attendance),
        observation=asked.number(observed) if observed else None,
        anything=any_of(one.condition for one in sums.values()),
        asked=asked.columns,
        sums=sums,
    )


def split_by_observation(measure: Measure) -> str | None:
    """The number whose every value is counted apart, as a median needs."""
    if measure.statistic == "median" and measure.observation:
        return measure.observation.value
    return None


def sum_columns(
    measures: Sequence[Measure], asked: Asked | None = None
) -> dict[str, dict[str, tuple[str, Sum]]]:
    """For each measure by id and each of its sums by name: the column that has it, and the sum."""
    asked = asked if asked is not None else Asked(measures[0].fact)
    first: dict[Sum, str] = {}
    return {
        measure.id: {
            name: (first.setdefault(one, f"{measure.id}__{name}"), one)
            for name, one in measure_sums(measure, asked).items()
        }
        for measure in measures
    }


def person_queries(
    measures: Sequence[Measure], missing_attendance: MissingAttendance = "left_out"
) -> list[NamedQuery]:
    """As `sum_queries`, of measures of persons, and not broken down: for that `PersonCount` takes
    the rows of the query `counted`."""
    asked = Asked(measures[0].fact)
    judged = [judge(measure, asked) for measure in measures]
    return load_pipeline(
        _PERSONS,
        **_common(measures, missing_attendance),
        asked=asked.columns,
        counts={name: condition for condition, name in _person_names(measures, asked).items()},
        anything=any_of(one.counts for one in judged),
    )


def person_conditions(measures: Sequence[Measure]) -> dict[str, tuple[str, ...]]:
    """The columns of `counted` that say what a row counts for, and which sums are wanted of it."""
    wanted = {column for own in person_columns(measures).values() for column in own.values()}
    return {
        name: PERSONS_AND_ROWS if f"{name}__rows" in wanted else PERSONS
        for name in _person_names(measures, Asked(measures[0].fact)).values()
    }


def person_columns(measures: Sequence[Measure]) -> dict[str, dict[str, str]]:
    """For each measure of persons by id and each of its sums by name: the column that has it."""
    asked = Asked(measures[0].fact)
    names, found = _person_names(measures, asked), {}
    for measure in measures:
        judged = judge(measure, asked)
        counted, hit = names[judged.counts], names[judged.is_hit]
        found[measure.id] = {"denominator": f"{counted}__persons", "persons": f"{hit}__persons"}
        if measure.statistic == "mean":
            found[measure.id] |= {"numerator": f"{hit}__rows", "squares": f"{hit}__squares"}
    return found


def cell_columns(measure: Measure) -> dict[str, str]:
    """The column of each sum of a measure, by the sum's name, among the cells of
    `measure_queries`; not for medians."""
    if measure.unit == "person":
        return person_columns([measure])[measure.id]
    return {name: column for name, (column, _) in sum_columns([measure])[measure.id].items()}


def _person_names(measures: Sequence[Measure], asked: Asked) -> dict[str, str]:
    """Each condition that rows are counted by, once, and the name that the first of them gives."""
    names: dict[str, str] = {}
    for measure in measures:
        judged = judge(measure, asked)
        names.setdefault(judged.counts, f"{measure.id}_counted")
        names.setdefault(judged.is_hit, f"{measure.id}_hit")
    return names


def _common(
    measures: Sequence[Measure], missing_attendance: MissingAttendance
) -> dict[str, object]:
    """What every pipeline is told: the columns that it reads, and the strata by their names."""
    columns = {name for measure in measures for name in columns_needed(measure)}
    used = {name for measure in measures for name in measure.stratifiers}
    return {
        "columns": read_columns(columns, missing_attendance),
        "fact": measures[0].fact,
        "period_column": measures[0].period_column,
        "strata": {name: column for name, column in STRATIFIER_COLUMNS.items() if name in used},
    }


def columns_needed(measure: Measure) -> list[str]:
    """The columns of the fact that a measure reads, with those of its stratifiers."""
    found = {"provider", "commissioner", measure.period_column}
    found |= {STRATIFIER_COLUMNS[name] for name in measure.stratifiers}
    if measure.unit == "person":
        found.add("person_id")
    if measure.gap:
        found.add(measure.gap.column)
    if measure.statistic == "slope":
        found.add("deprivation_fifth")
    for _, expression in [*measure.conditions, *measure.numbers]:
        found |= columns_used(expression, measure.id)
    return sorted(found)


def depends_on_attendance(measure: Measure) -> bool:
    """Whether the meaning of a missing attendance code can change the result."""
    return _ATTENDANCE in columns_needed(measure)


def read_columns(columns: Iterable[str], missing_attendance: MissingAttendance) -> list[str]:
    """The columns as they are selected from the fact, in alphabetical order."""
    settled = f"COALESCE({_ATTENDANCE}, '5') AS {_ATTENDANCE}"
    attended = missing_attendance == "attended"
    return [settled if attended and name == _ATTENDANCE else name for name in sorted(columns)]
