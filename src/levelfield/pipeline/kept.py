"""A committed submission read back as it was sent: accepted and rejected rows together again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from levelfield.core.periods import Month
from levelfield.datasets import Table, load_dataset
from levelfield.intake.checking.extract_checks import Checks, without_absent
from levelfield.intake.checking.fields import FieldCheck, field_checks
from levelfield.intake.checking.table_checks import ACCEPTED, DUPLICATE, REJECTED
from levelfield.intake.identity import HIDDEN
from levelfield.intake.reach import PROFESSIONAL
from levelfield.warehouse import Submission, Warehouse

NEEDED = {"team_id_local", "team_type", "attendance_status", "service_request_id", PROFESSIONAL}
"""Columns that worth and reach are reckoned from."""


@dataclass(frozen=True)
class KeptTable:
    """One table of a committed submission; see `intake.reach.Placed`.

    Of repeated rows nothing is kept but that they were sent. `keys` are the keys as they were sent,
    by which rows find their parents; `columns` are settled by the contract, in rejected rows too.
    """

    table: Table
    status: NDArray[np.uint8]
    columns: Mapping[str, pa.Array]
    keys: Mapping[str, pa.Array]
    parent_row: NDArray[np.int64] | None


def kept_tables(warehouse: Warehouse, submission: Submission) -> dict[str, KeptTable]:
    """The tables of a committed submission by name, with their keys and the columns NEEDED.

    Keys that were hidden, since they name a person, lead nowhere.
    """
    dataset = load_dataset()
    checks = _checks(warehouse, submission)
    found: dict[str, KeptTable] = {}
    for table in dataset.tables.values():
        if table.name not in submission.counts:
            continue
        by_column = {check.field.column: check for check in checks[table.name].values()}
        status, columns, keys = _rows(warehouse, submission, table, by_column)
        parents = _parents(table, keys, found.get(table.parent or ""))
        found[table.name] = KeptTable(table, status, columns, keys, parents)
    return found


def _checks(warehouse: Warehouse, submission: Submission) -> Checks:
    """The checks of fields that the submission went through."""
    checks = field_checks(load_dataset(), Month.parse(submission.period))
    extract = warehouse.receipt(submission).get("extract", {})
    return without_absent(checks, extract.get("absent", ()), extract.get("renamed", ()))


def _rows(
    warehouse: Warehouse,
    submission: Submission,
    table: Table,
    checks: Mapping[str, FieldCheck],
) -> tuple[NDArray[np.uint8], dict[str, pa.Array], dict[str, pa.Array]]:
    """The state of each row that was sent, the columns, and the keys as they were sent."""
    keys = {table.field(name).column for name in table.primary_key}
    if table.parent_key is not None:
        keys.add(table.parent_key.column)
    names = [f.column for f in table.fields if f.column in keys | NEEDED]
    rejected = warehouse.home / "quarantine" / submission.id / f"{table.name}.parquet"
    accepted = submission.table(table.name)
    files = ((accepted, ACCEPTED), (rejected if rejected.exists() else None, REJECTED))
    parts = [(_read(file, names), state) for file, state in files if file is not None]
    numbers = [part.column("row_number").to_numpy() for part, _ in parts]
    size = max(submission.counts[table.name].read, *(int(n.max(initial=0)) for n in numbers), 0)
    status = np.full(size, DUPLICATE, dtype=np.uint8)
    place = np.full(size, -1, dtype=np.int64)
    before = 0
    for rows, (part, state) in zip(numbers, parts, strict=True):
        status[rows - 1] = state
        place[rows - 1] = np.arange(before, before + part.num_rows)
        before += part.num_rows
    if not parts:
        nothing = {name: pa.nulls(size, pa.string()) for name in names}
        return status, nothing, nothing
    at = pa.array(place, mask=place < 0)

    def placed(tables: list[pa.Table], wanted: Iterable[str]) -> dict[str, pa.Array]:
        together = pa.concat_tables(tables).combine_chunks()
        return {name: together.column(name).take(at).combine_chunks() for name in wanted}

    wanted = [name for name in names if name in NEEDED]
    settled = [
        _settled(part, wanted, checks) if state == REJECTED else part.select(wanted)
        for part, state in parts
    ]
    return status, placed(settled, wanted), placed([part for part, _ in parts], keys)


def _settled(
    rejected: pa.Table, wanted: Iterable[str], checks: Mapping[str, FieldCheck]
) -> pa.Table:
    """Rejected rows as the contract reads them, as accepted rows are stored: quarantine keeps what
    was sent, to the letter."""
    columns = {}
    for name in wanted:
        sent = rejected.column(name).fill_null("").combine_chunks().dictionary_encode()
        values = checks[name].judge(sent.dictionary).settled
        columns[name] = values.cast(pa.string()).take(sent.indices)
    return pa.table(columns)


def _read(file: Path, names: list[str]) -> pa.Table:
    """Row numbers and some columns as text; empty where one is hidden or was not sent."""
    held = set(pq.read_schema(file).names)
    rows = pq.read_table(file, columns=["row_number", *(name for name in names if name in held)])
    columns = {"row_number": rows.column("row_number")}
    for name in names:
        if name not in held:
            columns[name] = pa.nulls(rows.num_rows, pa.string())
            continue
        text = rows.column(name).cast(pa.string())
        columns[name] = pc.if_else(pc.equal(text, HIDDEN), None, text)
    return pa.table(columns)


def _parents(
    table: Table, keys: Mapping[str, pa.Array], above: KeptTable | None
) -> NDArray[np.int64] | None:
    """The position of each row's parent, -1 for none; None for a table that has no parents."""
    if table.parent_key is None:
        return None
    key = keys[table.parent_key.column]
    if above is None or not above.table.primary_key:
        return np.full(len(key), -1, dtype=np.int64)
    (own,) = above.table.primary_key
    found = pc.index_in(key, above.keys[above.table.field(own).column], skip_nulls=True)
    rows: NDArray[np.int64] = pc.fill_null(found, -1).to_numpy().astype(np.int64)
    return rows
