"""SQL text: files of named queries, one chain out of many, and the engines' own functions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from levelfield.core.errors import DefinitionError

if TYPE_CHECKING:
    from jinja2 import Environment, Template

_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")

_SECTION = re.compile(r"^-- name: *([a-z][a-z0-9_]*) *$", re.MULTILINE)


@dataclass(frozen=True)
class NamedQuery:
    """A query with a name that later queries of the same pipeline read from."""

    name: str
    sql: str


def load_pipeline(file: Path, **context: object) -> list[NamedQuery]:
    """The queries of a `.sql` file, each begun by a line `-- name: some_name`.

    The file is a Jinja template; `context` may hold lists of columns and checked predicates, never
    values. Raises DefinitionError when the file has no named query or leaves a name undefined.
    """
    # Imported here: whoever checks or loads submissions has no template to fill in.
    from jinja2 import TemplateError

    try:
        text = _template(file).render(**context)
    except TemplateError as error:
        raise DefinitionError(f"{file}: {error}") from error
    parts = _SECTION.split(text)
    names, bodies = parts[1::2], parts[2::2]
    if not names:
        raise DefinitionError(f"{file}: no query is named: begin each with '-- name: …'.")
    return [NamedQuery(n, b.strip().rstrip(";")) for n, b in zip(names, bodies, strict=True)]


@cache
def _template(file: Path) -> "Template":
    """Read once: one file serves many measures and schemes."""
    return _environment().from_string(file.read_text(encoding="utf-8"))


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, StrictUndefined

    return Environment(undefined=StrictUndefined, autoescape=False)


def compose(queries: Sequence[NamedQuery], final: str | None = None) -> str:
    """One statement out of named queries; `final` reads from them (default: all of the last)."""
    chain = ",\n".join(f"{query.name} AS (\n{query.sql}\n)" for query in queries)
    return f"WITH {chain}\n{final or f'SELECT * FROM {queries[-1].name}'}"


@cache
def functions(engine: str) -> tuple[str, ...]:
    """The statements that give an engine the functions of the portable subset."""
    file = resources.files("levelfield.engine") / "functions" / f"{engine}.sql"
    lines = file.read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("--"))
    return tuple(part.strip() for part in text.split(";") if part.strip())


def without_values(message: str) -> str:
    """An engine's message as one line without what it quotes: that may be the value of a record."""
    first = message.strip().split("\n\nLINE ")[0]
    return " ".join(_QUOTED.sub("'…'", first).split())[:500]


def literal(text: str) -> str:
    """A text constant for SQL, for generated tables of codes; values of users are parameters."""
    return "'" + text.replace("'", "''") + "'"
