"""Worked examples of a scheme: small tables of facts in, the class of each record out."""

from datetime import date
from pathlib import Path

import pyarrow as pa
from pydantic import Field

from levelfield.core.definitions import Definition, load_yaml
from levelfield.core.errors import DefinitionError
from levelfield.facts import load_fact

Drawn = list[dict[str, str]]

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
    tables = {}
    for fact in facts:
        schema = load_fact(fact).arrow_schema()
        rows = drawn(example.given[fact], where) if fact in example.given else []
        unknown = sorted({name for row in rows for name in row} - set(schema.names))
        if unknown:
            raise DefinitionError(f"{where}: the fact '{fact}' has no column '{unknown[0]}'.")
        columns = {
            field.name: [
                _typed(row.get(field.name, DEFAULTS.get(field.name, "")), field, where)
                for row in rows
            ]
            for field in schema
        }
        tables[fact] = pa.table(columns, schema=schema)
    return tables


def drawn(text: str, where: str) -> Drawn:
    """A table drawn with `|`: a line of names, then a line for each row. Cells may be empty."""
    lines = [
        [cell.strip() for cell in line.split("|")] for line in text.splitlines() if line.strip()
    ]
    for cells in lines[1:]:
        if len(cells) != len(lines[0]):
            raise DefinitionError(
                f"{where}: the row '{' | '.join(cells)}' has {len(cells)} cells for "
                f"{len(lines[0])} columns: draw one for each."
            )
    return [dict(zip(lines[0], cells, strict=True)) for cells in lines[1:]]


def _typed(text: str, field: pa.Field, where: str) -> object:
    if text == "":
        return None
    try:
        if pa.types.is_boolean(field.type):
            return {"true": True, "false": False}[text]
        if pa.types.is_date(field.type):
            return date.fromisoformat(text)
        if pa.types.is_floating(field.type):
            return float(text)
        return int(text) if pa.types.is_integer(field.type) else text
    except (KeyError, ValueError):
        raise DefinitionError(
            f"{where}: '{text}' in the column '{field.name}' is not a value of type {field.type}."
        ) from None


def differences(example: Example, units: pa.Table, where: str) -> list[str]:
    """Where the units differ from what the example expects, a sentence each; none when it holds."""
    wanted = drawn(example.expect, where)
    names = list(wanted[0])
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
