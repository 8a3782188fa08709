"""What counts as a submission on disk: one file per table in a folder or zip, or one for all."""

import stat
import struct
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from levelfield.core.errors import SubmissionError
from levelfield.datasets import load_dataset
from levelfield.intake.reading.mapping import Extract
from levelfield.intake.reading.member import KINDS, MAX_BYTES, MAX_RATIO, Member, closed
from levelfield.intake.reading.names import table_meant
from levelfield.intake.reading.sent import SentTable
from levelfield.warehouse import is_home

MAX_MEMBERS = 1_000
"""Files in one zip. A submission has at most 37 tables."""

WHOLE = ("xml", "access")
"""Formats of which one file holds all the tables."""


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
        if hint := _other_letters(Member(file) for file in path.rglob("*")):
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
    members = [
        Member(entry) for entry in inside if entry.is_file() and not _left_behind(entry.name)
    ]
    tables = [member for member in members if member.kind and member.kind not in WHOLE]
    if _has_table(tables):
        others = [Member(entry) for entry in inside if not entry.is_file()]
        unreadable = _unread(members) or _no_file(others)
        yield Source(folder, "folder", tuple(tables), unreadable=unreadable)
    elif hint := _other_letters(tables):
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
        raise _no_zip(path)
    raise SubmissionError(
        f"{path}: this is one file, not a submission. Give the folder or zip that holds all tables."
    )


def _zip(path: Path) -> Source:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            entries = [entry for entry in entries if not _left_behind(entry.filename)]
    except OSError as error:
        raise closed(path, error) from None
    except (zipfile.BadZipFile, NotImplementedError, ValueError, IndexError, struct.error):
        # The library asks a damaged entry for the last letter of a name that it has lost.
        raise _no_zip(path) from None
    packed, unpacked = path.stat().st_size, sum(entry.file_size for entry in entries)
    if len(entries) > MAX_MEMBERS:
        raise SubmissionError(
            f"{path}: the zip holds {len(entries):,} files, and may hold {MAX_MEMBERS:,}. Zip the "
            "submission's own files only."
        )
    if unpacked > MAX_BYTES:
        raise SubmissionError(
            f"{path}: the zip unpacks to {unpacked:,} bytes, and may unpack to {MAX_BYTES:,}. Zip "
            "the submission of one provider and month alone."
        )
    if unpacked > MAX_RATIO * packed:
        raise SubmissionError(
            f"{path}: the zip unpacks to {unpacked:,} bytes, more than {MAX_RATIO} times its own "
            "size, as no submission does. Zip the submission's own files only."
        )
    if any(entry.filename == "[Content_Types].xml" for entry in entries):
        raise SubmissionError(
            f"{path}: this is an Office document, for example an Excel workbook, not a zip of "
            "tables. Save each table as a CSV file."
        )
    for entry in entries:
        parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
        if points := _outside(parts, entry.filename):
            raise SubmissionError(
                f"{path}: a file in the zip {points}, out of the zip. Zip the tables by plain "
                "names."
            )
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise SubmissionError(
                f"{path}: the zip holds a link in place of a file. Zip the files themselves."
            )
        if entry.filename.lower().endswith(".zip"):
            raise SubmissionError(f"{path}: there is a zip inside the zip. Unpack the outer one.")
    members = [Member(path, entry.filename) for entry in entries]
    kept = sorted((member for member in members if member.kind), key=lambda m: m.inside)
    whole = [member for member in kept if member.kind in WHOLE]
    if not entries:
        raise SubmissionError(f"{path}: the zip is empty. Zip the submission's tables.")
    if len(kept) > 1 and whole:
        raise SubmissionError(
            f"{path}: the zip holds an XML file or Access database beside other files. Zip one "
            "submission at a time."
        )
    if not whole and not _has_table(kept):
        hint = _other_letters(kept)
        raise SubmissionError(
            f"{path}: the zip holds no file named as a table (CYP000Header.csv, CYP001MPI.csv, …)."
            + (f" {hint}" if hint else "")
        )
    return Source(path, "zip", tuple(kept), unreadable=_unread(members))


def _no_zip(path: Path) -> SubmissionError:
    with path.open("rb") as file:
        begins = file.read(2) == b"PK"
    what = "this zip is cut short or damaged" if begins else "this is not a zip"
    return SubmissionError(f"{path}: {what}. Make it again.")


def _outside(parts: Sequence[str], name: str) -> str:
    """How a name in a zip leads out of it; empty for one that does not."""
    if ".." in parts:
        return r"leads upwards by '..\'" if "\\" in name else "leads upwards by '../'"
    if parts[:1] == ("/",):
        return "begins at the root of the disk"
    return "names a drive" if parts and ":" in parts[0] else ""


def _unread(members: Sequence[Member]) -> str:
    """Why a submission cannot be read of which a table would be left unread; empty without one."""
    tables, read = load_dataset().tables, {member.stem for member in members if member.kind}
    for member in members:
        meant = table_meant(member.stem, tables)
        if member.kind is None and meant is not None and meant not in read:
            named = "a table" if member.stem == meant else f"{meant}, or nearly so"
            return (
                f"{member.where} is named as {named}, and its ending as no format that is read. "
                f"Save it as one of {', '.join(KINDS)}."
            )
    return ""


def _no_file(members: Sequence[Member]) -> str:
    """Why a submission cannot be read of which a table is a link to nowhere, a folder or a pipe."""
    for member in members:
        if member.kind is not None and member.stem in load_dataset().tables:
            return f"{member.where} is named as a table and is no file. Put the file in its place."
    return ""


def _left_behind(name: str) -> bool:
    """Whether a file is what a program keeps beside another: macOS its icon, Excel its lock."""
    path = PurePosixPath(name)
    return path.name.startswith(("._", "~$")) or "__MACOSX" in path.parts


def _other_letters(members: Iterable[Member]) -> str:
    """What is wrong with files that are nearly named as tables; empty without one."""
    for member in members:
        right = table_meant(member.stem, load_dataset().tables)
        if right is not None and member.stem != right and member.kind not in (None, *WHOLE):
            ending = member.name[len(member.stem) :]
            return (
                f"{member.where} must be named {right}{ending}, with the capital letters of its "
                "table and nothing else, and all other files likewise."
            )
    return ""


def _has_table(members: Sequence[Member]) -> bool:
    tables = load_dataset().tables
    return any(member.stem in tables for member in members)
