"""Submissions: committed whole, active by window and receipt, and never half there."""

import shutil
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from levelfield.core.errors import WarehouseError
from levelfield.warehouse import Counts, Results, StagedSubmission, Warehouse, write_result
from levelfield.warehouse.catalogue import Change
from levelfield.warehouse.lock import hold

RECEIVED = datetime(2026, 5, 1, 12)


def stage(warehouse, folder: Path, name="a" * 16, **changes) -> StagedSubmission:
    """A submission of one contact, written where intake would write it."""
    files = folder / "accepted"
    files.mkdir(parents=True)
    pq.write_table(pa.table({"care_contact_id": ["C1"]}), files / "CYP201CareContact.parquet")
    values = {
        "id": name,
        "provider": "ZA1",
        "period": "2026-04",
        "version": "1.6",
        "window": "primary",
        "received_at": RECEIVED,
        "folder": files,
        "quarantine": folder / "quarantine",
        "counts": {"CYP201CareContact": Counts(3, 1, 1, 1, 0)},
        "receipt": {"submission": name},
    }
    return StagedSubmission(**(values | changes))


def commit(warehouse: Warehouse, name: str, **changes) -> bool:
    with warehouse.staging("ZA1") as folder:
        return warehouse.commit(stage(warehouse, folder, name, **changes))


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse.open(tmp_path / "home", create=True)


def test_what_is_committed_can_be_read(warehouse):
    assert commit(warehouse, "a" * 16)
    [submission] = Warehouse.open(warehouse.home).submissions()
    assert submission.table("CYP201CareContact").exists()
    assert submission.table("CYP202CareActivity") is None
    assert warehouse.receipt(submission) == {"submission": "a" * 16}
    assert submission.counts["CYP201CareContact"] == Counts(3, 1, 1, 1, 0)


def test_the_same_bytes_again_change_nothing(warehouse):
    assert commit(warehouse, "a" * 16)
    assert not commit(warehouse, "a" * 16)
    assert len(warehouse.submissions()) == 1


def test_records_that_do_not_add_up_are_a_fault_of_ours():
    with pytest.raises(WarehouseError, match="do not add up"):
        Counts(read=10, accepted=8, rejected=1, duplicate=0, warned=0)


@pytest.mark.parametrize(
    ("first", "second", "active"),
    [
        (("primary", "2026-05-01"), ("primary", "2026-05-02"), "b"),
        (("primary", "2026-05-02"), ("primary", "2026-05-01"), "a"),
        (("refresh", "2026-06-01"), ("primary", "2026-06-02"), "a"),
        (("primary", "2026-05-01"), ("refresh", "2026-06-01"), "b"),
        (("refresh", "2026-06-01"), ("refresh", "2026-06-01"), "b"),
    ],
)
def test_a_refresh_goes_before_a_primary_then_the_last_received(warehouse, first, second, active):
    for name, (window, day) in (("a", first), ("b", second)):
        received = datetime.fromisoformat(day)
        commit(warehouse, name * 16, window=window, received_at=received)
    [found] = warehouse.active()
    assert found.id == active * 16


def test_providers_and_months_have_an_active_submission_each(warehouse):
    commit(warehouse, "a" * 16)
    commit(warehouse, "b" * 16, period="2026-05")
    commit(warehouse, "c" * 16, provider="ZA2")
    places = [(s.provider, s.period) for s in warehouse.active()]
    assert places == [("ZA1", "2026-04"), ("ZA1", "2026-05"), ("ZA2", "2026-04")]


def test_as_at_a_past_moment_only_what_had_been_received_counts(warehouse):
    commit(warehouse, "a" * 16, received_at=datetime(2026, 5, 1))
    commit(warehouse, "b" * 16, received_at=datetime(2026, 6, 1), window="refresh")
    assert [s.id for s in warehouse.active(datetime(2026, 5, 31))] == ["a" * 16]
    assert [s.id for s in warehouse.active(datetime(2026, 6, 1))] == ["b" * 16]
    assert warehouse.active(datetime(2026, 4, 1)) == []


def test_the_snapshot_changes_with_the_active_submissions_alone(warehouse):
    commit(warehouse, "a" * 16, window="refresh")
    before = warehouse.snapshot()
    commit(warehouse, "b" * 16, window="primary")
    assert warehouse.snapshot() == before
    commit(warehouse, "c" * 16, period="2026-05")
    assert warehouse.snapshot() != before


def test_a_crash_between_files_and_catalogue_leaves_the_old_world(warehouse, monkeypatch):
    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Change, "add", crash)
        commit(warehouse, "a" * 16)
    again = Warehouse.open(warehouse.home)
    assert again.submissions() == []
    assert list((again.home / "staging").iterdir()) == []
    # The same submission can be committed afterwards, over what the crash left.
    assert commit(again, "a" * 16)
    assert again.submissions()[0].table("CYP201CareContact").exists()


def test_a_place_that_is_no_home_is_refused(tmp_path: Path):
    with pytest.raises(WarehouseError, match="not a levelfield home"):
        Warehouse.open(tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(WarehouseError, match="neither a levelfield home nor an empty folder"):
        Warehouse.open(tmp_path, create=True)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_damaged_catalogue_is_named(warehouse):
    (warehouse.home / "catalogue.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(WarehouseError, match=r"catalogue\.sqlite"):
        Warehouse.open(warehouse.home)


def test_a_lock_that_is_held_says_by_whom(tmp_path: Path):
    with (
        hold(tmp_path / "locks", "home", "building"),
        pytest.raises(WarehouseError, match="building, process"),
        hold(tmp_path / "locks", "home", "building", wait=0.1),
    ):
        pass
    with hold(tmp_path / "locks", "home", "building", wait=0.1):
        assert (tmp_path / "locks" / "home.holder").exists()
    assert not (tmp_path / "locks" / "home.holder").exists()


def test_providers_do_not_wait_for_each_other(warehouse):
    with warehouse.lock_provider("ZA1", "loading"), warehouse.lock_provider("ZA2", "loading"):
        assert (warehouse.home / "locks" / "provider-ZA2.holder").exists()


def test_results_are_replaced_together_or_not_at_all(tmp_path: Path):
    results = Results(tmp_path)
    with pytest.raises(WarehouseError, match="nothing has been built"):
        results.read("values")
    with results.replacing() as folder:
        write_result(folder, "values", pa.table({"a": [1]}))
    with pytest.raises(ZeroDivisionError), results.replacing() as folder:
        write_result(folder, "values", pa.table({"a": [1 // 0]}))
    assert results.read("values").to_pydict() == {"a": [1]}
    with results.replacing() as folder:
        write_result(folder, "values", pa.table({"a": [3]}))
    results = Results(tmp_path)
    assert results.read("values").to_pydict() == {"a": [3]}
    with results.replacing() as folder:
        write_result(folder, "values", pa.table({"a": [4]}))
    # The new results and those before them, for whoever is still reading.
    assert len([path for path in (tmp_path / "results").iterdir() if path.is_dir()]) == 2
    with pytest.raises(WarehouseError, match="no 'units'"):
        results.read("units")


def test_a_home_can_be_moved(warehouse, tmp_path: Path):
    commit(warehouse, "a" * 16)
    moved = tmp_path / "elsewhere"
    shutil.move(warehouse.home, moved)
    assert Warehouse.open(moved).submissions()[0].table("CYP201CareContact").exists()
