"""CSV files: one table each, in whatever dialect of those that are recognised."""

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from levelfield.core.errors import SubmissionError
from levelfield.datasets import DataSet
from levelfield.intake.reading.dialect import BOM, Dialect, OnInvalid, recognised
from levelfield.intake.reading.member import Member, Stream
from levelfield.intake.reading.names import looks_like_name
from levelfield.intake.reading.sent import SentTable, in_one_chunk, refuse_long_values

_START = 262_144
"""Bytes at the start by which a file's dialect is recognised."""


def tables_of(member: Member, dataset: DataSet) -> list[SentTable]:
    """The one table of a CSV file, named as the file; none when the file holds nothing.

    Raises SubmissionError for what cannot be read as CSV or is cut short.
    """
    table = dataset.tables.get(member.stem)
    return table_of(member, set(table.by_name) if table else set())


def table_of(member: Member, known: set[str]) -> list[SentTable]:
    """As `tables_of`, of a file that should have these `known` columns."""
    with member.open() as stream:
        start = stream.read(_START)
    if not start.removeprefix(BOM).strip():
        return []
    return [_table(member, recognised(member, start, known))]


def _table(member: Member, dialect: Dialect) -> SentTable:
    unreadable = 0

    def count(_row: arrow_csv.InvalidRow) -> str:
        nonlocal unreadable
        unreadable += 1
        return "skip"

    with member.open() as stream:
        rows = in_one_chunk(_read(stream, dialect, count, member))
        _check_whole(stream, dialect, member)
        described = {**dialect.described, "bytes": stream.bytes_read}
        if not stream.quotes and dialect.quote == '"':
            described["quotation_marks"] = "none"
        if _mixed(stream, dialect.line_end, 1 + rows.num_rows + unreadable):
            described["line_end"] = "mixed"
        digest = stream.digest
        lines = stream.returns if dialect.line_end == "\r" else stream.line_feeds
    refuse_long_values(rows, member.where)
    # The field names and every row take a line; more lines may stand within values.
    if lines > 1 + rows.num_rows + unreadable:
        _refuse_rows_in_values(rows, dialect.delimiter, member)
    shorter, longer = _unreadable_rows(member, dialect) if unreadable else ([], [])
    numbers = tuple(sorted(shorter + longer))
    return SentTable(member.stem, rows, numbers, described, digest, longer=frozenset(longer))


def _check_whole(stream: Stream, dialect: Dialect, member: Member) -> None:
    if dialect.quote == '"' and stream.quotes % 2:
        line = _last_unpaired(member, b"\r" if dialect.line_end == "\r" else b"\n")
        raise SubmissionError(
            f"{member.where}: a quotation mark that opens in or before line {line:,} never closes, "
            "or the file is cut short. Look there, and write the file again."
        )
    if stream.last == b"\r" and dialect.line_end == "\r\n":
        raise SubmissionError(
            f"{member.where} ends amid a line end, a CR without its LF: it is cut short. Write it "
            "again."
        )
    if stream.last not in (b"\n", b"\r"):
        raise SubmissionError(
            f"{member.where} does not end with a line end, so it may be cut short. Write it again "
            "with a line end after every row, the last one too."
        )


def _last_unpaired(member: Member, line_end: bytes) -> int:
    """The last line, from 1, with an odd number of quotation marks: that of a stray one, where no
    value spans lines."""
    line, found, marks = 1, 0, 0
    with member.open() as stream:
        while part := stream.unpacked(_START):
            for ended, text in enumerate(part.split(line_end)):
                if ended:
                    found = line if marks % 2 else found
                    line, marks = line + 1, 0
                marks += text.count(b'"')
    return line if marks % 2 else found


def _mixed(stream: Stream, line_end: str, lines: int) -> bool:
    """Whether some lines, of at least so many, certainly end in another way than the first."""
    if line_end == "\n":
        return stream.returns > 0 and stream.line_feeds <= lines
    return line_end == "\r\n" and stream.returns < lines


def _refuse_rows_in_values(rows: pa.Table, delimiter: str, member: Member) -> None:
    """Two stray quotation marks in one column make one value of it and all the rows between."""
    for name, column in zip(rows.column_names, rows.columns, strict=True):
        texts = column.chunk(0)
        distinct = texts.dictionary if pa.types.is_dictionary(texts.type) else texts
        wide = pc.greater_equal(pc.count_substring(distinct, delimiter), rows.num_columns - 1)
        guilty = pc.and_(wide, pc.match_substring_regex(distinct, r"[\r\n]"))
        if rows.num_columns > 1 and pc.any(guilty).as_py():
            first = pc.index(guilty if distinct is texts else guilty.take(texts.indices), True)
            said = f"'{name}'" if looks_like_name(name) else "a field"
            raise SubmissionError(
                f"{member.where}: at or after row {first.as_py() + 1:,} a value of {said} holds "
                "whole rows: a quotation mark opens there and closes in a later row. Remove both."
            )


def _unreadable_rows(member: Member, dialect: Dialect) -> tuple[list[int], list[int]]:
    """The numbers of the rows with too few and with too many values; known only when one thread
    reads again."""
    shorter: list[int] = []
    longer: list[int] = []

    def note(row: arrow_csv.InvalidRow) -> str:
        # The first row of the file is the header, and rows count from 1 after it.
        of = longer if row.actual_columns > row.expected_columns else shorter
        of.append((row.number or 1) - 1)
        return "skip"

    with member.open() as stream:
        _read(stream, dialect, note, member, threads=False)
    return shorter, longer


def _read(
    stream: Stream,
    dialect: Dialect,
    on_invalid: OnInvalid,
    member: Member,
    *,
    threads: bool = True,
) -> pa.Table:
    stream.read(dialect.skip)
    return dialect.parse(stream, on_invalid, member.where, threads=threads)
