"""The page of facts: columns as declared, and every choice as a worked example."""

from chapters import markdown, specs
from levelfield.facts import Fact, load_facts

INTRODUCTION = """
A fact is one clean row for each thing that happened, made from the active submissions: duplicates
settled, codes settled, dates reckoned. Measures, currencies and payment read facts and nothing
else. The columns are declared in `src/levelfield/definitions/facts.csv`, the queries lie in
`src/levelfield/facts/sql/`. The worked examples below are the project's specs: each runs on DuckDB
and on Spark. Each kind of [return](returns.md) is a fact as well, with the columns of its
layout.
"""


def page() -> str:
    found = specs.modules("fact_")
    parts = [_fact(fact, found) for fact in load_facts().values() if not fact.every]
    return markdown.page("Facts", INTRODUCTION, *parts)


def _fact(fact: Fact, modules: list[specs.Module]) -> str:
    rows = [(f"`{c.name}`", c.type, "key" if c.key else "", c.description) for c in fact.columns]
    columns = markdown.table(["column", "type", "key", "meaning"], rows)
    examples = [
        specs.render(spec)
        for module in modules
        for spec in module.specs
        if spec.cases[0].keywords["fact"] == fact.name
    ]
    return "\n\n".join([f"## {fact.name}", fact.description, columns, *examples])
