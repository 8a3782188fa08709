"""Submissions: committed whole, active by window and receipt, and never half there."""

import json
import shutil
import sqlite3
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from levelfield.core.errors import DefinitionError, UsageError, WarehouseError
from levelfield.warehouse import (
    Counts,
    FactFolder,
    Results,
    StagedSubmission,
    Submission,
    Warehouse,
    destroy,
    expired,
    find_submission,
    restore,
    retention_rule,
    retract,
    schema,
    settle,
    verify,
    write_result,
)
from levelfield.warehouse.catalogue import Change
from levelfield.warehouse.lock import hold

RECEIVED = datetime(2026, 5, 1, 12)


def stage(warehouse, folder: Path, name="a" * 16, **changes) -> StagedSubmission:
    """A submission of one contact, written where intake would write it."""
    files = folder / "accepted"
    files.mkdir(parents=True)
    pq.write_table(pa.table({"care_contact_id": ["C1"]}), files / "CYP201CareContact.parquet")
    (folder / "quarantine").mkdir()
    pq.write_table(pa.table({"row_number": [2]}), folder / "quarantine/CYP201CareContact.parquet")
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
        "receipt": {"submission": name, "tables": TABLES},
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
    assert warehouse.receipt(submission)["submission"] == "a" * 16
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
    assert [warehouse.active_for(*place) for place in places] == warehouse.active()
    assert warehouse.active_for("ZA1", "2026-07") is None
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

    with monkeypatch.context() as patched:
        patched.setattr(Change, "add", crash)
        with pytest.raises(KeyboardInterrupt):
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


# What is decided about a submission afterwards


def only(warehouse: Warehouse, name: str) -> Submission:
    return find_submission(warehouse, name * 16)


def test_what_is_retracted_gives_way_to_the_one_before_and_comes_back(warehouse):
    commit(warehouse, "a" * 16)
    commit(warehouse, "b" * 16, window="refresh")
    retract(warehouse, only(warehouse, "b"), "sent by mistake")
    assert [s.id for s in warehouse.active()] == ["a" * 16]
    assert [s.id for s in warehouse.submissions()] == ["a" * 16, "b" * 16]
    assert only(warehouse, "b").table("CYP201CareContact").exists()
    with pytest.raises(UsageError, match="is retracted already, since"):
        retract(warehouse, only(warehouse, "b"), "again")
    restore(warehouse, only(warehouse, "b"), "it was right")
    assert [s.id for s in warehouse.active()] == ["b" * 16]
    assert [(e.action, e.reason) for e in only(warehouse, "b").events] == [
        ("retracted", "sent by mistake"),
        ("restored", "it was right"),
    ]
    with pytest.raises(UsageError, match="is not retracted, so there is nothing to restore"):
        restore(warehouse, only(warehouse, "b"), "again")
    with pytest.raises(UsageError, match="--reason"):
        retract(warehouse, only(warehouse, "b"), "  ")


def test_a_month_whose_only_submission_is_retracted_has_none_active(warehouse):
    commit(warehouse, "a" * 16)
    retract(warehouse, only(warehouse, "a"), "of another provider")
    assert warehouse.active() == []
    assert commit(warehouse, "a" * 16) is False


def test_as_at_knows_what_had_been_retracted_and_destroyed_by_then(warehouse):
    commit(warehouse, "a" * 16)
    commit(warehouse, "b" * 16, window="refresh")
    moments = [datetime.now()]
    for change in (retract, restore):
        change(warehouse, only(warehouse, "b"), "a reason")
        moments.append(datetime.now())
    destroy(warehouse, [only(warehouse, "b")], "a reason")
    moments.append(datetime.now())
    active = [[s.id[0] for s in warehouse.active(moment)] for moment in moments]
    assert active == [["b"], ["a"], ["b"], ["a"]]
    assert [s.id[0] for s in warehouse.active()] == ["a"]


