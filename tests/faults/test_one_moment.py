"""What is committed while the catalogue is being read: it is seen whole, or not at all."""

import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from levelfield import facts
from levelfield.engine import open_engine
from levelfield.home import Home
from levelfield.warehouse import StagedSubmission, Submission, Warehouse, retract

LATER = "f" * 16
SELECTS = (2, 3)
"""The reads of one list of submissions before which somebody else commits."""


@pytest.fixture
def warehouse(small_home: Home, tmp_path: Path) -> Warehouse:
    return Warehouse.open(shutil.copytree(small_home.path, tmp_path / "home"))


@contextmanager
def before_select(number: int, others: Callable[[], None]) -> Iterator[None]:
    """Another run does something just before so many SELECTs of this one, and has half a second
    for it; one that must wait until the reading has ended goes on then, and ends with the block."""
    here, seen = threading.current_thread(), 0
    other = threading.Thread(target=others)
    connect = sqlite3.connect

    def trace(statement: str) -> None:
        nonlocal seen
        if threading.current_thread() is here and statement.startswith("SELECT"):
            seen += 1
            if seen == number:
                other.start()
                other.join(0.5)

    def traced(*arguments: object, **options: object) -> sqlite3.Connection:
        connection = connect(*arguments, **options)
        connection.set_trace_callback(trace)
        return connection

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sqlite3, "connect", traced)
        yield
    assert seen >= number
    other.join()


def resubmit(warehouse: Warehouse, submission: Submission) -> None:
    """Load the content of a submission for the refresh window."""
    with warehouse.staging(submission.provider) as folder:
        accepted = folder / "accepted"
        accepted.mkdir()
        for file in submission.folder.glob("*.parquet"):
            table = pq.read_table(file)
            ids = pa.array([LATER] * table.num_rows)
            place = table.schema.get_field_index("submission_id")
            pq.write_table(table.set_column(place, "submission_id", ids), accepted / file.name)
        warehouse.commit(
            StagedSubmission(
                id=LATER,
                provider=submission.provider,
                period=submission.period,
                version=submission.version,
                window="refresh",
                received_at=submission.received_at,
                folder=accepted,
                quarantine=folder / "quarantine",
                counts=submission.counts,
                receipt=warehouse.receipt(submission),
            )
        )


def contacts(warehouse: Warehouse, submission: str) -> int:
    """The contacts of a submission among the live facts."""
    engine = open_engine()
    facts.register_facts(warehouse, engine, ["contact"])
    found = engine.query("SELECT submission_id FROM contact")["submission_id"].to_pylist()
    return found.count(submission)


@pytest.mark.parametrize("number", SELECTS)
def test_a_list_is_of_one_moment(warehouse: Warehouse, number: int) -> None:
    before = warehouse.submissions()
    with before_select(number, lambda: resubmit(warehouse, before[0])):
        read = warehouse.submissions()
    assert read == before
    [later] = [s for s in warehouse.submissions() if s.id == LATER]
    assert later.counts == before[0].counts


@pytest.mark.parametrize("number", SELECTS)
def test_what_is_loaded_while_a_build_reads_is_built_whole_by_the_next(
    warehouse: Warehouse, number: int
) -> None:
    """Its rows would be taken for none, and the empty fact for made."""
    first = warehouse.active()[0]
    held = contacts(warehouse, first.id)
    with (
        before_select(number, lambda: resubmit(warehouse, first)),
        warehouse.lock_home("building"),
    ):
        facts.build(warehouse, open_engine())
    with warehouse.lock_home("building"):
        facts.build(warehouse, open_engine())
    assert contacts(warehouse, LATER) == held > 0


@pytest.mark.parametrize("number", range(1, 5))
def test_what_is_retracted_while_a_build_reads_is_built_as_it_was_read(
    warehouse: Warehouse, number: int
) -> None:
    active, before = warehouse.active(), warehouse.snapshot()
    # Nothing else was sent for its month: nothing takes its place.
    [only, *_] = [submission for submission in active if submission.window == "primary"]
    with (
        before_select(number, lambda: retract(warehouse, only, "by mistake")),
        warehouse.lock_home("building"),
    ):
        built = facts.build(warehouse, open_engine())
    assert built.snapshot in (before, warehouse.snapshot())
    assert built.submissions + built.reused in (len(active) - 1, len(active))
    with warehouse.lock_home("building"):
        assert facts.build(warehouse, open_engine()).snapshot == warehouse.snapshot() != before
    assert contacts(warehouse, only.id) == 0
