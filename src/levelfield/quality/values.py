"""The dimensions and the maturity index counted over the quality facts of a home, as values."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from levelfield.core.values import ALL, NATIONAL, VALUE_SCHEMA, lineage_key
from levelfield.engine import Engine, compose, load_pipeline
from levelfield.quality.declared import Declared
from levelfield.quality.definition import Dimension, MaturityIndex, load_dimensions, load_index
from levelfield.quality.marks import Keys, Marks
from levelfield.quality.maturity import maturity_index
from levelfield.quality.queries import dimension_queries, index_items, register

SHARE, INDEX = "share of what is counted", "mean item score times mean coverage"
DAYS = "days to the close of the primary window"


def evaluate(
    engine: Engine,
    snapshot: str,
    coverage: pa.Table,
    declared: Declared | None = None,
    only: str | None = None,
) -> pa.Table:
    """The values of every dimension and of the index (`dqmi`, providers alone), in VALUE_SCHEMA.

    `only` names one dimension, or the index, to count alone.
    `stratifier` is all, table or field (stratum `table.field`). Flags: `not official` always,
    `provisional` where a submission of the primary window is in use, and what a provider has
    declared of a field: `not collected` or `not shared` (a row without counts, since nothing was
    sent), `partly collected`, or that what was sent contradicts the declaration. Rows come by
    measure and key; none for a home without submissions.
    """
    if not coverage.num_rows:
        return VALUE_SCHEMA.empty_table()
    said = declared or Declared()
    register(engine, coverage, said)
    marks = Marks(coverage, said)
    tables = [
        _dimension(engine, dimension, snapshot, marks)
        for dimension in load_dimensions().values()
        if only in (None, dimension.id)
    ]
    if only in (None, load_index().id):
        tables.append(_index(engine, load_index(), snapshot, marks))
    if only in (None, "dq_timeliness"):
        tables += _timeliness_parts(engine, snapshot, marks)
    order = ["measure", "period", "org_level", "org_code", "stratifier", "stratum"]
    return pa.concat_tables(tables).sort_by([(name, "ascending") for name in order])


def _dimension(engine: Engine, dimension: Dimension, snapshot: str, marks: Marks) -> pa.Table:
    counted = engine.query(compose(dimension_queries(dimension)))
    keys = [_keys(row) for row in counted.drop(["numerator", "denominator"]).to_pylist()]
    # Only of completeness does a field in which nothing was sent have a row: it says why.
    unsent = _unsent(engine) if dimension.id == "dq_completeness" else []
    numbers = [counted[name].cast(pa.float64()) for name in ("numerator", "denominator")]
    share = pc.divide(*numbers)
    filled = [pa.concat_arrays([c.combine_chunks(), pa.nulls(len(unsent), pa.float64())])
              for c in (*numbers, share)]  # fmt: skip
    flags = [marks.of(key) for key in keys] + [marks.of(key, sent=False) for key in unsent]
    return _table(
        dimension.id, str(dimension.version), [*keys, *unsent], filled, SHARE, flags, snapshot
    )


def _unsent(engine: Engine) -> list[Keys]:
    rows = engine.query(compose(load_pipeline(Path(__file__).with_name("unsent.sql"))))
    return [_keys(row) for row in rows.to_pylist()]


def _keys(row: Mapping[str, Any]) -> Keys:
    provider, table, field = (row.get(name) for name in ("provider", "table_name", "field_name"))
    level, code = ("provider", provider) if provider else ("national", NATIONAL)
    if field:
        return row["period"], level, code, "field", f"{table}.{field}"
    if table:
        return row["period"], level, code, "table", table
    return row["period"], level, code, ALL, ALL


def _timeliness_parts(engine: Engine, snapshot: str, marks: Marks) -> list[pa.Table]:
    """Of each month: days from its first receipt to the close of the primary window (negative: too
    late), and the records that a refresh added or took away, of those first accepted."""
    months = engine.query("SELECT * FROM expected_month WHERE held = 1")
    revised = months.filter(pc.is_valid(months["records_revised"]))
    made = []
    for part, rows, method in (
        ("days_before_close", months, DAYS),
        ("records_revised", revised, SHARE),
    ):
        values = rows[part].cast(pa.float64()).combine_chunks()
        first = rows["first_records_accepted"].cast(pa.float64()).combine_chunks()
        counts = [pa.nulls(len(rows), pa.float64()), first, values]
        if method == SHARE:
            counts = [values, first, pc.divide(values, pc.if_else(pc.equal(first, 0), None, first))]
        pairs = zip(rows["period"].to_pylist(), rows["provider"].to_pylist(), strict=True)
        keys: list[Keys] = [(period, "provider", code, ALL, ALL) for period, code in pairs]
        timeliness = load_dimensions()["dq_timeliness"]
        name, version = f"{timeliness.id}.{part}", str(timeliness.version)
        flags = [marks.of(key) for key in keys]
        made.append(_table(name, version, keys, counts, method, flags, snapshot))
    return made


def _index(engine: Engine, index: MaturityIndex, snapshot: str, marks: Marks) -> pa.Table:
    counts = index_items(engine, index)
    keys: list[Keys] = [(p, "provider", code, ALL, ALL) for p, code in counts]
    values = [maturity_index(list(items.values())) for items in counts.values()]
    records = [sum(item.records for item in items.values()) for items in counts.values()]
    columns = [
        pa.nulls(len(keys), pa.float64()),
        pa.array(records, pa.float64()),
        pa.array(values, pa.float64()),
    ]
    flags = [marks.of(key) for key in keys]
    return _table(index.id, str(index.version), keys, columns, INDEX, flags, snapshot)


def _table(
    measure: str,
    version: str,
    keys: Sequence[Keys],
    counts: Sequence[pa.Array],
    method: str,
    flags: Sequence[str],
    snapshot: str,
) -> pa.Table:
    size = len(keys)
    named = [[key[n] for key in keys] for n in range(5)]
    lineage = [lineage_key("Q", measure, version, *key, snapshot) for key in keys]
    nothing = pa.nulls(size, pa.float64())
    said = [[text] * size for text in (measure, version)]
    columns = [*said, *named, *counts, nothing, nothing, [method] * size, flags, lineage]
    return pa.table(columns, schema=VALUE_SCHEMA)
