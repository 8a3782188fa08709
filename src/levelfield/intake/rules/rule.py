"""Cross-field rules: definitions that a clinician or an analyst can read, review and change."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pyarrow as pa
from pydantic import Field

from levelfield.core import definitions
from levelfield.core.definitions import Definition
from levelfield.core.errors import DefinitionError
from levelfield.datasets import DataSet, Table, load_dataset
from levelfield.engine import predicates
from levelfield.intake.rules.catalogue import RuleText, Severity

PARENTS = {
    "person": "CYP001MPI",
    "care_plan": "CYP004CarePlanType",
    "referral": "CYP101Referral",
    "contact": "CYP201CareContact",
    "activity": "CYP202CareActivity",
}
"""How a rule names the records above its own."""

_QUALIFIED = re.compile(rf"\b({'|'.join(PARENTS)})\.([a-z0-9_]+)")


class Related(Definition):
    """Rows of a table that agree with the rule's row in `match`; the rule sees how many.

    `match` names columns that both tables have, the parents' among them (`referral.…`); with
    `where` only rows that satisfy it are counted. A blank agrees with nothing.
    """

    table: str
    match: tuple[str, ...]
    where: str | None = None


class Example(Definition):
    """A small submission in ASCII tables by name, and the row numbers at which the rule fires."""

    title: str
    given: dict[str, str]
    fires: tuple[int, ...]


class Rule(Definition):
    """One cross-field rule. `when` is true where the fault is.

    `harm` lists the measures and currency schemes whose figures the fault spoils. `related` gives
    counts that `when` reads as `<name>_rows`.
    """

    id: str
    version: str
    severity: Severity
    table: str
    fields: tuple[str, ...]
    message: str
    when: str
    related: dict[str, Related] = Field(default_factory=dict)
    harm: tuple[str, ...]
    remedy: str
    source: str
    authored_by: str
    reviewed_on: date
    examples: tuple[Example, ...]

    @property
    def text(self) -> RuleText:
        return RuleText(self.id, self.severity, self.message, self.remedy, self.harm)

    @property
    def expressions(self) -> list[str]:
        """Every piece of SQL in the rule that reads columns of its own table or its parents."""
        return [self.when, *(name for related in self.related.values() for name in related.match)]


@dataclass(frozen=True)
class RuleSet:
    """The rules of one version of the data set, in the order of their ids."""

    rules: tuple[Rule, ...]

    def of(self, table: str) -> list[Rule]:
        return [rule for rule in self.rules if rule.table == table]

    def parents_read(self, table: str) -> dict[str, set[str]]:
        """The parents' columns that any rule reads beside rows of `table`, by parent's name."""
        found: dict[str, set[str]] = {}
        for rule in self.rules:
            texts = rule.expressions if rule.table == table else []
            for related in rule.related.values():
                if related.table == table:
                    texts = [*texts, *related.match, related.where or ""]
            for text in texts:
                for parent, column in _QUALIFIED.findall(text):
                    found.setdefault(parent, set()).add(column)
        return found

    @property
    def tables(self) -> list[str]:
        """The tables that rules look at: their own and those they count in."""
        related = {r.table for rule in self.rules for r in rule.related.values()}
        return sorted({rule.table for rule in self.rules} | related)


def flat(expression: str) -> str:
    """An expression with the parents' columns named as the flattened table has them."""
    return _QUALIFIED.sub(r"\1__\2", expression)


@cache
def load_rules(version: str) -> RuleSet:
    """Every rule of a version, checked; raises DefinitionError for one that makes no sense."""
    folder = definitions.path(f"csds/{version}/rules")
    return RuleSet(tuple(load_rule(file, version) for file in sorted(folder.glob("*.yaml"))))


def load_rule(file: Path, version: str) -> Rule:
    """One rule from its file, named as the rule."""
    rule = definitions.load_yaml(file, Rule)
    dataset = load_dataset(version)
    if file.stem != rule.id.lower():
        raise DefinitionError(
            f"{file}: the rule is {rule.id}: name the file {rule.id.lower()}.yaml."
        )
    table = _table(dataset, rule.table, f"{file}: 'table'")
    for name in rule.fields:
        if name not in table.by_name:
            raise DefinitionError(f"{file}: 'fields': {rule.table} has no field {name}.")
    columns = columns_of(table, dataset)
    for name, related in rule.related.items():
        where = f"{file}: 'related.{name}'"
        other = columns_of(_table(dataset, related.table, where), dataset)
        for column in related.match:
            if flat(column) not in columns or flat(column) not in other:
                raise DefinitionError(f"{where}: both tables must have the column '{column}'.")
        if related.where:
            predicates.check(flat(related.where), other, where)
        columns[f"{name}_rows"] = "INTEGER"
    predicates.check(flat(rule.when), columns, f"{file}: 'when'")
    return rule


def columns_of(table: Table, dataset: DataSet) -> dict[str, str]:
    """The columns that a rule of this table may read, with their SQL types.

    Its own and its parents' fields (`person__gender`), the ages derived at each date, the
    checks of the NHS numbers on a person, and the period's first and last day.
    """
    columns = {"period_start": "DATE", "period_end": "DATE"}
    columns |= {name: _sql_type(kind) for name, kind in arrow_columns(table).items()}
    for name, parent in parents_of(table, dataset):
        kinds = arrow_columns(parent)
        columns |= {f"{name}__{column}": _sql_type(kind) for column, kind in kinds.items()}
    return columns


def parents_of(table: Table, dataset: DataSet) -> list[tuple[str, Table]]:
    """The tables above a table, the nearest first, with the names that rules give them."""
    found = []
    while table.parent:
        table = dataset.table(table.parent)
        found.append((next(name for name, of in PARENTS.items() if of == table.name), table))
    return found


def arrow_columns(table: Table) -> dict[str, pa.DataType]:
    """A table's submitted and derived columns, as they are while the rules run."""
    columns = {field.column: field.arrow_type for field in table.fields}
    if table.name == PARENTS["person"]:
        columns |= {
            "nhs_number_valid": pa.bool_(),
            "nhs_number_mother_valid": pa.bool_(),
            "age_days_period_end": pa.int32(),
            "age_years_period_end": pa.int32(),
        }
    if table.patient_level:
        for field in table.fields:
            if field.type == "date" and field.name != "DateOfBirth":
                columns |= {f"{field.column}_age_{unit}": pa.int32() for unit in ("days", "years")}
    return columns


def _sql_type(kind: pa.DataType) -> str:
    if pa.types.is_decimal(kind):
        return f"DECIMAL({kind.precision}, {kind.scale})"
    names = {
        pa.int32(): "INTEGER",
        pa.date32(): "DATE",
        pa.string(): "VARCHAR",
        pa.bool_(): "BOOLEAN",
        pa.timestamp("us"): "TIMESTAMP",
    }
    return names[kind]


def _table(dataset: DataSet, name: str, where: str) -> Table:
    if name not in dataset.tables:
        raise DefinitionError(f"{where}: there is no table '{name}' in the data set.")
    return dataset.tables[name]
