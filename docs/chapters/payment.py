"""The page of payment: how a contract's terms become the lines of a statement."""

from chapters import markdown, specs

INTRODUCTION = """
A contract is a YAML file with terms. A statement is the sum of its lines; each line is rounded to
pence once, half away from zero. A price that is missing is an error, never zero. The worked
examples below are the project's specs.
"""


def page() -> str:
    parts = []
    for module in specs.modules("payment_"):
        parts += [f"## {module.title}", *(specs.render(spec) for spec in module.specs)]
    return markdown.page("Payment", INTRODUCTION, *parts)
