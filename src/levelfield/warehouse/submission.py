"""A submission as the warehouse knows it, staged or committed."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from levelfield.core.errors import WarehouseError

Window = Literal["primary", "refresh"]

State = Literal["held", "retracted", "destroyed"]
"""How a submission stands: it may count; it does not, its records stay; its records are gone. Of
those that are held for a provider and month one is active, the others are superseded."""

Action = Literal["retracted", "restored", "destruction begun", "destroyed", "loaded again"]

_AFTER: dict[Action, State] = {
    "retracted": "retracted",
    "restored": "held",
    # From its beginning a destruction is never taken back, so what is left counts no more.
    "destruction begun": "destroyed",
    "destroyed": "destroyed",
    "loaded again": "held",
}


@dataclass(frozen=True)
class Counts:
    """Records of one table: every record read is accepted, rejected or a duplicate.

    `warned` counts accepted records with at least one warning.
    """

    read: int
    accepted: int
    rejected: int
    duplicate: int
    warned: int

    def __post_init__(self) -> None:
        if self.read != self.accepted + self.rejected + self.duplicate:
            raise WarehouseError(
                f"{self.read} records were read but {self.accepted} accepted, {self.rejected} "
                f"rejected and {self.duplicate} duplicate do not add up to them: this is a fault "
                "of levelfield, and nothing was kept. Please report it."
            )


def total(counts: Iterable[Counts]) -> Counts:
    """Counts of several tables or submissions, added up."""
    rows = [(c.read, c.accepted, c.rejected, c.duplicate, c.warned) for c in counts]
    return Counts(*map(sum, zip(*rows, strict=True))) if rows else Counts(0, 0, 0, 0, 0)


@dataclass(frozen=True)
class StagedSubmission:
    """A checked submission in a folder of its own inside the home, ready to be committed.

    `folder` holds `<table>.parquet` for every table with accepted records, `quarantine` the same
    for rejected ones (it may not exist). `id` is the first 16 hexadecimal digits of the SHA-256
    of the content, so the same bytes give the same submission. `received_at` is without zone.
    """

    id: str
    provider: str
    period: str
    version: str
    window: Window
    received_at: datetime
    folder: Path
    quarantine: Path
    counts: Mapping[str, Counts]
    receipt: Mapping[str, Any]

    @property
    def key(self) -> str:
        """The fingerprint of the key that its pseudonyms were made with; empty if not told."""
        return str(self.receipt.get("settings", {}).get("pseudonym_key", ""))


@dataclass(frozen=True)
class Event:
    """Something decided about a submission after it was committed: when, why, by which rule."""

    action: Action
    at: datetime
    reason: str
    rule: str


@dataclass(frozen=True)
class Submission:
    """A committed submission. `folder` holds its Parquet files and its receipt.

    `digest` is the SHA-256 of the content that was sent, `receipt_digest` that of the receipt as
    it was committed, `pseudonym_key` the fingerprint of the key that its pseudonyms were made with.
    """

    id: str
    provider: str
    period: str
    version: str
    window: Window
    received_at: datetime
    committed_at: datetime
    digest: str
    receipt_digest: str
    pseudonym_key: str
    folder: Path
    counts: Mapping[str, Counts]
    events: tuple[Event, ...] = ()

    def state(self, as_at: datetime | None = None) -> State:
        """How the submission stands now, or stood at a past moment."""
        actions = [event.action for event in self.events if as_at is None or event.at <= as_at]
        return _AFTER[actions[-1]] if actions else "held"

    @property
    def half_destroyed(self) -> bool:
        """Whether its destruction has begun and not ended."""
        return bool(self.events) and self.events[-1].action == "destruction begun"

    def table(self, name: str) -> Path | None:
        """The Parquet file of a table, or None when the submission holds no record of it."""
        return self.folder / f"{name}.parquet" if self._accepted(name) else None

    def _accepted(self, name: str) -> bool:
        return name in self.counts and self.counts[name].accepted > 0


def precedence(submission: Submission) -> tuple[bool, datetime, datetime, str]:
    """Of several submissions for a provider and month, the one with the highest counts: refresh
    before primary, then the last received, then the last committed."""
    received, committed = submission.received_at, submission.committed_at
    return submission.window == "refresh", received, committed, submission.id


def active_of(submissions: Iterable[Submission], as_at: datetime | None = None) -> list[Submission]:
    """Of these submissions the active one of every provider and month, now or as at a past moment;
    by provider and month. What had not been received by then or was not held does not count."""
    best: dict[tuple[str, str], Submission] = {}
    for submission in submissions:
        received = as_at is None or submission.received_at <= as_at
        if not received or submission.state(as_at) != "held":
            continue
        key = (submission.provider, submission.period)
        if key not in best or precedence(submission) > precedence(best[key]):
            best[key] = submission
    return [best[key] for key in sorted(best)]


def standing(submission: Submission, active: Collection[str], as_at: datetime | None = None) -> str:
    """How a submission stands beside the others of its month, in a word: active, superseded,
    retracted or destroyed. `active` are the ids of those that are active at that moment."""
    if submission.id in active:
        return "active"
    state = submission.state(as_at)
    return "superseded" if state == "held" else state
