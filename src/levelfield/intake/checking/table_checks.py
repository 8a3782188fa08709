"""Checks of one table by the contract: every field, repeated rows, keys and parents."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from levelfield.datasets import Table
from levelfield.intake.checking.fields import UNCLEAN_PATTERN, FieldCheck
from levelfield.intake.faults import Fault
from levelfield.intake.rules.catalogue import RuleText

ACCEPTED, REJECTED, DUPLICATE = 0, 1, 2

Mask = NDArray[np.bool_]


class Encoded:
    """A text column as distinct values and, for each row, which of them it holds."""

    def __init__(self, column: pa.Array) -> None:
        encoded = column.dictionary_encode()
        self.values: pa.Array = encoded.dictionary
        self.index: NDArray[np.int32] = encoded.indices.to_numpy()

    @cached_property
    def first_row(self) -> NDArray[np.int64]:
        """For each distinct value the first row that holds it; values come in that order."""
        first = np.empty(len(self.values), dtype=np.int64)
        first[self.index[::-1]] = np.arange(len(self.index))[::-1]
        return first


@dataclass
class CheckedTable:
    """One table with the state of each row; `parent_row` is its parent's position, or -1."""

    table: Table
    raw: pa.Table
    rules: Mapping[str, RuleText]
    status: NDArray[np.uint8]
    columns: dict[str, pa.Array] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    parent_row: NDArray[np.int64] | None = None
    key: Encoded | None = None

    @property
    def alive(self) -> Mask:
        alive: Mask = self.status == ACCEPTED
        return alive

    @property
    def typed(self) -> pa.Table:
        """All rows with the contract's types; a value that cannot be typed is empty."""
        return pa.table(self.columns)

    def add(self, rule: str, field_name: str, mask: Mask) -> None:
        """Note a fault at the rows of `mask`, repeats of earlier rows apart."""
        rows = np.flatnonzero(mask & (self.status != DUPLICATE))
        if not len(rows):
            return
        self.faults.append(Fault(rule, self.table.name, field_name, rows + 1))
        if self.rules[rule].rejects:
            self.status[rows] = REJECTED


def check_table(
    table: Table,
    raw: pa.Table,
    checks: Mapping[str, FieldCheck],
    done: Mapping[str, CheckedTable],
    rules: Mapping[str, RuleText],
) -> CheckedTable:
    """Check the rows of one table; `done` holds the tables before it, its parent among them."""
    checked = CheckedTable(table, raw, rules, np.zeros(raw.num_rows, dtype=np.uint8))
    encoded: dict[str, Encoded] = {}
    if table.primary_key:
        (key,) = table.primary_key
        checked.key = encoded[key] = Encoded(raw.column(key).chunk(0))
    _mark_repeats(checked, encoded)
    for check in checks.values():
        _check_field(checked, check, encoded)
    if checked.key is not None:
        _check_key(checked, checked.key)
    if table.parent:
        _check_parent(checked, done.get(table.parent), encoded)
    return checked


def check_parents_again(checked: CheckedTable, done: Mapping[str, CheckedTable]) -> None:
    """Reject what has lost its parent since `check_table`, under the same rule."""
    parent = done.get(checked.table.parent or "")
    if checked.parent_row is None or parent is None:
        return
    # A row without a parent, at -1, has been told of already.
    status = np.append(parent.status, ACCEPTED)[checked.parent_row]
    _orphans(checked, checked.alive & (status != ACCEPTED))


def _mark_repeats(checked: CheckedTable, encoded: dict[str, Encoded]) -> None:
    """Mark each row that equals an earlier one in every field."""
    raw = checked.raw
    if checked.key is not None and len(checked.key.values) == raw.num_rows:
        return
    codes = []
    mixed = np.zeros(raw.num_rows, dtype=np.uint64)
    for name in raw.column_names:
        if name not in encoded:
            encoded[name] = Encoded(raw.column(name).chunk(0))
        codes.append(encoded[name].index)
        mixed = mixed * np.uint64(0x9E3779B97F4A7C15) + encoded[name].index.astype(np.uint64)
    order = np.argsort(mixed, kind="stable")
    same = mixed[order][1:] == mixed[order][:-1]
    if not same.any():
        return
    # Equal mixtures only hint at equal rows; the rows themselves decide.
    candidates = np.zeros(raw.num_rows, dtype=bool)
    candidates[order[1:][same]] = candidates[order[:-1][same]] = True
    seen = set()
    for row in np.flatnonzero(candidates):
        values = tuple(int(code[row]) for code in codes)
        if values in seen:
            checked.status[row] = DUPLICATE
        seen.add(values)
    repeats = np.flatnonzero(checked.status == DUPLICATE)
    if len(repeats):
        checked.faults.append(Fault("DUPLICATE", checked.table.name, "", repeats + 1))


