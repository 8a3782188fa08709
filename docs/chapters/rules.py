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

HARM = """
What a fault spoils is named by the id of a measure or a currency scheme, or as a breakdown of all
measures (`by_sex`, `by_commissioner` and so on) where no total changes. Of a rule of the contract
the field decides: a warning spoils what rests on its field, a rejected record what rests on any
field of its table and of the tables below, a refused file everything. A cross-field rule names its
own harm, or the reason why it has none.
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
        _harmful([rule.text for rule in cross_field]),
        "## Kinds of rules",
        KINDS,
        _kinds(),
        "## Rules of the contract",
        _summary(list(contract_rules(VERSION).values())),
        "## Fields that are graded, and what rests on fields",
        HARM,
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


def _harmful(cross_field: list[RuleText]) -> str:
    spoiling = sum(bool(rule.harm) for rule in cross_field)
    return (
        f"Of the cross-field rules {spoiling} name figures that the fault spoils; the other "
        f"{len(cross_field) - spoiling} say why it spoils none."
    )


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
    spoils = f"Spoils: {', '.join(rule.harm)}." if rule.harm else f"Spoils nothing: {rule.no_harm}"
    facts = [
        f"Table {rule.table}, fields {', '.join(rule.fields)}; {rule.severity.replace('_', ' ')}.",
        f"Fires when `{' '.join(rule.when.split())}`.",
        *related,
        spoils,
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
