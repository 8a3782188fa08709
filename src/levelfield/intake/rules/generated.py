"""The rules that follow from the contract, one for each place that they look at."""

from collections.abc import Iterator
from typing import NamedTuple

from levelfield.datasets import DataSet, Field, Table, load_dataset
from levelfield.intake.rules.catalogue import FieldGrade, contract_rules, field_grades

_OF_TABLES = {"F-STRUCT", "R-NAMES", "DUPLICATE", "G-KEY-DUP", "G-NO-PARENT"}
_OF_FIELDS = {
    "R-BLANK",
    "R-FORMAT",
    "R-CODE-FATAL",
    "R-BEFORE-START",
    "R-AFTER-END",
    "W-CODE",
    "W-CODE-RETIRED",
    "W-LEADING-ZERO",
    "W-BLANK-KEY",
}


class Generated(NamedTuple):
    """A rule of the contract at one place: a field, a table as a whole, or the whole file."""

    rule: str
    table: str = ""
    field: str = ""


def generated_rules(version: str) -> list[Generated]:
    """Every rule that the contract's tables, fields and code lists give, place by place."""
    dataset, grades = load_dataset(version), field_grades(version)
    placed = _OF_TABLES | _OF_FIELDS
    whole = [Generated(rule) for rule in contract_rules(version) if rule not in placed]
    found = []
    for table in dataset.tables.values():
        found += [Generated(rule, table.name) for rule in _of_table(table)]
        for field in table.fields:
            grade = grades.get((table.name, field.name), FieldGrade())
            found += [
                Generated(r, table.name, field.name) for r in _of_field(field, grade, dataset)
            ]
    return [*whole, *found]


def _of_table(table: Table) -> Iterator[str]:
    yield "F-STRUCT"
    yield "R-NAMES"
    yield "DUPLICATE"
    if table.primary_key:
        yield "G-KEY-DUP"
    if table.parent:
        yield "G-NO-PARENT"


def _of_field(field: Field, grade: FieldGrade, dataset: DataSet) -> Iterator[str]:
    if field.mandation == "M":
        yield "R-BLANK"
    elif grade.wanted:
        yield "W-BLANK-KEY"
    yield "R-FORMAT"
    if field.code_list and field.code_list_closed:
        yield "R-CODE-FATAL" if grade.code_fatal else "W-CODE"
        retired = any(code.retired for code in dataset.codes[field.code_list].values())
        if retired and not grade.retired_by_rule:
            yield "W-CODE-RETIRED"
    if grade.leading_zero:
        yield "W-LEADING-ZERO"
    if grade.not_before_period:
        yield "R-BEFORE-START"
    if grade.not_after_period:
        yield "R-AFTER-END"
