"""Which records a finding is about: row numbers, and the ids by which their sender knows them."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from levelfield.intake.checking.fields import Mask
from levelfield.intake.checking.table_checks import CheckedTable
from levelfield.intake.faults import NOT_TAKEN_UP, Fault, Rows
from levelfield.intake.findings import rows_that_fell
from levelfield.intake.identity import IDENTITY_FIELDS, Identifiers, hidden, without_words
from levelfield.intake.parquet import parquet_writer
from levelfield.intake.reading.sent import repeated
from levelfield.intake.submission import Examined

FINDINGS_SCHEMA = pa.schema(
    [
        ("submission_id", pa.string()),
        ("rule", pa.string()),
        ("severity", pa.string()),
        ("table", pa.string()),
        ("field", pa.string()),
        ("row_number", pa.int64()),
        ("record_id", pa.string()),
        ("follows", pa.bool_()),
    ]
)
"""One row for each rule, field and row. A fault of the file as a whole has no row number. `follows`
marks a record that fell with its parent and has no fault of its own."""

_STEERING = r"[\p{Cc}\p{Cf}\x{2028}\x{2029}]"

ROWS_AT_ONCE = 500_000
"""Findings that are in memory together."""


def write_findings(examined: Examined, file: Path, *, told: bool = False) -> None:
    """Write every fault with its rows as Parquet, in FINDINGS_SCHEMA.

    Table by table, in the order of the rules; a part at a time, since in a bad file every row may
    break several rules. Rows count in the submission, or, where they are `told` to whoever has the
    file, in the file. A row that did not come into its table has a number in the file alone.
    """
    with parquet_writer(file, FINDINGS_SCHEMA) as writer:
        waiting: list[pa.Table] = []
        for part in _parts(examined, told):
            waiting.append(part)
            if sum(table.num_rows for table in waiting) >= ROWS_AT_ONCE:
                writer.write_table(pa.concat_tables(waiting))
                waiting = []
        writer.write_table(pa.concat_tables([FINDINGS_SCHEMA.empty_table(), *waiting]))


def _parts(examined: Examined, told: bool) -> Iterator[pa.Table]:
    known: dict[str, tuple[Rows, pa.Array]] = {}
    for fault in examined.faults:
        fell = rows_that_fell(fault, examined)
        if fault.table not in known:
            known[fault.table] = _ids_at_fault(fault.table, examined)
        guilty, ids = known[fault.table]
        for start in range(0, fault.count, ROWS_AT_ONCE):
            part = slice(start, start + ROWS_AT_ONCE)
            rows = fault.rows[part]
            if fault.rule in NOT_TAKEN_UP:
                own = pa.array([""] * len(rows), pa.string())
                rows = rows if told else rows[:0]
            else:
                own = ids.take(pa.array(np.searchsorted(guilty, rows)))
            if told:
                rows = examined.in_file(fault.rule, fault.table, rows)
            yield _rows_of(fault, rows, own, fell[part], examined)


def _ids_at_fault(table: str, examined: Examined) -> tuple[Rows, pa.Array]:
    """The rows of a table at which there is any fault, in order, and the ids of their records."""
    checked = examined.tables.get(table)
    faults = [f for f in examined.faults if f.table == table and f.rule not in NOT_TAKEN_UP]
    rows = np.unique(np.concatenate([np.array([], dtype=np.int64), *(f.rows for f in faults)]))
    if checked is None:
        return rows, pa.array([""] * len(rows), pa.string())
    return rows, record_ids(checked, rows, examined.identifiers)


def record_ids(checked: CheckedTable, rows: Rows, known: Identifiers) -> pa.Array:
    """The submitter's own ids of some rows (from 1): the primary key, else the parent's key.

    Empty where the row has neither; an id that holds an identifier of a person is hidden, as
    are words that do not fit the field. Characters that steer a terminal or a page are replaced.
    """
    name = id_field(checked)
    if name is None:
        return pa.array([""] * len(rows), pa.string())
    column = checked.raw.column(name).chunk(0).take(pa.array(rows - 1))
    misplaced = checked.unreadable.get(name)
    ids = pc.replace_substring_regex(hidden(column.cast(pa.string()), known), _STEERING, "\ufffd")
    return ids if misplaced is None else without_words(ids, np.isin(rows - 1, misplaced))


def id_field(checked: CheckedTable) -> str | None:
    """The field whose value stands for a row; never one that identifies a person by law."""
    table = checked.table
    name = table.primary_key[0] if table.primary_key else None
    if name is None and table.parent_key is not None:
        name = table.parent_key.name
    usable = name is not None and name not in IDENTITY_FIELDS and name in checked.raw.column_names
    return name if usable else None


def _rows_of(
    fault: Fault, numbers: Rows, ids: pa.Array, fell: Mask, examined: Examined
) -> pa.Table:
    """Some rows of a fault; one of the file as a whole has one row without a number."""
    rows = pa.array(numbers, pa.int64())
    if not len(numbers):
        rows, ids, fell = pa.nulls(1, pa.int64()), pa.array([""]), np.array([False])
    submission = examined.raw.digest[:16]
    same = (submission, fault.rule, examined.rules[fault.rule].severity, fault.table, fault.field)
    columns = [repeated(text, len(rows)).cast(pa.string()) for text in same]
    return pa.Table.from_arrays([*columns, rows, ids, pa.array(fell)], schema=FINDINGS_SCHEMA)
