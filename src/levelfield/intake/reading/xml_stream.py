"""An XML file as a tree that grows from the left, of which whoever reads it takes what is whole."""

import codecs
import re
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from levelfield.core.errors import SubmissionError
from levelfield.core.threads import one_ahead
from levelfield.intake.reading.member import Member, Stream

START = 65_536
"""Bytes in which the outermost element must have begun."""
_CHUNK = 262_144
_BOM = codecs.BOM_UTF8
_DECLARATION = re.compile(rb"<\?xml\s[^<>]*\?>")
_ENCODING = re.compile(rb"""\sencoding\s*=\s*["']([^"']*)["']""")
_ENCODINGS = {"utf-8": "UTF-8", "us-ascii": "ASCII", "windows-1252": "Windows-1252"}
_ENCODINGS |= {"ascii": "ASCII", "iso-8859-1": "ISO-8859-1"}
_MARKER = b"<?levelfield?>"


@dataclass(frozen=True)
class Prolog:
    """What comes before the outermost element; `skip` bytes of the file are its first part."""

    skip: int
    marked: bool
    encoding: str


def read_prolog(member: Member) -> Prolog:
    """The encoding that the file declares, UTF-8 where it declares none.

    Raises SubmissionError for an encoding that is not read here.
    """
    with member.open() as stream:
        start = stream.read(START)
    marked = start.startswith(_BOM)
    declaration = _DECLARATION.match(start, len(_BOM) if marked else 0)
    skip = declaration.end() if declaration else len(_BOM) if marked else 0
    named = _ENCODING.search(declaration[0]) if declaration else None
    encoding = named[1].decode("ascii", "replace").lower() if named else "utf-8"
    if encoding not in _ENCODINGS or (marked and encoding != "utf-8"):
        raise SubmissionError(
            f"{member.where} declares an encoding that is not the one it is written in, or is not "
            "read here. Save it as UTF-8 and declare that."
        )
    return Prolog(skip, marked, _ENCODINGS[encoding])


def growing_tree(
    start: bytes, parts: Iterable[bytes], where: str
) -> Iterator[tuple[etree._Element, bool]]:
    """The outermost element again and again while the file is read, and whether it is whole.

    `start` is what comes before that element, as far as its declaration, and `parts` is the rest.
    Each time the tree holds what was read and not removed by the caller. White space between
    elements and comments are left out. Nothing outside the file is fetched, and no entity is
    expanded: a document type or a processing instruction is refused, and so is what is not
    well-formed or ends too early. Raises SubmissionError for those.
    """
    # Events for elements would cost a call of Python for each of the millions. So the parser tells
    # of processing instructions alone, and one of our own leads to the tree.
    parser = etree.XMLPullParser(
        events=("pi",),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_blank_text=True,
        collect_ids=False,
    )
    ended, fed = False, 0
    try:
        parser.feed(start + _MARKER)
        _, marker = next(iter(parser.read_events()))
        for part in _to_tags(parts):
            parser.feed(part)
            fed += len(part)
            root = marker.getnext()
            if root is not None:
                _refuse_extras(parser, root, where)
                yield root, False
            elif fed > 2 * _CHUNK:
                raise SubmissionError(f"{where}: no element begins near the start of this file.")
        ended = True
        root = parser.close()
        _refuse_extras(parser, root, where)
        yield root, True
    except etree.XMLSyntaxError as error:
        raise _refused(error, parser, where, ended) from None


_CAUSES = {
    "invalid character": ("a character stands that XML does not allow", "Remove it."),
    "xmlchar": ("a reference stands for a character that XML does not allow", "Remove it."),
    "character encoding": ("bytes stand that are not of its encoding", "Save it as UTF-8."),
    "tag mismatch": ("an element ends that is not the one last begun", "End every element."),
    "extra content": ("a second outermost element begins", "Put all records into one."),
    "entity amplification": ("entities unfold to far too much", "Write their text itself."),
    "namespace prefix": ("an element has a prefix that is not declared", "Leave the prefix out."),
    "not defined": ("an entity stands that XML does not define", "Write its text itself."),
    "excessive depth": ("elements stand far too deep in one another", "Nest records alone."),
    "text node too long": ("a value is longer than any of the data set", "Correct it."),
}
"""What stands in a line by what the parser says of it, and what to do."""


def _refused(
    error: etree.XMLSyntaxError, parser: etree.XMLPullParser, where: str, ended: bool
) -> SubmissionError:
    """What is wrong with XML of which the parser can make nothing; `ended` if it was all read."""
    # Faults that do not stop the parser at once are told at the end, as that of the last line.
    first = next(iter(parser.feed_error_log), error)
    said = str(getattr(first, "message", first)).lower()
    line = f"in line {getattr(first, 'line', 0) or 1:,}"
    for words, (what, remedy) in _CAUSES.items():
        if words in said:
            return SubmissionError(f"{where}: {line} {what}. {remedy}")
    if ended:
        return SubmissionError(
            f"{where} is cut short: it ends {line}, before its elements do. Write it again."
        )
    return SubmissionError(f"{where} is not well-formed XML {line}. Write it again.")


def _to_tags(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in parts that end behind a tag, if there is one.

    The parser takes white space at the end of a part for a value or for none by what it sees of the
    next tag; so it sees all of it.
    """
    rest = b""
    for part in parts:
        whole = rest + part
        end = whole.rfind(b">") + 1 or len(whole)
        rest = whole[end:]
        yield whole[:end]
    if rest:
        yield rest


def slices(document: bytes) -> Iterator[bytes]:
    """A document that is in memory, a part at a time."""
    return (document[at : at + _CHUNK] for at in range(0, len(document), _CHUNK))


def in_parts(stream: Stream) -> Generator[bytes, None, None]:
    """The bytes a part at a time; the next one is read and hashed while a part is made use of.

    To be closed by whoever asks for them.
    """
    return one_ahead(iter(lambda: stream.read(_CHUNK), b""))


def _refuse_extras(parser: etree.XMLPullParser, root: etree._Element, where: str) -> None:
    for _ in parser.read_events():
        raise SubmissionError(
            f"{where} holds a processing instruction, which no submission needs. Write the file "
            "without it."
        )
    if root.getroottree().docinfo.internalDTD is not None:
        raise SubmissionError(
            f"{where} holds a document type (DTD), which may define entities and is not read. "
            "Write the file without it."
        )
