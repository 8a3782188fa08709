"""Checks of one table by the contract: every field, repeated rows, keys and parents."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from operator import call
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from levelfield.core.threads import together
from levelfield.datasets import Field, Table
from levelfield.intake.checking.encoded import Encoded, Positions
from levelfield.intake.checking.fields import FieldCheck, Judged, Mask
from levelfield.intake.checking.keys import Key, mixed, rows_alike
from levelfield.intake.checking.layout import layout, must_be
from levelfield.intake.checking.written import written_instead
from levelfield.intake.faults import UNREADABLE, Fault, Rows
from levelfield.intake.quality import Counts, field_counts
from levelfield.intake.rules.catalogue import RuleText

ACCEPTED, REJECTED, DUPLICATE = 0, 1, 2

LOOKED_AT = 1_000
"""Unreadable values of a field by which is told how they are written."""


@dataclass
class CheckedTable:
    """One table with the state of each row; `parent_row` is its parent's position, or -1.

    `quality` counts by field what was sent, repeats apart.
    """

    table: Table
    raw: pa.Table
    rules: Mapping[str, RuleText]
    status: NDArray[np.uint8]
    columns: dict[str, pa.Array] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    quality: dict[str, Counts] = field(default_factory=dict)
    parent_row: Positions | None = None
    key: Key | None = None

    @property
    def alive(self) -> Mask:
        alive: Mask = self.status == ACCEPTED
        return alive

    @property
    def unreadable(self) -> Mapping[str, Rows]:
        """Where the values of each field are not written as they must be, counted from 0."""
        wrong = (fault for fault in self.faults if fault.rule == UNREADABLE)
        return {fault.field: fault.rows - 1 for fault in wrong}

    @property
    def typed(self) -> pa.Table:
        """All rows with the contract's types; a value that cannot be typed is empty."""
        return pa.table(self.columns)

    def add(
        self, rule: str, field_name: str, mask: Mask, message: str = "", remedy: str = ""
    ) -> None:
        """Note a fault at the rows of `mask`, repeats of earlier rows apart.

        Without `message` and `remedy` the rule's own words are told. A rule that is not in force,
        having been switched off, finds nothing.
        """
        self.add_at(rule, field_name, np.flatnonzero(mask), message, remedy)

    def add_at(
        self, rule: str, field_name: str, places: Rows, message: str = "", remedy: str = ""
    ) -> None:
        """As `add`, at these places of the table, counted from 0."""
        rows = places[self.status[places] != DUPLICATE]
        if rule not in self.rules or not len(rows):
            return
        self.faults.append(Fault(rule, self.table.name, field_name, rows + 1, message, remedy))
        if self.rules[rule].rejects:
            self.status[rows] = REJECTED


def _unreadable(checked: CheckedTable, field: Field, places: Rows) -> tuple[str, str]:
    """What the values at some places are not, how they are written if the first are all written so,
    and what to do."""
    first = pa.array(places[:LOOKED_AT])
    texts = checked.raw.column(field.name).chunk(0).take(first).to_pylist()
    instead = written_instead(field, texts)
    remedy = must_be(field, UNREADABLE, instead)
    if not instead:
        return f"The value is not {layout(field)}.", remedy
    return f"The value is not {layout(field)}: {instead}.", f"{remedy} As sent, {instead}."


class _JudgedColumn(NamedTuple):
    """A column whose `values` have been judged; `rows` says which of them each row holds.

    Without `rows` each row holds the value at its own place.
    """

    check: FieldCheck
    values: pa.Array
    judged: Judged
    settled: pa.Array
    rows: Positions | None = None

    def found(self, single: Mask) -> tuple[Counts, dict[str, Rows]]:
        """What was sent, by quality, in the rows of `single`; and by rule where it is broken."""
        broken = {
            rule: np.flatnonzero(guilty if self.rows is None else guilty[self.rows])
            for rule, guilty in self.judged.broken.items()
            if guilty.any()
        }
        return self._counts(single), broken

    def _counts(self, single: Mask) -> Counts:
        if self.rows is None:
            return field_counts(self.check, self.values, self.judged, single)
        rows = self.rows if single.all() else self.rows[single]
        times = np.bincount(rows, minlength=len(self.values))
        return field_counts(self.check, self.values, self.judged, times)


