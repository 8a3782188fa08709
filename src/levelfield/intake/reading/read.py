"""A submission's files as tables of text: nothing guessed, faults of structure noted."""

import hashlib
import re
from csv import Error, reader
from dataclasses import dataclass, field
from io import StringIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import csv

from levelfield.core.errors import SubmissionError
from levelfield.datasets import DataSet, Table
from levelfield.intake.faults import Fault
from levelfield.intake.reading.names import unknown_columns, unknown_file
from levelfield.intake.reading.source import Source, table_of
from levelfield.intake.reading.versions import Mapping, mapping_for

_BOM = b"\xef\xbb\xbf"
_OTHER_ENCODINGS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_HEADER_LIMIT = 65_536
_BLANK_LINES = re.compile(rb"(?:[ \t]*[\r\n])*")


@dataclass
class RawTable:
    """The rows of one table as they were sent: every column text, blank as empty text."""

    rows: pa.Table
    unreadable: int = 0


@dataclass
class RawSubmission:
    """Everything that was read, before any value has been judged.

    `digest` is the SHA-256 of the tables' names and content: a folder and a zip of the same files
    have the same one. `files` says by table how its file was written.
    """

    source: Source
    digest: str
    mapping: Mapping
    tables: dict[str, RawTable]
    faults: list[Fault]
    files: dict[str, dict[str, str | int]] = field(default_factory=dict)


def read(source: Source, dataset: DataSet) -> RawSubmission:
    """Read every file of a submission.

    Missing, unknown and repeated tables and columns become faults under F-STRUCT; a file that
    cannot be read at all raises SubmissionError.
    """
    found: dict[str, pa.Table] = {}
    unreadable: dict[str, list[int]] = {}
    files: dict[str, dict[str, str | int]] = {}
    faults: list[Fault] = []
    digests: dict[str, bytes] = {}
    for number, (member, content) in enumerate(source.read(), start=1):
        name = table_of(member) or member
        if name in found:
            raise SubmissionError(f"{source.path}: {name} comes twice. Keep one of its files.")
        if name not in dataset.tables:
            faults.append(unknown_file(name, number, dataset.tables))
            continue
        digests[name] = hashlib.sha256(content).digest()
        where = f"{source.path}: {member}"
        if member.endswith(".parquet"):
            found[name], described = _parquet(content, where), {"format": "parquet"}
        elif not content.removeprefix(_BOM).strip():
            faults.append(Fault.of_file(name, "The file is empty: it must begin with field names."))
            continue
        else:
            found[name], unreadable[name], described = _csv(content, where)
        files[name] = {**described, "bytes": len(content)}
    mapping = mapping_for(found.get(next(iter(dataset.tables))))
    tables: dict[str, RawTable] = {}
    for table in dataset.tables.values():
        if table.name in found:
            rows, structure = _fields(mapping.rename(table.name, found[table.name]), table)
            faults.extend(structure)
            lines = unreadable.get(table.name, [])
            if lines:
                text = "A row has not as many values as there are field names."
                faults.append(Fault.of_file(table.name, text, rows=lines))
            tables[table.name] = RawTable(rows, len(lines))
        elif table.mandatory and not any(fault.table == table.name for fault in faults):
            faults.append(Fault.of_file(table.name, f"{table.name} is missing and must be sent."))
    return RawSubmission(source, _digest(digests), mapping, tables, faults, files)


def _csv(content: bytes, where: str) -> tuple[pa.Table, list[int], dict[str, str]]:
    _check_encoding(content, where)
    if content.count(b'"') % 2:
        raise SubmissionError(
            f"{where}: a quotation mark opens and never closes, or the file is cut short. "
            "Write the file again."
        )
    unreadable: list[int] = []

    def note(row: csv.InvalidRow) -> str:
        # The first row of the file is the header, and rows count from 1 after it.
        unreadable.append((row.number or 1) - 1)
        return "skip"

    start = len(_BOM) if content.startswith(_BOM) else 0
    if blank := _BLANK_LINES.match(content, start):
        start = blank.end()
    try:
        names = _first_record(content[start : start + _HEADER_LIMIT])
        table = csv.read_csv(
            pa.BufferReader(pa.py_buffer(content).slice(start)),
            # One thread, because only then does a row that cannot be read know its number.
            read_options=csv.ReadOptions(use_threads=False),
            parse_options=csv.ParseOptions(newlines_in_values=True, invalid_row_handler=note),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
        if any(kind != pa.string() for kind in table.schema.types):
            raise Error("the names were not read as the table reader reads them")
    except (pa.ArrowInvalid, Error):
        raise SubmissionError(
            f"{where} is not a CSV file that can be read. Use commas, and double quotes around "
            "text that holds commas."
        ) from None
    described = {
        "format": "csv",
        "encoding": "UTF-8 with byte-order mark" if content.startswith(_BOM) else "UTF-8",
        "line_end": "CRLF" if b"\r\n" in content[:_HEADER_LIMIT] else "LF",
    }
    return table.combine_chunks(), unreadable, described


def _first_record(start: bytes) -> list[str]:
    """The values of the first row, whatever lines its quotation marks span."""
    # The bytes may end amid a character; that they are UTF-8 has been checked.
    return next(reader(StringIO(start.decode("utf-8", "ignore"), newline="")), [])


def _check_encoding(content: bytes, where: str) -> None:
    for mark, encoding in _OTHER_ENCODINGS.items():
        if content.startswith(mark):
            raise SubmissionError(f"{where} is written in {encoding}. Save it as UTF-8.")
    if content.isascii():
        return
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SubmissionError(
            f"{where} is not UTF-8 (first seen in line {line}). Save it as UTF-8."
        ) from None


def _parquet(content: bytes, where: str) -> pa.Table:
    try:
        table = pq.read_table(pa.BufferReader(content))
        return pa.table([_text(column) for column in table.columns], names=table.column_names)
    except (pa.ArrowException, OSError):
        raise SubmissionError(
            f"{where} is not a Parquet file that can be read, or it is cut short. Write it again."
        ) from None


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_timestamp(column.type):
        column = pc.strftime(column.cast(pa.timestamp("s"), safe=False), "%Y-%m-%dT%H:%M:%S")
    elif pa.types.is_time(column.type):
        column = column.cast(pa.time64("us")).cast(pa.time32("s"), safe=False)
    return pc.fill_null(column.cast(pa.string()), "")


def _fields(rows: pa.Table, table: Table) -> tuple[pa.Table, list[Fault]]:
    """The rows with the contract's columns in its order, and what was wrong with them."""
    names = rows.column_names
    expected = list(table.by_name)
    faults = unknown_columns(names, table)
    for name in expected:
        if name not in names:
            text = f"The field {name} is missing: every field of the table needs its column."
            faults.append(Fault.of_file(table.name, text, field=name))
        elif names.count(name) > 1:
            text = f"The field {name} has {names.count(name)} columns: keep one."
            faults.append(Fault.of_file(table.name, text, field=name))
    return (rows if faults else rows.select(expected)), faults


def _digest(digests: dict[str, bytes]) -> str:
    whole = hashlib.sha256()
    for name in sorted(digests):
        whole.update(name.encode() + b"\0" + digests[name])
    return whole.hexdigest()
