"""A currency scheme: the file that names its decision tables, conditions and parameters."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field

from levelfield.core.definitions import Definition, load_yaml, path, read_csv, validate
from levelfield.core.errors import DefinitionError, UsageError
from levelfield.currencies.conditions import Condition, Parameter
from levelfield.currencies.examples import Example, read_examples
from levelfield.currencies.reach import refuse_faulty
from levelfield.currencies.rules import Rule, read_table
from levelfield.currencies.tables import find_table
from levelfield.datasets import load_dataset
from levelfield.engine import predicates

ANY_CODE = "any"
"""What `codes` of a condition says when there is no code list to hold its cells against."""

_PLAIN = re.compile(r"[A-Za-z0-9_.-]*")


class Record(Definition):
    """What is grouped: the rows of a fact, or of a table that is derived from facts.

    `id` is the column that tells the rows of a provider and period apart, `unit` the word for what
    a row is. `units` is the column with the number of units that a row stands for (default: 1),
    `size` the one with its length in `measured_in`, `excess` the one with the part of that length
    that lies beyond a trim point.
    """

    table: str
    id: str
    unit: str
    units: str = ""
    size: str = ""
    excess: str = ""
    measured_in: str = ""


class LeftOut(Definition):
    """A row of the source mapping that no record could reach, and why."""

    source_row: int
    reason: str


class SchemeFile(Definition):
    """What `scheme.yaml` holds.

    `unclassified` names the currencies that stand for care of which nobody recorded what it was.
    """

    id: str
    version: str
    title: str
    status: str
    illustrative: bool
    valid_from: date
    valid_to: date | None
    source: str
    authored_by: str
    reviewed_on: date
    record: Record
    codes: str
    schedule: str = ""
    tables: tuple[str, ...]
    unique: tuple[str, ...] = ()
    unclassified: tuple[str, ...] = ()
    error_classes: str
    examples: str
    conditions: dict[str, Condition]
    parameters: dict[str, Parameter]
    lists: dict[str, dict[str, str]] = Field(default={})
    inputs: dict[str, str] = Field(default={})
    left_out: tuple[LeftOut, ...] = ()


class ErrorClass(Definition):
    """A named reason why a record has no currency.

    `estimate` says what such a record may be worth in an estimate (never on a statement): nothing,
    or the mean price of the records that could be classed.
    """

    error_class: str
    title: str
    meaning: str
    remedy: str
    estimate: Literal["nothing", "mean_price"]


class Code(Definition):
    """One code of a scheme's list: a currency, or what several of them lie below.

    `rank` orders the codes below one parent by need, where the scheme says that they are ordered.
    """

    code: str
    title: str
    parent: str | None = None
    rank: int | None = None


class Scheme(SchemeFile):
    """A currency scheme, complete: its rules in order, error classes and codes.

    `choices` are the parameters in force; `rows` are those of the files named in `inputs`.
    """

    rules: tuple[Rule, ...]
    classes: dict[str, ErrorClass]
    code_list: dict[str, Code]
    choices: dict[str, int | str]
    rows: dict[str, list[dict[str, str]]]
    worked: tuple[Example, ...]

    @cached_property
    def currencies(self) -> Mapping[str, str]:
        """The title of every currency, by code: the codes that have none below them."""
        parents = {code.parent for code in self.code_list.values()}
        return {c.code: c.title for c in self.code_list.values() if c.code not in parents}

    def parents(self, code: str) -> tuple[Code, ...]:
        """What a code lies below, from the nearest to the top."""
        found: list[Code] = []
        above = self.code_list[code].parent
        while above is not None:
            found.append(self.code_list[above])
            above = found[-1].parent
        return tuple(found)

    def rule(self, rule_id: str) -> Rule:
        """A row of the tables by its id; raises UsageError when there is none."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise UsageError(f"The scheme {self.id} has no row '{rule_id}' in its decision tables.")

    def with_parameters(self, **choices: object) -> "Scheme":
        """The same scheme under other choices, such as `missing_attendance="attended"`.

        Raises DefinitionError for a parameter that the scheme has not, or a value it may not have.
        """
        for name, value in choices.items():
            if name not in self.parameters:
                known = ", ".join(self.parameters) or "none"
                raise DefinitionError(f"{self.id} has no parameter '{name}'. It has: {known}.")
            if not self.parameters[name].fits(value):
                raise DefinitionError(f"{self.id}: {name} must be {self.parameters[name].allowed}.")
        changed = self.model_copy(update={"choices": {**self.choices, **choices}})
        _check_conditions(changed, f"parameters of {self.id}")
        return changed


@cache
def schemes() -> tuple[str, ...]:
    """The ids of the schemes that ship with the package."""
    return tuple(sorted(p.parent.name for p in path("currencies").glob("*/scheme.yaml")))


def load_scheme(scheme: str | Path) -> Scheme:
    """A scheme by id (`ncc-2024-25`) or by the folder that holds its `scheme.yaml`.

    Raises UsageError for an unknown id and DefinitionError, which names file, row and remedy, for
    a scheme that makes no sense: an unknown column, word or code, a row with both or neither of
    currency and error class, a currency that is not listed, a row that is never reached, rows of a
    unique table that overlap, a record that no row fits, bands that overlap.
    """
    return _shipped(scheme) if isinstance(scheme, str) else _read(scheme)


@cache
def _shipped(scheme: str) -> Scheme:
    if scheme not in schemes():
        known = ", ".join(schemes())
        raise UsageError(f"There is no currency scheme '{scheme}'. There is: {known}.")
    return _read(path(f"currencies/{scheme}"))


