"""What each kind of return looks like: one YAML file a kind, in `definitions/returns`."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, Self

import pyarrow as pa
from pydantic import Field, model_validator

from levelfield.core import definitions
from levelfield.core.definitions import Definition
from levelfield.core.errors import DefinitionError, UsageError
from levelfield.engine.predicates import Condition, check_all

Kind = Literal[
    "provider", "commissioner", "month", "team_type", "code", "pseudonym", "count", "number"
]

SQL_TYPES: dict[Kind, str] = {
    "provider": "STRING",
    "commissioner": "STRING",
    "month": "STRING",
    "team_type": "STRING",
    "code": "STRING",
    "pseudonym": "STRING",
    "count": "BIGINT",
    "number": "DOUBLE",
}
"""The SQL type of a column on either engine, by what the column holds."""

_ARROW_TYPES = {"STRING": pa.string(), "BIGINT": pa.int64(), "DOUBLE": pa.float64()}


class Column(Definition):
    """One column of a return."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="Its name in the file")
    type: Kind = Field(description="What it holds; a count is a whole number from 0")
    key: bool = Field(default=False, description="Two rows may not have all key columns alike")
    required: bool = Field(default=True, description="Whether every row must have a value")
    codes: dict[str, str] = Field(default={}, description="The codes of a `code`, with meaning")
    least: float | None = Field(default=None, description="The least that a number may be")
    most: float | None = Field(default=None, description="The most that a number may be")
    meaning: str = Field(description="What it means, for whoever fills it in")

    @property
    def sql_type(self) -> str:
        return SQL_TYPES[self.type]

    @property
    def arrow_type(self) -> pa.DataType:
        return _ARROW_TYPES[self.sql_type]

    @model_validator(mode="after")
    def _codes_and_bounds_belong(self) -> Self:
        if bool(self.codes) != (self.type == "code"):
            raise ValueError("'codes' belong to a column of type 'code', which needs them")
        if self.type not in ("count", "number") and (self.least, self.most) != (None, None):
            raise ValueError("'least' and 'most' belong to a count or a number")
        return self


COMMON = (
    Column(
        name="provider",
        type="provider",
        key=True,
        meaning="Code of the provider, as in its submissions.",
    ),
    Column(name="period", type="month", key=True, meaning="Month that the row is about, YYYY-MM."),
    Column(
        name="commissioner",
        type="commissioner",
        key=True,
        required=False,
        meaning="Code of the commissioner, where the counts are known by commissioner; else empty.",
    ),
)
"""The columns with which every return begins."""


class Rule(Definition):
    """What the columns of a row must be to one another."""

    when: str = Field(description="SQL condition that must hold; where it cannot be told, it does")
    words: str = Field(description="What is wrong with a row that breaks it")
    remedy: str = Field(description="What to do about it")


class Example(Definition):
    """Rows as a file would have them. In the column `expect` stands what each is told, in part;
    a row of which it is empty is taken. The examples run as tests."""

    title: str = Field(description="What the example shows")
    given: str = Field(description="A table drawn with |, with the column `expect`")


class Layout(Definition):
    """One kind of return, as its file has it."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="Name of the kind and its file")
    version: int = Field(ge=1, description="Goes up with every change of a column")
    title: str = Field(description="A few words for a heading")
    about: str = Field(description="What the return holds")
    keeper: str = Field(description="Who in a provider has the figures, and in which system")
    row: str = Field(description="What a row is")
    every: Literal["month", "quarter", "year"] = Field(
        default="month",
        description="How often it is sent; a quarter or financial year is named by its last month",
    )
    source: str = Field(description="Where the layout comes from")
    authored_by: str = Field(description="Who wrote it")
    reviewed_on: date = Field(description="The last review")
    next_review: date = Field(description="When it must be looked at again")
    own: tuple[Column, ...] = Field(
        alias="columns", min_length=1, description="Its columns, behind those of every return"
    )
    rules: tuple[Rule, ...] = Field(default=(), description="What must hold within a row")
    examples: tuple[Example, ...] = Field(min_length=1, description="Rows, and what they are told")

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns of the file in their order."""
        return (*COMMON, *self.own)

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that are never all alike in two rows."""
        return tuple(column.name for column in self.columns if column.key)

    def arrow_schema(self) -> pa.Schema:
        return pa.schema([(column.name, column.arrow_type) for column in self.columns])

    @model_validator(mode="after")
    def _names_are_single(self) -> Self:
        names = [column.name for column in self.columns]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(
                f"'columns' has '{twice[0]}' more than once: every return begins with "
                f"{', '.join(column.name for column in COMMON)}"
            )
        return self


@cache
def load_layouts() -> dict[str, Layout]:
    """The layouts of the package by kind, in alphabetical order; read once.

    Raises DefinitionError for the first file that does not make sense.
    """
    return read_layouts(definitions.path("returns"))


def find_layout(kind: str) -> Layout:
    """The layout of a kind; raises UsageError with the kinds that there are."""
    known = load_layouts()
    if kind not in known:
        raise UsageError(f"There is no kind of return '{kind}'. There are: {', '.join(known)}.")
    return known[kind]


def read_layouts(folder: Path) -> dict[str, Layout]:
    """The layouts of a folder of YAML files, by kind; their rules are known to work.

    Raises DefinitionError that names file, key and remedy.
    """
    found: dict[str, Layout] = {}
    conditions = []
    for file in sorted(folder.glob("*.yaml")):
        layout = definitions.load_yaml(file, Layout)
        if layout.id != file.stem:
            raise DefinitionError(
                f"{file}: 'id' is '{layout.id}': a layout's file is named after it, here "
                f"{layout.id}.yaml."
            )
        types = {column.name: column.sql_type for column in layout.columns}
        conditions += [
            Condition(rule.when, types, f"{file}: 'rules.{number}.when'")
            for number, rule in enumerate(layout.rules)
        ]
        found[layout.id] = layout
    check_all(conditions)
    return found
