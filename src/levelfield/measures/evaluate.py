"""Measures counted over the facts of a home, as values."""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np
import pyarrow as pa

from levelfield.core.successions import Succession
from levelfield.core.threads import one_ahead
from levelfield.core.values import SMALL_NUMBER, VALUE_SCHEMA, join_flags, lineage_keys
from levelfield.engine import Engine, NamedQuery, compose
from levelfield.measures.calendar import Calendar, FlagBook
from levelfield.measures.cells import KEYS, Counted, Floats
from levelfield.measures.code_lists import load_code_lists
from levelfield.measures.definition import STRATIFIER_COLUMNS, Measure
from levelfield.measures.estimates import Estimate, estimate, part_name
from levelfield.measures.persons import PersonCount, added_up
from levelfield.measures.queries import (
    MissingAttendance,
    depends_on_attendance,
    person_columns,
    person_conditions,
    person_queries,
    split_by_observation,
    sum_columns,
    sum_queries,
)

NOT_OFFICIAL = "not official"
ILLUSTRATIVE = "illustrative codes"
WRONG_COUNTS = "wrong counts left out"

ATTENDANCE_FLAGS: dict[MissingAttendance, str] = {
    "attended": "missing attendance counted as attended",
    "left_out": "missing attendance left out",
}

MEASURES_AT_ONCE = 24
"""More share a scan, and take memory for the sums of all groups at once: 3 GiB for these."""


def evaluate(
    engine: Engine,
    measure: Measure,
    snapshot: str,
    coverage: pa.Table,
    missing_attendance: MissingAttendance = "left_out",
    successions: Iterable[Succession] = (),
) -> pa.Table:
    """The values of one measure: see `evaluate_all`."""
    [(_, values)] = evaluate_all(
        engine, [measure], snapshot, coverage, missing_attendance, successions
    )
    return values


def evaluate_all(
    engine: Engine,
    measures: Sequence[Measure],
    snapshot: str,
    coverage: pa.Table,
    missing_attendance: MissingAttendance = "left_out",
    successions: Iterable[Succession] = (),
) -> Iterator[tuple[Measure, pa.Table]]:
    """Each measure with its values for every organisation, period and stratum, in VALUE_SCHEMA.

    Measures that are sums over the rows of one fact share its scan, so they do not come in the
    order of `measures`; the rows of each are sorted. The engine has the facts under their names;
    `coverage` is the coverage fact, and nothing is missed of who went into another by the
    `successions`; `snapshot` names the data that the facts were built from and
    goes into each lineage key. A cell in which nothing was counted has no value. Flags: `not
    official` always; `provisional`, `incomplete` and `break in series` as `Calendar.flags` says;
    `small number` below the measure's minimum denominator; `illustrative codes` while nobody has
    checked a code list; `wrong counts left out` where a row held counts that cannot be right; and
    what a missing attendance code was taken for, where that matters.
    Raises UsageError when nothing is held, EngineError when the engine fails.
    """
    calendar = Calendar.from_coverage(coverage, successions)
    book = FlagBook(calendar)
    batches = _counted(engine, measures, calendar, missing_attendance)
    # The engine counts the next measures while Python makes values of these.
    for counted, columns in one_ahead(batches, engine.interrupt):
        for measure, names in columns:
            said = ATTENDANCE_FLAGS[missing_attendance] if depends_on_attendance(measure) else ""
            cells = counted.of(measure, names)
            common = book.of(measure, cells)
            parts = sorted(estimate(measure, cells), key=lambda one: one.part)
            tables = [_values(measure, one, snapshot, common, said) for one in parts]
            yield measure, pa.concat_tables(tables)


Batch = tuple[Counted, list[tuple[Measure, Mapping[str, str]]]]
"""What was counted together, and its measures with the column that each sum of theirs is in."""


def _counted(
    engine: Engine,
    measures: Sequence[Measure],
    calendar: Calendar,
    missing_attendance: MissingAttendance,
) -> Generator[Batch, None, None]:
    for together in _batches(measures):
        count = _persons if together[0].unit == "person" else _sums
        yield from count(engine, together, calendar, missing_attendance)


def _batches(measures: Sequence[Measure]) -> Iterator[list[Measure]]:
    """Measures that are counted together: sums, medians of one number or persons over one fact by
    one column of months."""
    alike: dict[tuple[object, ...], list[Measure]] = {}
    for measure in measures:
        ground = (measure.fact, measure.period_column, split_by_observation(measure))
        window = (measure.months, measure.periods) if measure.unit == "person" else None
        alike.setdefault((*ground, window), []).append(measure)
    for together in alike.values():
        for start in range(0, len(together), MEASURES_AT_ONCE):
            yield together[start : start + MEASURES_AT_ONCE]


