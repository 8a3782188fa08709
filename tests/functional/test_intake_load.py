"""Loading many submissions: what one of them meets does not befall the others."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from time import sleep
from typing import Any, Self

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

import handmade
from levelfield import intake
from levelfield.cli.app import application
from levelfield.core.errors import UsageError
from levelfield.pipeline import load as loading
from levelfield.pipeline.lookups import find_lookups
from levelfield.warehouse import Warehouse, verify

NUMBERS = ("9990000018", "9990000026", "9990000034")


def load(folder: Path, home: Path, processes: int = 1, key: bytes = b"a key for tests alone"):
    return loading.load(
        intake.find_submissions(folder),
        home,
        lookups=find_lookups(home, None, [folder]),
        key=intake.PseudonymKey.of(key),
        processes=processes,
    )


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    """Three submissions of one provider for one month, sent on three days."""
    for day in ("20", "21", "22"):
        header = handmade.HEADER.replace("2026-04-20", f"2026-04-{day}")
        handmade.write(tmp_path / "sent" / day, CYP000Header=header)
    handmade.lookups(tmp_path / "sent" / "lookups")
    return tmp_path / "sent"


def test_one_unreadable_submission_stops_no_other(sent: Path, tmp_path: Path) -> None:
    (sent / "20" / "CYP001MPI.csv").write_bytes("a".encode("utf-16"))
    (sent / "torn.zip").write_bytes(b"PK")
    key = tmp_path / "key"
    key.write_bytes(b"a key for tests alone")
    arguments = ["load", str(sent), "--home", str(tmp_path / "home"), "--key-file", str(key)]
    result = CliRunner().invoke(
        application(), [*arguments, "--processes", "1", "--json", "--quiet"]
    )
    assert result.exit_code == 2
    told = json.loads(result.stdout)
    outcomes = [row["outcome"] for row in told]
    assert outcomes == ["unreadable", "committed", "committed", "unreadable"]
    assert "UTF-16" in told[0]["message"]
    again = CliRunner().invoke(application(), [*arguments, "--processes", "1"])
    assert (again.exit_code, again.output.count("2 already here, 2 unreadable")) == (2, 1)
    assert "torn.zip: this" in " ".join(again.output.split())


def test_submissions_of_one_provider_wait_for_each_other(sent: Path, tmp_path: Path) -> None:
    loaded = load(sent, tmp_path / "home", processes=2)
    assert [x.outcome for x in loaded] == ["committed"] * 3


def test_a_load_waits_until_the_other_of_its_provider_has_ended(tmp_path: Path) -> None:
    warehouse, held, ended = Warehouse.open(tmp_path / "home", create=True), Event(), Event()

    def other() -> None:
        with warehouse.lock_provider("ZA1", "another load"):
            held.set()
            # Longer than one turn of waiting.
            sleep(1.2)
            ended.set()

    with ThreadPoolExecutor() as pool:
        running = pool.submit(other)
        held.wait()
        with warehouse.lock_provider("ZA1", "this load"):
            assert ended.is_set()
        running.result()


def test_one_home_has_one_key(sent: Path, tmp_path: Path) -> None:
    load(sent, tmp_path / "home")
    shutil.rmtree(sent / "20")
    with pytest.raises(UsageError, match=r"another key.*new home"):
        load(sent, tmp_path / "home", key=b"another key for tests")
    assert [x.outcome for x in load(sent, tmp_path / "home")] == ["already here"] * 2


def test_look_ups_half_registered_are_registered_again(sent: Path, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    Warehouse.open(tmp_path / "home", create=True)
    (tmp_path / "home" / "lookups").mkdir()
    assert [x.outcome for x in load(sent, tmp_path / "home")] == ["committed"] * 3


def test_no_nhs_number_is_in_any_file_of_a_home(tmp_path: Path) -> None:
    """Sent in its own field, as local identifier, and as another identifier of a rejected row."""
    drawn = {
        name: drawing.replace("P1", NUMBERS[0]).replace("P2", NUMBERS[1])
        for name, drawing in handmade.SOUND.items()
    }
    drawn["CYP101Referral"] = drawn["CYP101Referral"].replace("2026-03-02", "2026-03-40")
    drawn["CYP101Referral"] = drawn["CYP101Referral"].replace("R2", NUMBERS[2])
    handmade.write(tmp_path / "sent" / "only", **drawn)
    handmade.lookups(tmp_path / "sent" / "lookups")
    [loaded] = load(tmp_path / "sent", tmp_path / "home")
    assert loaded.outcome == "committed"
    files = [file for file in (tmp_path / "home").rglob("*") if file.is_file()]
    assert any("quarantine" in file.parts for file in files)
    for file in files:
        content = file.read_bytes()
        if file.suffix == ".parquet":
            content += str(pq.read_table(file).to_pylist()).encode()
        assert not [number for number in NUMBERS if number.encode() in content], file


def run(*arguments: object) -> Result:
    return CliRunner().invoke(application(), [str(argument) for argument in arguments])


def test_a_fault_of_ours_in_one_submission_stops_no_other(
    sent: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    examine = intake.examine

    def failing(source: intake.Source, **how: object) -> intake.Examined:
        if source.path.name == "21":
            raise KeyError("9990000018")
        return examine(source, **how)

    monkeypatch.setattr(intake, "examine", failing)
    (tmp_path / "key").write_bytes(b"a key for tests alone")
    arguments = ("load", sent, "--home", tmp_path / "home", "--key-file", tmp_path / "key")
    result = run(*arguments, "--processes", 1)
    said = " ".join(result.output.split())
    assert (result.exit_code, "2 committed, 1 failed" in said) == (3, True)
    assert "21: levelfield failed (KeyError" in said
    assert "Please report" in said
    assert "Traceback" not in said
    assert "9990000018" not in said
    monkeypatch.undo()
    assert "1 committed, 2 already here" in run(*arguments, "--processes", 1).output


def test_a_submission_that_brings_its_process_down_stops_no_other(
    sent: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the system ends a process, for want of memory say, the whole pool has gone with it."""

    class Pool:
        def __init__(self, count: int) -> None:
            self.count = count

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def submit(self, work: Callable[[Any], Any], job: Any) -> Future[Any]:
            future: Future[Any] = Future()
            if self.count > 1 or job.source.path.name == "21":
                future.set_exception(BrokenProcessPool())
            else:
                future.set_result(work(job))
            return future

    monkeypatch.setattr(loading, "workers", Pool)
    loaded = load(sent, tmp_path / "home", processes=2)
    assert [x.outcome for x in loaded] == ["committed", "failed", "committed"]
    assert "memory" in loaded[1].message


