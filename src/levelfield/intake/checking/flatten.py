"""A table beside its parents' columns, so that a rule is a condition over one flat row."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from levelfield.core.periods import Month
from levelfield.datasets import DataSet
from levelfield.intake.checking.derive import follow, taken
from levelfield.intake.checking.header import TABLE as HEADER
from levelfield.intake.checking.snomed import are_concepts
from levelfield.intake.checking.table_checks import DUPLICATE, CheckedTable
from levelfield.intake.rules.columns import arrow_columns, parents_of
from levelfield.intake.rules.rule import RuleSet


def flattened(
    name: str,
    tables: Mapping[str, CheckedTable],
    dataset: DataSet,
    period: Month,
    catalogue: RuleSet,
) -> pa.Table:
    """The rows of a table as the rules see them; a table that was not sent has none.

    Its own columns, those of its parents that some rule reads (`person__date_of_death`), whether a
    code is a SNOMED CT concept where some rule asks (`coded_finding_is_snomed`), the header's
    provider and time of creation, the period's first and last day, `row_index`, the position in
    the whole table, and `single`, false for the repeat of an earlier row. Rows that the contract
    has rejected are there too: whoever sent them wants to hear of all their faults at once.
    """
    table, wanted = dataset.table(name), catalogue.parents_read(name)
    checked = tables.get(name)
    if checked is None:
        columns = {column: pa.array([], kind) for column, kind in arrow_columns(table).items()}
        single = np.zeros(0, dtype=bool)
    else:
        columns, single = dict(checked.columns), checked.status != DUPLICATE
    for column in catalogue.concepts_read(name):
        columns[f"{column}_is_snomed"] = are_concepts(columns[column])
    rows = np.arange(len(single))
    for parent, above in parents_of(table, dataset):
        if checked is not None and checked.parent_row is not None:
            rows = follow(checked.parent_row, rows)
        checked = tables.get(above.name)
        for column in wanted.get(parent, ()):
            columns[f"{parent}__{column}"] = (
                pa.nulls(len(single), arrow_columns(above)[column])
                if checked is None
                else taken(checked.columns[column], rows)
            )
    return _framed(columns, single, _frame(tables.get(HEADER), period))


def _frame(header: CheckedTable | None, period: Month) -> dict[str, pa.Array]:
    """What every rule may read beside the row: the period, and who made the file when."""
    sent = header.columns if header else {}
    return {
        "period_start": pa.array([period.first], pa.date32()),
        "period_end": pa.array([period.last], pa.date32()),
        "provider": pa.array([_first(sent, "org_id_provider")], pa.string()),
        "created": pa.array([_first(sent, "file_creation_date_time")], pa.timestamp("us")),
    }


def _first(columns: Mapping[str, pa.Array], name: str) -> object:
    return columns[name][0].as_py() if name in columns else None


def _framed(
    columns: dict[str, pa.Array], single: NDArray[np.bool_], frame: dict[str, pa.Array]
) -> pa.Table:
    size = len(single)
    zeros = pa.array(np.zeros(size, dtype=np.int32))
    # One value with a place in it for each row takes less memory than the value repeated.
    constants = {
        name: pa.DictionaryArray.from_arrays(zeros, value) for name, value in frame.items()
    }
    index = {"row_index": pa.array(np.arange(size)), "single": pa.array(single)}
    return pa.table({**columns, **constants, **index})
