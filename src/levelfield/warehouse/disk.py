"""What has been written is on the disk before anything says that it counts."""

import contextlib
import errno
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from levelfield.core.errors import WarehouseError
from levelfield.core.threads import together

_REMEDIES = {
    errno.ENOSPC: "the disk is full. Make room",
    errno.EDQUOT: "your share of the disk is used up. Make room",
    errno.EFBIG: "a file would become larger than is allowed. Raise the limit",
    errno.EROFS: "the disk can only be read. Make it writable, or name another home",
    errno.EACCES: "this user may not write here. Get the rights, or name another home",
    errno.EPERM: "this user may not write here. Get the rights, or name another home",
    errno.EIO: "the disk reports a fault. Look at it",
}
_SQLITE = {
    "SQLITE_FULL": errno.ENOSPC,
    "SQLITE_READONLY": errno.EROFS,
    "SQLITE_CANTOPEN": errno.EACCES,
    "SQLITE_IOERR": errno.EIO,
}


@contextlib.contextmanager
def explained(home: Path) -> Iterator[None]:
    """What the disk refuses while the block writes to a home, as a WarehouseError that says what
    to do; any other error passes."""
    try:
        yield
    except OSError as error:
        if error.errno not in _REMEDIES:
            raise
        raise refusal(home, error.errno) from error


def refusal(home: Path, number: int) -> WarehouseError:
    """The error of a disk that refuses, by the system's number for it."""
    return WarehouseError(
        f"{home}: {_REMEDIES[number]}, and run the same command again. "
        "What was committed is kept; nothing is half-written."
    )


def disk_fault(error: sqlite3.Error) -> int | None:
    """What SQLite says of the disk, by the system's number for it; None for anything else."""
    name = getattr(error, "sqlite_errorname", "")
    return next((number for start, number in _SQLITE.items() if name.startswith(start)), None)


def synced(folder: Path) -> None:
    """Have the system write a folder's files, and the folders that name them, to the disk. Where
    the folder itself is named is left to whoever gives it its place."""
    for file in folder.rglob("*"):
        if file.is_file():
            with file.open("rb+") as stream:
                os.fsync(stream.fileno())
        else:
            sync_names(file)
    sync_names(folder)


def digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file in a folder, by its name; none of a folder that is not there."""
    files = [file for file in sorted(folder.glob("*")) if file.is_file()]
    return dict(zip((file.name for file in files), together(digest, files), strict=True))


def digest(file: Path) -> str:
    """The SHA-256 of a file, as hexadecimal digits."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def make_folder(folder: Path) -> None:
    """Make a folder, its parents too, named on the disk; one that is there stays."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir(exist_ok=True)
        sync_names(one.parent)


def move(source: Path, target: Path) -> None:
    """Give a complete, synced folder its place in one step, in place of what is there."""
    make_folder(target.parent)
    remove(target)
    source.rename(target)
    sync_names(target.parent)


def remove(folder: Path) -> None:
    """Remove a folder with all it holds, for good; none is there, nothing happens."""
    if folder.exists():
        shutil.rmtree(folder)
        sync_names(folder.parent)


def write_whole(file: Path, content: bytes) -> None:
    """Give a file a new content in one step: it holds the old or the new one, whatever happens."""
    draft = file.with_name(f"{file.name}.next")
    with draft.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)
    sync_names(file.parent)


def sync_names(folder: Path) -> None:
    """Have the system write which files a folder names to the disk."""
    # Windows neither needs nor allows it: a folder cannot be opened there.
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