def test_a_receipt_before_the_file_was_made_is_remarked(sent: Path, tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"a key for tests alone")
    asked = ("--key-file", tmp_path / "key", "--received", "2026-04-02")
    said = " ".join(run("load", sent / "21", "--home", tmp_path / "home", *asked).output.split())
    assert "1 committed" in said
    assert "received on 2 April 2026, but by its header it was made on" in said


def test_what_does_not_apply_to_the_same_bytes_is_said(sent: Path, tmp_path: Path) -> None:
    for day in ("21", "22"):
        shutil.rmtree(sent / day)
    (tmp_path / "key").write_bytes(b"a key for tests alone")
    (tmp_path / "rules.yaml").write_text(
        "rules:\n  W-LEADING-ZERO:\n    severity: off\n    reason: we know\n"
    )
    home = tmp_path / "home"
    arguments = ("load", sent, "--home", home, "--key-file", tmp_path / "key", "--processes", 1)
    run(*arguments)
    assert "Look" not in run(*arguments).output
    assert "Look" not in run(*arguments, "--received", "2026-04-20T09:00:00").output
    [before] = Warehouse.open(home).submissions()
    asked = ("--received", "2026-05-20", "--rules", tmp_path / "rules.yaml")
    again = run(*arguments, *asked)
    said = " ".join(again.output.split())
    assert (again.exit_code, "1 already here" in said) == (0, True)
    assert "another time of receipt and file of local settings" in said
    assert f"levelfield destroy {before.id}" in said
    assert Warehouse.open(home).submissions() == [before]
    # What the message says can be done.
    run("destroy", before.id, "--reason", "loaded anew", "--yes", "--home", home)
    assert run(*arguments, *asked, "--again").exit_code == 0
    [after] = Warehouse.open(home).submissions()
    receipt = Warehouse.open(home).receipt(after)
    assert (after.id, after.received_at.isoformat()) == (before.id, "2026-05-20T00:00:00")
    assert [change["rule"] for change in receipt["settings"]["rules"]] == ["W-LEADING-ZERO"]


@pytest.mark.parametrize("content", [None, b""])
def test_what_is_refused_is_never_here_already(tmp_path: Path, content: bytes | None) -> None:
    """Contacts under a name that is no table's, or none at all, beside what is loaded."""
    file = handmade.write(tmp_path / "sent" / "month") / "CYP201CareContact.csv"
    contacts = file.read_bytes()
    file.unlink()
    (file.parent / "CYP202CareActivity.csv").unlink()
    handmade.lookups(tmp_path / "sent" / "lookups")
    arguments = ("--home", tmp_path / "home", "--processes", 1)
    assert run("load", tmp_path / "sent", *arguments).exit_code == 0
    if content is None:
        file = file.with_name("CYP201 CareContact.csv")
    file.write_bytes(contacts if content is None else content)
    done = run("load", tmp_path / "sent", *arguments)
    assert (done.exit_code, "1 refused." in done.output) == (1, True)
    told = run("check", file.parent, "--home", tmp_path / "home", "--no-preview")
    said = " ".join(told.output.split())
    assert (told.exit_code, "It would be refused, and nothing of it kept." in said) == (1, True)
    assert "loaded already" not in said


