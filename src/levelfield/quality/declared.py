"""What providers declare of their data: not collected, not shared, or collected in part."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, Self

import pyarrow as pa
from pydantic import Field, model_validator

from levelfield.core import definitions
from levelfield.core.definitions import Definition
from levelfield.core.errors import DefinitionError
from levelfield.core.periods import Month
from levelfield.datasets import load_dataset

Status = Literal["not collected", "not shared", "partly collected"]

CONTRADICTED = "sent against its declaration"
"""What stands beside a field that is declared not collected or not shared, and was sent. What was
sent goes before what was declared: it counts like that of any other field."""

FOLDER = "declarations"
"""Where a home keeps the declarations of its providers, one YAML file each."""


class Declaration(Definition):
    """A field (or, without one, a whole table) that is not collected, not shared, or only partly.

    It holds from the month of `since` to that of `until`, or until further notice.
    """

    table: str
    field: str | None = None
    status: Status
    reason: str = Field(min_length=1)
    since: date
    until: date | None = None

    @model_validator(mode="after")
    def _known(self) -> Self:
        tables = load_dataset().tables
        if self.table not in tables:
            raise ValueError(f"there is no table '{self.table}' in the data set")
        if self.field is not None and self.field not in tables[self.table].by_name:
            raise ValueError(f"there is no field '{self.field}' in {self.table}")
        if self.until is not None and self.until < self.since:
            raise ValueError("until lies before since")
        return self

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that are meant."""
        if self.field is not None:
            return (self.field,)
        return tuple(load_dataset().table(self.table).by_name)

    def holds(self, month: Month) -> bool:
        return self.since <= month.last and (self.until is None or month.first <= self.until)


class Declarations(Definition):
    """One provider's file."""

    provider: str
    declared_by: str
    declared_on: date
    items: tuple[Declaration, ...]


@dataclass(frozen=True)
class Declared:
    """The declarations of all providers of a home."""

    files: Sequence[Declarations] = ()

    def of(self, provider: str, table: str, field: str, month: Month) -> Declaration | None:
        """What holds for a field in a month: what is said of it, before what is said of the
        table."""
        held = [
            item
            for file in self.files
            if file.provider == provider
            for item in file.items
            if item.table == table and item.field in (field, None) and item.holds(month)
        ]
        return min(held, key=lambda item: item.field is None, default=None)

    def said(self, provider: str, table: str, field: str, month: Month, *, sent: bool) -> str:
        """What to say of a field in a month, by whether anything stood in it; mostly nothing."""
        item = self.of(provider, table, field, month)
        if item is None:
            return ""
        contradicted = sent and item.status != "partly collected"
        return CONTRADICTED if contradicted else item.status

    def table(self, months: Sequence[Month]) -> pa.Table:
        """The fields that are not collected or not shared, by provider and month, once each: those
        of which `of` says so."""
        named = {
            (file.provider, item.table, field)
            for file in self.files
            for item in file.items
            for field in item.fields
        }
        rows = [
            (provider, str(month), table, field)
            for provider, table, field in named
            for month in months
            if (item := self.of(provider, table, field, month)) is not None
            and item.status != "partly collected"
        ]
        columns = list(zip(*sorted(rows), strict=True)) if rows else [()] * 4
        names = ["provider", "period", "table_name", "field_name"]
        return pa.table([pa.array(column, pa.string()) for column in columns], names=names)


def with_declared(fields: pa.Table, declared: Declared) -> pa.Table:
    """Rows of the fact `field_quality` with a column `declared` beside the counts: what to say of
    each field, mostly nothing."""
    said = [
        declared.said(
            row["provider"],
            row["table_name"],
            row["field_name"],
            Month.parse(row["period"]),
            sent=row["missing"] < row["records"],
        )
        for row in fields.to_pylist()
    ]
    return fields.append_column("declared", pa.array(said, pa.string()))


def load_declared(home: Path) -> Declared:
    """The declarations that a home keeps.

    Raises DefinitionError for a file that makes no sense, and for two files of one provider.
    """
    found: dict[str, Declarations] = {}
    for file in sorted((home / FOLDER).glob("*.yaml")):
        one = definitions.load_yaml(file, Declarations)
        if one.provider in found:
            raise DefinitionError(
                f"{file}: there is another file of provider {one.provider}. Put both into one."
            )
        found[one.provider] = one
    return Declared(tuple(found.values()))
