"""What counts as a submission on disk: one file per table in a folder or zip, or one for all."""

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from levelfield.core.errors import SubmissionError
from levelfield.intake.reading.file_names import (
    WHOLE,
    has_table,
    left_behind,
    no_file,
    other_letters,
    unread,
)
from levelfield.intake.reading.mapping import Extract
from levelfield.intake.reading.member import Member, closed
from levelfield.intake.reading.sent import SentTable
from levelfield.intake.reading.zip_file import no_zip, zip_members
from levelfield.warehouse import is_home


@dataclass(frozen=True)
class Source:
    """One submission that was found, not yet read: where it lies and its files.

    `unreadable` says why it cannot be read; to read it raises that. A part of an extract has its
    tables in `sent`, and `extract` says how they were laid out.
    """

    path: Path
    kind: Literal["folder", "zip", "file", "extract"]
    members: tuple[Member, ...]
    unreadable: str = ""
    sent: tuple[SentTable, ...] = ()
    extract: Extract | None = None


def find_submissions(path: Path, tell: Callable[[str], None] | None = None) -> list[Source]:
    """Every submission at or below `path`, in the order of their paths.

    A folder is a submission when it holds a file named as a table of the data set; a zip, an XML
    file, an Access database and the file at `path` itself always are. One that is damaged or
    dangerous says so when it is read, and so does a folder beside others whose files are only
    nearly named as tables. A levelfield home, where loaded submissions are kept, is
    left out, which `tell` is told in a sentence. Raises SubmissionError when there is none.
    """
    if not path.exists():
        raise SubmissionError(f"{path}: there is no such file or folder. Check the path.")
    if path.is_file():
        return [_or_unreadable(path, "file", _file)]
    if is_home(path):
        raise SubmissionError(
            f"{path}: this is a levelfield home, which keeps what was loaded. Name the submission "
            f"as it was sent. What the home holds is shown by: levelfield status --home {path}"
        )
    homes: list[Path] = []
    try:
        found = sorted(_below(path, homes), key=lambda source: source.path)
    except OSError as error:
        raise closed(path, error) from None
    if tell is not None:
        for home in homes:
            tell(f"{home}: passed over, since it is a levelfield home and no submission.")
    if all(source.kind == "folder" and not source.members for source in found):
        if hint := other_letters(Member(file) for file in path.rglob("*")):
            raise SubmissionError(f"{path}: no submission was found here. {hint}")
        raise SubmissionError(
            f"{path}: no submission was found here. A submission is a folder or zip with one file "
            "per table, named as the table (CYP000Header.csv, CYP001MPI.csv, …), an XML file or an "
            "Access database."
        )
    return found


def _below(
    folder: Path, homes: list[Path], around: frozenset[Path] = frozenset()
) -> Iterator[Source]:
    """The submissions below a folder; the homes among what it holds are added to `homes`."""
    if is_home(folder):
        homes.append(folder)
        return
    # A link may lead back to a folder around it, and would be followed for ever.
    around |= {folder.resolve()}
    inside = sorted(folder.iterdir())
    members = [Member(entry) for entry in inside if entry.is_file() and not left_behind(entry.name)]
    tables = [member for member in members if member.kind and member.kind not in WHOLE]
    if has_table(tables):
        others = [Member(entry) for entry in inside if not entry.is_file()]
        unreadable = unread(members) or no_file(others)
        yield Source(folder, "folder", tuple(tables), unreadable=unreadable)
    elif hint := other_letters(tables):
        yield Source(folder, "folder", (), unreadable=f"{folder}: {_NO_TABLE}. {hint}")
    yield from (Source(m.path, "file", (m,)) for m in members if m.kind in WHOLE)
    for entry in inside:
        if entry.is_dir() and entry.resolve() not in around:
            yield from _below(entry, homes, around)
        elif entry.suffix.lower() == ".zip":
            yield _or_unreadable(entry, "zip", _zip)


_NO_TABLE = "no file here is named as a table (CYP000Header.csv, CYP001MPI.csv, …)"


def _or_unreadable(
    path: Path, kind: Literal["zip", "file"], find: Callable[[Path], Source]
) -> Source:
    """The submission that a file holds, or one that says why it cannot be read."""
    try:
        return find(path)
    except SubmissionError as error:
        return Source(path, kind, (), unreadable=str(error))


def _file(path: Path) -> Source:
    if path.stat().st_size == 0:
        raise SubmissionError(f"{path}: the file is empty. Write it again.")
    member = Member(path)
    if member.kind in WHOLE:
        return Source(path, "file", (member,))
    if zipfile.is_zipfile(path):
        return _zip(path)
    if path.suffix.lower() == ".zip":
        raise no_zip(path)
    raise SubmissionError(
        f"{path}: this is one file, not a submission. Give the folder or zip that holds all tables."
    )


def _zip(path: Path) -> Source:
    members = zip_members(path)
    kept = sorted((member for member in members if member.kind), key=lambda m: m.inside)
    whole = [member for member in kept if member.kind in WHOLE]
    if not members:
        raise SubmissionError(f"{path}: the zip is empty. Zip the submission's tables.")
    if len(kept) > 1 and whole:
        raise SubmissionError(
            f"{path}: the zip holds an XML file or Access database beside other files. Zip one "
            "submission at a time."
        )
    if not whole and not has_table(kept):
        hint = other_letters(kept)
        raise SubmissionError(
            f"{path}: the zip holds no file named as a table (CYP000Header.csv, CYP001MPI.csv, …)."
            + (f" {hint}" if hint else "")
        )
    return Source(path, "zip", tuple(kept), unreadable=unread(members))
