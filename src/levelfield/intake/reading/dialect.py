"""The dialect of a CSV file: encoding, delimiter, quotation marks, line ends, as it shows them."""

import codecs
import csv
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from io import StringIO

import pyarrow as pa
from pyarrow import csv as arrow_csv

from levelfield.core.errors import SubmissionError
from levelfield.intake.reading.member import Member
from levelfield.intake.reading.sent import text_types

BOM = codecs.BOM_UTF8
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_QUOTES = {'"': "double", "'": "single"}
_ENCODINGS = {"utf-8": "UTF-8", "windows-1252": "Windows-1252"}
MIXED = "Windows-1252, in part like UTF-8"
"""How the encoding is described of a file that holds letters of both."""
_LIKE_UTF_8 = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_LINE_ENDS = {"\r\n": "CRLF", "\n": "LF", "\r": "CR"}
_LINE_END = re.compile(r"\r\n|\n|\r")
_BEFORE_NAMES = re.compile(
    r"(?:[ \t]*[\r\n])*(?:(?i:sep)=[^\r\n]?(?:\r\n|\r|\n))?(?:[ \t]*[\r\n])*"
)
"""Blank lines, and the line by which Excel is told the delimiter; we see it by the names."""

BLOCK = 8 * 1_048_576
"""Bytes that are read and taken apart together."""
_LARGE = 256 * 1_048_576
"""Bytes from which on a file is read with thrift rather than haste."""

OnInvalid = Callable[[arrow_csv.InvalidRow], str]
"""What is done with a row whose number of values is wrong; it answers `skip`."""


@dataclass(frozen=True)
class Dialect:
    """How a file is written; `skip` bytes come before the field names, and `types` holds them.

    `large` is a file that is read with thrift, and `quoted` one that has quotation marks behind the
    line of the names: where there are none no value spans lines, and rows are found more quickly.
    `mixed` is one of which some letters look like another encoding than the one it is read in.
    """

    skip: int
    marked: bool
    names: list[str]
    types: dict[str, pa.DataType]
    delimiter: str
    quote: str
    line_end: str
    encoding: str
    large: bool = False
    quoted: bool = True
    mixed: bool = False

    @property
    def described(self) -> dict[str, str | int]:
        mark = " with byte-order mark" if self.marked else ""
        return {
            "format": "csv",
            "encoding": MIXED if self.mixed else _ENCODINGS[self.encoding] + mark,
            "delimiter": _DELIMITERS[self.delimiter],
            "quotation_marks": _QUOTES[self.quote],
            "line_end": _LINE_ENDS[self.line_end],
        }

    def parse(
        self, source: object, on_invalid: OnInvalid, where: str, *, threads: bool = False
    ) -> pa.Table:
        """Every row as text, from the field names on.

        Raises SubmissionError for what is no CSV of this dialect.
        """
        not_csv = SubmissionError(
            f"{where} is not a CSV file that can be read. Use commas, and double quotes around "
            "text that holds commas; look for one that is never closed."
        )
        # Several threads are quicker, and hold all that they have not yet come to.
        read = arrow_csv.open_csv if self.large else arrow_csv.read_csv
        try:
            table = read(
                source,
                read_options=arrow_csv.ReadOptions(
                    use_threads=threads, block_size=BLOCK, encoding=self.encoding
                ),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=self.delimiter,
                    quote_char=self.quote,
                    newlines_in_values=self.quoted,
                    invalid_row_handler=on_invalid,
                ),
                convert_options=arrow_csv.ConvertOptions(
                    column_types=self.types, strings_can_be_null=False
                ),
            )
            if self.large:
                table = table.read_all()
        except pa.ArrowInvalid:
            raise not_csv from None
        if table.column_names != self.names:
            raise not_csv
        return table


def recognised(member: Member, start: bytes, known: set[str]) -> Dialect:
    """How a file is written, by its first bytes and, for the encoding, by all of them.

    Of the delimiters the one that gives most of the `known` names. Raises SubmissionError for an
    encoding that is not read here, and for what is no CSV.
    """
    encoding, size, last_mark, mixed = _encoding(member)
    marked = start.startswith(BOM)
    # The start may end amid a character, which a decoder that expects more does not mind.
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    text = decoder.decode(start.removeprefix(BOM))
    blank = _BEFORE_NAMES.match(text)
    skip = blank.end() if blank else 0
    text = text[skip:]
    quote = "'" if text.startswith("'") else '"'
    named = {d: _first_record(text, d, quote) for d in _DELIMITERS}
    delimiter = max(named, key=lambda d: len(known.intersection(named[d])))
    first = _LINE_END.search(text)
    dialect = Dialect(
        skip=skip + (len(BOM) if marked else 0),
        marked=marked,
        names=named[delimiter],
        types=dict.fromkeys(named[delimiter], pa.string()),
        delimiter=delimiter,
        quote=quote,
        line_end=first[0] if first else "\n",
        encoding=encoding,
    )
    whole_lines = text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text
    sample = replace(dialect, encoding="utf-8").parse(
        pa.BufferReader(whole_lines.encode()), lambda _row: "skip", member.where
    )
    names_end = dialect.skip + len(text[: first.start() if first else None].encode(encoding))
    return replace(
        dialect,
        types=text_types(sample),
        large=size > _LARGE,
        quoted=last_mark[quote] > names_end,
        mixed=mixed,
    )


def _encoding(member: Member) -> tuple[str, int, dict[str, int], bool]:
    """The first encoding in which every byte of the file has a meaning, how many bytes there are,
    by quotation mark the place of the last one, -1 without any, and whether some letters of a file
    that is not UTF-8 look like it all the same."""
    for encoding in _ENCODINGS:
        mixed = False
        decoder, last = codecs.getincrementaldecoder(encoding)(), dict.fromkeys(_QUOTES, -1)
        with member.open() as stream:
            try:
                while part := stream.unpacked(BLOCK):
                    for mark in _QUOTES:
                        at = part.rfind(mark.encode())
                        last[mark] = stream.bytes_read - len(part) + at if at >= 0 else last[mark]
                    # An ASCII part between characters means the same everywhere, and is quick.
                    if decoder.getstate()[0] or not part.isascii():
                        decoder.decode(part)
                        if encoding != "utf-8" and not mixed:
                            mixed = bool(_LIKE_UTF_8.search(part))
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                continue
        return encoding, stream.bytes_read, last, mixed
    raise SubmissionError(f"{member.where} is neither UTF-8 nor Windows-1252. Save it as UTF-8.")


def _first_record(text: str, delimiter: str, quote: str) -> list[str]:
    """The values of the first row, whatever lines its quotation marks span."""
    rows = csv.reader(StringIO(text, newline=""), delimiter=delimiter, quotechar=quote)
    try:
        return next(rows, [])
    except csv.Error:
        return []
