"""Measures counted over the facts of a home, as values."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from levelfield.core.values import VALUE_SCHEMA, join_flags, lineage_key
from levelfield.engine import Engine, compose
from levelfield.measures.calendar import Calendar
from levelfield.measures.cells import KEYS, Floats, name_cells
from levelfield.measures.code_lists import load_code_lists
from levelfield.measures.definition import Measure
from levelfield.measures.estimates import Estimate, estimate
from levelfield.measures.queries import (
    MissingAttendance,
    depends_on_attendance,
    measure_queries,
)

NOT_OFFICIAL = "not official"
SMALL_NUMBER = "small number"
ILLUSTRATIVE = "illustrative codes"
WRONG_COUNTS = "wrong counts left out"

ATTENDANCE_FLAGS: dict[MissingAttendance, str] = {
    "attended": "missing attendance counted as attended",
    "left_out": "missing attendance left out",
}


def evaluate(
    engine: Engine,
    measure: Measure,
    snapshot: str,
    coverage: pa.Table,
    missing_attendance: MissingAttendance = "left_out",
) -> pa.Table:
    """The values of one measure for every organisation, period and stratum, in VALUE_SCHEMA.

    The engine has the measure's fact under its name; `coverage` is the coverage fact; `snapshot`
    names the data that the facts were built from and goes into each lineage key. A cell in which
    nothing was counted has no value. Flags: `not official` always; `provisional`, `incomplete` and
    `break in series` as `Calendar.flags` says; `small number` below the measure's minimum
    denominator; `illustrative codes` while nobody has checked a code list; `wrong counts left out`
    where a row held counts that cannot be right; and what a missing attendance code was taken for,
    where that matters. Rows are sorted.
    Raises UsageError when nothing is held, EngineError when the engine fails.
    """
    calendar = Calendar.from_coverage(coverage)
    engine.view("measure_period", calendar.table(measure))
    counted = engine.query(compose(measure_queries(measure, missing_attendance)))
    cells = name_cells(measure, counted)
    periods = calendar.periods(measure)
    common = {
        (period, level, code): calendar.flags(measure, periods[period], providers)
        for (level, code), providers in cells.contributors.items()
        for period in periods
    }
    said = ATTENDANCE_FLAGS[missing_attendance] if depends_on_attendance(measure) else ""
    tables = [_values(measure, part, snapshot, common, said) for part in estimate(measure, cells)]
    order = [(name, "ascending") for name in ("measure", *KEYS)]
    return pa.concat_tables(tables).sort_by(order)


def _values(
    measure: Measure,
    part: Estimate,
    snapshot: str,
    common: Mapping[tuple[str, str, str], tuple[str, ...]],
    said: str,
) -> pa.Table:
    name = f"{measure.id}.{part.part}" if part.part else measure.id
    keys = {key: part.cells.keys[key].to_pylist() for key in KEYS}
    cells = list(zip(*keys.values(), strict=True))
    always = [NOT_OFFICIAL, said, ILLUSTRATIVE if _has_illustrative_codes(measure) else ""]
    small = part.size < measure.minimum_denominator
    wrong = part.cells.sums.get("wrong", np.zeros(len(cells))) > 0
    flags = [
        join_flags(
            *always,
            SMALL_NUMBER if few else "",
            WRONG_COUNTS if bad else "",
            *common[cell[:3]],
        )
        for cell, few, bad in zip(cells, small, wrong, strict=True)
    ]
    lineage = [lineage_key("V", name, measure.version, *cell, said, snapshot) for cell in cells]
    columns = {
        "measure": [name] * len(cells),
        "version": [str(measure.version)] * len(cells),
        **keys,
        "numerator": _optional(part.numerator, len(cells)),
        "denominator": part.denominator,
        "value": _optional(part.value, len(cells)),
        "lower": _optional(part.lower, len(cells)),
        "upper": _optional(part.upper, len(cells)),
        "method": [part.method] * len(cells),
        "flags": flags,
        "lineage": lineage,
    }
    return pa.table(columns, schema=VALUE_SCHEMA)


def _has_illustrative_codes(measure: Measure) -> bool:
    lists = load_code_lists() if measure.code_lists else {}
    return any(lists[name].illustrative for name in measure.code_lists)


def _optional(numbers: Floats | None, count: int) -> pa.Array:
    """A column in which what is not a number is empty."""
    if numbers is None:
        return pa.nulls(count, pa.float64())
    return pa.array(numbers, pa.float64(), from_pandas=True)
