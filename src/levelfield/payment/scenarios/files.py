"""Comparisons for machines, as CSV and Parquet: money in whole pence, no total rows."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from levelfield.payment.scenarios.by_goal import by_goal
from levelfield.payment.scenarios.compare import DIMENSIONS, Comparison
from levelfield.payment.scenarios.definitions import Difference, Used
from levelfield.payment.scenarios.impact import Impact
from levelfield.payment.scenarios.plan import PlannedStatement
from levelfield.payment.scenarios.reconcile import Reconciliation
from levelfield.payment.scenarios.sweep import Sweep


def _schema(texts: Iterable[str], whole: Iterable[str]) -> pa.Schema:
    """Columns of text, then those of whole numbers."""
    return pa.schema([(n, pa.string()) for n in texts] + [(n, pa.int64()) for n in whole])


PLAN_SCHEMA = _schema(
    ("period", "term", "kind", "service", "currency"),
    ("planned_units", "units", "planned_pence", "pence", "variance_units", "variance_pence"),
)
EFFECT_SCHEMA = _schema(
    ("scenario", "dimension", "code"),
    ("base_pence", "pence", "effect_pence", "lower_pence", "upper_pence"),
)
WHY_SCHEMA = _schema(("scenario", "cause"), ("pence",))
DIFFERENCE_SCHEMA = _schema(Difference._fields, ())
USED_SCHEMA = _schema(Used._fields, ())
KEPT_SCHEMA = _schema(("provider",), ("base_pence", "pence", "effect_pence"))
MOVED_SCHEMA = _schema(("provider", "commissioner", "kind", "code"), ("before", "after", "units"))
CHANGE_SCHEMA = _schema(("cause", "term", "kind", "service", "currency"), ("units", "pence"))
GOAL_SCHEMA = _schema(
    ("term", "goal", "before", "after"), ("before_pence", "after_pence", "difference_pence")
)


def plan_table(made: PlannedStatement) -> pa.Table:
    """Plan, actual and variance by month, term, service and currency (PLAN_SCHEMA)."""
    rows = [
        {
            **line._asdict(),
            "variance_units": line.variance_units,
            "variance_pence": line.variance_pence,
        }
        for line in made.lines
    ]
    return pa.Table.from_pylist(rows, schema=PLAN_SCHEMA)


def changes_table(made: Reconciliation) -> pa.Table:
    """The items of a reconciliation, in the order of attribution (CHANGE_SCHEMA)."""
    return pa.Table.from_pylist([item._asdict() for item in made.items], schema=CHANGE_SCHEMA)


def goals_table(made: Reconciliation) -> pa.Table:
    """Both statements goal by goal (GOAL_SCHEMA)."""
    rows = [{**one._asdict(), "difference_pence": one.difference_pence} for one in by_goal(made)]
    return pa.Table.from_pylist(rows, schema=GOAL_SCHEMA)


def all_effects(made: Comparison) -> pa.Table:
    """Effects by scenario and by provider, commissioner and service (EFFECT_SCHEMA)."""
    return pa.Table.from_pylist(list(_effects(made)), schema=EFFECT_SCHEMA)


def _effects(made: Comparison) -> Iterator[dict[str, object]]:
    for other in made.others:
        for dimension in DIMENSIONS:
            for one in made.effects(other, dimension):
                yield {
                    "scenario": other.id,
                    "dimension": dimension,
                    "code": one.code,
                    "base_pence": one.base_pence,
                    "pence": one.pence,
                    "effect_pence": one.effect_pence,
                    "lower_pence": one.interval.lower if one.interval else None,
                    "upper_pence": one.interval.upper if one.interval else None,
                }


def why_table(made: Comparison) -> pa.Table:
    """The whole effect of each scenario by cause (WHY_SCHEMA)."""
    rows = [
        {"scenario": other.id, "cause": cause, "pence": pence}
        for other in made.others
        for cause, pence in made.why(other).items()
    ]
    return pa.Table.from_pylist(rows, schema=WHY_SCHEMA)


def sweep_table(made: Sweep) -> pa.Table:
    """What is paid at each value of the parameters, which are columns by the names of their places,
    as text."""
    names = [one.set for one in made.of.parameters]
    rows = [
        {
            **dict(zip(names, map(str, row.values), strict=True)),
            "base_pence": made.base_pence,
            "pence": row.pence,
            "effect_pence": row.pence - made.base_pence,
        }
        for row in made.rows
    ]
    schema = _schema(names, ("base_pence", "pence", "effect_pence"))
    return pa.Table.from_pylist(rows, schema=schema)


def impact_tables(made: Impact) -> dict[str, pa.Table]:
    """All that an assessment says, a table each: what differs and what both sets rest on, effects,
    why, which units moved, and each provider with the total kept where it can be."""
    tables = {
        "differences": _listed(made.differences, DIFFERENCE_SCHEMA),
        "definitions": _listed(made.rests_on, USED_SCHEMA),
        "effects": all_effects(made.comparison),
        "why": why_table(made.comparison),
        "moved": moved_table(made),
    }
    kept = [{**row._asdict(), "effect_pence": row.effect_pence} for row in made.kept()]
    if kept:
        tables["kept_total"] = pa.Table.from_pylist(kept, schema=KEPT_SCHEMA)
    return tables


def _listed(rows: Iterable[Difference | Used], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist([row._asdict() for row in rows], schema=schema)


def moved_table(made: Impact) -> pa.Table:
    """Units that are counted otherwise, by parties and currency or error class (MOVED_SCHEMA)."""
    rows = [{**one._asdict(), "units": one.units} for one in made.moved]
    return pa.Table.from_pylist(rows, schema=MOVED_SCHEMA)


def write_tables(folder: Path, **tables: pa.Table) -> None:
    """Write each table into a folder under its name, as CSV and as Parquet."""
    for name, table in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, table.column_names, lineterminator="\n")
            writer.writeheader()
            writer.writerows(table.to_pylist())
        pq.write_table(table, folder / f"{name}.parquet")
