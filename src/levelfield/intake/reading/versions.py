"""Older versions of the data set, read through a mapping that is data."""

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cache

import pyarrow as pa

from levelfield.core import definitions
from levelfield.datasets import load_dataset
from levelfield.intake.reading.sent import repeated

CURRENT = "1.6"
OLDER = {"1.5": "csds/1.5_to_1.6.csv"}


@dataclass(frozen=True)
class Mapping:
    """How a version's fields become the current one's, by table.

    `renamed` gives new names by old ones; `removed` fields are left unread, `added` ones blank.
    """

    version: str
    renamed: dict[str, dict[str, str]] = field(default_factory=dict)
    removed: dict[str, set[str]] = field(default_factory=dict)
    added: dict[str, set[str]] = field(default_factory=dict)

    def rename(self, table: str, rows: pa.Table) -> pa.Table:
        """The rows of a table with the current version's field names.

        Codes stay as they were sent: one that the current version does not hold is warned about
        like any other, and attendance and consultation are settled by the facts.
        """
        names = self.renamed.get(table, {})
        gone = self.removed.get(table, set())
        # By position, since a broken file may name a field twice.
        kept = rows.select([n for n, name in enumerate(rows.column_names) if name not in gone])
        kept = kept.rename_columns([names.get(name, name) for name in kept.column_names])
        for name in sorted(self.added.get(table, set()) - set(kept.column_names)):
            kept = kept.append_column(name, repeated("", rows.num_rows))
        return kept


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
    return mapping
