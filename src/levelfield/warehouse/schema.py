"""The form of the catalogue: made in a new home, and brought up to date in an older one."""

import json
import sqlite3
from hashlib import sha256
from importlib import resources
from pathlib import Path

from levelfield.core.errors import WarehouseError

VERSION = 3
"""The form that this version of levelfield reads and writes: steps `schema/1.sql` to this one."""


def bring_up_to_date(connection: sqlite3.Connection, home: Path) -> None:
    """Give the catalogue its present form, in one transaction; nothing happens when it has it.

    Raises WarehouseError for the catalogue of a later version of levelfield.
    """
    found = _version(connection)
    if found > VERSION:
        raise WarehouseError(
            f"{home}: this home was made by a later version of levelfield. Use that one."
        )
    if found == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    # Another run may have done it while this one waited.
    for step in range(_version(connection) + 1, VERSION + 1):
        file = resources.files("levelfield.warehouse") / "schema" / f"{step}.sql"
        for statement in _statements(file.read_text(encoding="utf-8")):
            connection.execute(statement)
        if step == 2:
            _describe_submissions(connection, home)
    connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version:
        return int(version)
    # The first version of levelfield did not number its catalogue.
    known = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'submission'")
    return int(known.fetchone()[0])


def _statements(script: str) -> list[str]:
    """The statements of a script: `executescript` would end the transaction that holds them."""
    found, statement = [], ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            found.append(statement)
            statement = ""
    return found


def _describe_submissions(connection: sqlite3.Connection, home: Path) -> None:
    """What the second form knows of each submission, from the receipts of the first."""
    for (submission,) in connection.execute("SELECT id FROM submission").fetchall():
        file = home / "submissions" / submission / "receipt.json"
        try:
            content = file.read_bytes()
            receipt = json.loads(content)
        except (OSError, ValueError):
            # Told by `levelfield status --verify`; it must not keep the home shut.
            continue
        key = receipt.get("settings", {}).get("pseudonym_key", "")
        connection.execute(
            "UPDATE submission SET digest = ?, receipt_digest = ?, pseudonym_key = ? WHERE id = ?",
            (receipt.get("digest", submission), sha256(content).hexdigest(), key, submission),
        )
