"""Decision tables: CSV files whose first row that fits a contact decides its currency."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

from levelfield.core.definitions import read_csv
from levelfield.core.errors import DefinitionError

ANY = "any"
NONE = "none"
"""The word for an empty field, in columns of codes."""

Basis = Literal["direct", "nearest", "underivable"]

EVENTS = (
    "immunisation_same_day",
    "antenatal_visit_same_day",
    "hearing_screen_same_day",
    "stroke_diagnosis",
    "crisis_clock",
)
"""What the column `event` may ask for: a yes-or-no column of the fact `contact`."""

WORDS: Mapping[str, Collection[str]] = {
    "attendance": ("attended", "not_attended", "missing"),
    "age_group": ("adult", "child", "missing"),
    "mode": ("face_to_face", "non_face_to_face", "other", "missing"),
    "group": ("one_to_one", "group", "unknown"),
    "event": EVENTS,
}
"""Condition columns whose cells hold words."""

CODES = (
    "team_type",
    "staff_group",
    "activity_type",
    "primary_referral_reason",
    "consultation_type",
    "activity_location_type",
    "admin_category",
    "submitted_commissioner",
    "overseas_visitor_category",
)
"""Condition columns whose cells hold codes of the contact, or `none`."""

_REQUIRED = ("rule", "ncc_code", "error_class", "basis", "source_row", "note")
_LABELS = ("team_label", "staff_group_label")
_CODE = re.compile(r"[A-Za-z0-9]+")


@dataclass(frozen=True)
class Rule:
    """One row of a decision table.

    `number` is its place in the whole scheme, from 1. `conditions` holds only columns that are not
    `any`: the contact fits when each holds one of the values. Either `currency` or `error_class`
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
        return ", ".join(parts) or "any contact"


def read_table(file: Path, first: int) -> list[Rule]:
    """The rules of one CSV file, numbered from `first`; raises DefinitionError."""
    rows = read_csv(file, _REQUIRED)
    if not rows:
        raise DefinitionError(f"{file}: the table has no rows: add one, or take it off the list.")
    for column in rows[0]:
        if column not in (*_REQUIRED, *_LABELS, *WORDS, *CODES):
            known = ", ".join((*WORDS, *CODES))
            raise DefinitionError(f"{file}: '{column}' is not a condition. There are: {known}.")
    return [_rule(row, first + i, f"{file}, row {row['rule']}") for i, row in enumerate(rows)]


def _rule(row: Mapping[str, str], number: int, where: str) -> Rule:
    conditions = {
        column: _values(column, cell, where)
        for column, cell in row.items()
        if column in (*WORDS, *CODES) and cell != ANY
    }
    if bool(row["ncc_code"]) == bool(row["error_class"]):
        raise DefinitionError(f"{where}: give either ncc_code or error_class.")
    if row["basis"] not in get_args(Basis):
        raise DefinitionError(f"{where}: basis must be one of {', '.join(get_args(Basis))}.")
    if bool(row["error_class"]) != (row["basis"] == "underivable"):
        raise DefinitionError(f"{where}: an error class is 'underivable', a currency is not.")
    return Rule(
        number,
        row["rule"],
        conditions,
        row["ncc_code"] or None,
        row["error_class"] or None,
        cast(Basis, row["basis"]),
        row["source_row"],
        row["note"],
        where,
    )


def _values(column: str, cell: str, where: str) -> frozenset[str]:
    values = frozenset(cell.split(";"))
    for value in values:
        if column in WORDS and value not in WORDS[column]:
            words = ", ".join(WORDS[column])
            raise DefinitionError(f"{where}: {column} '{value}' is none of {words}, any.")
        if not _CODE.fullmatch(value) and column in CODES:
            raise DefinitionError(
                f"{where}: {column} '{value}' is not a code. Write codes joined by ';', or any."
            )
    return values


def check_outcomes(
    rules: Sequence[Rule], currencies: Collection[str], classes: Collection[str]
) -> None:
    """Refuse a currency or class that is not listed, and a row id that is used twice."""
    seen: dict[str, Rule] = {}
    for rule in rules:
        if rule.currency is not None and rule.currency not in currencies:
            raise DefinitionError(f"{rule.where}: the schedule has no currency '{rule.currency}'.")
        if rule.error_class is not None and rule.error_class not in classes:
            raise DefinitionError(
                f"{rule.where}: '{rule.error_class}' is not among the error classes: list it there."
            )
        if rule.id in seen:
            raise DefinitionError(f"{rule.where}: the row id is used twice: give it another.")
        seen[rule.id] = rule


def refuse_unreachable(rules: Sequence[Rule]) -> None:
    """Raise DefinitionError for a row that one earlier row always beats."""
    for later in rules:
        for earlier in rules[: later.number - 1]:
            if _covers(earlier, later):
                raise DefinitionError(
                    f"{later.where}: never reached, since {earlier.id} fits the same contacts "
                    "and comes first: move it up or take it out."
                )


def _covers(earlier: Rule, later: Rule) -> bool:
    """Whether every contact that fits `later` fits `earlier` as well."""
    return all(
        column in later.conditions and later.conditions[column] <= values
        for column, values in earlier.conditions.items()
    )
