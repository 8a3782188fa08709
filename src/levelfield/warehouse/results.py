"""Results: tables made from the facts, replaced all together or not at all."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from levelfield.core.errors import WarehouseError
from levelfield.warehouse.disk import make_folder, remove, sync_names, synced, write_whole

_BUFFER = 1_048_576
"""Bytes that are handed to the system together; each page by itself would be a write of its own."""


class Results:
    """The results of a home: one folder at a time is current, named by the file `current`."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._root = home / "results"
        self._pointer = self._root / "current"

    @contextmanager
    def replacing(self) -> Iterator[Path]:
        """A new folder to write results into; it becomes current when the block ends well.

        The folder that was current before stays until the next time, for those still reading it.
        """
        before = self._current()
        folder = self._root / uuid4().hex[:12]
        make_folder(folder)
        try:
            yield folder
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        synced(folder)
        sync_names(self._root)
        write_whole(self._pointer, folder.name.encode())
        self._sweep({folder, before})

    def _sweep(self, kept: set[Path | None]) -> None:
        """Remove what earlier builds left, finished or not; the caller holds the home."""
        for other in self._root.iterdir():
            if other.is_dir() and other not in kept:
                shutil.rmtree(other, ignore_errors=True)
            elif other.suffix == ".next":
                other.unlink(missing_ok=True)

    def forget(self, submissions: set[str]) -> None:
        """Remove, for good, all results that rest on any of these submissions, and those that do
        not say what they rest on. The caller holds the home."""
        self._remove([f for f in self._folders() if self._rests_on(f, submissions)])

    def clear(self) -> None:
        """Remove all results, for good: no submission counts any more. The caller holds the
        home."""
        self._remove(self._folders())

    def _folders(self) -> list[Path]:
        there = self._root.is_dir()
        return [folder for folder in self._root.iterdir() if folder.is_dir()] if there else []

    def _remove(self, folders: list[Path]) -> None:
        if self._current() in folders:
            self._pointer.unlink()
            sync_names(self._root)
        for folder in folders:
            remove(folder)

    def _rests_on(self, folder: Path, submissions: set[str]) -> bool:
        try:
            about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
            return bool(submissions & set(about["submissions"]))
        except (OSError, ValueError, KeyError):
            return True

    def _current(self) -> Path | None:
        try:
            name = self._pointer.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None
        folder = self._root / name
        return folder if name and folder.is_dir() else None

    @cached_property
    def folder(self) -> Path:
        """The folder that is current when it is first asked for, so that all that is read from
        here is of one build; raises WarehouseError when nothing has been built yet."""
        current = self._current()
        if current is None:
            raise WarehouseError(
                f"{self._home}: nothing has been built yet. Run: "
                f"levelfield build --home {self._home}"
            )
        return current

    def read(self, name: str) -> pa.Table:
        """A result table by name; raises WarehouseError when the build did not make it."""
        file = self.folder / f"{name}.parquet"
        if not file.exists():
            raise WarehouseError(
                f"{self._home}: the last build made no '{name}'. Run: "
                f"levelfield build --home {self._home}"
            )
        return pq.read_table(file)

    def about(self) -> dict[str, Any]:
        """What the current results were made from."""
        about: dict[str, Any] = json.loads((self.folder / "about.json").read_text(encoding="utf-8"))
        return about


def write_result(folder: Path, name: str, table: pa.Table) -> None:
    """Write a result table into a folder that is about to become current."""
    with (
        pa.OSFile(str(folder / f"{name}.parquet"), "wb") as disk,
        pa.BufferedOutputStream(disk, _BUFFER) as out,
    ):
        pq.write_table(table, out, compression="zstd")
