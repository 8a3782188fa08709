"""A submission's files as tables of text: nothing guessed, faults of structure noted."""

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

import pyarrow as pa

from levelfield.core.errors import SubmissionError
from levelfield.core.threads import together
from levelfield.datasets import DataSet, Table
from levelfield.intake.faults import NAMES_AGAIN, Fault, Rows
from levelfield.intake.reading import access_file, csv_file, parquet_file
from levelfield.intake.reading.file_names import WHOLE
from levelfield.intake.reading.foreign import refuse_foreign
from levelfield.intake.reading.mapping import likely_extract
from levelfield.intake.reading.member import Kind, Member
from levelfield.intake.reading.names import faults_of_names, unknown_element, unknown_file
from levelfield.intake.reading.names_again import without_names_again
from levelfield.intake.reading.sent import GIVEN, SentTable, repeated
from levelfield.intake.reading.source import Source
from levelfield.intake.reading.versions import Mapping, mapping_for


def _tables_of_xml(member: Member, dataset: DataSet, processes: int) -> list[SentTable]:
    # Imported here: few submissions are XML, and the library takes its time.
    from levelfield.intake.reading import xml_file

    return xml_file.tables_of(member, dataset, processes)


_FORMATS: dict[Kind, Callable[[Member, DataSet], list[SentTable]]] = {
    "csv": csv_file.tables_of,
    "parquet": parquet_file.tables_of,
    "access": access_file.tables_of,
}

HEADER = "CYP000Header"

_TOO_FEW = (
    "A row has fewer values than there are field names.",
    "Give each row a value, or nothing, for every field name, and put quotation marks around a "
    "value that holds a line end.",
)
_TOO_MANY = (
    "A row has more values than there are field names.",
    "Put quotation marks around a value that holds the delimiter, and write nothing behind the "
    "last one.",
)
_TOO_OFTEN = ("A record gives a field more than once.", "Give each field of a record once.")
_EMPTY = (
    "The file is empty: it must begin with field names.",
    "Export the table again; one without records still needs its row of field names.",
)

_EXTRACT = "Give --mapping {}, or the path of a mapping of your own that fits the extract."


@dataclass
class RawTable:
    """The rows of one table as they were sent: every column text, blank as empty text.

    `left_out` are rows of the file that are not here, unreadable or no records. `given` are columns
    of an extract, by the name of the one that intake would derive otherwise; `numbers` are its
    rows' numbers in the file, where they are not simply from 1 on.
    """

    rows: pa.Table
    left_out: int = 0
    given: dict[str, pa.ChunkedArray] = field(default_factory=dict)
    numbers: Rows | None = None


@dataclass
class RawSubmission:
    """Everything that was read, before any value has been judged.

    `digest` is the SHA-256 of the names and content of all that was sent, what is no table or
    empty too: a folder and a zip of the same files have the same one. `files` says by table how
    its file was written.
    """

    source: Source
    digest: str
    mapping: Mapping
    tables: dict[str, RawTable]
    faults: list[Fault]
    files: dict[str, dict[str, str | int]] = field(default_factory=dict)


def read(source: Source, dataset: DataSet, processes: int = 1) -> RawSubmission:
    """Read every file of a submission, a long XML file with so many processes.

    Missing, unknown and repeated tables and columns become faults under F-STRUCT; a file that
    cannot be read at all raises SubmissionError.
    """
    sent: dict[str, SentTable] = {}
    faults: list[Fault] = []
    content: list[tuple[str, bytes]] = []
    names_again: dict[str, int] = {}
    for number, name, read_table in sent_tables(source, dataset, processes):
        if read_table is None:
            member = source.members[number - 1]
            content.append((member.name, member.digest))
        else:
            content.append((name, read_table.digest))
        if name not in dataset.tables:
            faults.append(unknown(name, number, read_table, dataset))
        elif read_table is None:
            faults.append(Fault.of_file(name, _EMPTY[0], remedy=_EMPTY[1]))
        else:
            sent[name], repeats = without_names_again(read_table)
            if len(repeats):
                faults.append(Fault(NAMES_AGAIN, name, "", repeats))
                names_again[name] = len(repeats)
    columns = {name: found.rows.column_names for name, found in sent.items()}
    if source.extract is None and (mapped := likely_extract(columns)):
        text = f"This looks like an extract: use --mapping {mapped}."
        faults.append(Fault.of_file("", text, remedy=_EXTRACT.format(mapped)))
    header = sent.get(HEADER)
    mapping = mapping_for(header.rows if header else None)
    tables: dict[str, RawTable] = {}
    for table in dataset.tables.values():
        if table.name in sent:
            found = sent[table.name]
            # Only an extract gives columns; elsewhere such a name is as unknown as any.
            names = found.rows.column_names if source.extract is not None else []
            given = {name: found.rows.column(name) for name in names if name.startswith(GIVEN)}
            own = mapping.apply(table.name, found.rows.drop_columns(list(given)))
            rows, structure = _fields(own, table, found)
            faults.extend(structure)
            # Below a title row every row has the wrong number of values: the title is the cause.
            if not structure or not table.by_name.keys().isdisjoint(found.rows.column_names):
                faults.extend(_unreadable(found, table.name))
            by_name = {name.removeprefix(GIVEN): column for name, column in given.items()}
            left_out = len(found.unreadable) + names_again.get(table.name, 0)
            tables[table.name] = RawTable(rows, left_out, by_name, found.numbers)
        elif table.mandatory and not any(fault.table == table.name for fault in faults):
            faults.append(_missing(table))
    return RawSubmission(
        source=source,
        digest=_digest(content),
        mapping=mapping,
        tables=tables,
        faults=faults,
        files={name: table.described for name, table in sent.items()},
    )


