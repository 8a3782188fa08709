"""What has been written is on the disk before anything says that it counts."""

import os
from pathlib import Path


def synced(folder: Path) -> None:
    """Have the system write a folder's files, and the folders that name them, to the disk."""
    for file in folder.rglob("*"):
        if file.is_file():
            with file.open("rb+") as stream:
                os.fsync(stream.fileno())
        else:
            _sync_names(file)
    _sync_names(folder)
    _sync_names(folder.parent)


def move(source: Path, target: Path) -> None:
    """Give a complete folder its place in one step, synced before and after."""
    target.parent.mkdir(parents=True, exist_ok=True)
    synced(source)
    source.rename(target)
    _sync_names(target.parent)


def _sync_names(folder: Path) -> None:
    # Windows neither needs nor allows it: a folder cannot be opened there.
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
