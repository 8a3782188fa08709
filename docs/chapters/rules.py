"""The page of intake rules: what is checked, how grave it is, what it spoils, what to do."""

from collections import Counter

from chapters import markdown
from levelfield.core import definitions
from levelfield.intake.rules.catalogue import (
    SEVERITIES,
    RuleText,
    contract_rules,
    field_grades,
    portal_rules,
)
from levelfield.intake.rules.generated import generated_rules
from levelfield.intake.rules.rule import Rule, load_rules

VERSION = "1.6"

INTRODUCTION = """
Every submission is held against two kinds of rules. Those of the contract follow from the data
set's tables, fields and code lists; `contract_rules.csv` words and grades them and
`field_grades.csv` settles them field by field. Cross-field rules are one YAML file each in
`src/levelfield/definitions/csds/1.6/rules/`, and their examples run as tests on DuckDB and on
Spark. A rule rejects the whole file, a group (the record with everything that belongs to it) or
the record, or it warns.
"""


COUNTS = """
How many rules there are, by severity and by where they come from. A rule of the contract is one
sentence that is checked at many places (a field, a table); both are counted. A cross-field rule is
counted once, whatever it compares.
"""

KINDS = """
The national list of rules for this data set is not public. Its kinds are known from the list of a
sibling data set, and `portal_rules.csv` says of which kind each rule here is. The identifier that
the portal gives to a rule belongs in the same file; none is known so far.
"""

SETTINGS = """
A local file can switch a rule off or grade it otherwise: see
[Change a rule for your own files](../how-to/change-a-rule.md).
"""


def page() -> str:
    cross_field = load_rules(VERSION).rules
    return markdown.page(
        "Intake rules",
        INTRODUCTION,
        SETTINGS,
        "## How many there are",
        COUNTS,
        _counts([rule.text for rule in cross_field]),
        "## Kinds of rules",
        KINDS,
        _kinds(),
        "## Rules of the contract",
        _summary(list(contract_rules(VERSION).values())),
        "## Fields that are graded",
        _grades(),
        "## Cross-field rules",
        _summary([rule.text for rule in cross_field]),
        *(_rule(rule) for rule in cross_field),
    )


def _counts(cross_field: list[RuleText]) -> str:
    contract = contract_rules(VERSION)
    places = Counter(contract[found.rule].severity for found in generated_rules(VERSION))
    of_contract = Counter(rule.severity for rule in contract.values())
    crossing = Counter(rule.severity for rule in cross_field)
    rows = [
        (
            severity.replace("_", " "),
            str(of_contract[severity]),
            f"{places[severity]:,}",
            str(crossing[severity]),
        )
        for severity in SEVERITIES
    ]
    total = ("all", str(of_contract.total()), f"{places.total():,}", str(crossing.total()))
    head = ["severity", "of the contract", "at so many places", "cross-field"]
    return markdown.table(head, [*rows, total])


def _kinds() -> str:
    ours: dict[str, list[str]] = {}
    for rule, row in portal_rules(VERSION).items():
        ours.setdefault(row.kind, []).append(rule)
    rows = []
    for kind in definitions.read_csv(definitions.path("csds/rule_kinds.csv")):
        rules = ours.get(kind["kind"], [])
        told = f"{len(rules)}: {', '.join(rules)}" if rules else kind["none_here_because"]
        rows.append((kind["kind"], kind["severity"].replace("_", " "), kind["explanation"], told))
    beside = ours[""]
    rows.append(
        ("", "", "of no national kind that is known", f"{len(beside)}: {', '.join(beside)}")
    )
    return markdown.table(["kind", "severity there", "what it looks for", "rules here"], rows)


def _summary(rules: list[RuleText]) -> str:
    rows = [
        (rule.id, rule.severity.replace("_", " "), rule.message, rule.remedy)
        for severity in SEVERITIES
        for rule in rules
        if rule.severity == severity
    ]
    return markdown.table(["rule", "severity", "message", "what to do"], rows)


def _grades() -> str:
    rows = []
    for (table, field), grade in field_grades(VERSION).items():
        flags = [name for name, value in vars(grade).items() if value is True]
        words = ", ".join(flag.replace("_", " ") for flag in flags)
        rows.append((table, field, words, ", ".join(grade.harm)))
    return markdown.table(["table", "field", "graded", "spoils"], rows)


def _rule(rule: Rule) -> str:
    related = [
        f"`{name}_rows` counts the rows of {other.table} that agree in "
        + ", ".join(f"`{column}`" for column in other.match)
        + (f", where `{' '.join(other.where.split())}`" if other.where else "")
        + "."
        for name, other in rule.related.items()
    ]
    facts = [
        f"Table {rule.table}, fields {', '.join(rule.fields)}; {rule.severity.replace('_', ' ')}.",
        f"Fires when `{' '.join(rule.when.split())}`.",
        *related,
        f"Spoils: {', '.join(rule.harm) or 'no measure or currency scheme'}.",
        f"What to do: {rule.remedy}",
        f"Version {rule.version}. Source: {rule.source}. Written by {rule.authored_by}; "
        f"reviewed on {rule.reviewed_on}.",
    ]
    parts = [f"### {rule.id}", rule.message, markdown.bullets(facts)]
    for example in rule.examples:
        parts.append(f"Example: {example.title}.")
        for table, given in example.given.items():
            parts.append(f"`{table}`:\n\n{markdown.drawn(given)}")
        rows = ", ".join(str(row) for row in example.fires) or "none"
        parts.append(f"Rows of {rule.table} that it fires at: {rows}.")
    return "\n\n".join(parts)
