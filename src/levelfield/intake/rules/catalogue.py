"""The rules that follow from the contract: their words and severity, and each field's grading."""

from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from levelfield.core import definitions
from levelfield.core.errors import DefinitionError
from levelfield.datasets import load_dataset

Severity = Literal["reject_file", "reject_group", "reject_record", "warning"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""From the gravest to the mildest, the order in which findings are told."""


@dataclass(frozen=True)
class RuleText:
    """What a report says about a rule, whichever kind of rule it is."""

    id: str
    severity: Severity
    message: str
    remedy: str
    harm: tuple[str, ...] = ()

    @property
    def rejects(self) -> bool:
        return self.severity != "warning"


@dataclass(frozen=True)
class FieldGrade:
    """What the contract's files leave open about a field, as `field_grades.csv` settles it.

    With `retired_by_rule` each retired code has a cross-field rule that says what replaced it.
    """

    not_before_period: bool = False
    not_after_period: bool = False
    wanted: bool = False
    leading_zero: bool = False
    sub_code: bool = False
    code_fatal: bool = False
    retired_by_rule: bool = False
    harm: tuple[str, ...] = ()


@cache
def contract_rules(version: str) -> dict[str, RuleText]:
    """The generated rules by id, as `contract_rules.csv` words and grades them."""
    file = definitions.path(f"csds/{version}/contract_rules.csv")
    rules = {}
    for row in definitions.read_csv(file, ["id", "severity", "message", "remedy"]):
        if row["severity"] not in SEVERITIES:
            raise DefinitionError(
                f"{file}: {row['id']} has the severity '{row['severity']}'. "
                f"Use one of {', '.join(SEVERITIES)}."
            )
        severity = SEVERITIES[SEVERITIES.index(row["severity"])]
        rules[row["id"]] = RuleText(row["id"], severity, row["message"], row["remedy"])
    return rules


@cache
def field_grades(version: str) -> dict[tuple[str, str], FieldGrade]:
    """The grading of each field by table and field name; a field without a row has none."""
    file = definitions.path(f"csds/{version}/field_grades.csv")
    dataset = load_dataset(version)
    grades: dict[tuple[str, str], FieldGrade] = {}
    for row in definitions.read_csv(file, ["table", "field", "grades", "harm"]):
        table = dataset.tables.get(row["table"])
        if table is None or row["field"] not in table.by_name:
            raise DefinitionError(
                f"{file}: there is no field {row['table']}.{row['field']}. Correct the row."
            )
        try:
            flags = dict.fromkeys(row["grades"].split(";"), True)
            grade = FieldGrade(**flags, harm=tuple(row["harm"].split(";")) if row["harm"] else ())
        except TypeError:
            raise DefinitionError(
                f"{file}: {row['table']}.{row['field']} has an unknown grade in '{row['grades']}'."
            ) from None
        grades[row["table"], row["field"]] = grade
    return grades


@dataclass(frozen=True)
class PortalRule:
    """Where a rule of ours stands among the national ones: its kind, and the portal's id.

    Either is empty where there is none that is known: the portal's list is not public.
    """

    kind: str
    portal: str


@cache
def portal_rules(version: str) -> dict[str, PortalRule]:
    """The kind and the portal's id of every rule, by our id."""
    file = definitions.path(f"csds/{version}/portal_rules.csv")
    rows = definitions.read_csv(file, ["rule", "kind", "portal", "source"])
    return {row["rule"]: PortalRule(row["kind"], row["portal"]) for row in rows}


@cache
def rule_kinds() -> dict[str, str]:
    """The kinds of national rules, each with why no rule of ours is of it; empty where some are."""
    file = definitions.path("csds/rule_kinds.csv")
    rows = definitions.read_csv(file, ["kind", "severity", "explanation", "none_here_because"])
    return {row["kind"]: row["none_here_because"] for row in rows}
