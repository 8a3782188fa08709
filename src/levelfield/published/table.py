"""A published file as it stands: columns of text, nothing guessed."""

import codecs
import csv as stdlib_csv
import io
from functools import cache
from pathlib import Path
from typing import Literal

import pyarrow as pa
from pyarrow import csv

from levelfield.core.errors import DefinitionError
from levelfield.published.dataset import PublishedDataset


def read_table(dataset: PublishedDataset) -> dict[str, list[str]]:
    """The file's columns by name, every cell as text, an empty cell as empty text.

    Gzip is read by the name's ending. Raises DefinitionError for a file that is no whole table of
    text in UTF-8 (empty, in another encoding, a row too short or too long, a column named twice, no
    row at all), and when a column that the description names is not in it.
    """
    columns = _read(str(dataset.path))
    named = [dataset.columns.org_code, dataset.columns.org_level, dataset.columns.period]
    wanted = [name for name in named if name] + [
        name for series in dataset.series for name in series.columns
    ]
    for name in wanted:
        if name not in columns:
            raise DefinitionError(
                f"The published data set '{dataset.id}' names the column '{name}', which "
                f"{dataset.file} does not have: correct the description or the file."
            )
    return columns


@cache
def _read(path: str) -> dict[str, list[str]]:
    """Types are never inferred: an organisation's code may look like a number."""
    file = Path(path).name
    content = _content(path, file)
    names = next(stdlib_csv.reader(io.StringIO(content.split(b"\n", 1)[0].decode())))
    for name in names:
        if names.count(name) > 1:
            raise DefinitionError(f"{file}: the column '{name}' is named twice: keep one of them.")
    short: list[csv.InvalidRow] = []

    def keep(row: csv.InvalidRow) -> Literal["skip"]:
        short.append(row)
        return "skip"

    try:
        table = csv.read_csv(
            pa.BufferReader(content),
            # One thread, since only then rows know their number.
            csv.ReadOptions(use_threads=False),
            csv.ParseOptions(invalid_row_handler=keep),
            csv.ConvertOptions(
                column_types={name: pa.string() for name in names}, strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        raise DefinitionError(
            f"{file}: this is no table of comma-separated values: save it as CSV, UTF-8."
        ) from None
    if short:
        row = short[0]
        raise DefinitionError(
            f"{file}, row {row.number}: it has {row.actual_columns} cells where the first row "
            f"names {row.expected_columns} columns: write every cell, empty where nothing was "
            "published."
        )
    if not table.num_rows:
        raise DefinitionError(
            f"{file}: it has the names of columns and no row under them: take the whole file of "
            "the publication."
        )
    return {name: [str(cell) for cell in table[name].to_pylist()] for name in names}


def _content(path: str, file: str) -> bytes:
    """The bytes of a file that is there, has something in it and is text in UTF-8."""
    try:
        with pa.input_stream(path) as stream:
            content = bytes(stream.read())
    except OSError:
        raise DefinitionError(
            f"{file}: it cannot be read: is it there, and is it whole (gzip where it ends in .gz)?"
        ) from None
    content = content.removeprefix(codecs.BOM_UTF8)
    if not content.strip():
        raise DefinitionError(f"{file}: it is empty: take the whole file of the publication.")
    try:
        content.decode()
    except UnicodeDecodeError as fault:
        row: int | None = content.count(b"\n", 0, fault.start) + 1
    else:
        row = content.count(b"\n", 0, content.index(b"\0")) + 1 if b"\0" in content else None
    if row is not None:
        raise DefinitionError(
            f"{file}, row {row}: this is not text in UTF-8: save the file as CSV, UTF-8 (a "
            "workbook, Windows-1252 and UTF-16 are not)."
        )
    return content
