"""Which records a finding is about: row numbers, and the ids by which their sender knows them."""

import numpy as np
import pyarrow as pa

from levelfield.intake.checking.table_checks import CheckedTable
from levelfield.intake.faults import Fault, Rows
from levelfield.intake.identity import IDENTITY_FIELDS, Identifiers, hidden, without_words
from levelfield.intake.reading.sent import repeated
from levelfield.intake.submission import Examined

FINDINGS_SCHEMA = pa.schema(
    [
        ("rule", pa.string()),
        ("severity", pa.string()),
        ("table", pa.string()),
        ("field", pa.string()),
        ("row_number", pa.int64()),
        ("record_id", pa.string()),
    ]
)
"""One row for each rule, field and row. A fault of the file as a whole has no row number."""


def findings_table(examined: Examined) -> pa.Table:
    """Every fault with its rows, in FINDINGS_SCHEMA: table by table, in the order of the rules."""
    parts = [_rows_of(fault, examined) for fault in examined.faults]
    return pa.concat_tables([FINDINGS_SCHEMA.empty_table(), *parts]).combine_chunks()


def record_ids(checked: CheckedTable, rows: Rows, known: Identifiers) -> pa.Array:
    """The submitter's own ids of some rows (from 1): the primary key, else the parent's key.

    Empty where the row has neither; an id that holds an identifier of a person is hidden, as
    are words that do not fit the field.
    """
    name = id_field(checked)
    if name is None:
        return pa.array([""] * len(rows), pa.string())
    column = checked.raw.column(name).chunk(0).take(pa.array(rows - 1))
    misplaced = [f.rows for f in checked.faults if f.rule == "R-FORMAT" and f.field == name]
    ids = hidden(column.cast(pa.string()), known)
    return without_words(ids, np.isin(rows, np.concatenate(misplaced))) if misplaced else ids


def id_field(checked: CheckedTable) -> str | None:
    """The field whose value stands for a row; never one that identifies a person by law."""
    table = checked.table
    name = table.primary_key[0] if table.primary_key else None
    if name is None and table.parent_key is not None:
        name = table.parent_key.name
    usable = name is not None and name not in IDENTITY_FIELDS and name in checked.raw.column_names
    return name if usable else None


def _rows_of(fault: Fault, examined: Examined) -> pa.Table:
    count = fault.count
    checked = examined.tables.get(fault.table)
    if checked is not None and len(fault.rows):
        rows = pa.array(fault.rows)
        ids = record_ids(checked, fault.rows, examined.identifiers)
    else:
        rows = pa.array(fault.rows if len(fault.rows) else [None], pa.int64())
        ids = pa.array([""] * count, pa.string())
    same = (fault.rule, examined.rules[fault.rule].severity, fault.table, fault.field)
    columns = [repeated(text, count).cast(pa.string()) for text in same]
    return pa.Table.from_arrays([*columns, rows, ids], schema=FINDINGS_SCHEMA)
