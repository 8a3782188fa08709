"""The catalogue: which submissions exist and which folders hold the live facts."""

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from levelfield.core.errors import WarehouseError
from levelfield.warehouse.disk import disk_fault, refusal
from levelfield.warehouse.schema import bring_up_to_date
from levelfield.warehouse.submission import (
    Action,
    Counts,
    Event,
    StagedSubmission,
    Submission,
)

_BUSY_SECONDS = 60


@dataclass(frozen=True)
class FactFolder:
    """Where the live rows of a fact lie for one provider and month.

    `made_from` stands for everything that the folder was made from; of a monthly fact it begins
    with the id of its submission. A derived fact spans the provider's months: its period is empty.
    """

    fact: str
    provider: str
    period: str
    made_from: str
    folder: Path

    def made_from_submission(self, submission_id: str) -> bool:
        """Whether the rows of this one submission are here, and no others."""
        return bool(self.period) and self.made_from.startswith(submission_id)


@dataclass(frozen=True)
class KeptReturn:
    """A committed return: its kind, the version of its layout, and how many rows it has of each
    provider and month. `folder` holds its rows and its receipt."""

    id: str
    kind: str
    version: int
    digest: str
    receipt_digest: str
    committed_at: datetime
    folder: Path
    parts: Mapping[tuple[str, str], int]


class Change:
    """What one transaction of the catalogue changes."""

    def __init__(self, connection: sqlite3.Connection, home: Path) -> None:
        self._connection = connection
        self._home = home

    def add(self, staged: StagedSubmission, committed_at: datetime, receipt_digest: str) -> None:
        """A submission's row and its counts, in place of those of one that was destroyed."""
        self._connection.execute(
            "DELETE FROM submission_table WHERE submission_id = ?", (staged.id,)
        )
        self._connection.execute(
            "INSERT INTO submission (id, provider, period, version, window, received_at, "
            "committed_at, digest, receipt_digest, pseudonym_key) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
            "version = excluded.version, window = excluded.window, "
            "received_at = excluded.received_at, committed_at = excluded.committed_at, "
            "receipt_digest = excluded.receipt_digest, pseudonym_key = excluded.pseudonym_key",
            (
                staged.id,
                staged.provider,
                staged.period,
                staged.version,
                staged.window,
                staged.received_at.isoformat(),
                committed_at.isoformat(),
                staged.receipt.get("digest", staged.id),
                receipt_digest,
                staged.key,
            ),
        )
        self._connection.executemany(
            "INSERT INTO submission_table VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (staged.id, name, c.read, c.accepted, c.rejected, c.duplicate, c.warned)
                for name, c in staged.counts.items()
            ],
        )

    def record(self, submission_id: str, action: Action, reason: str, rule: str) -> None:
        """An event in the history of a submission."""
        self._connection.execute(
            "INSERT INTO event (submission_id, action, at, reason, rule) VALUES (?, ?, ?, ?, ?)",
            (submission_id, action, datetime.now().isoformat(), reason, rule),
        )

    def add_return(self, kept: KeptReturn) -> None:
        """A return's row and those of its parts."""
        self._connection.execute(
            "INSERT INTO return_file (id, kind, version, digest, receipt_digest, committed_at) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (
                kept.id,
                kept.kind,
                kept.version,
                kept.digest,
                kept.receipt_digest,
                kept.committed_at.isoformat(),
            ),
        )
        self._connection.executemany(
            "INSERT INTO return_part VALUES (?, ?, ?, ?)",
            [(kept.id, *part, rows) for part, rows in kept.parts.items()],
        )

    def remove_facts(self, folders: Iterable[FactFolder]) -> None:
        """Folders that are live no more."""
        self._connection.executemany(
            "DELETE FROM fact_folder WHERE fact = ? AND provider = ? AND period = ?",
            [(f.fact, f.provider, f.period) for f in folders],
        )

    def add_facts(self, folders: Iterable[FactFolder]) -> None:
        """Folders that are live from now on, in place of those of the same fact and month."""
        self._connection.executemany(
            "INSERT OR REPLACE INTO fact_folder VALUES (?, ?, ?, ?, ?)",
            [
                (
                    f.fact,
                    f.provider,
                    f.period,
                    f.made_from,
                    f.folder.relative_to(self._home).as_posix(),
                )
                for f in folders
            ],
        )


