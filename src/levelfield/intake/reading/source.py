"""What counts as a submission on disk: a folder or a zip of one file per table."""

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from levelfield.core.errors import SubmissionError
from levelfield.datasets import load_dataset
from levelfield.intake.reading.names import looks_like_name

ENDINGS = (".csv", ".csv.gz", ".parquet")

MAX_MEMBERS = 1_000
"""Files in one zip. A submission has at most 37 tables."""
MAX_BYTES = 64 * 1024**3
"""Size of one submission when unpacked: about a hundred million contacts."""
MAX_RATIO = 400
"""Unpacked size over packed size. Submissions pack ten to fifty times smaller."""


@dataclass(frozen=True)
class Source:
    """One submission that was found, not yet read: where it lies and its files by name.

    `unreadable` says why a zip cannot be read; to read it raises that.
    """

    path: Path
    kind: Literal["folder", "zip"]
    members: tuple[str, ...]
    unreadable: str = ""

    def read(self) -> Iterator[tuple[str, bytes]]:
        """Name and content of each file, one at a time, unpacked.

        Raises SubmissionError for a file that is damaged, gone or closed to the reader.
        """
        if self.unreadable:
            raise SubmissionError(self.unreadable)
        try:
            yield from self._read()
        except OSError as error:
            raise _closed(self.path, error) from None
        except (zipfile.BadZipFile, KeyError):
            raise SubmissionError(
                f"{self.path}: this zip has changed since it was found. Try again."
            ) from None

    def _read(self) -> Iterator[tuple[str, bytes]]:
        if self.kind == "folder":
            for member in self.members:
                yield _unpacked(member, (self.path / member).read_bytes(), self.path)
            return
        with zipfile.ZipFile(self.path) as archive:
            for member in self.members:
                try:
                    content = archive.read(member)
                except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError):
                    raise SubmissionError(
                        f"{self.path}: {_shown(member)} cannot be unpacked. "
                        "Make the zip again, without a password."
                    ) from None
                yield _unpacked(PurePosixPath(member).name, content, self.path)


def find_submissions(path: Path) -> list[Source]:
    """Every submission at or below `path`, in the order of their paths.

    A folder is a submission when it holds a file named as a table of the data set; a zip always
    is. One among several that is damaged or dangerous says so when it is read. Raises
    SubmissionError when there is none, or when `path` itself is such a zip.
    """
    if not path.exists():
        raise SubmissionError(f"{path}: there is no such file or folder. Check the path.")
    if path.is_file():
        return [_file(path)]
    try:
        found = sorted(_below(path), key=lambda source: source.path)
    except OSError as error:
        raise _closed(path, error) from None
    if not found:
        raise SubmissionError(
            f"{path}: no submission was found here. A submission is a folder or zip with one file "
            "per table, named as the table (CYP000Header.csv, CYP001MPI.csv, …)."
        )
    return found


def table_of(member: str) -> str | None:
    """The table that a file's name says it holds; None for a file that is no table's."""
    for ending in ENDINGS:
        if member.endswith(ending):
            return member.removesuffix(ending)
    return None


def _below(folder: Path) -> Iterator[Source]:
    inside = sorted(folder.iterdir())
    members = tuple(entry.name for entry in inside if entry.is_file() and table_of(entry.name))
    if _known(members):
        yield Source(folder, "folder", members)
    for entry in inside:
        if entry.is_dir():
            yield from _below(entry)
        elif entry.suffix.lower() == ".zip":
            try:
                yield _zip(entry)
            except SubmissionError as error:
                yield Source(entry, "zip", (), unreadable=str(error))


def _file(path: Path) -> Source:
    if path.stat().st_size == 0:
        raise SubmissionError(f"{path}: the file is empty. Write it again.")
    if zipfile.is_zipfile(path):
        return _zip(path)
    if path.suffix.lower() == ".zip":
        raise SubmissionError(f"{path}: this is not a zip, or it is cut short. Make it again.")
    raise SubmissionError(
        f"{path}: this is one file, not a submission. Give the folder or zip that holds all tables."
    )


def _zip(path: Path) -> Source:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except zipfile.BadZipFile:
        raise SubmissionError(
            f"{path}: this is not a zip, or it is cut short. Make it again."
        ) from None
    packed, unpacked = path.stat().st_size, sum(entry.file_size for entry in entries)
    if len(entries) > MAX_MEMBERS or unpacked > min(MAX_BYTES, MAX_RATIO * packed):
        raise SubmissionError(
            f"{path}: the zip holds {len(entries):,} files that unpack to {unpacked:,} bytes, more "
            "than any submission. Zip the submission's own files only."
        )
    for entry in entries:
        parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
        if ".." in parts or parts[:1] == ("/",) or ":" in parts[0]:
            raise SubmissionError(
                f"{path}: a file in the zip points outside it. Zip the tables by plain names."
            )
        if parts[-1].lower().endswith(".zip"):
            raise SubmissionError(f"{path}: there is a zip inside the zip. Unpack the outer one.")
    members = tuple(sorted(entry.filename for entry in entries if table_of(entry.filename)))
    if not _known(members):
        raise SubmissionError(
            f"{path}: the zip holds no file named as a table (CYP000Header.csv, CYP001MPI.csv, …)."
        )
    return Source(path, "zip", members)


def _known(members: tuple[str, ...]) -> bool:
    tables = load_dataset().tables
    return any(table_of(PurePosixPath(member).name) in tables for member in members)


def _closed(path: Path, error: OSError) -> SubmissionError:
    why = error.strerror or "the system says no more"
    return SubmissionError(
        f"{path}: this cannot be read ({why}). Check that it is still there and open to you."
    )


def _shown(member: str) -> str:
    name = PurePosixPath(member).name
    return f"'{name}'" if looks_like_name(table_of(name) or "") else "a file"


def _unpacked(member: str, content: bytes, path: Path) -> tuple[str, bytes]:
    if not member.endswith(".gz"):
        return member, content
    inflate = zlib.decompressobj(wbits=31)
    try:
        plain = inflate.decompress(content, max(1, MAX_RATIO * len(content)))
    except zlib.error:
        plain = b""
    if not inflate.eof:
        raise SubmissionError(
            f"{path}: {_shown(member)} is not a complete gzip file, or unpacks to an absurd size. "
            "Write it again."
        )
    return member.removesuffix(".gz"), plain
