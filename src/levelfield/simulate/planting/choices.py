"""What may be planted: for every rule of the check the rows that can carry it, and what changes.

`contract_defects.csv` says it once for each rule that follows from the contract; the fields come
from the contract itself. `defects.csv` says it for every other rule.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from levelfield.core.errors import DefinitionError
from levelfield.datasets import DataSet, Field, load_dataset
from levelfield.intake.rules.catalogue import FieldGrade, contract_rules, field_grades
from levelfield.intake.rules.columns import PARENTS
from levelfield.intake.rules.rule import load_rules
from levelfield.simulate.assumptions import rows_of
from levelfield.simulate.planting.conditions import Condition, read_conditions
from levelfield.simulate.planting.sent import COUNT, DAYS
from levelfield.simulate.planting.values import Value, read_values

TWIN, ABOVE = "twin", "above"
BOTH = "both"
ANY = 10**9
HOWS = ("change", "add", TWIN, "drop")


@dataclass(frozen=True)
class Follow:
    """What else is found: `rule` at the row itself, its twin, the parent that was added with it
    (`above`), or the rows tied to it in a table."""

    rule: str
    place: str


@dataclass(frozen=True, eq=False)
class Choice:
    """One way to break one rule.

    `table` is that of the row that changes; the rule is found there, or at the rows tied to it in
    the table `place`, and `field` is the one that the finding names. `how` is `change` (the row
    itself), `add` (a changed copy at the end of the file, with copies of its parent or its rows in
    the tables of `others`), `twin` (likewise, and the rule is found at both) or `drop` (its rows in
    the tables of `others` are left out). `becomes` names fields of the row, of a record above it
    (`person.DateOfBirth`), or of both twins (`both.Plan_CreatedDate`). `most` is how often it may
    be done in one submission, `weight` stands beside those of the table.
    """

    rule: str
    table: str
    place: str
    field: str
    how: str
    where: tuple[Condition, ...]
    becomes: Mapping[str, Value]
    others: tuple[str, ...]
    follows: tuple[Follow, ...]
    most: int
    weight: float
    what: str


@cache
def load_choices() -> dict[str, tuple[Choice, ...]]:
    """Every choice by table; raises DefinitionError for one that makes no sense."""
    data_set = load_dataset()
    choices = [*_by_rule(), *_by_contract(data_set)]
    known = contract_rules(data_set.version).keys() | {
        rule.id for rule in load_rules(data_set.version).rules
    }
    found: dict[str, list[Choice]] = defaultdict(list)
    for choice in choices:
        for rule in (choice.rule, *(follow.rule for follow in choice.follows)):
            if rule not in known:
                raise DefinitionError(
                    f"definitions/simulation: there is no rule '{rule}': correct or remove it."
                )
        found[choice.table].append(choice)
    return {name: tuple(found[name]) for name in data_set.tables if name in found}


def all_rules() -> set[str]:
    """Every rule that something may be planted for."""
    return {choice.rule for choices in load_choices().values() for choice in choices}


_APPLIES: Mapping[str, Callable[[Field, FieldGrade, DataSet], bool]] = {
    "mandatory": lambda field, _, __: field.mandation == "M" and not field.key,
    "any": lambda field, _, __: not field.key,
    "list": lambda field, grade, _: field.code_list_closed and not grade.code_fatal,
    "fatal list": lambda field, grade, _: field.code_list_closed and grade.code_fatal,
    "retired": lambda field, grade, data_set: (
        field.code_list_closed
        and not grade.retired_by_rule
        and any(code.retired for code in data_set.codes[field.code_list or ""].values())
    ),
    "leading zero": lambda _, grade, __: grade.leading_zero,
    "not before": lambda _, grade, __: grade.not_before_period,
    "not after": lambda _, grade, __: grade.not_after_period,
    "wanted": lambda _, grade, __: grade.wanted,
    "parent": lambda field, _, data_set: field is data_set.table(field.table).parent_key,
    "table": lambda field, _, data_set: field is data_set.table(field.table).fields[0],
}
"""To which fields of the contract a row of contract_defects.csv applies."""


def _by_contract(data_set: DataSet) -> list[Choice]:
    """The rules of the contract; the weight of a rule in a table is shared among its fields."""
    where = "definitions/simulation/contract_defects.csv"
    own = {(c.rule, c.table, c.field) for c in _by_rule()}
    grades, choices = field_grades(data_set.version), []
    for row in rows_of("contract_defects.csv"):
        applies = _APPLIES[row["fields"]]
        for table in data_set.tables.values():
            if not (table.patient_level or table.primary_key):
                continue
            fields = [
                field
                for field in table.fields
                if applies(field, grades.get((table.name, field.name), FieldGrade()), data_set)
            ]
            for field in fields:
                if (row["rule"], table.name, field.name) in own:
                    continue
                text = row["becomes"].replace("THIS", field.name)
                choices.append(
                    Choice(
                        rule=row["rule"],
                        table=table.name,
                        place="",
                        field="" if row["fields"] == "table" else field.name,
                        how=row["how"],
                        where=read_conditions(field.name, where),
                        becomes=read_values(text, where),
                        others=(),
                        follows=(),
                        most=ANY,
                        weight=float(row["weight"]) / len(fields),
                        what=row["what"],
                    )
                )
    return choices


@cache
def _by_rule() -> tuple[Choice, ...]:
    data_set = load_dataset()
    found = {rule.id: rule for rule in load_rules(data_set.version).rules}
    choices = []
    for row in rows_of("defects.csv"):
        where = f"definitions/simulation/defects.csv: {row['rule']}"
        rule, how = found.get(row["rule"]), row["how"].split()
        if not how or how[0] not in HOWS or row["table"] not in data_set.tables:
            raise DefinitionError(
                f"{where}: the table must be one of the data set and 'how' one of "
                f"{', '.join(HOWS)}."
            )
        choice = Choice(
            rule=row["rule"],
            table=row["table"],
            place=row["place"],
            field=row["field"] or (rule.fields[0] if rule else ""),
            how=how[0],
            where=read_conditions(row["where"], where),
            becomes=read_values(row["becomes"], where),
            others=tuple(how[1:]),
            follows=tuple(_follow(text) for text in row["follows"].split())
            + ((Follow(row["rule"], TWIN),) if how[0] == TWIN else ()),
            most=int(row["most"] or ANY),
            weight=float(row["weight"]),
            what=row["what"],
        )
        _check(choice, data_set, where)
        choices.append(choice)
    return tuple(choices)


def _follow(text: str) -> Follow:
    name, _, place = text.partition("@")
    return Follow(name, place)


def _check(choice: Choice, data_set: DataSet, where: str) -> None:
    """Every reference must lead somewhere."""

    def known(reference: str) -> bool:
        above, _, name = reference.rpartition(".")
        if above == COUNT:
            return name in data_set.tables
        holder = PARENTS.get(above, above) or choice.table
        return name in DAYS or (
            holder in data_set.tables and name in data_set.table(holder).by_name
        )

    references = [r for condition in choice.where for r in condition.references]
    references += [r for value in choice.becomes.values() for r in value.references]
    references += [name.removeprefix(f"{BOTH}.") for name in choice.becomes]
    for reference in references:
        if not known(reference):
            raise DefinitionError(
                f"{where}: nothing is called '{reference}' beside {choice.table}."
            )
    for name in choice.others:
        if name not in data_set.tables:
            raise DefinitionError(f"{where}: there is no table {name}.")