class Catalogue:
    """`catalogue.sqlite` of a home. Every change is one transaction."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._file = home / "catalogue.sqlite"
        with self._connected() as connection:
            bring_up_to_date(connection, home)

    @contextlib.contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = sqlite3.connect(self._file, timeout=_BUSY_SECONDS, isolation_level=None)
            with closing(connection):
                connection.execute("PRAGMA foreign_keys = ON")
                # FULL leaves out the sync of the folder after a commit: a power cut could then
                # take back what has been acknowledged.
                connection.execute("PRAGMA synchronous = EXTRA")
                yield connection
        except sqlite3.DatabaseError as error:
            raise self._explained(error) from error

    def _explained(self, error: sqlite3.DatabaseError) -> WarehouseError:
        fault = disk_fault(error)
        if fault is not None:
            return refusal(self._home, fault)
        if getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
            return WarehouseError(
                f"{self._file}: another run has been writing to the catalogue for "
                f"{_BUSY_SECONDS} seconds. Wait until it has finished, and try again."
            )
        return WarehouseError(
            f"{self._file}: the catalogue cannot be read ({error}). Restore it from a backup, "
            "or load the submissions into a new home."
        )

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """One moment of the catalogue, however many statements read it."""
        with self._connected() as connection:
            connection.execute("BEGIN")
            yield connection
            connection.execute("COMMIT")

    @contextlib.contextmanager
    def changing(self) -> Iterator[Change]:
        """One transaction: all that the block changes, or nothing when it fails.

        One block runs at a time in a home. So a folder of submissions that is moved to its place
        within it is never without its row for anybody who looks from another.
        """
        with self._connected() as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield Change(connection, self._home)
            connection.execute("COMMIT")

    def submissions(self, begins: str = "", of: tuple[str, str] | None = None) -> list[Submission]:
        """Every submission ever committed whose id begins so, of all or `of` a provider and period.

        By provider, period, receipt and id; as they are at one moment, whoever commits meanwhile.
        """
        # Ids are hexadecimal digits: no character of theirs sorts after 'g'.
        asked, values = "id BETWEEN ? AND ?", [begins, f"{begins}g"]
        if of is not None:
            asked, values = f"{asked} AND provider = ? AND period = ?", [*values, *of]
        theirs = f"submission_id IN (SELECT id FROM submission WHERE {asked})"
        with self._reading() as connection:
            counts: dict[str, dict[str, Counts]] = {}
            for key, name, *numbers in connection.execute(
                f"SELECT * FROM submission_table WHERE {theirs}", values
            ):
                counts.setdefault(key, {})[name] = Counts(*numbers)
            events: dict[str, list[Event]] = {}
            for key, action, at, reason, rule in connection.execute(
                "SELECT submission_id, action, at, reason, rule FROM event "
                f"WHERE {theirs} ORDER BY number",
                values,
            ):
                event = Event(action, datetime.fromisoformat(at), reason, rule)
                events.setdefault(key, []).append(event)
            rows = connection.execute(
                "SELECT id, provider, period, version, window, received_at, committed_at, digest, "
                "receipt_digest, pseudonym_key FROM submission "
                f"WHERE {asked} ORDER BY provider, period, received_at, id",
                values,
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
                    digest=row[7],
                    receipt_digest=row[8],
                    pseudonym_key=row[9],
                    folder=self._home / "submissions" / row[0],
                    counts=counts.get(row[0], {}),
                    events=tuple(events.get(row[0], [])),
                )
                for row in rows
            ]

    def returns(self) -> list[KeptReturn]:
        """Every return ever committed, in the order of commitment."""
        with self._reading() as connection:
            parts: dict[str, dict[tuple[str, str], int]] = {}
            for key, provider, period, rows in connection.execute("SELECT * FROM return_part"):
                parts.setdefault(key, {})[provider, period] = rows
            rows = connection.execute(
                "SELECT id, kind, version, digest, receipt_digest, committed_at "
                "FROM return_file ORDER BY number"
            )
            return [
                KeptReturn(
                    id=row[0],
                    kind=row[1],
                    version=row[2],
                    digest=row[3],
                    receipt_digest=row[4],
                    committed_at=datetime.fromisoformat(row[5]),
                    folder=self._home / "returns" / row[1] / row[0],
                    parts=parts.get(row[0], {}),
                )
                for row in rows
            ]

    def keys(self) -> set[str]:
        """The fingerprints of the keys that what is here was loaded with."""
        with self._connected() as connection:
            rows = connection.execute(
                "SELECT DISTINCT pseudonym_key FROM submission AS s WHERE COALESCE((SELECT action "
                "FROM event WHERE submission_id = s.id ORDER BY number DESC LIMIT 1), '') "
                "NOT IN ('destruction begun', 'destroyed')"
            )
            return {key for (key,) in rows}

    def fact_folders(self) -> list[FactFolder]:
        """Where the live facts lie."""
        with self._connected() as connection:
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
        with self.changing() as change:
            change.remove_facts(removed)
            change.add_facts(added)
