"""The rules that follow from the contract: their words and severity, and each field's grading."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from levelfield.core import definitions
from levelfield.core.errors import DefinitionError
from levelfield.datasets import load_dataset

Severity = Literal["reject_file", "reject_group", "reject_record", "warning"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""From the gravest to the mildest, the order in which findings are told."""


BREAKDOWNS = {
    "by_service": "service",
    "by_age_band": "age band",
    "by_sex": "sex",
    "by_ethnic_group": "ethnic group",
    "by_deprivation_fifth": "deprivation",
    "by_staff_group": "staff group",
    "by_medium": "medium of contact",
    "by_source_of_referral": "source of referral",
    "by_commissioner": "commissioner",
}
"""What every measure is split by, with its word; a fault may spoil a split and no total."""


@dataclass(frozen=True)
class RuleText:
    """What a report says about a rule, whichever kind of rule it is.

    A cross-field rule has either `harm` or the reason why it has none, `no_harm`. A rule of the
    contract has neither as long as the field that it was broken in decides.
    """

    id: str
    severity: Severity
    message: str
    remedy: str
    harm: tuple[str, ...] = ()
    no_harm: str = ""

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
def figures() -> frozenset[str]:
    """All that a fault may spoil, by id: measures, currency schemes and BREAKDOWNS."""
    measures = {file.stem for file in definitions.path("measures").glob("*.yaml")}
    schemes = {file.parent.name for file in definitions.path("currencies").glob("*/scheme.yaml")}
    return frozenset(measures | schemes | BREAKDOWNS.keys())


def check_harm(harm: Sequence[str], no_harm: str, where: str) -> None:
    """Raise DefinitionError unless there is either harm, of known figures, or a reason for none."""
    if bool(harm) == bool(no_harm.strip()):
        raise DefinitionError(
            f"{where}: give either 'harm', the figures that the fault spoils, or 'no_harm', the "
            "reason why it spoils none, in a sentence for the submitter."
        )
    for name in harm:
        if name not in figures():
            raise DefinitionError(
                f"{where}: 'harm': '{name}' is no measure, currency scheme or breakdown. Use one "
                f"of {', '.join(sorted(figures()))}."
            )


@cache
def contract_rules(version: str) -> dict[str, RuleText]:
    """The generated rules by id, as `contract_rules.csv` words and grades them.

    A rule that refuses the file spoils every total; for the others see `contract_harm`.
    """
    file = definitions.path(f"csds/{version}/contract_rules.csv")
    totals = tuple(sorted(figures() - BREAKDOWNS.keys()))
    rules = {}
    for row in definitions.read_csv(file, ["id", "severity", "message", "remedy", "no_harm"]):
        if row["severity"] not in SEVERITIES:
            raise DefinitionError(
                f"{file}: {row['id']} has the severity '{row['severity']}'. "
                f"Use one of {', '.join(SEVERITIES)}."
            )
        severity = SEVERITIES[SEVERITIES.index(row["severity"])]
        harm = totals if severity == "reject_file" else ()
        rules[row["id"]] = RuleText(
            row["id"], severity, row["message"], row["remedy"], harm, row["no_harm"]
        )
    return rules


@cache
def contract_harm(version: str, table: str, field: str, *, rejects: bool) -> tuple[str, ...]:
    """The figures that a fault of the contract spoils in a field, from `field_grades.csv`.

    A rejected record is lost with all its fields and with all that hangs on it, so it spoils
    whatever rests on any field of its table or of a table below.
    """
    grades = field_grades(version)
    if not rejects:
        return grades.get((table, field), FieldGrade()).harm
    tables, lost = load_dataset(version).tables, {table}
    for below in tables.values():
        if below.parent in lost:
            lost.add(below.name)
    spoilt = (name for (place, _), grade in grades.items() if place in lost for name in grade.harm)
    return tuple(dict.fromkeys(spoilt))


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
            flags = dict.fromkeys(filter(None, row["grades"].split(";")), True)
            harm = tuple(filter(None, row["harm"].split(";")))
            grade = FieldGrade(**flags, harm=harm)
        except TypeError:
            raise DefinitionError(
                f"{file}: {row['table']}.{row['field']} has an unknown grade in '{row['grades']}'."
            ) from None
        if harm:
            check_harm(harm, "", f"{file}: {row['table']}.{row['field']}")
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
