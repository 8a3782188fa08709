"""Locks that the operating system frees when their holder ends, however it ends."""

import contextlib
import os
import socket
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from levelfield.core.errors import WarehouseError


@contextlib.contextmanager
def hold(folder: Path, name: str, purpose: str, wait: float = 10.0) -> Iterator[None]:
    """Hold the lock `name` for the length of a `with` block.

    SQLite's exclusive transaction is the lock: it works the same on every platform and a crash
    frees it. `purpose` tells others who holds it. Raises WarehouseError when it is not free
    within `wait` seconds.
    """
    folder.mkdir(parents=True, exist_ok=True)
    holder = folder / f"{name}.holder"
    connection = sqlite3.connect(folder / f"{name}.lock", timeout=wait, isolation_level=None)
    try:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            raise WarehouseError(
                f"{folder.parent}: held by another run ({_who(holder)}). "
                "Wait until it has finished, or stop it, and try again."
            ) from None
        started = f"{datetime.now():%H:%M:%S on %d %B %Y}"
        holder.write_text(
            f"{purpose}, process {os.getpid()} on {socket.gethostname()}, since {started}",
            encoding="utf-8",
        )
        try:
            yield
        finally:
            holder.unlink(missing_ok=True)
    finally:
        connection.close()


def _who(holder: Path) -> str:
    try:
        return holder.read_text(encoding="utf-8")
    except OSError:
        return "it has not said who it is"
