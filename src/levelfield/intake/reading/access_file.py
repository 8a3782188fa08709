"""Access databases (.accdb, .mdb), read through mdbtools where that is installed."""

import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from csv import reader
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from levelfield.core.errors import SubmissionError
from levelfield.datasets import DataSet, Field, Table
from levelfield.intake.reading.access_pages import has_all_pages
from levelfield.intake.reading.member import Member
from levelfield.intake.reading.names import table_meant
from levelfield.intake.reading.sent import (
    SentTable,
    as_types,
    in_one_chunk,
    refuse_long_values,
    text_types,
)

_BLOCK = 8 * 1_048_576
_BEGIN = b"Standard "
"""Stands in every Access database behind its first four bytes."""
_SHORT, _LONG = 60, 3_600
"""Seconds that a question to the database, and the export of one table, may take."""
_MARK = "\x1d"
"""Stands before what Access keeps as a date and time, never before what it keeps as text."""
_MOMENT = f"{_MARK}%Y-%m-%dT%H:%M:%S"
_NO_DAY = "1899-12-30T"
"""The day that Access gives to a time of day without one."""
_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": os.environ.get("PATH", "")}

INSTALL = (
    "Reading Access databases needs mdbtools: install it (Debian and Ubuntu: apt install mdbtools; "
    "macOS: brew install mdbtools). Without it, as on Windows, export each table from Access as "
    "text (External Data, Export, Text File; delimited by commas, with field names in the first "
    "row) to a .csv file named as the table, and give their folder."
)


def tables_of(member: Member, dataset: DataSet) -> list[SentTable]:
    """Every table of the database that is one of the data set's; the user's other ones are left.

    One that is nearly named as a table which is not there comes without rows, to be told of.
    What Access keeps as dates and times is written in the data set's layouts. Raises
    SubmissionError when mdbtools is absent, for a database with a password, and for one that is
    damaged or cut short.
    """
    if shutil.which("mdb-export") is None:
        raise SubmissionError(f"{member.where} is an Access database. {INSTALL}")
    with _on_disk(member) as (database, digest, size):
        names = _asked(member, database, "mdb-tables", "-1").splitlines()
        kind = _asked(member, database, "mdb-ver").strip()
        described: dict[str, str | int] = {"format": "access", "version": kind, "bytes": size}
        ours = [name for name in names if name in dataset.tables]
        if not ours:
            raise SubmissionError(
                f"{member.where} holds no table of the data set (CYP000Header, CYP001MPI, …). "
                "Give the database in which the submission's tables lie."
            )
        strange = [
            name
            for name in names
            if (meant := table_meant(name, dataset.tables)) is not None and meant not in ours
        ]
        return [
            SentTable(name, _exported(member, database, dataset.table(name)), (), described, digest)
            for name in ours
        ] + [SentTable(name, pa.table({}), (), described, digest) for name in strange]


@contextmanager
def _on_disk(member: Member) -> Iterator[tuple[str, bytes, int]]:
    """A path to the unpacked database, the SHA-256 of its bytes and their number.

    mdbtools must be able to jump in the file. One that lies in a zip or gzip is unpacked to a
    temporary file without a name, which is gone when this process ends, however it ends.
    """
    with tempfile.TemporaryFile() as copy, member.open() as stream:
        while part := stream.read(_BLOCK):
            if member.on_disk is None:
                copy.write(part)
        copy.flush()
        with member.on_disk.open("rb") if member.on_disk else nullcontext(copy) as file:
            file.seek(0)
            if not file.read(4 + len(_BEGIN)).endswith(_BEGIN):
                raise SubmissionError(
                    f"{member.where} does not begin as an Access database does. Send the file that "
                    "Access itself has written."
                )
            if not has_all_pages(file, stream.bytes_read):
                raise SubmissionError(
                    f"{member.where} is cut short: pages of the database are missing. Copy it "
                    "again."
                )
        path = f"/dev/fd/{copy.fileno()}" if member.on_disk is None else str(member.path.resolve())
        yield path, stream.digest, stream.bytes_read