def test_what_is_destroyed_leaves_a_record_and_nothing_else(warehouse):
    commit(warehouse, "a" * 16)
    commit(warehouse, "b" * 16, period="2026-05")
    destroy(warehouse, [only(warehouse, "a")], "retention", "kept 12 months")
    gone = only(warehouse, "a")
    assert gone.state() == "destroyed"
    assert [(e.action, e.reason, e.rule) for e in gone.events] == [
        ("destruction begun", "retention", "kept 12 months"),
        ("destroyed", "retention", "kept 12 months"),
    ]
    assert (gone.provider, gone.period) == ("ZA1", "2026-04")
    assert gone.counts["CYP201CareContact"].read == 3
    assert [s.id for s in warehouse.submissions()] == ["b" * 16]
    named = [path for path in warehouse.home.rglob("*") if "a" * 16 in path.name]
    assert named == []
    assert "a" * 16 not in (warehouse.home / "manifest.json").read_text()
    with pytest.raises(UsageError, match="destroyed already"):
        destroy(warehouse, [only(warehouse, "a")], "again")
    with pytest.raises(UsageError, match=r"is destroyed, since .* so it cannot be restored"):
        restore(warehouse, only(warehouse, "a"), "again")


def test_what_was_destroyed_is_loaded_again_only_when_it_is_meant_to_be(warehouse):
    commit(warehouse, "a" * 16)
    destroy(warehouse, [only(warehouse, "a")], "consent withdrawn")
    with pytest.raises(WarehouseError, match=r"destroyed on .*consent withdrawn.*--again"):
        commit(warehouse, "a" * 16)
    with warehouse.staging("ZA1") as folder:
        assert warehouse.commit(stage(warehouse, folder), again=True)
    assert [s.id for s in warehouse.active()] == ["a" * 16]
    assert [e.action for e in only(warehouse, "a").events][-2:] == ["destroyed", "loaded again"]
    assert verify(warehouse) == []


def test_destruction_takes_facts_and_results_that_hold_the_records_and_no_others(warehouse):
    for name, provider in (("a", "ZA1"), ("b", "ZA1"), ("c", "ZA2")):
        commit(warehouse, name * 16, provider=provider, period=f"2026-0{'abc'.index(name) + 4}")
    facts = [
        fact_folder(warehouse, "contact", "ZA1", "2026-04", "a" * 16 + "-1-x"),
        fact_folder(warehouse, "contact", "ZA1", "2026-05", "b" * 16 + "-1-x"),
        fact_folder(warehouse, "contact", "ZA2", "2026-06", "c" * 16 + "-1-x"),
        fact_folder(warehouse, "referral", "ZA1", "", "1"),
        fact_folder(warehouse, "referral", "ZA2", "", "2"),
    ]
    warehouse.catalogue.switch_facts(facts, [])
    write_results(warehouse, ["a" * 16, "b" * 16, "c" * 16])
    destroy(warehouse, [only(warehouse, "a")], "a reason")
    left = [(f.fact, f.provider, f.period) for f in warehouse.catalogue.fact_folders()]
    assert left == [
        ("contact", "ZA1", "2026-05"),
        ("contact", "ZA2", "2026-06"),
        ("referral", "ZA2", ""),
    ]
    assert len(list((warehouse.home / "facts").glob("*/*/*"))) == 3
    assert list((warehouse.home / "results").iterdir()) == []
    write_results(warehouse, ["b" * 16])
    destroy(warehouse, [only(warehouse, "c")], "a reason")
    assert Results(warehouse.home).about()["submissions"] == ["b" * 16]


def fact_folder(warehouse, fact, provider, period, made_from) -> FactFolder:
    folder = warehouse.home / "facts" / fact / (period or provider) / made_from
    folder.mkdir(parents=True)
    return FactFolder(fact, provider, period, made_from, folder)


def write_results(warehouse: Warehouse, submissions: list[str]) -> None:
    with Results(warehouse.home).replacing() as folder:
        (folder / "about.json").write_text(json.dumps({"submissions": submissions}))


def test_retention_counts_from_the_end_of_the_reporting_period(warehouse):
    commit(warehouse, "a" * 16, period="2025-01")
    commit(warehouse, "b" * 16, period="2025-02")
    assert expired(warehouse, date(2099, 1, 1)) == []
    with pytest.raises(UsageError, match="retention_months"):
        retention_rule(warehouse)
    (warehouse.home / "settings.yaml").write_text("retention_months: 12\n")
    assert expired(warehouse, date(2026, 1, 31)) == []
    assert [s.id for s in expired(warehouse, date(2026, 2, 1))] == ["a" * 16]
    assert "12 months" in retention_rule(warehouse)
    (warehouse.home / "settings.yaml").write_text("retention_years: 12\n")
    with pytest.raises(DefinitionError, match=r"settings\.yaml: line 1: 'retention_years' is not"):
        expired(warehouse, date(2026, 2, 1))


