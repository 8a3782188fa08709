"""CSV files: delimiter, quotation, encoding and line ends recognised, and said."""

import codecs
import csv
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from io import StringIO

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from levelfield.core.errors import SubmissionError
from levelfield.datasets import DataSet
from levelfield.intake.reading.member import Member, Stream
from levelfield.intake.reading.names import looks_like_name
from levelfield.intake.reading.sent import SentTable, in_one_chunk, refuse_long_values, text_types

_BOM = codecs.BOM_UTF8
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_QUOTES = {'"': "double", "'": "single"}
_ENCODINGS = {"utf-8": "UTF-8", "windows-1252": "Windows-1252"}
_LINE_ENDS = {"\r\n": "CRLF", "\n": "LF", "\r": "CR"}
_LINE_END = re.compile(r"\r\n|\n|\r")
_BEFORE_NAMES = re.compile(
    r"(?:[ \t]*[\r\n])*(?:(?i:sep)=[^\r\n]?(?:\r\n|\r|\n))?(?:[ \t]*[\r\n])*"
)
"""Blank lines, and the line by which Excel is told the delimiter; we see it by the names."""

_START = 262_144
"""Bytes at the start by which a file's way of writing is recognised."""
_BLOCK = 8 * 1_048_576
_LARGE = 256 * 1_048_576
"""Bytes from which on a file is read with thrift rather than haste."""

_OnInvalid = Callable[[arrow_csv.InvalidRow], str]


@dataclass(frozen=True)
class _Writing:
    """How a file is written, as its start shows it; `skip` bytes come before the field names."""

    skip: int
    marked: bool
    names: list[str]
    types: dict[str, pa.DataType]
    delimiter: str
    quote: str
    line_end: str
    encoding: str
    large: bool = False

    @property
    def described(self) -> dict[str, str | int]:
        mark = " with byte-order mark" if self.marked else ""
        return {
            "format": "csv",
            "encoding": _ENCODINGS[self.encoding] + mark,
            "delimiter": _DELIMITERS[self.delimiter],
            "quotation_marks": _QUOTES[self.quote],
            "line_end": _LINE_ENDS[self.line_end],
        }


def tables_of(member: Member, dataset: DataSet) -> list[SentTable]:
    """The one table of a CSV file, named as the file; none when the file holds nothing.

    Raises SubmissionError for what cannot be read as CSV or is cut short.
    """
    with member.open() as stream:
        start = stream.read(_START)
    if not start.removeprefix(_BOM).strip():
        return []
    table = dataset.tables.get(member.stem)
    known = set(table.by_name) if table else set()
    encoding, size = _encoding(member)
    writing = _recognised(start, encoding, known, member)
    return [_table(member, replace(writing, large=size > _LARGE))]


def _encoding(member: Member) -> tuple[str, int]:
    """The first encoding in which every byte of the file has a meaning, and how many there are."""
    for encoding in _ENCODINGS:
        decoder = codecs.getincrementaldecoder(encoding)()
        with member.open() as stream:
            try:
                while part := stream.unpacked(_BLOCK):
                    # An ASCII part between characters means the same everywhere, and is quick.
                    if decoder.getstate()[0] or not part.isascii():
                        decoder.decode(part)
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                continue
        return encoding, stream.bytes_read
    raise SubmissionError(f"{member.where} is neither UTF-8 nor Windows-1252. Save it as UTF-8.")


def _recognised(start: bytes, encoding: str, known: set[str], member: Member) -> _Writing:
    """How the file is written. Of the delimiters the one that gives most of the `known` names."""
    marked = start.startswith(_BOM)
    # The start may end amid a character, which a decoder that expects more does not mind.
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    text = decoder.decode(start.removeprefix(_BOM))
    blank = _BEFORE_NAMES.match(text)
    skip = blank.end() if blank else 0
    text = text[skip:]
    quote = "'" if text.startswith("'") else '"'
    named = {d: _first_record(text, d, quote) for d in _DELIMITERS}
    delimiter = max(named, key=lambda d: len(known.intersection(named[d])))
    writing = _Writing(
        skip=skip + (len(_BOM) if marked else 0),
        marked=marked,
        names=named[delimiter],
        types=dict.fromkeys(named[delimiter], pa.string()),
        delimiter=delimiter,
        quote=quote,
        line_end=first[0] if (first := _LINE_END.search(text)) else "\n",
        encoding=encoding,
    )
    whole_lines = text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text
    sample = _parsed(
        pa.BufferReader(whole_lines.encode()),
        replace(writing, encoding="utf-8"),
        lambda _row: "skip",
        member,
    )
    return replace(writing, types=text_types(sample))


