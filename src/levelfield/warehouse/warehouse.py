"""The warehouse of a home: immutable submissions, and which of them is active."""

import contextlib
import json
import shutil
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

from levelfield.core.errors import WarehouseError
from levelfield.warehouse.catalogue import Catalogue
from levelfield.warehouse.disk import move
from levelfield.warehouse.lock import hold
from levelfield.warehouse.submission import StagedSubmission, Submission


class Warehouse:
    """A home on disk; open it with `Warehouse.open`.

    Layout: `catalogue.sqlite`, `submissions/<id>/`, `quarantine/<id>/`, `facts/`, `results/`,
    `lookups/`, and `staging/` and `locks/` for runs in progress.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.catalogue = Catalogue(home)

    @classmethod
    def open(cls, home: Path, *, create: bool = False) -> Self:
        """Open a home; with `create`, make one where there is nothing or an empty folder.

        Raises WarehouseError for a folder that is something else.
        """
        home = home.resolve()
        if not (home / "catalogue.sqlite").exists():
            if not create:
                raise WarehouseError(
                    f"{home}: this is not a levelfield home. Load a submission into it first with: "
                    f"levelfield load PATH --home {home}"
                )
            if home.exists() and (not home.is_dir() or any(home.iterdir())):
                raise WarehouseError(
                    f"{home}: this is neither a levelfield home nor an empty folder. "
                    "Name another place for the home."
                )
            home.mkdir(parents=True, exist_ok=True)
        return cls(home)

    # Submissions

    def submissions(self) -> list[Submission]:
        """Every committed submission, by provider, period and receipt."""
        return self.catalogue.submissions()

    def active(self, as_at: datetime | None = None) -> list[Submission]:
        """The active submission of every provider and period, now or as at a past moment.

        A file of the refresh window goes before one of the primary window, then the one received
        last, then of two received in the same second the one committed last. As at a moment, only
        what had been received by then counts.
        """
        best: dict[tuple[str, str], Submission] = {}
        for submission in self.submissions():
            if as_at is not None and submission.received_at > as_at:
                continue
            key = (submission.provider, submission.period)
            if key not in best or _precedence(submission) > _precedence(best[key]):
                best[key] = submission
        return [best[key] for key in sorted(best)]

    def snapshot(self) -> str:
        """Eight hexadecimal digits that stand for exactly the submissions that are active now."""
        return snapshot_of(submission.id for submission in self.active())

    def receipt(self, submission: Submission) -> dict[str, Any]:
        """The receipt of a committed submission, as it was written when it was committed."""
        text = (submission.folder / "receipt.json").read_text(encoding="utf-8")
        receipt: dict[str, Any] = json.loads(text)
        return receipt

    def holds(self, submission_id: str) -> bool:
        return any(submission.id == submission_id for submission in self.submissions())

    @contextlib.contextmanager
    def staging(self, provider: str) -> Iterator[Path]:
        """A new folder to prepare a submission in; it is gone afterwards, whatever happened.

        The caller holds the provider's lock, so what an earlier run left there is nobody's.
        """
        for left in (self.home / "staging").glob(f"{provider}-*"):
            shutil.rmtree(left, ignore_errors=True)
        folder = self.home / "staging" / f"{provider}-{uuid4().hex[:12]}"
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def commit(self, staged: StagedSubmission) -> bool:
        """Commit a staged submission whole; False when the same bytes are here already.

        The files are complete and synced before the row of the catalogue that makes them count, so
        a crash at any moment leaves either the old world or the new one.
        """
        if self.holds(staged.id):
            return False
        receipt = json.dumps(staged.receipt, indent=2, ensure_ascii=False, default=str)
        (staged.folder / "receipt.json").write_text(receipt + "\n", encoding="utf-8")
        for source, room in ((staged.folder, "submissions"), (staged.quarantine, "quarantine")):
            target = self.home / room / staged.id
            # What an interrupted run left under this id was never committed.
            shutil.rmtree(target, ignore_errors=True)
            if source.exists():
                move(source, target)
        self.catalogue.add(staged, datetime.now())
        return True

    # Locks

    def lock_provider(self, provider: str, purpose: str) -> contextlib.AbstractContextManager[None]:
        """Guards loading for one provider; different providers load at the same time.

        Several processes of one load meet here, so a turn is waited for much longer than a home is.
        """
        return hold(self.home / "locks", f"provider-{provider}", purpose, wait=600)

    def lock_home(self, purpose: str) -> contextlib.AbstractContextManager[None]:
        """Guards everything that is built from the submissions."""
        return hold(self.home / "locks", "home", purpose)


def snapshot_of(submission_ids: Iterable[str]) -> str:
    """Eight hexadecimal digits that stand for exactly these submissions, in whatever order."""
    ids = "\n".join(sorted(submission_ids))
    return sha256(ids.encode()).hexdigest()[:8]


def _precedence(submission: Submission) -> tuple[bool, datetime, datetime, str]:
    received, committed = submission.received_at, submission.committed_at
    return submission.window == "refresh", received, committed, submission.id
