"""Worked examples of a scheme: small tables of facts in, the class of each record out."""

from pathlib import Path

import pyarrow as pa
from pydantic import Field

from levelfield.core import drawn
from levelfield.core.definitions import Definition, load_yaml
from levelfield.core.errors import DefinitionError
from levelfield.facts import load_fact

DEFAULTS = {"provider": "ZA1", "period": "2025-04", "submission_id": "s1", "commissioner": "ZC001"}
"""What a row says of these columns when the example does not draw them; all others are empty."""


class Example(Definition):
    """Tables of facts drawn with `|`, and what their records are grouped to.

    `expect` draws columns of the units (`record_id`, `currency`, `error_class`, `basis`, `rule`,
    `assumed`, `units`, `size`, `excess`); a fact that is not given has no row.
    """

    title: str
    parameters: dict[str, int | str] = Field(default={})
    given: dict[str, str]
    expect: str


class _File(Definition):
    examples: tuple[Example, ...]


def read_examples(file: Path) -> tuple[Example, ...]:
    """The examples of a scheme; raises DefinitionError for a file that makes no sense."""
    return load_yaml(file, _File).examples


def given_tables(example: Example, facts: tuple[str, ...], where: str) -> dict[str, pa.Table]:
    """The example's rows of each of these facts, as Arrow with every column of the fact.

    Raises DefinitionError for a fact or column that there is not, or a cell of another type.
    """
    strange = sorted(set(example.given) - set(facts))
    if strange:
        raise DefinitionError(
            f"{where}: '{strange[0]}' is not read by the scheme. It reads: {', '.join(facts)}."
        )
    return {
        fact: drawn.table(
            drawn.rows(example.given.get(fact, ""), where),
            load_fact(fact).arrow_schema(),
            DEFAULTS,
            f"{where}, fact '{fact}'",
        )
        for fact in facts
    }


def differences(example: Example, units: pa.Table, where: str) -> list[str]:
    """Where the units differ from what the example expects, a sentence each; none when it holds."""
    wanted = drawn.rows(example.expect, where)
    names = drawn.names(example.expect)
    found = [
        {name: "" if row[name] is None else _text(row[name]) for name in names}
        for row in units.to_pylist()
    ]
    lines = []
    for label, not_, one, other in (
        ("expected", "found", wanted, found),
        ("found", "expected", found, wanted),
    ):
        rest = list(other)
        for row in one:
            if row in rest:
                rest.remove(row)
            else:
                lines.append(f"{label}, and not {not_}: {row}")
    return lines


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