def sent_tables(
    source: Source, dataset: DataSet, processes: int = 1
) -> Iterator[tuple[int, str, SentTable | None]]:
    """Each table with the number of its file and its name; None for a file that holds nothing.

    Raises SubmissionError for what cannot be read, and for a table of which there are two files.
    """
    if source.unreadable:
        raise SubmissionError(source.unreadable)
    # Before any is read: a second copy that cannot be read is a second copy first.
    files = Counter(member.stem for member in source.members if member.kind not in WHOLE)
    for name in dataset.tables:
        if files[name] > 1:
            raise SubmissionError(f"{source.path}: {name} comes twice. Keep one of its files.")
    for number, table in enumerate(source.sent, start=1):
        yield number, table.name, table

    formats = _FORMATS | {"xml": partial(_tables_of_xml, processes=processes)}

    def tables_of(member: Member) -> list[SentTable]:
        assert member.kind is not None
        ours = member.kind in WHOLE or member.stem in dataset.tables
        if not ours:
            return []
        refuse_foreign(member)
        try:
            return formats[member.kind](member, dataset)
        except pa.ArrowException:
            # The formats tell what they know of; what is left is a column of more than 2 GiB.
            raise SubmissionError(
                f"{member.where} holds more in one column than can be read at once. Send the "
                "submission of one provider and month alone."
            ) from None

    # The largest first, so that the last to be read is a small one.
    by_size = sorted(source.members, key=lambda member: -member.size)
    found = dict(zip(by_size, together(tables_of, by_size), strict=True))
    for number, member in enumerate(source.members, start=1):
        for table in found[member]:
            yield number, table.name, table
        if not found[member]:
            yield number, member.stem, None


def unknown(name: str, number: int, sent: SentTable | None, dataset: DataSet) -> Fault:
    """The fault of a file, element or database's table that is named as no table."""
    if sent is not None and sent.line:
        return unknown_element(name, sent.line, dataset.tables)
    return unknown_file(name, 0 if sent is not None else number, dataset.tables)


def _fields(rows: pa.Table, table: Table, sent: SentTable) -> tuple[pa.Table, list[Fault]]:
    """The rows with the contract's columns in its order, and what was wrong with their names."""
    names, expected = rows.column_names, list(table.by_name)
    faults = faults_of_names(names, table, sent.lines if sent.sparse else None)
    if faults:
        return rows, faults
    for name in expected:
        if name not in names:
            rows = rows.append_column(name, repeated("", rows.num_rows))
    return rows.select(expected), []


def _unreadable(sent: SentTable, table: str) -> list[Fault]:
    """The faults of the rows that cannot be read."""
    wrong = {
        _TOO_OFTEN if sent.sparse else _TOO_FEW: [
            row for row in sent.unreadable if row not in sent.longer
        ],
        _TOO_MANY: sorted(sent.longer),
    }
    return [
        Fault.of_file(table, text, rows=rows, remedy=remedy)
        for (text, remedy), rows in wrong.items()
        if rows
    ]


def _missing(table: Table) -> Fault:
    remedy = f"Export {table.name} too, and send it with the other tables."
    if table.name == HEADER:
        remedy = "Send one header row with provider, reporting period, version and creation time."
    return Fault.of_file(table.name, f"{table.name} is missing and must be sent.", remedy=remedy)


def _digest(content: Iterable[tuple[str, bytes]]) -> str:
    whole = hashlib.sha256()
    for name, digest in sorted(content):
        # The name of a file need not be text.
        whole.update(os.fsencode(name) + b"\0" + digest)
    return whole.hexdigest()
