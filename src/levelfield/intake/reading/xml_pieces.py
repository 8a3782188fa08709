"""A long XML file cut into pieces between its records, which several processes read at once."""

import re
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np

from levelfield.core.processes import workers
from levelfield.datasets import DataSet, load_dataset
from levelfield.intake.reading.member import Stream
from levelfield.intake.reading.xml_records import Taken, local_name, taken_from
from levelfield.intake.reading.xml_stream import START, slices

WORTH = 64 * 1024**2
"""Bytes of a file from which on it pays to start processes for it."""
_PIECE = 8 * 1024**2
"""Bytes after which a piece ends with the next record."""

_OUTERMOST = re.compile(
    rb"(?:\s*<!--[^-]*(?:-[^-]+)*-->)*\s*(?P<tag><(?P<name>[^\s<>/!?]+)(?:\s[^<>]*)?(?<!/)>)"
)
"""The first tag of the outermost element, behind comments that may stand before it. An element that
is empty, or has > in an attribute, is left to be read in one."""
_LESS, _SLASH, _GREATER, _BANG = b"<"[0], b"/"[0], b">"[0], b"!"[0]


class _UncutError(Exception):
    """The file cannot be cut."""


@dataclass(frozen=True)
class _Piece:
    """A document of its own, and how many lines of the file are above its first."""

    document: bytes
    above: int


def taken_in_pieces(
    stream: Stream, start: bytes, where: str, dataset: DataSet, processes: int
) -> Taken | None:
    """What the rest of a file holds, read by so many processes.

    None where the file cannot be cut or anything goes wrong: what that is shows when it is read
    from its start, in one. `start` is what comes before that element, as far as its declaration.

    It is cut between the elements right inside the outermost one, and the tags of that one are put
    around each piece. A piece is well-formed only if at its end that element is open and nothing
    else, no other element and no comment, value or tag. So when every piece is well-formed every
    cut was between elements, and the file holds what its pieces hold, one after the other.
    """
    taken = Taken()
    waiting: deque[tuple[Future[Taken], int]] = deque()

    def join() -> None:
        future, above = waiting.popleft()
        taken.join(future.result(), above)

    try:
        with workers(processes) as pool:
            for piece in _pieces(stream, dataset):
                if len(waiting) > processes:
                    join()
                future = pool.submit(_read, piece.document, start, where, dataset.version)
                waiting.append((future, piece.above))
            while waiting:
                join()
    except Exception:
        # Two more processes may be more than there is memory for, or than the system lets begin.
        return None
    return taken


def _read(document: bytes, start: bytes, where: str, version: str) -> Taken:
    return taken_from(start, slices(document), where, load_dataset(version)).settled()


def _pieces(stream: Stream, dataset: DataSet) -> Iterator[_Piece]:
    held = stream.read(_PIECE)
    outermost = _OUTERMOST.match(held, 0, START)
    # What is inside a record is not known without it.
    if outermost is None or local_name(outermost["name"].decode("latin-1")) in dataset.tables:
        raise _UncutError
    first, last = outermost["tag"], b"</" + outermost["name"] + b">"
    opening, above, begin = b"", 0, outermost.end()
    while more := stream.read(_PIECE):
        end = _place(held, begin)
        yield _Piece(opening + held[:end] + last, above - opening.count(b"\n"))
        above += held.count(b"\n", 0, end)
        held = held[end:] + more
        opening, begin = first, 0
    yield _Piece(opening + held, above - opening.count(b"\n"))


def _place(text: bytes, begin: int) -> int:
    """The last place behind `begin` where an element begins and all others begun there have ended.

    Raises _UncutError where there is none. Tags in a comment and slashes in a value are counted as
    if they were an element's; a place that is wrong for it shows when the piece is read.
    """
    place = text.rfind(b"<")
    marks = np.frombuffer(text, np.uint8)[begin:place]
    less, after = marks[:-1] == _LESS, marks[1:]
    depth = np.count_nonzero(less)
    depth -= 2 * np.count_nonzero(less & (after == _SLASH))
    depth -= np.count_nonzero(less & (after == _BANG))
    depth -= np.count_nonzero((marks[:-1] == _SLASH) & (after == _GREATER))
    while place > begin and (depth or text.startswith((b"</", b"<!"), place)):
        tag = text.rfind(b"<", begin, place)
        if not text.startswith(b"<!", tag):
            depth += 1 if text.startswith(b"</", tag) else -1
        depth += text.count(b"/>", tag, place)
        place = tag
    if place <= begin:
        raise _UncutError
    return place
