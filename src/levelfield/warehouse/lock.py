"""Locks that the operating system frees when their holder ends, however it ends."""

import contextlib
import errno
import os
import socket
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from time import monotonic

from levelfield.core.dates import long_date
from levelfield.core.errors import WarehouseError
from levelfield.warehouse.disk import disk_fault, make_folder, refusal

_TURN_SECONDS = 0.5


class HeldError(WarehouseError):
    """A lock is another run's."""


@contextlib.contextmanager
def hold(folder: Path, name: str, purpose: str, wait: float = 10.0) -> Iterator[None]:
    """Hold the lock `name` for the length of a `with` block.

    SQLite's exclusive transaction is the lock: it works the same on every platform and a crash
    frees it. `purpose` tells others who holds it. Raises HeldError when it is not free within
    `wait` seconds, and WarehouseError when the disk takes no lock.
    """
    make_folder(folder)
    holder = folder / f"{name}.holder"
    # Waiting within SQLite cannot be interrupted, so it is done in short turns.
    turn = min(wait, _TURN_SECONDS)
    try:
        connection = sqlite3.connect(folder / f"{name}.lock", timeout=turn, isolation_level=None)
    except sqlite3.OperationalError as error:
        raise refusal(folder.parent, errno.EACCES) from error
    try:
        if not _taken(connection, folder.parent, monotonic() + wait):
            raise HeldError(
                f"{folder.parent}: held by another run ({_who(holder)}). "
                "Wait until it has finished, or stop it, and try again."
            )
        now = datetime.now()
        started = f"{now:%H:%M:%S} on {long_date(now)}"
        # Who holds it is a courtesy: a full disk must not keep anybody from making room.
        with contextlib.suppress(OSError):
            holder.write_text(
                f"{purpose}, process {os.getpid()} on {socket.gethostname()}, since {started}",
                encoding="utf-8",
            )
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                holder.unlink(missing_ok=True)
    finally:
        connection.close()


def _taken(connection: sqlite3.Connection, home: Path, until: float) -> bool:
    while True:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY"):
                raise refusal(home, disk_fault(error) or errno.EIO) from error
            if monotonic() >= until:
                return False
        else:
            return True


def _who(holder: Path) -> str:
    try:
        return holder.read_text(encoding="utf-8")
    except OSError:
        return "it has not said who it is"
