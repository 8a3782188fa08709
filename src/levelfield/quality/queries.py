"""The queries that count dimensions and the items of the index, and what they read."""

from pathlib import Path

import pyarrow as pa

from levelfield.engine import Engine, NamedQuery, compose, load_pipeline
from levelfield.quality.declared import Declared
from levelfield.quality.definition import Dimension, MaturityIndex, load_index
from levelfield.quality.matrix import home_months, register_months
from levelfield.quality.maturity import ItemCounts

_HERE = Path(__file__)
_COLUMNS = {"table": "table_name", "field": "field_name"}


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


def index_items(
    engine: Engine, index: MaturityIndex
) -> dict[tuple[str, str], dict[str, ItemCounts]]:
    """The items behind each index, by period and provider, and then by `table.field`, in order: a
    sum of fractions depends on it in its last digit."""
    thresholds = {(item.table, item.field): item.threshold for item in index.items}
    held = engine.query(
        "SELECT q.period, e.provider, CAST(SUM(e.held) AS INTEGER) AS held, "
        "CAST(SUM(e.months) AS INTEGER) AS months FROM expected_month e "
        "JOIN quality_period q ON q.month = e.period WHERE e.expected "
        "GROUP BY q.period, e.provider"
    ).to_pylist()
    coverage = {(row["period"], row["provider"]): row["held"] / row["months"] for row in held}
    found: dict[tuple[str, str], dict[str, ItemCounts]] = {}
    ordered = "SELECT * FROM item ORDER BY period, provider, table_name, field_name"
    for row in engine.query(compose(item_queries(), ordered)).to_pylist():
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
