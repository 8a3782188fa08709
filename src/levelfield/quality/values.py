"""The dimensions and the maturity index counted over the quality facts of a home, as values."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from levelfield.core.periods import Month, parse_period
from levelfield.core.values import ALL, NATIONAL, VALUE_SCHEMA, join_flags, lineage_key
from levelfield.engine import Engine, NamedQuery, compose, load_pipeline
from levelfield.quality.declared import Declared
from levelfield.quality.definition import Dimension, MaturityIndex, load_dimensions, load_index
from levelfield.quality.matrix import home_months, register_months
from levelfield.quality.maturity import ItemCounts, maturity_index

SHARE, INDEX = "share of what is counted", "mean item score times mean coverage"
DAYS = "days to the close of the primary window"

NOT_OFFICIAL, PROVISIONAL = "not official", "provisional"

_HERE = Path(__file__)
_COLUMNS = {"table": "table_name", "field": "field_name"}

Keys = tuple[str, str, str, str, str]
"""Period, organisation level and code, stratifier and stratum."""


def dimension_queries(dimension: Dimension) -> list[NamedQuery]:
    """The queries that count a dimension; the last, `dimension`, has a row for each period,
    provider (null: all) and, where it is broken down, table and field (null: all).

    They read its fact, `quality_period`, and for fields `declared`.
    """
    columns = [_COLUMNS[name] for name in dimension.by]
    sets = [
        ["q.period", *organisation, *(f"c.{column}" for column in columns[:depth])]
        for organisation in (["c.provider"], [])
        for depth in range(len(columns) + 1)
    ]
    return load_pipeline(
        _HERE.with_name("dimension.sql"),
        fact=dimension.fact,
        columns=columns,
        when=dimension.when,
        numerator=dimension.numerator,
        denominator=dimension.denominator,
        sets=sets,
    )


def item_queries() -> list[NamedQuery]:
    """The queries behind the index; the last, `item`, has a row for each period, provider, field.

    They read `field_quality`, `index_item` and `quality_period`.
    """
    return load_pipeline(_HERE.with_name("items.sql"))


def register(engine: Engine, coverage: pa.Table, declared: Declared) -> None:
    """Make what the queries read beside the facts readable: months, periods, declarations, items.

    The engine has the facts `coverage`, `table_quality` and `field_quality` under their names.
    """
    register_months(engine, coverage)
    engine.view("declared", declared.table(home_months(coverage)))
    items = load_index().items
    names = {"table_name": [i.table for i in items], "field_name": [i.field for i in items]}
    engine.view("index_item", pa.table(names))


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
    declared: `not collected` or `not shared` (a row without counts, since nothing was sent) or
    `partly collected`. Rows come by measure and key; none for a home without submissions.
    """
    if not coverage.num_rows:
        return VALUE_SCHEMA.empty_table()
    said = declared or Declared()
    register(engine, coverage, said)
    flags = _Flags(coverage)
    tables = [
        _dimension(engine, dimension, snapshot, flags, said, coverage)
        for dimension in load_dimensions().values()
        if only in (None, dimension.id)
    ]
    if only in (None, load_index().id):
        tables.append(_index(engine, load_index(), snapshot, flags))
    if only in (None, "dq_timeliness"):
        tables += _timeliness_parts(engine, snapshot, flags)
    order = ["measure", "period", "org_level", "org_code", "stratifier", "stratum"]
    return pa.concat_tables(tables).sort_by([(name, "ascending") for name in order])


class _Flags:
    """Which figures rest on a submission of the primary window."""

    def __init__(self, coverage: pa.Table) -> None:
        self._primary: set[tuple[str, str]] = set()
        for row in coverage.select(["provider", "period", "submission_window"]).to_pylist():
            if row["submission_window"] == "primary":
                year = str(Month.parse(row["period"]).financial_year)
                for code in (row["provider"], NATIONAL):
                    self._primary |= {(code, row["period"]), (code, year)}

    def of(self, code: str, period: str, *more: str) -> str:
        provisional = PROVISIONAL if (code, period) in self._primary else ""
        return join_flags(NOT_OFFICIAL, provisional, *more)


