"""Comparisons as CSV, for machines: money in whole pence, no total rows."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from levelfield.payment.scenarios.by_goal import GoalChange, by_goal
from levelfield.payment.scenarios.compare import DIMENSIONS, Comparison
from levelfield.payment.scenarios.impact import Impact
from levelfield.payment.scenarios.plan import PlanLine, PlannedStatement
from levelfield.payment.scenarios.reconcile import Item, Reconciliation

Row = Mapping[str, object]

EFFECT_COLUMNS = (
    "scenario",
    "dimension",
    "code",
    "base_pence",
    "pence",
    "effect_pence",
    "lower_pence",
    "upper_pence",
)


def write_plan_csv(made: PlannedStatement, file: Path) -> None:
    """Plan, actual and variance by month, term, service and currency."""
    columns = (*PlanLine._fields, "variance_units", "variance_pence")
    _write(
        file,
        columns,
        (
            {
                **line._asdict(),
                "variance_units": line.variance_units,
                "variance_pence": line.variance_pence,
            }
            for line in made.lines
        ),
    )


def write_changes_csv(made: Reconciliation, file: Path) -> None:
    """The items of a reconciliation, in the order of attribution."""
    _write(file, Item._fields, (item._asdict() for item in made.items))


def write_goals_csv(made: Reconciliation, file: Path) -> None:
    """Both statements goal by goal."""
    columns = (*GoalChange._fields, "difference_pence")
    rows = ({**one._asdict(), "difference_pence": one.difference_pence} for one in by_goal(made))
    _write(file, columns, rows)


def write_comparison_csv(made: Comparison, file: Path) -> None:
    """Effects by scenario and by provider, commissioner and service (EFFECT_COLUMNS)."""
    _write(file, EFFECT_COLUMNS, effect_rows(made))


def effect_rows(made: Comparison) -> Iterator[Row]:
    """Effects in the columns EFFECT_COLUMNS."""
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


def write_moved_csv(made: Impact, file: Path) -> None:
    """Units that are counted otherwise, by parties and by currency or error class."""
    columns = ("provider", "commissioner", "kind", "code", "before", "after", "units")
    _write(file, columns, ({**one._asdict(), "units": one.units} for one in made.moved))


def _write(file: Path, columns: Iterable[str], rows: Iterable[Row]) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(columns), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
