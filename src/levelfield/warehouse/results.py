"""Results: tables made from the facts, replaced all together or not at all."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from levelfield.core.errors import WarehouseError


class Results:
    """The results of a home: one folder at a time is current, named by the file `current`."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._root = home / "results"
        self._pointer = self._root / "current"

    @contextmanager
    def replacing(self) -> Iterator[Path]:
        """A new folder to write results into; it becomes current when the block ends well."""
        folder = self._root / uuid4().hex[:12]
        folder.mkdir(parents=True)
        try:
            yield folder
            pointer = self._root / f"{folder.name}.next"
            pointer.write_text(folder.name, encoding="utf-8")
            pointer.replace(self._pointer)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        for other in self._root.iterdir():
            if other.is_dir() and other != folder:
                shutil.rmtree(other, ignore_errors=True)

    @property
    def folder(self) -> Path:
        """The current folder; raises WarehouseError when nothing has been built yet."""
        try:
            return self._root / self._pointer.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            raise WarehouseError(
                f"{self._home}: nothing has been built yet. Run: "
                f"levelfield build --home {self._home}"
            ) from None

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
    pq.write_table(table, folder / f"{name}.parquet", compression="zstd")
