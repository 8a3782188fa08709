"""The facts: their columns, types and meaning.

Those of submissions are declared in `definitions/facts.csv`; each kind of return is a fact by its
own layout.
"""

from dataclasses import dataclass
from functools import cache

import pyarrow as pa

from levelfield.core import definitions
from levelfield.core.errors import UsageError
from levelfield.returns import Layout, load_layouts

_ARROW_TYPES: dict[str, pa.DataType] = {
    "STRING": pa.string(),
    "INTEGER": pa.int32(),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
}


OF_RETURN = "return_id"
"""The column that every fact of returns has, and no fact of submissions."""


@dataclass(frozen=True)
class Column:
    """One column of a fact; `type` is its SQL type on either engine.

    `codes` names the data set's code list where the column holds nothing else.
    """

    name: str
    type: str
    key: bool
    description: str
    codes: str = ""


@dataclass(frozen=True)
class Fact:
    """One fact: what a row is, and its columns in order.

    `every` is empty for a fact of submissions; of a return it says how often that is sent.
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    every: str = ""

    @property
    def types(self) -> dict[str, str]:
        """SQL types by column, as predicates are checked against."""
        return {column.name: column.type for column in self.columns}

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.key)

    def arrow_schema(self) -> pa.Schema:
        return pa.schema([(c.name, _ARROW_TYPES[c.type]) for c in self.columns])

    def select(self, source: str) -> str:
        """SQL that reads exactly this fact's columns, cast to their types, from `source`."""
        columns = ",\n  ".join(f"CAST({c.name} AS {c.type}) AS {c.name}" for c in self.columns)
        return f"SELECT\n  {columns}\nFROM {source}"


@cache
def load_facts() -> dict[str, Fact]:
    """All facts by name: those of submissions in the order of their file, then those of returns.

    Raises DefinitionError for a file that makes no sense.
    """
    rows = definitions.read_csv(
        definitions.path("facts.csv"), ["fact", "column", "type", "key", "codes"]
    )
    descriptions = {row["fact"]: row["description"] for row in rows if not row["column"]}
    columns: dict[str, list[Column]] = {fact: [] for fact in descriptions}
    for row in rows:
        if row["column"]:
            key = row["key"] == "key"
            column = Column(row["column"], row["type"], key, row["description"], row["codes"])
            columns[row["fact"]].append(column)
    found = {name: Fact(name, text, tuple(columns[name])) for name, text in descriptions.items()}
    return found | {kind: _of_return(layout) for kind, layout in load_layouts().items()}


def _of_return(layout: Layout) -> Fact:
    own = [Column(c.name, c.sql_type, c.key, c.meaning) for c in layout.columns]
    file = Column(OF_RETURN, "STRING", False, "Return that the row comes from.")
    return Fact(layout.id, layout.row, (*own, file), layout.every)


def load_fact(name: str) -> Fact:
    """One fact; raises UsageError that lists the facts when there is none of that name."""
    facts = load_facts()
    if name not in facts:
        raise UsageError(f"There is no fact '{name}'. Known are: {', '.join(facts)}.")
    return facts[name]
