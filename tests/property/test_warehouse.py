"""Whatever is committed, retracted, restored and destroyed in whatever order: what counts, now and
as at any moment before, is what a plain list of all that was done says."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from levelfield.core.errors import UsageError, WarehouseError
from levelfield.warehouse import (
    Counts,
    StagedSubmission,
    Warehouse,
    destroy,
    find_submission,
    restore,
    retract,
    settle,
    verify,
)

FIRST_DAY = datetime(2026, 4, 1)
ACTIONS = ("commit", "commit", "commit", "retract", "restore", "destroy")


@dataclass
class Sent:
    """One submission that may be sent: everything that decides whether it counts."""

    name: str
    provider: str
    window: str
    received: datetime


@dataclass
class Listed:
    """The oracle: what was done, one after the other, and nothing else."""

    done: list[tuple[datetime, str, Sent]] = field(default_factory=list)

    def state(self, name: str, as_at: datetime) -> str:
        """Never sent, or what was last done to it by a moment; a commit is known by receipt."""
        own = [(at, action) for at, action, sent in self.done if sent.name == name]
        if not own:
            return "unknown"
        later = [action for at, action in own if action != "commit" and at <= as_at]
        return later[-1] if later else "commit"

    def active(self, as_at: datetime, received_by: datetime) -> set[str]:
        best: dict[str, Sent] = {}
        order = [sent.name for _, action, sent in self.done if action == "commit"]
        for _, action, sent in self.done:
            if action != "commit" or sent.received > received_by:
                continue
            if self.state(sent.name, as_at) not in ("commit", "restore"):
                continue
            other = best.get(sent.provider)
            if other is None or _rank(sent, order) > _rank(other, order):
                best[sent.provider] = sent
        return {sent.name for sent in best.values()}


def _rank(sent: Sent, order: list[str]) -> tuple[bool, datetime, int]:
    return sent.window == "refresh", sent.received, order.index(sent.name)


SENT = st.builds(
    Sent,
    name=st.sampled_from(["a" * 16, "b" * 16, "c" * 16, "d" * 16]),
    provider=st.sampled_from(["ZA1", "ZA2"]),
    window=st.sampled_from(["primary", "refresh"]),
    received=st.integers(0, 3).map(lambda days: FIRST_DAY + timedelta(days=days)),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(ACTIONS), SENT), min_size=1, max_size=8))
def test_what_counts_is_what_was_done(steps: list[tuple[str, Sent]]) -> None:
    with TemporaryDirectory() as folder:
        warehouse, listed = Warehouse.open(Path(folder) / "home", create=True), Listed()
        for action, sent in steps:
            _do(warehouse, listed, action, sent)
            now = datetime.now()
            # A moment in the time of the run is after every receipt of these.
            assert {s.id for s in warehouse.active()} == listed.active(now, now)
        for at, _, _ in listed.done:
            assert {s.id for s in warehouse.active(at)} == listed.active(at, at)
        for days in range(4):
            day = FIRST_DAY + timedelta(days=days)
            # Nothing had been decided then, whatever has been received.
            assert {s.id for s in warehouse.active(day)} == listed.active(day, day)
        settle(warehouse)
        assert verify(warehouse) == []
        for submission in warehouse.catalogue.submissions():
            there = (warehouse.home / "submissions" / submission.id).exists()
            assert there == (submission.state() != "destroyed")


def _do(warehouse: Warehouse, listed: Listed, action: str, sent: Sent) -> None:
    """Do it, and list it if it may be done; else see it refused."""
    before = listed.state(sent.name, datetime.now())
    if action == "commit":
        try:
            committed = _commit(warehouse, sent)
        except WarehouseError:
            assert before == "destroy"
        else:
            assert committed == (before == "unknown")
            if committed:
                listed.done.append((datetime.now(), "commit", sent))
        return
    allowed = {
        "retract": before in ("commit", "restore"),
        "restore": before == "retract",
        "destroy": before in ("commit", "restore", "retract"),
    }[action]
    changes = {
        "retract": lambda: retract(warehouse, find_submission(warehouse, sent.name), "why"),
        "restore": lambda: restore(warehouse, find_submission(warehouse, sent.name), "why"),
        "destroy": lambda: destroy(warehouse, [find_submission(warehouse, sent.name)], "why"),
    }
    try:
        changes[action]()
    except UsageError:
        assert not allowed
    else:
        assert allowed
        known = next(one for _, _, one in listed.done if one.name == sent.name)
        listed.done.append((datetime.now(), action, known))


def _commit(warehouse: Warehouse, sent: Sent) -> bool:
    with warehouse.staging(sent.provider) as folder:
        files = folder / "accepted"
        files.mkdir()
        pq.write_table(pa.table({"care_contact_id": ["C1"]}), files / "CYP201CareContact.parquet")
        counts = {"CYP201CareContact": Counts(1, 1, 0, 0, 0)}
        return warehouse.commit(
            StagedSubmission(
                id=sent.name,
                provider=sent.provider,
                period="2026-03",
                version="1.6",
                window=sent.window,  # type: ignore[arg-type]
                received_at=sent.received,
                folder=files,
                quarantine=folder / "quarantine",
                counts=counts,
                receipt={"tables": {name: vars(c) for name, c in counts.items()}},
            )
        )