def _first_record(text: str, delimiter: str, quote: str) -> list[str]:
    """The values of the first row, whatever lines its quotation marks span."""
    rows = csv.reader(StringIO(text, newline=""), delimiter=delimiter, quotechar=quote)
    try:
        return next(rows, [])
    except csv.Error:
        return []


def _table(member: Member, writing: _Writing) -> SentTable:
    unreadable = 0

    def count(_row: arrow_csv.InvalidRow) -> str:
        nonlocal unreadable
        unreadable += 1
        return "skip"

    with member.open() as stream:
        rows = in_one_chunk(_read(stream, writing, count, member))
        _check_whole(stream, writing, member)
        described = {**writing.described, "bytes": stream.bytes_read}
        if not stream.quotes and writing.quote == '"':
            described["quotation_marks"] = "none"
        if _mixed(stream, writing.line_end, 1 + rows.num_rows + unreadable):
            described["line_end"] = "mixed"
        digest = stream.digest
        lines = stream.returns if writing.line_end == "\r" else stream.line_feeds
    refuse_long_values(rows, member.where)
    # The field names and every row take a line; more lines may stand within values.
    if lines > 1 + rows.num_rows + unreadable:
        _refuse_rows_in_values(rows, writing.delimiter, member)
    numbers = _unreadable_rows(member, writing) if unreadable else []
    return SentTable(member.stem, rows, tuple(numbers), described, digest)


def _check_whole(stream: Stream, writing: _Writing, member: Member) -> None:
    if writing.quote == '"' and stream.quotes % 2:
        raise SubmissionError(
            f"{member.where}: a quotation mark opens and never closes, or the file is cut short. "
            "Write the file again."
        )
    if stream.last == b"\r" and writing.line_end == "\r\n":
        raise SubmissionError(
            f"{member.where} ends amid a line end, a CR without its LF: it is cut short. Write it "
            "again."
        )
    if stream.last not in (b"\n", b"\r"):
        raise SubmissionError(
            f"{member.where} does not end with a line end, so it may be cut short. Write it again "
            "with a line end after every row, the last one too."
        )


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


def _unreadable_rows(member: Member, writing: _Writing) -> list[int]:
    """The numbers of the rows that cannot be read; known only when one thread reads again."""
    numbers: list[int] = []

    def note(row: arrow_csv.InvalidRow) -> str:
        # The first row of the file is the header, and rows count from 1 after it.
        numbers.append((row.number or 1) - 1)
        return "skip"

    with member.open() as stream:
        _read(stream, writing, note, member, threads=False)
    return numbers


def _read(
    stream: Stream,
    writing: _Writing,
    on_invalid: _OnInvalid,
    member: Member,
    *,
    threads: bool = True,
) -> pa.Table:
    stream.read(writing.skip)
    return _parsed(stream, writing, on_invalid, member, threads=threads)


def _parsed(
    source: object,
    writing: _Writing,
    on_invalid: _OnInvalid,
    member: Member,
    *,
    threads: bool = False,
) -> pa.Table:
    not_csv = SubmissionError(
        f"{member.where} is not a CSV file that can be read. Use commas, and double quotes around "
        "text that holds commas."
    )
    # Several threads are quicker, and hold all that they have not yet come to.
    read = arrow_csv.open_csv if writing.large else arrow_csv.read_csv
    try:
        table = read(
            source,
            read_options=arrow_csv.ReadOptions(
                use_threads=threads, block_size=_BLOCK, encoding=writing.encoding
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=writing.delimiter,
                quote_char=writing.quote,
                newlines_in_values=True,
                invalid_row_handler=on_invalid,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=writing.types, strings_can_be_null=False
            ),
        )
        if writing.large:
            table = table.read_all()
    except pa.ArrowInvalid:
        raise not_csv from None
    if table.column_names != writing.names:
        raise not_csv
    return table
