"""What a build makes good, what it refuses, and what an interruption at its worst moment leaves."""

import shutil
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from levelfield import facts, payment
from levelfield.core.errors import UsageError, WarehouseError
from levelfield.engine import open_engine
from levelfield.home import Home
from levelfield.pipeline import build as building
from levelfield.pipeline.build import Built
from levelfield.pipeline.site import publish_site
from levelfield.warehouse import Results, StagedSubmission, retract, write_result
from levelfield.warehouse.catalogue import Catalogue


@pytest.fixture
def home(small_home: Home, tmp_path: Path) -> Home:
    """A copy of the small home, to harm."""
    return Home.open(shutil.copytree(small_home.path, tmp_path / "home"))


def build(home: Home) -> Built:
    return building.build(home.warehouse, open_engine())


def resubmit(home: Home) -> None:
    """Commit a later submission of one provider-month with the content of the active one."""
    active = home.active()[0]
    with home.warehouse.staging(active.provider) as folder:
        (folder / "accepted").mkdir()
        for file in active.folder.glob("*.parquet"):
            table = pq.read_table(file)
            place = table.schema.get_field_index("submission_id")
            ids = pa.array(["f" * 16] * table.num_rows)
            pq.write_table(
                table.set_column(place, "submission_id", ids), folder / "accepted" / file.name
            )
        home.warehouse.commit(
            StagedSubmission(
                id="f" * 16,
                provider=active.provider,
                period=active.period,
                version=active.version,
                window="refresh",
                received_at=active.received_at + timedelta(days=400),
                folder=folder / "accepted",
                quarantine=folder / "quarantine",
                counts=active.counts,
                receipt=home.warehouse.receipt(active),
            )
        )


@pytest.mark.parametrize("lost", ["contact/2026-03", "contact", "referral", "*"])
def test_facts_that_were_lost_are_made_again(home: Home, lost: str) -> None:
    before = home.values()
    for folder in (home.path / "facts").glob(lost):
        shutil.rmtree(folder)
    build(home)
    assert Home.open(home.path).values().equals(before)