def _check_field(checked: CheckedTable, check: FieldCheck, encoded: dict[str, Encoded]) -> None:
    name = check.field.name
    column: pa.Array = checked.raw.column(name).chunk(0)
    if check.plain:
        _check_plain(checked, check, column)
        return
    if name not in encoded:
        encoded[name] = Encoded(column)
    distinct = encoded[name]
    verdicts = [check.verdict(text) for text in distinct.values.to_pylist()]
    settled = pa.array([verdict.value for verdict in verdicts], type=check.field.arrow_type)
    checked.columns[check.field.column] = settled.take(pa.array(distinct.index))
    broken = sorted({verdict.rule for verdict in verdicts if verdict.rule})
    for rule in broken:
        guilty = np.array([verdict.rule == rule for verdict in verdicts])
        checked.add(rule, name, guilty[distinct.index])


def _check_plain(checked: CheckedTable, check: FieldCheck, column: pa.Array) -> None:
    field_, name = check.field, check.field.name
    length = pc.utf8_length(column).to_numpy()
    wrong = (length > (field_.max_length or np.inf)) | (length < (field_.min_length or 0))
    unclean = _matches(column, UNCLEAN_PATTERN)
    blank = length == 0
    if unclean.any():
        blank |= pc.equal(pc.utf8_trim_whitespace(column), "").to_numpy(zero_copy_only=False)
    if field_.pattern:
        wrong |= ~_matches(column, field_.pattern)
    wrong = (wrong | unclean) & ~blank
    if check.blank_rule:
        checked.add(check.blank_rule, name, blank)
    checked.add("R-FORMAT", name, wrong)
    empty = blank | wrong
    checked.columns[field_.column] = (
        pc.if_else(pa.array(empty), pa.scalar(None, pa.string()), column) if empty.any() else column
    )


def _matches(column: pa.Array, pattern: str) -> Mask:
    found: Mask = pc.match_substring_regex(column, pattern).to_numpy(zero_copy_only=False)
    return found


def _check_key(checked: CheckedTable, key: Encoded) -> None:
    single = checked.status != DUPLICATE
    times = np.bincount(key.index[single], minlength=len(key.values))
    if (times > 1).any():
        filled = pc.not_equal(key.values, "").to_numpy(zero_copy_only=False)
        checked.add("G-KEY-DUP", checked.table.primary_key[0], ((times > 1) & filled)[key.index])


def _check_parent(
    checked: CheckedTable, parent: CheckedTable | None, encoded: dict[str, Encoded]
) -> None:
    key = checked.table.parent_key
    if key is None:
        return
    child = encoded.get(key.name) or Encoded(checked.raw.column(key.name).chunk(0))
    if parent is None or parent.key is None:
        checked.parent_row = np.full(checked.raw.num_rows, -1, dtype=np.int64)
        _orphans(checked, np.ones(checked.raw.num_rows, dtype=bool))
        return
    found = pc.index_in(child.values, value_set=parent.key.values)
    position = pc.fill_null(found, -1).to_numpy()
    rows = np.append(parent.key.first_row, -1)[position]
    orphan = (position < 0) | (np.append(parent.status, REJECTED)[rows] != ACCEPTED)
    # A blank key has been found blank already; its parent cannot be said to be absent.
    orphan &= pc.not_equal(child.values, "").to_numpy(zero_copy_only=False)
    checked.parent_row = rows[child.index]
    _orphans(checked, orphan[child.index])


def _orphans(checked: CheckedTable, mask: Mask) -> None:
    key = checked.table.parent_key
    checked.add("G-NO-PARENT", key.name if key else "", mask)
