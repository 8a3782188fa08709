"""Worked examples of a scheme: small tables of facts in, the class of each record out."""

from collections.abc import Mapping, Sequence
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
    """Where the units differ from what the example expects, a sentence each; none when it holds.

    Raises DefinitionError for a column that units do not have.
    """
    names = drawn.names(example.expect)
    for name in names:
        if name not in units.column_names:
            raise DefinitionError(
                f"{where}: 'expect' has a column '{name}', which units do not have. They have: "
                f"{', '.join(units.column_names)}."
            )
    ordered = units.sort_by([(name, "ascending") for name in _KEYS])
    rest = [_drawn(row, (*names, "rule")) for row in ordered.to_pylist()]
    apart: list[tuple[int, drawn.Row]] = []
    for number, row in enumerate(drawn.rows(example.expect, where), start=1):
        found = _first(rest, row, names)
        if found is None:
            apart.append((number, row))
        else:
            rest.remove(found)
    lines = []
    for number, row in apart:
        known = [name for name in _KEYS if name in names]
        found = _first(rest, row, known)
        said = f"row {number}{_told(row, known)}"
        if found is None:
            lines.append(f"{said}: no such record came out")
        else:
            rest.remove(found)
            lines.append(f"{said}: {_beside(row, found)}, by the row '{found['rule']}'")
    lines += [f"no row expects what else came out{_told(row, [*names, 'rule'])}" for row in rest]
    return lines


_KEYS = ("provider", "period", "submission_id", "record_id")
"""The columns that tell units apart."""


def _drawn(row: Mapping[str, object], names: Sequence[str]) -> drawn.Row:
    return {name: _text(row[name]) for name in names}


def _first(rows: Sequence[drawn.Row], like: drawn.Row, names: Sequence[str]) -> drawn.Row | None:
    """The first of the rows that is the same in these columns."""
    return next((row for row in rows if all(row[name] == like[name] for name in names)), None)


def _told(row: drawn.Row, names: Sequence[str]) -> str:
    said = ", ".join(f"{name} {row[name]}" for name in names if row[name])
    return f" ({said})" if said else ""


def _beside(expected: drawn.Row, found: drawn.Row) -> str:
    return ", ".join(
        f"{name} {text or 'none'} was expected and {found[name] or 'none'} was found"
        for name, text in expected.items()
        if text != found[name]
    )


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)
