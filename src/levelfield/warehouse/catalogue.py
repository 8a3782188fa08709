"""The catalogue: which submissions exist and which folders hold the live facts."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from pathlib import Path

from levelfield.core.errors import WarehouseError
from levelfield.warehouse.submission import Counts, StagedSubmission, Submission

_BUSY_SECONDS = 60


@dataclass(frozen=True)
class FactFolder:
    """Where the live rows of a fact lie for one provider (and month, unless it is derived)."""

    fact: str
    provider: str
    period: str
    made_from: str
    folder: Path


class Catalogue:
    """`catalogue.sqlite` of a home. Every change is one transaction."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._file = home / "catalogue.sqlite"
        with closing(self._connect()) as connection, connection:
            schema = resources.files("levelfield.warehouse") / "schema.sql"
            connection.executescript(schema.read_text(encoding="utf-8"))

    def _connect(self) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(self._file, timeout=_BUSY_SECONDS)
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("SELECT count(*) FROM sqlite_master")
        except sqlite3.DatabaseError as error:
            raise WarehouseError(
                f"{self._file}: the catalogue cannot be read ({error}). Restore it from a backup, "
                "or load the submissions into a new home."
            ) from error
        return connection

    def add(self, staged: StagedSubmission, committed_at: datetime) -> None:
        """Commit a submission: its row and its counts, or nothing."""
        with closing(self._connect()) as connection, connection:
            connection.execute(
                "INSERT INTO submission VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    staged.id,
                    staged.provider,
                    staged.period,
                    staged.version,
                    staged.window,
                    staged.received_at.isoformat(),
                    committed_at.isoformat(),
                ),
            )
            connection.executemany(
                "INSERT INTO submission_table VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (staged.id, name, c.read, c.accepted, c.rejected, c.duplicate, c.warned)
                    for name, c in staged.counts.items()
                ],
            )

    def submissions(self) -> list[Submission]:
        """Every committed submission, by provider, period, receipt and id."""
        with closing(self._connect()) as connection:
            counts: dict[str, dict[str, Counts]] = {}
            for key, name, *numbers in connection.execute("SELECT * FROM submission_table"):
                counts.setdefault(key, {})[name] = Counts(*numbers)
            rows = connection.execute(
                "SELECT id, provider, period, version, window, received_at, committed_at "
                "FROM submission ORDER BY provider, period, received_at, id"
            )
            return [
                Submission(
                    id=row[0],
                    provider=row[1],
                    period=row[2],
                    version=row[3],
                    window=row[4],
                    received_at=datetime.fromisoformat(row[5]),
                    committed_at=datetime.fromisoformat(row[6]),
                    folder=self._home / "submissions" / row[0],
                    counts=counts.get(row[0], {}),
                )
                for row in rows
            ]

    def fact_folders(self) -> list[FactFolder]:
        """Where the live facts lie."""
        with closing(self._connect()) as connection:
            rows = connection.execute(
                "SELECT fact, provider, period, made_from, folder FROM fact_folder "
                "ORDER BY fact, period, provider"
            )
            return [
                FactFolder(fact, provider, period, made_from, self._home / folder)
                for fact, provider, period, made_from, folder in rows
            ]

    def switch_facts(self, added: Iterable[FactFolder], removed: Iterable[FactFolder]) -> None:
        """Make new folders live in place of old ones, in one transaction."""
        with closing(self._connect()) as connection, connection:
            connection.executemany(
                "DELETE FROM fact_folder WHERE fact = ? AND provider = ? AND period = ?",
                [(f.fact, f.provider, f.period) for f in removed],
            )
            connection.executemany(
                "INSERT OR REPLACE INTO fact_folder VALUES (?, ?, ?, ?, ?)",
                [
                    (
                        f.fact,
                        f.provider,
                        f.period,
                        f.made_from,
                        f.folder.relative_to(self._home).as_posix(),
                    )
                    for f in added
                ],
            )