def test_what_other_rules_refuse_now_is_refused_and_stays(sent: Path, tmp_path: Path) -> None:
    for day in ("21", "22"):
        shutil.rmtree(sent / day)
    contact = sent / "20" / "CYP201CareContact.csv"
    contact.write_text(contact.read_text().replace(",5,", ",05,"))
    (tmp_path / "rules.yaml").write_text(
        "rules:\n  W-LEADING-ZERO:\n    severity: reject_file\n    reason: not with us\n"
    )
    arguments = ("load", sent, "--home", tmp_path / "home", "--processes", 1)
    assert run(*arguments).exit_code == 0
    again = run(*arguments, "--rules", tmp_path / "rules.yaml")
    [held] = Warehouse.open(tmp_path / "home").active()
    assert again.exit_code == 1
    assert "Refused: " in again.output
    assert f"{held.id} holds these very bytes, committed by other rules" in again.output


REAL = "4010232137"
"""Ten digits with a valid check digit, outside the test range."""


@pytest.mark.parametrize("there", [False, True])
@pytest.mark.parametrize("why", ["refused", "unreadable", "real people"])
def test_a_first_load_of_nothing_leaves_nothing(
    sent: Path, tmp_path: Path, why: str, there: bool
) -> None:
    for day in ("20", "21", "22"):
        file = sent / day / "CYP001MPI.csv"
        if why == "unreadable":
            file.write_bytes("a".encode("utf-16"))
        elif why == "refused":
            file.unlink()
        else:
            file.write_text(file.read_text().replace(NUMBERS[0], REAL))
    home = tmp_path / "home"
    if there:
        home.mkdir()
    result = run("load", sent, "--home", home, "--processes", 1)
    said = str(result.exception) + result.output
    assert result.exit_code != 0
    assert {"refused": "3 refused", "unreadable": "3 unreadable"}.get(why, "--key-file") in said
    assert home.exists() == there
    assert not there or list(home.iterdir()) == []


def test_of_two_first_loads_at_once_one_decides_the_key(sent: Path, tmp_path: Path) -> None:
    """Two real processes, each with a key of its own, begin with a home that is not there."""
    shutil.copytree(sent, tmp_path / "other")
    for day in ("20", "21", "22"):
        handmade.write(
            tmp_path / "other" / day,
            **{name: drawing.replace("ZA1", "ZA2") for name, drawing in handmade.SOUND.items()},
        )
    home = tmp_path / "home"

    def first_load(name: str) -> tuple[int, str]:
        key = tmp_path / f"key-{name}"
        key.write_bytes(f"a key of {name} alone".encode())
        command = [sys.executable, "-m", "levelfield", "load", str(tmp_path / name), "--home",
                   str(home), "--key-file", str(key), "--processes", "1"]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        return done.returncode, done.stderr

    with ThreadPoolExecutor() as pool:
        ended = dict(zip(("sent", "other"), pool.map(first_load, ("sent", "other")), strict=True))
    warehouse = Warehouse.open(home)
    assert len(warehouse.catalogue.keys()) == 1
    assert len({s.provider for s in warehouse.submissions()}) == 1
    assert sorted(code for code, _ in ended.values()) == [0, 2], ended
    assert "another key" in next(said for code, said in ended.values() if code == 2)
    assert verify(warehouse) == []


def test_a_refusal_names_what_refuses_and_what_took_most_records(tmp_path: Path) -> None:
    people = handmade.PERSON + "    P3 | ZA1 | 9990000034 | 01 | 1950-01-01 | ZZ1 1AA | 2 | A\n"
    wrong = people.replace("1950-06-15", "15/06/1950").replace("2020-02-29", "29/02/2020")
    # One record falls to a graver rule, which is told first and took the fewest.
    wrong = wrong.replace("1950-01-01", "2050-01-01")
    handmade.write(tmp_path / "sent" / "lost", CYP001MPI=wrong)
    handmade.write(tmp_path / "sent" / "torn", CYP101Referral=None, CYP001MPI=None)
    handmade.lookups(tmp_path / "sent" / "lookups")
    result = run("load", tmp_path / "sent", "--home", tmp_path / "home", "--processes", 1)
    lost, torn = [line for line in result.output.splitlines() if line.startswith("Refused: ")]
    assert "Not one of the 3 records of CYP001MPI is left" in lost
    assert "Most often, in 2: CYP001MPI.DateOfBirth: " in lost
    assert "Most often" not in torn
    assert "CYP001MPI" in torn