def test_what_is_live_stays_until_the_switch_while_what_was_lost_is_made_again(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others of its month are made from the same, so their folders would have the same name."""
    whole = {f.folder: _files(f.folder) for f in home.warehouse.catalogue.fact_folders()}
    lost = {folder for folder in whole if folder.parts[-3:-1] in (("rtt", "2026-03"),)}
    lost |= {folder for folder in whole if folder.parts[-3] == "referral"}
    assert 2 <= len(lost) < len(whole)
    for folder in lost:
        shutil.rmtree(folder)
    removed: list[Path] = []
    rmtree = shutil.rmtree
    monkeypatch.setattr(shutil, "rmtree", lambda f, **k: (removed.append(Path(f)), rmtree(f, **k)))
    with monkeypatch.context() as patched:
        patched.setattr(Catalogue, "switch_facts", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            build(home)
    assert not removed or not set(removed) & set(whole)
    kept = {folder: files for folder, files in whole.items() if folder not in lost}
    assert {folder: _files(folder) for folder in kept} == kept
    build(home)
    assert set(whole) == {f.folder for f in home.warehouse.catalogue.fact_folders()}
    assert all(folder.is_dir() for folder in whole)
    assert {folder: _files(folder) for folder in kept} == kept


def test_a_provider_without_an_active_submission_has_no_facts(home: Home) -> None:
    gone = home.active()[0].provider
    for submission in home.warehouse.submissions():
        if submission.provider == gone:
            retract(home.warehouse, submission, "by mistake")
    build(home)
    live = home.warehouse.catalogue.fact_folders()
    # What comes from returns belongs to no single provider's submissions.
    assert {f.provider for f in live} - {""} == {s.provider for s in home.active()}
    assert gone not in {f.provider for f in live}
    assert set((home.path / "facts").glob("*/*/*")) == {f.folder for f in live}


def test_a_missing_folder_is_an_error_and_not_fewer_records(home: Home) -> None:
    shutil.rmtree(home.path / "facts" / "contact" / "2026-03")
    with pytest.raises(WarehouseError, match="Build the home again"):
        home.fact("contact")


def test_a_corrected_month_alone_is_made_again(home: Home) -> None:
    resubmit(home)
    built = build(home)
    assert built.facts.submissions == 1
    assert built.facts.reused == len(home.active()) - 1
    assert built.facts.providers == 1
    held = Home.open(home.path).fact("contact")
    assert "f" * 16 in held["submission_id"].to_pylist()


def test_nobody_is_paid_by_what_has_been_superseded(home: Home, tmp_path: Path) -> None:
    contract = payment.load_contract(payment.example_contracts()[0])
    home.statement(contract, "2026-03")
    resubmit(home)
    stale = Home.open(home.path)
    for refused in (
        lambda: stale.statement(contract, "2026-03"),
        lambda: stale.shadow(contract),
        lambda: publish_site(stale, tmp_path / "site"),
    ):
        with pytest.raises(UsageError, match="loaded since the last build"):
            refused()
    assert not (tmp_path / "site").exists()


def test_values_carry_the_snapshot_of_the_facts_they_were_counted_from(home: Home) -> None:
    """A submission that comes in while a build runs is not in its facts, nor in its keys."""
    before = home.values()
    resubmit(home)
    stale = Home.open(home.path)
    from levelfield.measures import find_measure

    counted = stale.evaluate(find_measure("dna_rate"))
    assert set(counted["lineage"].to_pylist()) <= set(before["lineage"].to_pylist())


def test_a_submission_that_comes_in_during_a_build_waits_for_the_next(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = home.warehouse.snapshot()
    original = facts.register_facts

    def slow(*arguments: object) -> None:
        resubmit(home)
        original(*arguments)

    monkeypatch.setattr(build.__globals__["facts"], "register_facts", slow)
    assert build(home).snapshot == snapshot
    assert home.warehouse.snapshot() != snapshot
    assert Home.open(home.path).results.about()["snapshot"] == snapshot


def test_an_interruption_before_the_switch_leaves_the_facts_as_they_were(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, contacts = home.values(), home.fact("contact").num_rows
    resubmit(home)
    with monkeypatch.context() as patched:
        patched.setattr(Catalogue, "switch_facts", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            build(home)
    again = Home.open(home.path)
    assert again.values().equals(before)
    assert again.fact("contact").num_rows == contacts
    build(again)
    folders = {folder.folder for folder in again.warehouse.catalogue.fact_folders()}
    assert set((home.path / "facts").glob("*/*/*")) == folders


def test_an_interruption_after_the_switch_of_results_keeps_the_new_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = Results(tmp_path)
    monkeypatch.setattr(Results, "_sweep", _interrupt)
    with pytest.raises(KeyboardInterrupt), results.replacing() as folder:
        write_result(folder, "values", pa.table({"a": [1]}))
    assert Results(tmp_path).read("values").to_pydict() == {"a": [1]}


def test_a_reader_keeps_its_build_while_another_goes_live(tmp_path: Path) -> None:
    writer = Results(tmp_path)
    with writer.replacing() as folder:
        write_result(folder, "values", pa.table({"a": [1]}))
    reader = Results(tmp_path)
    assert reader.read("values").to_pydict() == {"a": [1]}
    with writer.replacing() as folder:
        write_result(folder, "values", pa.table({"a": [2]}))
    assert reader.read("values").to_pydict() == {"a": [1]}
    assert Results(tmp_path).read("values").to_pydict() == {"a": [2]}


def test_a_pointer_to_nothing_asks_for_a_build(home: Home) -> None:
    shutil.rmtree(home.results.folder)
    with pytest.raises(WarehouseError, match="levelfield build"):
        Home.open(home.path).values()


def _files(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