def _persons(
    engine: Engine,
    measures: Sequence[Measure],
    calendar: Calendar,
    missing_attendance: MissingAttendance,
) -> Generator[Batch, None, None]:
    """The rows that count for any of the measures, and their persons in every cell."""
    periods = calendar.periods(measures[0])
    person_count = PersonCount(
        conditions=person_conditions(measures),
        stratifiers=tuple(
            one for one in STRATIFIER_COLUMNS if any(one in m.stratifiers for m in measures)
        ),
        periods={name: [str(month) for month in months] for name, months in periods.items()},
    )
    engine.view("measure_period", calendar.table(measures[0]))
    queries = person_queries(measures, missing_attendance)
    rows = compose(_through("counted", queries))
    parts = engine.in_parts(rows, "person_id", person_count.count, person_count.schema)
    columns = person_columns(measures)
    yield Counted.read(added_up(parts)), [(measure, columns[measure.id]) for measure in measures]


def _sums(
    engine: Engine,
    measures: Sequence[Measure],
    calendar: Calendar,
    missing_attendance: MissingAttendance,
) -> Generator[Batch, None, None]:
    """The scan of the fact once, and what it came to once for each way of making up periods."""
    queries = sum_queries(measures, missing_attendance)
    columns = {
        own: {name: column for name, (column, _) in sums.items()}
        for own, sums in sum_columns(measures).items()
    }
    windows: dict[tuple[object, ...], list[Measure]] = {}
    for measure in measures:
        windows.setdefault((measure.months, measure.periods), []).append(measure)
    with _kept(engine, queries, "by_organisation"):
        for own in windows.values():
            engine.view("measure_period", calendar.table(own[0]))
            counted = Counted.read(engine.query(compose(_after("by_organisation", queries))))
            yield counted, [(measure, columns[measure.id]) for measure in own]


@contextmanager
def _kept(engine: Engine, queries: Sequence[NamedQuery], name: str) -> Iterator[None]:
    """While the rows of one of some queries are kept under its name, for those after it to read."""
    engine.create(name, compose(_through(name, queries)))
    try:
        yield
    finally:
        engine.drop(name)


def _through(name: str, queries: Sequence[NamedQuery]) -> list[NamedQuery]:
    """The queries up to one of them."""
    place = [query.name for query in queries].index(name)
    return list(queries[: place + 1])


def _after(name: str, queries: Sequence[NamedQuery]) -> list[NamedQuery]:
    """The queries that come after one whose rows are kept."""
    place = [query.name for query in queries].index(name)
    return list(queries[place + 1 :])


def _values(
    measure: Measure,
    part: Estimate,
    snapshot: str,
    common: Mapping[int, tuple[str, ...]],
    said: str,
) -> pa.Table:
    name = part_name(measure, part.part)
    keys, place = part.cells.keys, part.cells.place
    size = len(place)
    columns = {
        "measure": pa.repeat(pa.scalar(name), size),
        "version": pa.repeat(pa.scalar(str(measure.version)), size),
        **{key: keys.words(key, place) for key in KEYS},
        "numerator": _optional(part.numerator, size),
        "denominator": part.denominator,
        "value": _optional(part.value, size),
        "lower": _optional(part.lower, size),
        "upper": _optional(part.upper, size),
        "method": pa.repeat(pa.scalar(part.method), size),
        "flags": _flags(measure, part, common, said),
        "lineage": lineage_keys("V", [name, measure.version, said, snapshot], keys.lineage[place]),
    }
    return pa.table(columns, schema=VALUE_SCHEMA)


def _flags(
    measure: Measure, part: Estimate, common: Mapping[int, tuple[str, ...]], said: str
) -> pa.Array:
    """The flags of every cell; few sets of them occur, and each is written once."""
    lists = load_code_lists() if measure.code_lists else {}
    illustrative = any(lists[name].illustrative for name in measure.code_lists)
    always = (NOT_OFFICIAL, said, ILLUSTRATIVE if illustrative else "")
    cells = part.cells
    figure = cells.keys.figures[0][cells.place]
    small = part.size < measure.minimum_denominator
    wrong = cells.sums["wrong"] > 0 if "wrong" in cells.sums else np.zeros(len(cells), dtype=bool)
    kinds, kind = np.unique(figure * 4 + small * 2 + wrong, return_inverse=True)
    words = [
        join_flags(
            *always,
            *common[one // 4],
            SMALL_NUMBER if one & 2 else "",
            WRONG_COUNTS if one & 1 else "",
        )
        for one in kinds.tolist()
    ]
    return pa.array(words, pa.string()).take(pa.array(kind))


def _optional(numbers: Floats | None, count: int) -> pa.Array:
    """A column in which what is not a number is empty."""
    if numbers is None:
        return pa.nulls(count, pa.float64())
    return pa.array(numbers, pa.float64(), from_pandas=True)