def _dimension(
    engine: Engine,
    dimension: Dimension,
    snapshot: str,
    flags: _Flags,
    declared: Declared,
    coverage: pa.Table,
) -> pa.Table:
    counted = engine.query(compose(dimension_queries(dimension)))
    keys = [_keys(row, dimension) for row in counted.drop(["numerator", "denominator"]).to_pylist()]
    said = _said(dimension, declared, keys) if declared.files else {}
    absent = _absent(dimension, declared, coverage, keys) if declared.files else {}
    numbers = [counted[name].cast(pa.float64()) for name in ("numerator", "denominator")]
    share = pc.divide(*numbers)
    filled = [pa.concat_arrays([c.combine_chunks(), pa.nulls(len(absent), pa.float64())])
              for c in (*numbers, share)]  # fmt: skip
    keys += list(absent)
    marks = [flags.of(key[2], key[0], said.get(key, ""), absent.get(key, "")) for key in keys]
    return _table(dimension.id, str(dimension.version), keys, filled, SHARE, marks, snapshot)


def _keys(row: Mapping[str, Any], dimension: Dimension) -> Keys:
    provider, table, field = (row.get(name) for name in ("provider", "table_name", "field_name"))
    level, code = ("provider", provider) if provider else ("national", NATIONAL)
    if field:
        return row["period"], level, code, "field", f"{table}.{field}"
    if table:
        return row["period"], level, code, "table", table
    return row["period"], level, code, ALL, ALL


def _said(dimension: Dimension, declared: Declared, keys: Sequence[Keys]) -> dict[Keys, str]:
    """What is declared of fields that something was sent in all the same."""
    if dimension.fact != "field_quality":
        return {}
    found = {}
    for key in keys:
        period, _, code, stratifier, stratum = key
        month = parse_period(period)
        if stratifier == "field" and isinstance(month, Month):
            table, _, field = stratum.partition(".")
            if declared.of(code, table, field, month):
                found[key] = "partly collected"
    return found


def _absent(
    dimension: Dimension, declared: Declared, coverage: pa.Table, keys: Sequence[Keys]
) -> dict[Keys, str]:
    """Fields that are declared not collected or not shared, of which nothing is counted."""
    if dimension.id != "dq_completeness":
        return {}
    counted = set(keys)
    found: dict[Keys, str] = {}
    for row in declared.table(home_months(coverage)).to_pylist():
        place = f"{row['table_name']}.{row['field_name']}"
        key = (row["period"], "provider", row["provider"], "field", place)
        month = Month.parse(row["period"])
        item = declared.of(row["provider"], row["table_name"], row["field_name"], month)
        if key not in counted and item is not None:
            found[key] = item.status
    return found


def _timeliness_parts(engine: Engine, snapshot: str, flags: _Flags) -> list[pa.Table]:
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
        marks = [flags.of(key[2], key[0]) for key in keys]
        made.append(_table(name, version, keys, counts, method, marks, snapshot))
    return made


def _index(engine: Engine, index: MaturityIndex, snapshot: str, flags: _Flags) -> pa.Table:
    counts = index_items(engine, index)
    keys: list[Keys] = [(p, "provider", code, ALL, ALL) for p, code in counts]
    values = [maturity_index(list(items.values())) for items in counts.values()]
    records = [sum(item.records for item in items.values()) for items in counts.values()]
    columns = [
        pa.nulls(len(keys), pa.float64()),
        pa.array(records, pa.float64()),
        pa.array(values, pa.float64()),
    ]
    marks = [flags.of(key[2], key[0]) for key in keys]
    return _table(index.id, str(index.version), keys, columns, INDEX, marks, snapshot)


def index_items(
    engine: Engine, index: MaturityIndex
) -> dict[tuple[str, str], dict[str, ItemCounts]]:
    """The items behind each index, by period and provider, and then by `table.field`."""
    thresholds = {(item.table, item.field): item.threshold for item in index.items}
    held = engine.query(
        "SELECT q.period, e.provider, CAST(SUM(e.held) AS INTEGER) AS held, "
        "CAST(SUM(e.months) AS INTEGER) AS months FROM expected_month e "
        "JOIN quality_period q ON q.month = e.period WHERE e.expected "
        "GROUP BY q.period, e.provider"
    ).to_pylist()
    coverage = {(row["period"], row["provider"]): row["held"] / row["months"] for row in held}
    found: dict[tuple[str, str], dict[str, ItemCounts]] = {}
    for row in engine.query(compose(item_queries())).to_pylist():
        place = row["period"], row["provider"]
        field = row["table_name"], row["field_name"]
        found.setdefault(place, {})[".".join(field)] = ItemCounts(
            records=row["records"],
            valid_and_complete=row["valid_and_complete"],
            defaults=row["defaults"],
            threshold=thresholds[field],
            coverage=coverage[place],
        )
    return found


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
