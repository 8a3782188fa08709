"""Decision tables: CSV files whose first row that fits a record decides its currency."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

from levelfield.core.definitions import read_csv
from levelfield.core.errors import DefinitionError
from levelfield.currencies.conditions import ANY, NONE, Condition

Basis = Literal["direct", "nearest", "underivable"]

_REQUIRED = ("rule", "currency", "error_class", "basis", "note")
_SOURCE_ROW = "source_row"
_LABEL = "_label"
_CODE = re.compile(r"[A-Za-z0-9-]+")


@dataclass(frozen=True)
class Rule:
    """One row of a decision table.

    `number` is its place in the whole scheme, from 1. `conditions` holds only columns that are not
    `any`: the record fits when each holds one of the values. Either `currency` or `error_class`
    is set. `where` names file and row for messages.
    """

    number: int
    id: str
    conditions: Mapping[str, frozenset[str]]
    currency: str | None
    error_class: str | None
    basis: Basis
    source_row: str
    note: str
    where: str

    @property
    def sentence(self) -> str:
        """The conditions in words: `team_type 12, age_group adult, mode face_to_face`."""
        parts = [f"{name} {' or '.join(sorted(v))}" for name, v in self.conditions.items()]
        return ", ".join(parts) or "any record"

    @property
    def outcome(self) -> str:
        """The currency or error class."""
        return self.currency or self.error_class or ""


Known = Mapping[str, Collection[str]]
"""The codes of each condition that has a code list."""


def read_table(
    file: Path, conditions: Mapping[str, Condition], known: Known, first: int
) -> list[Rule]:
    """The rules of one CSV file, numbered from `first`; raises DefinitionError.

    A column whose name ends in `_label` is for readers alone.
    """
    rows = read_csv(file, _REQUIRED)
    if not rows:
        raise DefinitionError(f"{file}: the table has no rows: add one, or take it off the list.")
    for column in rows[0]:
        if column not in (*_REQUIRED, _SOURCE_ROW, *conditions) and not column.endswith(_LABEL):
            names = ", ".join(conditions)
            raise DefinitionError(f"{file}: '{column}' is not a condition. There are: {names}.")
    return [
        _rule(row, conditions, known, first + i, f"{file}, row {row['rule']}")
        for i, row in enumerate(rows)
    ]


def _rule(
    row: Mapping[str, str],
    conditions: Mapping[str, Condition],
    known: Known,
    number: int,
    where: str,
) -> Rule:
    asked = {
        column: _values(column, cell, conditions[column], known.get(column), where)
        for column, cell in row.items()
        if column in conditions and cell != ANY
    }
    if bool(row["currency"]) == bool(row["error_class"]):
        raise DefinitionError(f"{where}: give either currency or error_class.")
    if row["basis"] not in get_args(Basis):
        raise DefinitionError(f"{where}: basis must be one of {', '.join(get_args(Basis))}.")
    if bool(row["error_class"]) != (row["basis"] == "underivable"):
        raise DefinitionError(f"{where}: an error class is 'underivable', a currency is not.")
    return Rule(
        number,
        row["rule"],
        asked,
        row["currency"] or None,
        row["error_class"] or None,
        cast(Basis, row["basis"]),
        row.get(_SOURCE_ROW, ""),
        row["note"],
        where,
    )


def _values(
    column: str, cell: str, condition: Condition, known: Collection[str] | None, where: str
) -> frozenset[str]:
    values = frozenset(cell.split(";"))
    words = condition.flags or condition.values
    for value in sorted(values):
        if words and value not in words:
            said = ", ".join(words)
            raise DefinitionError(f"{where}: {column} '{value}' is none of {said}, any.")
        if words or value == NONE or value in condition.instead:
            continue
        if not _CODE.fullmatch(value):
            raise DefinitionError(
                f"{where}: {column} '{value}' is not a code. Write codes joined by ';', or any."
            )
        if known is not None and value not in known:
            raise DefinitionError(
                f"{where}: {column} '{value}' is not in the code list {condition.codes}: correct "
                "it, or take it out."
            )
    return values