def check_table(
    table: Table,
    raw: pa.Table,
    checks: Mapping[str, FieldCheck],
    done: Mapping[str, CheckedTable],
    rules: Mapping[str, RuleText],
) -> CheckedTable:
    """Check the rows of one table; `done` holds the tables before it, its parent among them."""
    checked = CheckedTable(table, raw, rules, np.zeros(raw.num_rows, dtype=np.uint8))
    work: list[Callable[[], Any]] = [
        partial(_find_keys, checked, done.get(table.parent or "")),
        *(partial(_judge, raw.column(name).chunk(0), check) for name, check in checks.items()),
    ]
    orphans, *columns = together(call, work, rows=raw.num_rows)
    single = checked.status != DUPLICATE
    found = together(lambda column: column.found(single), columns, rows=raw.num_rows)
    for column, (counted, broken) in zip(columns, found, strict=True):
        field, grade = column.check.field, column.check.grade
        checked.columns[field.column] = column.settled
        checked.quality[field.name] = counted
        for rule, places in broken.items():
            if rule != "W-CODE-RETIRED" or not grade.retired_by_rule:
                words = _unreadable(checked, field, places) if rule == UNREADABLE else ("", "")
                checked.add_at(rule, field.name, places, *words)
    if checked.key is not None:
        guilty = checked.key.in_conflict(single)
        checked.add_at("G-KEY-DUP", table.primary_key[0], guilty)
    if orphans is not None:
        _orphans(checked, orphans)
    return checked


def check_parents_again(checked: CheckedTable, done: Mapping[str, CheckedTable]) -> None:
    """Reject what has lost its parent since `check_table`, under the same rule."""
    parent = done.get(checked.table.parent or "")
    if checked.parent_row is None or parent is None:
        return
    # A row without a parent, at -1, has been told of already.
    status = np.append(parent.status, ACCEPTED)[checked.parent_row]
    _orphans(checked, checked.alive & (status != ACCEPTED))


def _find_keys(checked: CheckedTable, parent: CheckedTable | None) -> Mask | None:
    """Find each row's own key and its parent; returns which rows have no parent.

    In turn, since each takes a list of identifiers as long as the table into memory.
    """
    _find_repeats(checked)
    return _find_parents(checked, parent)


def _find_repeats(checked: CheckedTable) -> None:
    """Find the key's values, and mark each row that equals an earlier one in every field."""
    if checked.table.primary_key:
        (key,) = checked.table.primary_key
        checked.key = Key(checked.raw.column(key).chunk(0))
    rows = _candidates(checked)
    if not len(rows):
        return
    columns = [_told_apart(column.chunk(0)).take(pa.array(rows)) for column in checked.raw.columns]
    seen = set()
    for row, values in zip(rows, zip(*(c.to_pylist() for c in columns), strict=True), strict=True):
        if values in seen:
            checked.status[row] = DUPLICATE
        seen.add(values)
    repeats = np.flatnonzero(checked.status == DUPLICATE)
    if len(repeats):
        checked.faults.append(Fault("DUPLICATE", checked.table.name, "", repeats + 1))


def _told_apart(column: pa.Array) -> pa.Array:
    """Texts, or the numbers of the texts in their list: equal where the texts are."""
    return column.indices if pa.types.is_dictionary(column.type) else column


def _candidates(checked: CheckedTable) -> NDArray[np.int64]:
    """The rows that may equal another: those that share its key, or a number made of all values."""
    if checked.key is not None:
        return checked.key.shared
    numbers = np.zeros(checked.raw.num_rows, dtype=np.uint64)
    for column in checked.raw.columns:
        numbers = mixed(numbers, Encoded(column.chunk(0)).index.astype(np.uint64))
    return rows_alike(numbers)


def _judge(column: pa.Array, check: FieldCheck) -> _JudgedColumn:
    """Judge a column: value by value where values repeat, else row by row."""
    if check.plain and not pa.types.is_dictionary(column.type):
        judged = check.judge(column)
        return _JudgedColumn(check, column, judged, judged.settled)
    encoded = Encoded(column)
    judged = check.judge(encoded.values)
    settled = encoded.settled(judged.settled)
    return _JudgedColumn(check, encoded.values, judged, settled, encoded.index)


def _find_parents(checked: CheckedTable, parent: CheckedTable | None) -> Mask | None:
    """Find each row's parent; returns which rows have none, or one that was rejected."""
    key = checked.table.parent_key
    if key is None:
        return None
    column: pa.Array = checked.raw.column(key.name).chunk(0)
    if parent is None or parent.key is None:
        checked.parent_row = np.full(checked.raw.num_rows, -1, dtype=np.int32)
        return np.ones(checked.raw.num_rows, dtype=bool)
    coded = pa.types.is_dictionary(column.type)
    values = column.dictionary if coded else column
    rows = parent.key.rows_of(values)
    orphan: Mask = np.append(parent.status, REJECTED)[rows] != ACCEPTED
    # A blank key has been found blank already; its parent cannot be said to be absent.
    orphan &= pc.not_equal(values, "").to_numpy(zero_copy_only=False)
    if coded:
        index = column.indices.to_numpy()
        rows, orphan = rows[index], orphan[index]
    checked.parent_row = rows
    return orphan


def _orphans(checked: CheckedTable, mask: Mask) -> None:
    key = checked.table.parent_key
    name = key.name if key else ""
    # Of a key that is not written as it must be has been told already.
    places = np.setdiff1d(np.flatnonzero(mask), checked.unreadable.get(name, ()))
    checked.add_at("G-NO-PARENT", name, places)
