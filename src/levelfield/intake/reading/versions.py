"""Older versions of the data set, read through a mapping that is data."""

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from levelfield.core import definitions
from levelfield.core.periods import Month
from levelfield.datasets import load_dataset
from levelfield.intake.reading.sent import repeated

CURRENT = "1.6"
OLDER = {"1.5": "csds/1.5_to_1.6.csv"}
CODES = {"1.5": "csds/1.5_to_1.6_codes.csv"}
FIRST_MONTH = {"1.6": Month(2023, 1)}
"""The first reporting period for which a version could be sent, where an older one is read too."""
LAST_MONTH = {"1.5": Month(2022, 12)}
"""The last reporting period for which an older version could be sent."""


@dataclass(frozen=True)
class Mapping:
    """How a version's fields become the current one's, by table.

    `renamed` gives new names by old ones; `removed` fields are left unread, `added` ones blank.
    `recoded` gives by new name the new codes by old ones; a code without a counterpart is kept,
    and counts as known in the months of its version.
    """

    version: str
    renamed: dict[str, dict[str, str]] = field(default_factory=dict)
    removed: dict[str, set[str]] = field(default_factory=dict)
    added: dict[str, set[str]] = field(default_factory=dict)
    recoded: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)

    def apply(self, table: str, rows: pa.Table) -> pa.Table:
        """The rows of a table with the current version's field names and codes."""
        names = self.renamed.get(table, {})
        gone = self.removed.get(table, set())
        # By position, since a broken file may name a field twice.
        kept = rows.select([n for n, name in enumerate(rows.column_names) if name not in gone])
        kept = kept.rename_columns([names.get(name, name) for name in kept.column_names])
        for name in sorted(self.added.get(table, set()) - set(kept.column_names)):
            kept = kept.append_column(name, repeated("", rows.num_rows))
        codes = self.recoded.get(table, {})
        for position, name in enumerate(kept.column_names):
            if name in codes:
                column = _recoded(kept.column(position), codes[name])
                kept = kept.set_column(position, name, column)
        return kept


def _recoded(column: pa.ChunkedArray, codes: dict[str, str]) -> pa.ChunkedArray:
    """The column with new codes; held once each, since two old codes may become the same one."""
    texts = column.combine_chunks().cast(pa.string())
    found = pc.index_in(texts, value_set=pa.array(list(codes), pa.string()))
    new = pa.array(list(codes.values()), pa.string()).take(found)
    return pa.chunked_array([pc.coalesce(new, texts).dictionary_encode()])


def same_version(text: str, version: str) -> bool:
    """Whether a submitted version number (`1.6`, `01.60`) means this version."""
    try:
        return Decimal(text) == Decimal(version)
    except InvalidOperation:
        return False


def mapping_for(header: pa.Table | None) -> Mapping:
    """The mapping that the header's version asks for; none for the current or an unknown one."""
    if header is None or not header.num_rows or header.column_names.count("Version") != 1:
        return Mapping(CURRENT)
    sent = header.column("Version")[0].as_py()
    for version in OLDER:
        if same_version(sent, version):
            return _load(version)
    return Mapping(CURRENT)


@cache
def _load(version: str) -> Mapping:
    mapping = Mapping(version)
    submitted = {table.name: table.by_name for table in load_dataset(CURRENT).tables.values()}
    columns = ["old_table", "old_field", "new_table", "new_field", "change"]
    for row in definitions.read_csv(definitions.path(OLDER[version]), columns):
        match row["change"]:
            case "renamed":
                mapping.renamed.setdefault(row["old_table"], {})[row["old_field"]] = row[
                    "new_field"
                ]
            case "field_removed":
                mapping.removed.setdefault(row["old_table"], set()).add(row["old_field"])
            case "field_added" if row["new_field"] in submitted[row["new_table"]]:
                mapping.added.setdefault(row["new_table"], set()).add(row["new_field"])
    columns = ["table", "field", "old_code", "new_code"]
    for row in definitions.read_csv(definitions.path(CODES[version]), columns):
        codes = mapping.recoded.setdefault(row["table"], {}).setdefault(row["field"], {})
        codes[row["old_code"]] = row["new_code"] or row["old_code"]
    return mapping