def _asked(member: Member, database: str, program: str, *options: str, table: str = "") -> str:
    """What one of the programs of mdbtools says of the database."""
    with _running(member, database, program, *options, table=table, limit=_SHORT) as output:
        return output.read().decode("utf-8", "replace")


@contextmanager
def _running(
    member: Member, database: str, program: str, *options: str, table: str = "", limit: int
) -> Iterator[IO[bytes]]:
    """The output of a program while it runs; whatever it complains of is a damaged database."""
    command = [program, *options, database, *([table] if table else [])]
    passed = (int(database.rpartition("/")[2]),) if database.startswith("/dev/fd/") else ()
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
            pass_fds=passed,
            env=_ENVIRONMENT,
        )
        watch = threading.Timer(limit, process.kill)
        watch.start()
        output = process.stdout
        assert output is not None
        try:
            yield output
            status = process.wait()
        finally:
            watch.cancel()
            process.kill()
            process.wait()
            output.close()
        if status or complaints.tell():
            raise _damaged(member)


def _exported(member: Member, database: str, table: Table) -> pa.Table:
    """The rows of one table as text."""
    try:
        with _running(
            member,
            database,
            "mdb-export",
            *("-D", _MOMENT, "-T", _MOMENT, "-b", "strip"),
            table=table.name,
            limit=_LONG,
        ) as output:
            names = next(reader([output.readline().decode("utf-8", "replace")]), [])
            rows = _read(output, names) if names else pa.table({})
    except pa.ArrowInvalid:
        raise _damaged(member) from None
    counted = _asked(member, database, "mdb-count", table=table.name).strip()
    if counted != str(rows.num_rows):
        raise _damaged(member)
    refuse_long_values(rows, f"{member.where}: {table.name}")
    columns = [
        _in_layout(column.chunk(0), table.by_name.get(name))
        for name, column in zip(rows.column_names, rows.columns, strict=True)
    ]
    return pa.table(columns, names=rows.column_names)


def _read(output: IO[bytes], names: list[str]) -> pa.Table:
    """Rows of comma-separated text, a part at a time, so that what repeats is held once."""
    try:
        parts = csv.open_csv(
            output,
            read_options=csv.ReadOptions(column_names=names, block_size=_BLOCK),
            parse_options=csv.ParseOptions(newlines_in_values=True),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        # No row follows the names.
        return pa.table({name: pa.chunked_array([pa.array([], pa.string())]) for name in names})
    tables: list[pa.Table] = []
    types: dict[str, pa.DataType] = {}
    for part in parts:
        table = pa.table(part)
        types = types or text_types(table)
        tables.append(as_types(table, types))
    return in_one_chunk(pa.concat_tables(tables))


def _in_layout(texts: pa.Array, field: Field | None) -> pa.Array:
    """A column in which dates and times of Access are written as the data set has them."""
    if pa.types.is_dictionary(texts.type):
        return pa.DictionaryArray.from_arrays(texts.indices, _in_layout(texts.dictionary, field))
    if not pc.any(pc.starts_with(texts, _MARK)).as_py():
        return texts
    if field is None or field.type not in ("datetime", "timestamp"):
        texts = pc.replace_substring_regex(texts, f"^{_MARK}{_NO_DAY}", "")
        texts = pc.replace_substring_regex(texts, f"^{_MARK}(.*)T00:00:00$", r"\1")
    return pc.replace_substring_regex(texts, f"^{_MARK}", "")


def _damaged(member: Member) -> SubmissionError:
    return SubmissionError(
        f"{member.where} is an Access database that cannot be read: it is damaged, cut short, "
        "locked with a password or still open in Access. Close it, take off the password, compact "
        "and repair it there, and send that."
    )