def test_a_destruction_that_was_interrupted_is_finished_by_the_next_run(warehouse, monkeypatch):
    commit(warehouse, "a" * 16)
    with monkeypatch.context() as patched:
        patched.setattr(Results, "forget", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            destroy(warehouse, [only(warehouse, "a")], "a reason")
    assert only(warehouse, "a").half_destroyed
    assert warehouse.active() == []
    with pytest.raises(WarehouseError, match="has not ended"), warehouse.staging("ZA1") as folder:
        warehouse.commit(stage(warehouse, folder), again=True)
    settle(warehouse)
    assert [e.action for e in only(warehouse, "a").events] == ["destruction begun", "destroyed"]


def test_an_id_may_be_shortened_while_it_is_clear(warehouse):
    commit(warehouse, "abcdef01" * 2)
    commit(warehouse, "abcdef02" * 2, period="2026-05")
    assert find_submission(warehouse, "abcdef01").id == "abcdef01" * 2
    for unclear in ("abcdef", "abc", "", "zzzzzz", "%" * 6, "A" * 16):
        with pytest.raises(UsageError, match="not the id of one submission"):
            find_submission(warehouse, unclear)


# What others read, and what is checked


def test_the_manifest_says_what_the_catalogue_says(warehouse):
    commit(warehouse, "a" * 16)
    commit(warehouse, "b" * 16, window="refresh")
    settle(warehouse)
    told = json.loads((warehouse.home / "manifest.json").read_text())
    assert told["snapshot"] == warehouse.snapshot()
    assert [(s["id"], s["active"]) for s in told["submissions"]] == [
        ("a" * 16, False),
        ("b" * 16, True),
    ]
    folder = warehouse.home / told["submissions"][1]["folder"]
    assert pq.read_table(folder / "CYP201CareContact.parquet").num_rows == 1


def test_verify_says_what_has_been_changed(warehouse):
    commit(warehouse, "a" * 16, receipt={"tables": TABLES})
    assert verify(warehouse) == []
    folder = warehouse.home / "submissions" / ("a" * 16)
    receipt = folder / "receipt.json"
    kept = receipt.read_text()
    receipt.write_text(kept.replace("\n", " \n"))
    assert ["not the one that was committed" in said for said in verify(warehouse)] == [True]
    with pytest.raises(WarehouseError, match="not the one that was committed"):
        warehouse.receipt(only(warehouse, "a"))
    receipt.write_text(kept.replace("1", "2"))
    assert any("not those of the catalogue" in said for said in verify(warehouse))
    receipt.unlink()
    assert any("missing" in said for said in verify(warehouse))
    with pytest.raises(WarehouseError, match="missing"):
        warehouse.receipt(only(warehouse, "a"))
    receipt.write_text(kept)
    file = folder / "CYP201CareContact.parquet"
    pq.write_table(pa.table({"care_contact_id": ["C1", "C2"]}), file)
    assert "2 rows are here and 1 were accepted" in verify(warehouse)[0]
    file.write_bytes(file.read_bytes()[:-1])
    assert "missing or damaged" in verify(warehouse)[0]


def test_verify_misses_what_is_gone_from_quarantine(warehouse):
    commit(warehouse, "a" * 16)
    file = warehouse.home / "quarantine" / ("a" * 16) / "CYP201CareContact.parquet"
    pq.write_table(pa.table({"row_number": pa.array([], pa.int64())}), file)
    assert "0 rows are here and 1 were rejected" in verify(warehouse)[0]
    file.unlink()
    assert "missing or damaged" in verify(warehouse)[0]
    file.with_stem("CYP101Referral").touch()
    assert len(verify(warehouse)) == 2


TABLES = {
    "CYP201CareContact": {"read": 3, "accepted": 1, "rejected": 1, "duplicate": 1, "warned": 0}
}


@pytest.mark.parametrize("name", ["findings", "field_quality"])
def test_verify_knows_every_file_by_its_digest(warehouse, name):
    with warehouse.staging("ZA1") as folder:
        staged = stage(warehouse, folder)
        pq.write_table(pa.table({"rule": ["R1", "R2"]}), staged.folder / f"{name}.parquet")
        warehouse.commit(staged)
    assert verify(warehouse) == []
    file = warehouse.home / "submissions" / ("a" * 16) / f"{name}.parquet"
    content = file.read_bytes()
    file.write_bytes(content.replace(b"R1", b"R9", 1))
    assert [said.endswith("not the one that was committed.") for said in verify(warehouse)] == [
        True
    ]
    file.write_bytes(content[:-1])
    assert len(verify(warehouse)) == 1
    file.unlink()
    assert verify(warehouse) == [f"{file}: this file is missing or damaged."]
    file.write_bytes(content)
    assert verify(warehouse) == []


def test_a_home_takes_one_key_though_two_first_loads_meet(warehouse):
    """Both have asked before either has committed: the second to commit is refused whole."""
    for key in ("one", "other"):
        warehouse.require_key(key)
    commit(warehouse, "a" * 16, receipt={"settings": {"pseudonym_key": "one"}})
    with pytest.raises(UsageError, match="another key"):
        commit(warehouse, "b" * 16, receipt={"settings": {"pseudonym_key": "other"}})
    assert [s.id for s in warehouse.submissions()] == ["a" * 16]
    assert [f.name for f in (warehouse.home / "submissions").iterdir()] == ["a" * 16]
    destroy(warehouse, [only(warehouse, "a")], "a reason")
    assert commit(warehouse, "b" * 16, receipt={"settings": {"pseudonym_key": "other"}})


# Homes of other versions


def test_a_home_of_the_first_version_is_brought_up_to_date(warehouse, tmp_path: Path):
    commit(warehouse, "a" * 16, receipt={"tables": TABLES, "settings": {"pseudonym_key": "k"}})
    commit(warehouse, "b" * 16, period="2026-05")
    old = shutil.copytree(warehouse.home, tmp_path / "old")
    as_in_the_first_version(old / "catalogue.sqlite")
    (old / "submissions" / ("b" * 16) / "receipt.json").unlink()
    opened = Warehouse.open(old)
    first, second = opened.submissions()
    assert (first.receipt_digest, first.pseudonym_key) == (
        only(warehouse, "a").receipt_digest,
        "k",
    )
    assert opened.receipt(first) == warehouse.receipt(only(warehouse, "a"))
    assert second.receipt_digest == ""
    retract(opened, first, "a reason")
    assert [s.id for s in Warehouse.open(old).active()] == ["b" * 16]


def as_in_the_first_version(catalogue: Path) -> None:
    """The catalogue that the first version wrote, with the same submissions."""
    kept = sqlite3.connect(catalogue)
    script = (Path(schema.__file__).parent / "schema" / "1.sql").read_text()
    columns = "id, provider, period, version, window, received_at, committed_at"
    rows = kept.execute(f"SELECT {columns} FROM submission").fetchall()
    tables = kept.execute("SELECT * FROM submission_table").fetchall()
    kept.close()
    catalogue.unlink()
    made = sqlite3.connect(catalogue)
    made.executescript(script)
    made.executemany("INSERT INTO submission VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    made.executemany("INSERT INTO submission_table VALUES (?, ?, ?, ?, ?, ?, ?)", tables)
    made.commit()
    made.close()


def test_a_home_of_a_later_version_is_refused(warehouse):
    catalogue = sqlite3.connect(warehouse.home / "catalogue.sqlite")
    catalogue.execute("PRAGMA user_version = 99")
    catalogue.close()
    with pytest.raises(WarehouseError, match="later version"):
        Warehouse.open(warehouse.home)


# What interrupted runs leave


def test_what_was_never_committed_is_swept_and_what_is_prepared_now_is_not(warehouse):
    commit(warehouse, "a" * 16)
    for room in ("submissions", "quarantine"):
        (warehouse.home / room / ("b" * 16)).mkdir(parents=True)
        (warehouse.home / room / ".DS_Store").touch()
    (warehouse.home / "staging" / "ZA9-0123456789ab").mkdir(parents=True)
    (warehouse.home / "staging" / "_facts-0123456789ab").mkdir()
    with warehouse.lock_provider("ZA1", "loading"), warehouse.staging("ZA1") as mine:
        settle(warehouse)
        assert mine.is_dir()
        assert list((warehouse.home / "staging").iterdir()) == [mine]
    assert {f.name for f in (warehouse.home / "submissions").iterdir()} == {"a" * 16, ".DS_Store"}
    assert {f.name for f in (warehouse.home / "quarantine").iterdir()} == {"a" * 16, ".DS_Store"}


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
