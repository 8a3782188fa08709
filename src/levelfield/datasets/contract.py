"""Tables, fields and codes of one version of the data set, read once from its definition."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property

import pyarrow as pa

from levelfield.core import definitions
from levelfield.core.errors import DefinitionError

TEAM_TYPES = "service_or_team_type_referred_to_community_care"
"""The code list of team types, which the measures, contracts and pages call services."""

_WORD_BREAK = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def snake(name: str) -> str:
    """A field's name as a column: `RTT_StartDate` → `rtt_start_date`."""
    words = (_WORD_BREAK.sub("_", part) for part in name.split("_"))
    return "_".join(words).lower()


@dataclass(frozen=True)
class Code:
    """One national or default code of a code list; `retired_on` is the first day out of use."""

    code: str
    label: str
    kind: str
    retired: bool
    retired_on: date | None
    since_version: str
    note: str

    def valid_on(self, day: date) -> bool:
        """Whether the code may be used on that day. Retired without a date means never."""
        return not self.retired or (self.retired_on is not None and day < self.retired_on)


@dataclass(frozen=True)
class Field:
    """One field: what may stand in it and whether it must.

    `mandation` is M (mandatory: the record is rejected when blank), R (required where it applies),
    O (optional) or P (pilot: not to be sent); it is that of version 1.5, and `mandation_inferred`
    marks the six fields without a published one. `key_target` is `table.field` of a foreign key.
    A `code_list` that is not closed holds only default codes, and other values are valid too.
    """

    table: str
    name: str
    column: str
    submitted: bool
    type: str
    min_length: int | None
    max_length: int | None
    pattern: str | None
    mandation: str
    mandation_inferred: bool
    key: str
    key_target: str | None
    element: str
    code_list: str | None
    code_list_closed: bool
    since_version: str
    note: str

    @property
    def arrow_type(self) -> pa.DataType:
        """The Parquet type. Times of day stay text, since Spark cannot read Parquet TIME."""
        if self.type == "decimal" and not self.submitted:
            return pa.decimal128(23, 0)
        return _ARROW_TYPES[self.type]


_ARROW_TYPES: dict[str, pa.DataType] = {
    "string": pa.string(),
    "time": pa.string(),
    "integer": pa.int32(),
    "decimal": pa.decimal128(9, 3),
    "date": pa.date32(),
    "datetime": pa.timestamp("us"),
    "timestamp": pa.timestamp("us"),
}


@dataclass(frozen=True)
class Table:
    """One table of the data set; `fields` are submitted ones, `derived_fields` are added later."""

    name: str
    title: str
    description: str
    order: int
    parent: str | None
    primary_key: tuple[str, ...]
    mandatory: bool
    patient_level: bool
    since_version: str
    fields: tuple[Field, ...]
    derived_fields: tuple[Field, ...]

    @cached_property
    def by_name(self) -> dict[str, Field]:
        return {field.name: field for field in self.fields}

    def field(self, name: str) -> Field:
        return self.by_name[name]

    @cached_property
    def parent_key(self) -> Field | None:
        """The field that names the row's parent; none for a root table."""
        for field in self.fields:
            if self.parent and field.key_target and field.key_target.startswith(f"{self.parent}."):
                return field
        return None

    def arrow_schema(self) -> pa.Schema:
        """The submitted fields as columns, in the order of the contract."""
        return pa.schema([(field.column, field.arrow_type) for field in self.fields])


@dataclass(frozen=True)
class DataSet:
    """A version of the data set: tables in the order in which parents come before children."""

    version: str
    tables: dict[str, Table]
    codes: dict[str, dict[str, Code]]

    def table(self, name: str) -> Table:
        return self.tables[name]

    def label(self, code_list: str, code: str) -> str:
        """What a code means; the code itself where the list does not hold it."""
        found = self.codes[code_list].get(code)
        return found.label if found else code


@cache
def load_dataset(version: str = "1.6") -> DataSet:
    """The Community Services Data Set as the files under `definitions/csds/<version>` have it.

    Raises DefinitionError when the version is not shipped or its files contradict each other.
    """
    folder = definitions.path(f"csds/{version}")
    codes: dict[str, dict[str, Code]] = {}
    for row in definitions.read_csv(folder / "codes.csv", ["code_list", "code", "label"]):
        codes.setdefault(row["code_list"], {})[row["code"]] = _code(row)
    fields: dict[str, list[Field]] = {}
    for row in definitions.read_csv(folder / "fields.csv", ["table", "field", "type"]):
        if row["code_list"] and row["code_list"] not in codes:
            raise DefinitionError(
                f"{folder / 'fields.csv'}: {row['table']}.{row['field']} names the code list "
                f"'{row['code_list']}', which codes.csv does not hold: add it there."
            )
        fields.setdefault(row["table"], []).append(_field(row))
    rows = definitions.read_csv(folder / "tables.csv", ["table", "title", "parent_table"])
    tables = {row["table"]: _table(row, fields.get(row["table"], [])) for row in rows}
    return DataSet(version, dict(sorted(tables.items(), key=lambda t: t[1].order)), codes)


def _code(row: dict[str, str]) -> Code:
    return Code(
        code=row["code"],
        label=row["label"],
        kind=row["kind"],
        retired=row["retired"] == "true",
        retired_on=date.fromisoformat(row["retired_on"]) if row["retired_on"] else None,
        since_version=row["since_version"],
        note=row["note"],
    )


def _field(row: dict[str, str]) -> Field:
    return Field(
        table=row["table"],
        name=row["field"],
        column=snake(row["field"]),
        submitted=row["kind"] == "submitted",
        type=row["type"],
        min_length=int(row["min_length"]) if row["min_length"] else None,
        max_length=int(row["max_length"]) if row["max_length"] else None,
        pattern=row["pattern"] or None,
        mandation=row["mandation"],
        mandation_inferred=row["mandation_inferred"] == "true",
        key=row["key"],
        key_target=row["key_target"] or None,
        element=row["data_dictionary_element"],
        code_list=row["code_list"] or None,
        code_list_closed=row["code_list_closed"] == "true",
        since_version=row["since_version"],
        note=row["note"],
    )


def _table(row: dict[str, str], fields: list[Field]) -> Table:
    return Table(
        name=row["table"],
        title=row["title"],
        description=row["description"],
        order=int(row["order"]),
        parent=row["parent_table"] or None,
        primary_key=tuple(key for key in row["primary_key"].split(";") if key),
        mandatory=row["mandatory_table"] == "true",
        patient_level=row["patient_level"] == "true",
        since_version=row["since_version"],
        fields=tuple(field for field in fields if field.submitted),
        derived_fields=tuple(field for field in fields if not field.submitted),
    )
