"""The page of intake rules: what is checked, how grave it is, what it spoils, what to do."""

from chapters import markdown
from levelfield.intake.rules.catalogue import SEVERITIES, RuleText, contract_rules, field_grades
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


def page() -> str:
    cross_field = load_rules(VERSION).rules
    return markdown.page(
        "Intake rules",
        INTRODUCTION,
        "## Rules of the contract",
        _summary(list(contract_rules(VERSION).values())),
        "## Fields that are graded",
        _grades(),
        "## Cross-field rules",
        _summary([rule.text for rule in cross_field]),
        *(_rule(rule) for rule in cross_field),
    )


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
