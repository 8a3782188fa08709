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

from levelfield.core.dates import long_date
from levelfield.core.errors import UsageError, WarehouseError
from levelfield.warehouse.catalogue import Catalogue
from levelfield.warehouse.disk import digests, explained, make_folder, move, remove, synced
from levelfield.warehouse.lock import hold
from levelfield.warehouse.place import is_home, require_place
from levelfield.warehouse.submission import StagedSubmission, Submission, active_of

ROOMS = ("submissions", "quarantine")
"""The folders of a home in which each submission has one of its own."""

BUILDING = "_facts"
"""Whose folders below `staging` a build works in. No code of a provider has that character."""


RETURNS = "_returns"
"""Whose folders below `staging` a load of returns works in, and whose lock it holds."""


class Warehouse:
    """A home on disk; open it with `Warehouse.open`.

    Layout: `catalogue.sqlite`, `manifest.json`, `submissions/<id>/`, `quarantine/<id>/`,
    `returns/<kind>/<id>/`, `facts/`, `results/`, `lookups/`, and `staging/` and `locks/` for runs
    in progress.
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
        if create:
            require_place(home)
            with explained(home):
                make_folder(home)
        elif not is_home(home):
            nothing = "" if home.exists() else ", since nothing is there"
            raise WarehouseError(
                f"{home}: this is not a levelfield home{nothing}. Check --home or LEVELFIELD_HOME. "
                f"The first load makes a home: levelfield load PATH --home {home}"
            )
        return cls(home)

    # Submissions

    def submissions(self) -> list[Submission]:
        """Every submission whose records are here, by provider, period and receipt: those that may
        count, superseded ones too, and those that were retracted."""
        return [s for s in self.catalogue.submissions() if s.state() != "destroyed"]

    def active(self, as_at: datetime | None = None) -> list[Submission]:
        """The active submission of every provider and period, now or as at a past moment.

        A file of the refresh window goes before one of the primary window, then the one received
        last, then of two received in the same second the one committed last. As at a moment, only
        what had been received by then and was not retracted or destroyed at that moment counts:
        the records of such a submission may be gone by now.
        """
        return active_of(self.catalogue.submissions(), as_at)

    def active_for(self, provider: str, period: str) -> Submission | None:
        """The active submission of one provider and period, if there is one."""
        return next(iter(active_of(self.catalogue.submissions(of=(provider, period)))), None)

    def snapshot(self) -> str:
        """Eight hexadecimal digits that stand for exactly the submissions that are active now."""
        return snapshot_of(submission.id for submission in self.active())

    def receipt(self, submission: Submission) -> dict[str, Any]:
        """The receipt of a committed submission, as it was written when it was committed.

        Raises WarehouseError when it is gone or has been changed since.
        """
        file = submission.folder / "receipt.json"
        try:
            content = file.read_bytes()
        except FileNotFoundError:
            raise WarehouseError(
                f"{file}: this receipt is missing. Restore the home from a backup."
            ) from None
        if sha256(content).hexdigest() != submission.receipt_digest:
            raise WarehouseError(
                f"{file}: this receipt is not the one that was committed. Restore it from a backup."
            )
        receipt: dict[str, Any] = json.loads(content)
        return receipt

    def find(self, submission_id: str) -> Submission | None:
        """A submission that was committed here, whatever became of it."""
        return next(iter(self.catalogue.submissions(submission_id)), None)

    def require_key(self, fingerprint: str) -> None:
        """Raise UsageError unless what is here was loaded with this pseudonym key.

        One home has one key: under two, the same person would count as two. A submission that
        does not say with which it was made is taken.
        """
        if fingerprint and self.catalogue.keys() - {fingerprint, ""}:
            raise UsageError(
                f"{self.home}: this home was loaded with another key. Name that one with "
                "--key-file, or load into a new home."
            )

    def spill(self) -> Path:
        """Where the engine of a build puts what does not fit into memory; the engine makes it.

        It is a build's by its name: nobody sweeps it while the home is held, and a later run does
        when this one is stopped.
        """
        staging = self.home / "staging"
        # Whether the home can be written to is for the build to say.
        with contextlib.suppress(OSError):
            staging.mkdir(exist_ok=True)
        return staging / f"{BUILDING}-{uuid4().hex[:12]}"

    @contextlib.contextmanager
    def staging(self, provider: str) -> Iterator[Path]:
        """A new folder to prepare a submission in; it is gone afterwards, whatever happened.

        The caller holds the provider's lock, so what an earlier run left there is nobody's.
        """
        for left in (self.home / "staging").glob(f"{provider}-*"):
            remove(left)
        folder = self.home / "staging" / f"{provider}-{uuid4().hex[:12]}"
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def commit(self, staged: StagedSubmission, *, again: bool = False) -> bool:
        """Commit a staged submission whole; False when the same bytes are here already.

        The files are complete and synced before the row of the catalogue that makes them count, so
        a crash at any moment leaves either the old world or the new one. The receipt gets the
        digest of every file. What was destroyed is taken back only when it is meant to be, with
        `again`: else WarehouseError is raised, and UsageError for another key than the home's.
        """
        known = self.find(staged.id)
        if known is not None:
            if known.state() != "destroyed":
                return False
            if not again or known.half_destroyed:
                raise WarehouseError(destroyed_before(known))
        sources = dict(zip(ROOMS, (staged.folder, staged.quarantine), strict=True))
        kept = {room: digests(source) for room, source in sources.items()}
        receipt = {**staged.receipt, "kept": kept}
        text = json.dumps(receipt, indent=2, ensure_ascii=False, default=str) + "\n"
        content = text.encode()
        (staged.folder / "receipt.json").write_bytes(content)
        moves = [
            (source, self.home / room / staged.id)
            for room, source in sources.items()
            if source.exists()
        ]
        for source, _ in moves:
            synced(source)
        try:
            with self.catalogue.changing() as change:
                # Of two first loads at once, the one that commits first has decided the key.
                self.require_key(staged.key)
                change.add(staged, datetime.now(), sha256(content).hexdigest())
                if known is not None:
                    change.record(staged.id, "loaded again", "the same content was sent", "--again")
                for source, target in moves:
                    move(source, target)
        except BaseException:
            with contextlib.suppress(WarehouseError, OSError):
                self.sweep_uncommitted()
            raise
        return True

    def sweep_uncommitted(self) -> None:
        """Remove folders of submissions and returns that no row of the catalogue makes count.

        Nobody else commits in the meantime, so whatever has no row will never have one.
        """
        if not self._uncommitted():
            return
        with self.catalogue.changing():
            for folder in self._uncommitted():
                remove(folder)

    def _uncommitted(self) -> list[Path]:
        known = {s.id for s in self.catalogue.submissions() if s.state() != "destroyed"}
        known |= {kept.id for kept in self.catalogue.returns()}
        found = [folder for room in ROOMS for folder in (self.home / room).glob("*")]
        found += (self.home / "returns").glob("*/*")
        # A file is not ours: some desktops leave one in every folder that is looked at.
        return [folder for folder in found if folder.is_dir() and folder.name not in known]

    def sweep_facts(self) -> None:
        """Remove folders of facts that are not live; the caller holds the home."""
        live = {folder.folder for folder in self.catalogue.fact_folders()}
        for folder in (self.home / "facts").glob("*/*/*"):
            if folder.is_dir() and folder not in live:
                remove(folder)

    # Locks

    def lock_provider(
        self, provider: str, purpose: str, wait: float = 600
    ) -> contextlib.AbstractContextManager[None]:
        """Guards loading for one provider; different providers load at the same time.

        Several processes of one load meet here, so a turn is waited for much longer than a home is.
        """
        return hold(self.home / "locks", f"provider-{provider}", purpose, wait)

    def lock_home(self, purpose: str, wait: float = 10) -> contextlib.AbstractContextManager[None]:
        """Guards everything that is built from the submissions."""
        return hold(self.home / "locks", "home", purpose, wait)

    def lock_manifest(self) -> contextlib.AbstractContextManager[None]:
        """Guards the writing of the manifest, which takes a moment."""
        return hold(self.home / "locks", "manifest", "writing the manifest", 60)


def destroyed_before(submission: Submission) -> str:
    """What whoever loads the bytes of a destroyed submission again is told."""
    last = submission.events[-1]
    if submission.half_destroyed:
        return (
            f"{submission.id}: the destruction of this submission has not ended. Try again later."
        )
    return (
        f"{submission.id}: this submission was destroyed on {long_date(last.at)} ({last.reason}), "
        "so it is not loaded. To take it back all the same, load it with --again."
    )


def snapshot_of(submission_ids: Iterable[str]) -> str:
    """Eight hexadecimal digits that stand for exactly these submissions, in whatever order."""
    ids = "\n".join(sorted(submission_ids))
    return sha256(ids.encode()).hexdigest()[:8]
