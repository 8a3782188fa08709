"""Faults planted at known rows: what is changed, and the rule and field that are to tell of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from benchmarks.intake.columns import Bools, Ints

STRIDE = 4
"""Faults lie at every so many rows at most, so that a copy is always of a sound row."""


@dataclass(frozen=True)
class Edit:
    """One way to spoil a row. `{row}` in a value becomes the row's number.

    `field` is where the finding is expected (default: the first that is changed). `needs` names
    the state in which a row has to be for the change to break that rule alone. `fallen` says that
    the row's own key is not accepted afterwards, so that its children have lost their parent.
    """

    kind: str
    changes: Mapping[str, str]
    rule: str
    field: str | None = None
    needs: str = ""
    fallen: bool = False

    @property
    def found_at(self) -> str:
        return next(iter(self.changes)) if self.field is None else self.field


@dataclass(frozen=True)
class Truth:
    """What is to be found: for each finding its table, row number (from 1), kind, rule, field."""

    rows: list[tuple[str, int, str, str, str]] = field(default_factory=list)

    def table(self) -> pa.Table:
        names = ["table", "row_number", "kind", "rule", "field"]
        columns = list(zip(*self.rows, strict=True)) or [()] * len(names)
        return pa.table(dict(zip(names, map(list, columns), strict=True)))


@dataclass(frozen=True)
class Plan:
    """The rows of one table, or part of one, that are spoiled (positions), and by which edit."""

    edits: Sequence[Edit]
    rows: Ints
    which: Ints

    def where(self, **wanted: object) -> Ints:
        """The rows whose edit has these attributes."""
        fits = [all(getattr(edit, k) == v for k, v in wanted.items()) for edit in self.edits]
        rows: Ints = self.rows[np.array(fits)[self.which]]
        return rows


def plan(rng: np.random.Generator, n: int, share: float, edits: Sequence[Edit]) -> Plan:
    """Choose `share` of n rows and give the kinds of fault equal parts of them."""
    wanted = min(round(n * share), n // STRIDE)
    rows = np.sort(rng.choice(n // STRIDE, wanted, replace=False)) * STRIDE + STRIDE - 1
    by_kind: dict[str, list[int]] = defaultdict(list)
    for number, edit in enumerate(edits):
        by_kind[edit.kind].append(number)
    kinds = list(by_kind.values())
    turn = rng.permutation(wanted)
    which = [kinds[t % len(kinds)][t // len(kinds) % len(kinds[t % len(kinds)])] for t in turn]
    return Plan(edits, rows.astype(np.int64), np.array(which, dtype=np.int64))


def spoil(name: str, table: pa.Table, plan: Plan, first: int, truth: Truth) -> pa.Table:
    """The table with the planned faults, told of in `truth`; `first` is its first row's number."""
    changes: dict[str, dict[int, str]] = defaultdict(dict)
    for row, number in zip(plan.rows.tolist(), plan.which.tolist(), strict=True):
        edit = plan.edits[number]
        for column, value in edit.changes.items():
            changes[column][row] = value.format(row=first + row)
        truth.rows.append((name, first + row, edit.kind, edit.rule, edit.found_at))
    for column, by_row in changes.items():
        mask: Bools = np.zeros(table.num_rows, dtype=bool)
        mask[list(by_row)] = True
        spoiled = pc.replace_with_mask(
            table.column(column).combine_chunks(), pa.array(mask), pa.array(by_row.values())
        )
        table = table.set_column(table.column_names.index(column), column, spoiled)
    return table
