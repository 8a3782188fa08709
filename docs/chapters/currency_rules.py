"""The page of currency rules: the decision tables of each scheme, and worked examples."""

from chapters import markdown, specs
from levelfield.core import definitions
from levelfield.currencies import Scheme, load_scheme, schemes

INTRODUCTION = """
A currency scheme sorts every contact into exactly one currency, or into a named error class with
the reason. A scheme is a folder in `src/levelfield/definitions/currencies/`. A contact is held
against the rows below from the top to the bottom, and the first row whose every condition fits
decides. The reason for each row stands in the column `note` of its file.
"""


def page() -> str:
    parts = [_scheme(load_scheme(scheme)) for scheme in schemes()]
    examples = ["## Worked examples"]
    for module in specs.modules("currency_"):
        examples += [f"### {module.title}", *(specs.render(s, level=4) for s in module.specs)]
    return markdown.page("Currency rules", INTRODUCTION, *parts, *examples)


def _scheme(scheme: Scheme) -> str:
    classes = [
        (f"`{c.error_class}`", c.title, c.meaning, c.remedy, c.estimate.replace("_", " "))
        for c in scheme.classes.values()
    ]
    parameters = [(f"`{k}`", f"`{v}`") for k, v in scheme.parameters.model_dump().items()]
    left_out = [f"Source row {row.source_row}: {row.reason}" for row in scheme.left_out]
    return "\n\n".join(
        [
            f"## {scheme.id}",
            f"**{scheme.title}**, version {scheme.version}. {scheme.status}",
            f"Source: {scheme.source}",
            "### Words that the tables use",
            markdown.table(["condition", "word", "when"], _settled(scheme)),
            "### Choices",
            markdown.table(["parameter", "chosen"], parameters),
            "### Error classes",
            markdown.table(["class", "title", "meaning", "remedy", "estimated by"], classes),
            *(_table(scheme, name) for name in scheme.tables),
            "### Rows of the source that are left out",
            markdown.bullets(left_out),
        ]
    )


def _settled(scheme: Scheme) -> list[tuple[str, str, str]]:
    rows = [
        (f"`{name}`", word.replace("_", " "), f"`{settled.field}` is {', '.join(values)}")
        for name, settled in scheme.settled.items()
        for word, values in settled.values.items()
    ]
    age = scheme.parameters.child_to_age
    return [*rows, ("`age_group`", "child", f"`age_years` is {age} or less")]


def _table(scheme: Scheme, name: str) -> str:
    file = definitions.path(f"currencies/{scheme.id}/{name}")
    rules = [rule for rule in scheme.rules if rule.where.startswith(f"{file},")]
    rows = []
    for rule in rules:
        conditions = "; ".join(
            f"{column} {' or '.join(sorted(values))}" for column, values in rule.conditions.items()
        )
        outcome = rule.currency or rule.error_class or ""
        title = scheme.currencies.get(outcome, "")
        rows.append((rule.number, rule.id, conditions or "any", f"`{outcome}`", title, rule.basis))
    header = ["row", "rule", "conditions", "outcome", "currency", "basis"]
    return f"### {name}\n\n{markdown.table(header, rows)}"