def _read(folder: Path) -> Scheme:
    where = folder / "scheme.yaml"
    file = load_yaml(where, SchemeFile)
    known = _check_columns(file, where)
    rules: list[Rule] = []
    for table in file.tables:
        rules += read_table(folder / table, file.conditions, known, first=len(rules) + 1)
    listed = folder / file.error_classes
    classes = {
        row["error_class"]: validate(row, ErrorClass, f"{listed}, {row['error_class']}")
        for row in read_csv(listed, ErrorClass.model_fields)
    }
    scheme = Scheme(
        **dict(file),
        rules=tuple(rules),
        classes=classes,
        code_list=_read_codes(folder / file.codes),
        choices={name: parameter.value for name, parameter in file.parameters.items()},
        rows={name: _read_rows(folder / listed) for name, listed in file.inputs.items()},
        worked=tuple(read_examples(folder / file.examples)),
    )
    _check_conditions(scheme, str(where))
    _check_outcomes(scheme, folder)
    refuse_faulty(scheme.conditions, scheme.rules, scheme.unique)
    return scheme


def _check_columns(file: SchemeFile, where: Path) -> dict[str, set[str]]:
    """Refuse columns that the table has not; the codes of each condition that has a code list."""
    types = find_table(file.record.table).types
    lists = load_dataset().codes
    known: dict[str, set[str]] = {}
    asked = []
    record = file.record
    for name in filter(None, (record.id, record.units, record.size, record.excess)):
        asked.append(("record", name))
    for name, condition in file.conditions.items():
        asked += [(f"conditions.{name}", field) for field in (condition.field, *condition.flags)]
        for word, when in condition.instead.items():
            predicates.check(when, types, f"{where}: 'conditions.{name}.instead.{word}'")
        if condition.codes in ("", ANY_CODE):
            continue
        if condition.codes in file.lists:
            known[name] = set(file.lists[condition.codes])
        elif condition.codes in lists:
            known[name] = set(lists[condition.codes])
        else:
            raise DefinitionError(
                f"{where}: 'conditions.{name}.codes' is '{condition.codes}', which is no code list "
                f"of the data set nor of 'lists'. Name one, or write {ANY_CODE}."
            )
    for place, field in asked:
        if field and field not in types:
            raise DefinitionError(
                f"{where}: '{place}' names '{field}', which {record.table} has not. It has: "
                f"{', '.join(types)}."
            )
    return known


def _check_conditions(scheme: Scheme, where: str) -> None:
    for name, condition in scheme.conditions.items():
        problem = condition.problem(name, scheme.choices)
        if problem is not None:
            raise DefinitionError(f"{where}: {problem}.")


def _read_codes(file: Path) -> dict[str, Code]:
    found: dict[str, Code] = {}
    for row in read_csv(file, ("code", "title", "parent")):
        where = f"{file}, {row['code']}"
        if row["code"] in found:
            raise DefinitionError(f"{where}: the code is listed twice: take one out.")
        given = {name: value or None for name, value in row.items()}
        found[row["code"]] = validate(given, Code, where)
        above = found[row["code"]].parent
        if above is not None and above not in found:
            raise DefinitionError(
                f"{where}: it lies below '{above}', which is not listed above it: list that first."
            )
    return found


def _read_rows(file: Path) -> list[dict[str, str]]:
    rows = read_csv(file)
    for number, row in enumerate(rows, start=2):
        for column, value in row.items():
            if column != "note" and not column.endswith("_label") and not _PLAIN.fullmatch(value):
                raise DefinitionError(
                    f"{file}: row {number}: '{column}' is neither code nor number: correct it."
                )
    return rows


def _check_outcomes(scheme: Scheme, folder: Path) -> None:
    """Refuse a currency or class that is not listed, a row id used twice, and a currency that no
    row gives or, where there is a schedule, that the schedule has not."""
    seen: set[str] = set()
    for rule in scheme.rules:
        if rule.currency is not None and rule.currency not in scheme.currencies:
            raise DefinitionError(
                f"{rule.where}: the code list has no currency '{rule.currency}': correct it, or "
                f"list it in {scheme.codes} as a code with none below it."
            )
        if rule.error_class is not None and rule.error_class not in scheme.classes:
            raise DefinitionError(
                f"{rule.where}: '{rule.error_class}' is not among the error classes: list it there."
            )
        if rule.id in seen:
            raise DefinitionError(f"{rule.where}: the row id is used twice: give it another.")
        seen.add(rule.id)
    listed = set(scheme.currencies)
    for code in scheme.unclassified:
        if code not in listed:
            raise DefinitionError(
                f"{folder / 'scheme.yaml'}: 'unclassified' names '{code}', which is no currency of "
                f"{scheme.codes}: correct it, or take it out."
            )
    if scheme.schedule:
        priced = {row["currency_code"] for row in read_csv(path(scheme.schedule))}
        if listed != priced:
            odd = sorted(listed ^ priced)[0]
            raise DefinitionError(
                f"{folder / scheme.codes}: '{odd}' is in this list or in {scheme.schedule}, and "
                "not in both: bring them together."
            )
        return
    never = sorted(listed - {rule.currency for rule in scheme.rules})
    if never:
        raise DefinitionError(
            f"{folder / scheme.codes}, {never[0]}: no row of the tables gives this currency: add "
            "one, or take the code out."
        )
