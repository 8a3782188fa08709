"""The tidy files of an export: every value with its unit, and crude beside adjusted."""

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from levelfield.benchmark import Adjusted, Reading
from levelfield.core.values import VALUE_SCHEMA
from levelfield.publish.composed import CompositeResults
from levelfield.publish.results import MeasureResults
from levelfield.publish.words import stored_unit

TIDY_SCHEMA = pa.schema([*VALUE_SCHEMA, ("kind", pa.string()), ("unit", pa.string())])
"""A value with its `kind` (measure, part of a measure, composite) and the unit it is stored in."""

_ADJUSTED = ("adjusted", "adjusted_lower", "adjusted_upper")
_CRUDE = {"value": "crude", "lower": "crude_lower", "upper": "crude_upper"}
_BESIDE = ("measure", "version", "period", "org_level", "org_code", "numerator", "denominator")

ADJUSTED_SCHEMA = pa.schema(
    [
        *(VALUE_SCHEMA.field(name) for name in _BESIDE),
        *((name, pa.float64()) for name in ("expected", *_CRUDE.values(), *_ADJUSTED)),
        ("unit", pa.string()),
        ("adjusted_for", pa.string()),
        ("method", pa.string()),
        ("flags", pa.string()),
        ("lineage", pa.string()),
    ]
)
"""A provider's crude and adjusted value of a measure side by side, in the period compared.

`expected` are the events that everybody's figures give for its mix, rounded like any count;
`adjusted` is numerator over expected, times everybody's value. `lineage` is that of the crude one.
"""


def tidy_values(
    measures: Iterable[MeasureResults], composites: Iterable[CompositeResults]
) -> pa.Table:
    """The public values of measures, of their parts and of composites, a row a value."""
    tables = [TIDY_SCHEMA.empty_table()]
    for one in measures:
        own = pc.equal(one.public["measure"], one.measure.id)
        tables.append(_said(one.public.filter(own), "measure", one.reading))
        # The parts of a difference of shares are shares; other parts are as the whole.
        unit = "percent" if one.reading.unit == "points" else one.reading.unit
        parts = one.public.filter(pc.invert(own))
        tables.append(_said(parts, "part of a measure", one.reading, unit))
    tables += [_said(one.public, "composite", one.reading) for one in composites]
    return pa.concat_tables(tables)


def _said(values: pa.Table, kind: str, reading: Reading, unit: str = "") -> pa.Table:
    words = stored_unit(unit or reading.unit, reading.per)
    for text in (kind, words):
        values = values.append_column(
            TIDY_SCHEMA.field(values.num_columns), pa.repeat(pa.scalar(text), values.num_rows)
        )
    return values


def adjusted_values(measures: Iterable[MeasureResults]) -> pa.Table:
    """Crude beside adjusted, as the public may see both, of every measure that bears it."""
    tables = [ADJUSTED_SCHEMA.empty_table()]
    for one in measures:
        found = one.public_adjusted
        if isinstance(found, Adjusted):
            tables.append(_beside(one, found))
    return pa.concat_tables(tables)


def _beside(one: MeasureResults, found: Adjusted) -> pa.Table:
    points = found.points
    points = points.rename_columns([_CRUDE.get(name, name) for name in points.column_names])
    said = {
        "unit": stored_unit(one.reading.unit, one.reading.per),
        "adjusted_for": str(found.parameters["adjusted for"]),
        "method": found.method,
    }
    columns = {
        name: pa.repeat(pa.scalar(said[name]), points.num_rows) if name in said else points[name]
        for name in ADJUSTED_SCHEMA.names
    }
    return pa.table(columns, schema=ADJUSTED_SCHEMA)
