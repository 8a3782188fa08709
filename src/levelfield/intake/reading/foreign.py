"""Files that are not what their names say: a workbook named .csv, a web page, a PDF, UTF-16."""

import re

from levelfield.core.errors import SubmissionError
from levelfield.intake.reading.member import Kind, Member

_START = 4_096
_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")

_SAVE = "Its name does not make it one that is read: save each table as a CSV file."
_JSON = re.compile(rb"\[\s*[{\[]|\{\s*[\"}]")
_MARKS: tuple[tuple[bytes, Kind | None, str, str], ...] = (
    (b"PAR1", "parquet", "a Parquet file", "Give its name the ending .parquet."),
    (b"\0\1\0\0Standard ", "access", "an Access database", "Give its name the ending .accdb."),
    (b"%PDF-", None, "a PDF document", _SAVE),
    (b"\xd0\xcf\x11\xe0", None, "an old Office document, such as an .xls workbook", _SAVE),
    (b"{\\rtf", None, "a text document (RTF)", _SAVE),
    (b"SQLite format 3\0", None, "an SQLite database", _SAVE),
    (b"\x1f\x8b", None, "packed with gzip", "Add .gz to its name."),
    (b"7z\xbc\xaf", None, "a 7-Zip archive", "Unpack it, and give its files."),
    (b"Rar!", None, "a RAR archive", "Unpack it, and give its files."),
)
"""How files of other kinds begin: the format that we read of them, what they are, what to do."""


def refuse_foreign(member: Member) -> None:
    """Raise SubmissionError for a file that begins as no file of its name's format does.

    What is merely damaged is left to the format's own reader, which knows where.
    """
    with member.open() as stream:
        start = stream.unpacked(_START)
    found = _what(start, member.kind)
    if found is not None:
        what, remedy = found
        raise SubmissionError(f"{member.where} is {what}. {remedy}")


def _what(start: bytes, kind: Kind | None) -> tuple[str, str] | None:
    """What a file is by its first bytes, and what to do; none where its name may be right."""
    if start and not start.strip(b"\0"):
        return "nothing but zero bytes", "The copy was broken off: write or copy it again."
    for mark, own, what, remedy in _MARKS:
        if start.startswith(mark) and own != kind:
            return what, remedy
    if start.startswith(b"PK\x03\x04"):
        return _zipped(start)
    text = start.removeprefix(_BOM).lstrip()[:100].lower()
    if text.startswith((b"<!doctype html", b"<html")):
        return "a web page, such as that of a failed download", "Fetch the file itself again."
    if kind == "csv" and text.startswith(b"<?xml"):
        return "an XML file", "Give its name the ending .xml."
    if kind == "csv" and _JSON.match(text):
        return "JSON", _SAVE
    if start.startswith(_BOM + _BOM):
        return "marked as UTF-8 twice", "Save it again, with one byte-order mark or none."
    if kind in ("csv", "xml") and _is_utf_16(start):
        return "written in UTF-16", "Save it as UTF-8."
    return None


def _zipped(start: bytes) -> tuple[str, str]:
    if b"xl/" in start:
        return "an Excel workbook", _SAVE
    if b"[Content_Types].xml" in start:
        return "an Office document", _SAVE
    return "a zip", "Unpack it, or give its name the ending .zip."


def _is_utf_16(start: bytes) -> bool:
    """Whether a mark says so, or every other byte is zero, as in English text without one."""
    even, odd = start[0:200:2], start[1:200:2]
    unmarked = len(odd) > 3 and any(
        not half.strip(b"\0") and all(other) for half, other in ((even, odd), (odd, even))
    )
    return start.startswith(_UTF_16) or unmarked