def test_a_submission_that_replaces_a_larger_one_says_so(tmp_path: Path) -> None:
    less = "\n".join(line for line in handmade.CONTACT.splitlines() if "C3" not in line)
    none = "\n".join(line for line in handmade.ACTIVITY.splitlines() if "C3" not in line)
    later = handmade.HEADER.replace("2026-04-20", "2026-04-21")
    handmade.write(tmp_path / "first")
    handmade.write(
        tmp_path / "second", CYP000Header=later, CYP201CareContact=less, CYP202CareActivity=none
    )
    last = handmade.HEADER.replace("2026-04-20", "2026-04-22")
    handmade.write(tmp_path / "third", CYP000Header=last)
    handmade.lookups(tmp_path / "lookups")
    home = tmp_path / "home"
    first, second, third = (
        " ".join(run("load", tmp_path / name, "--home", home, "--processes", 1).output.split())
        for name in ("first", "second", "third")
    )
    assert "replaces" not in first + third
    assert "submission of ZA1 2026-03" in second
    assert "2 contacts against 3" in second
    # Loaded at once, the second is replaced by the third: then only that is said of it.
    run("load", tmp_path, "--home", tmp_path / "new", "--processes", 1)
    looks = run("load", tmp_path, "--home", tmp_path / "new", "--processes", 1).output.splitlines()
    assert [line.count("does not count") for line in looks if "second" in line] == [1]
    at_once = tmp_path / "at-once"
    told = run("load", tmp_path / "first", tmp_path / "second", tmp_path / "third",
               "--lookups", tmp_path / "lookups", "--home", at_once, "--processes", 1)  # fmt: skip
    assert "replaces" not in told.output
    assert told.output.count("does not count") == 2


def test_a_stop_tells_what_was_committed_and_not_yet_told(
    sent: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> None:
        load(sent / "20", tmp_path / "home")
        raise KeyboardInterrupt

    monkeypatch.setattr("levelfield.cli.load.load", stopped)
    result = run("load", sent, "--home", tmp_path / "home", "--processes", 2)
    assert "Committed before the stop: 1 of 3. Run the same command again" in result.output


def test_a_clock_that_runs_ahead_lets_no_file_go_before_others(tmp_path: Path) -> None:
    """What says that it is yet to be created is received when it is loaded, now and as at now."""
    ahead = handmade.HEADER.replace("2026-04-20T", "2093-04-20T")
    sent = handmade.write(tmp_path / "ahead", CYP000Header=ahead)
    lookups = handmade.lookups(tmp_path / "lookups")
    home, before = tmp_path / "home", datetime.now().replace(microsecond=0)
    told = run("load", sent, "--home", home, "--lookups", lookups)
    assert told.exit_code == 0, told.output
    warehouse = Warehouse.open(home)
    [ahead_of_all] = warehouse.submissions()
    assert before <= ahead_of_all.received_at <= datetime.now()
    assert warehouse.active() == warehouse.active(datetime.now()) == [ahead_of_all]
    [doubt] = warehouse.receipt(ahead_of_all)["doubts"]
    assert "created on 20 April 2093, which is yet to come" in doubt
    # A file that is received later in earnest takes its place; none can be received tomorrow.
    right = handmade.write(tmp_path / "right", CYP901StaffDetails=handmade.STAFF + "S2 | N01")
    now = datetime.now().replace(microsecond=0)
    tomorrow = (now + timedelta(days=1)).isoformat()
    refused = run("load", right, "--home", home, "--received", tomorrow)
    assert "is yet to come" in str(refused.exception)
    assert run("load", right, "--home", home, "--received", now.isoformat()).exit_code == 0
    assert ahead_of_all not in warehouse.active()


def test_a_stop_after_the_last_commit_asks_for_no_other_run(
    sent: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> None:
        load(sent, tmp_path / "home")
        raise KeyboardInterrupt

    monkeypatch.setattr("levelfield.cli.load.load", stopped)
    result = run("load", sent, "--home", tmp_path / "home", "--processes", 2)
    assert "Committed before the stop: 3 of 3. There is no rest to load." in result.output
    assert "again" not in result.output


@pytest.mark.parametrize("command", ["check", "load"])
def test_an_empty_path_is_not_the_current_folder(
    sent: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(sent)
    result = run(command, "", "--home", tmp_path / "home")
    assert result.exit_code == 2
    assert "the path is empty" in " ".join(result.output.split())
    assert not (tmp_path / "home").exists()
