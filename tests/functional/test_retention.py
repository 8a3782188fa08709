"""Submissions that are taken back or destroyed, and loads that meet, by the commands."""

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

import handmade
from levelfield.cli.app import application
from levelfield.warehouse import Warehouse, verify

MARK = "ZZMARKEDZZ"
"""Stands in the keys of the submission that is destroyed, and in no other."""


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("key") / "key"
    file.write_bytes(b"a key for tests alone")
    return file


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A month sent in its primary window and again as a refresh, with other keys."""
    folder = tmp_path_factory.mktemp("files") / "sent"
    for name, day in (("primary", "2026-04-10"), ("refresh", "2026-05-10")):
        tables = dict(handmade.SOUND)
        tables["CYP000Header"] = handmade.HEADER.replace("2026-04-20", day)
        if name == "refresh":
            for table in ("CYP201CareContact", "CYP202CareActivity"):
                tables[table] = tables[table].replace("C1", f"{MARK}1").replace("A1", f"{MARK}2")
            # One that is rejected, so that quarantine holds it.
            tables["CYP202CareActivity"] = tables["CYP202CareActivity"].replace("C3", f"{MARK}9")
        handmade.write(folder / name, **tables)
    handmade.lookups(folder / "lookups")
    return folder


def run(*arguments: object) -> Result:
    return CliRunner().invoke(application(), [str(argument) for argument in arguments])


def load(path: Path, home: Path, key: Path, *more: str) -> Result:
    return run("load", path, "--home", home, "--key-file", key, "--processes", 1, *more)


@pytest.fixture(scope="module")
def built(sent: Path, key: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both submissions loaded, one after the other, and built."""
    place = tmp_path_factory.mktemp("built") / "home"
    for name in ("primary", "refresh"):
        assert load(sent / name, place, key).exit_code == 0
    assert run("build", "--home", place).exit_code == 0
    return place


@pytest.fixture
def home(built: Path, tmp_path: Path) -> Path:
    """A copy of the built home, to change."""
    return Path(shutil.copytree(built, tmp_path / "home"))


def status(home: Path, *more: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(run("status", "--home", home, "--json", *more).stdout)
    return rows


def ids(home: Path) -> dict[str, str]:
    return {row["window"]: row["submission"] for row in status(home, "--all")}


def holders(home: Path) -> set[str]:
    """The files of a home in which the mark stands, in their bytes or their rows."""
    found = set()
    for file in home.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            if file.suffix == ".parquet":
                content += str(pq.read_table(file).to_pylist()).encode()
            if MARK.encode() in content:
                found.add(file.relative_to(home).parts[0])
    return found


def test_status_tells_how_each_submission_stands(home: Path) -> None:
    named = ids(home)
    [active] = status(home)
    assert (active["submission"], active["held"], active["built"]) == (named["refresh"], 2, True)
    assert {"open", "closes", "days_left"} <= set(active)
    retracted = run("retract", named["refresh"], "--reason", "by mistake", "--home", home)
    assert (retracted.exit_code, named["primary"] in retracted.output) == (0, True)
    shown = run("status", "--home", home)
    assert "1 retracted" in shown.output
    assert "(1 to add, 1 to leave out). Build again" in shown.output
    states = {row["window"]: (row["state"], row["history"]) for row in status(home, "--all")}
    assert states["primary"] == ("active", "")
    assert states["refresh"][0] == "retracted"
    assert "by mistake" in states["refresh"][1]
    assert [row["built"] for row in status(home)] == [False]
    assert run("build", "--home", home).exit_code == 0
    assert [row["built"] for row in status(home)] == [True]
    early = status(home, "--as-at", "2026-04-12T00:00:00")
    assert [(row["window"], row["held"]) for row in early] == [("primary", 1)]
    restored = run("restore", named["refresh"][:8], "--reason", "it was right", "--home", home)
    assert restored.exit_code == 0
    assert [row["submission"] for row in status(home)] == [named["refresh"]]


def test_a_check_is_not_held_against_a_retracted_file(home: Path, sent: Path) -> None:
    checking = ("check", sent / "refresh", "--home", home, "--no-preview", "--json")
    before = json.loads(run(*checking).stdout)["comparison"]["against"]
    assert before == "Compared with the earlier file of March 2026."
    run("retract", ids(home)["primary"], "--reason", "by mistake", "--home", home)
    after = json.loads(run(*checking).stdout)["comparison"]["against"]
    assert after.startswith("The home holds no earlier submission")


def test_a_check_says_what_becomes_of_bytes_that_were_decided_upon(home: Path, sent: Path) -> None:
    def becomes() -> str:
        checked = run("check", sent / "refresh", "--home", home, "--no-preview", "--json")
        return str(json.loads(checked.stdout)["becomes"])

    refresh = ids(home)["refresh"]
    assert "changes nothing of ZA1" in becomes()
    run("retract", refresh, "--reason", "by mistake", "--home", home)
    retracted = becomes()
    assert "retracted on" in retracted
    assert "(by mistake): they do not count" in retracted
    assert f"levelfield restore {refresh}" in retracted
    run("destroy", refresh, "--reason", "not ours", "--yes", "--home", home)
    destroyed = becomes()
    assert "destroyed on" in destroyed
    assert "(not ours): loading them again is refused" in destroyed
    assert "--again" in destroyed


def test_a_home_of_which_all_is_retracted_has_no_results_once_it_is_built(home: Path) -> None:
    for submission in ids(home).values():
        run("retract", submission, "--reason", "by mistake", "--home", home)
    assert "no submission is active" in run("status", "--home", home).output
    built = run("build", "--home", home)
    assert built.exit_code == 0, built.output
    assert holders(home) == {"submissions", "quarantine"}
    assert "Build again" not in run("status", "--home", home).output


def test_nothing_of_a_destroyed_submission_is_left(home: Path) -> None:
    assert holders(home) == {"submissions", "quarantine", "facts", "results"}
    refresh = ids(home)["refresh"]
    destroyed = run("destroy", refresh, "--reason", "not ours", "--yes", "--home", home)
    assert destroyed.exit_code == 0, destroyed.output
    assert holders(home) == set()
    assert "1 destroyed" in run("status", "--home", home).output
    gone = next(row for row in status(home, "--all") if row["submission"] == refresh)
    assert (gone["state"], gone["read"] > 0) == ("destroyed", True)
    assert "not ours; named by hand" in gone["history"]
    assert run("build", "--home", home).exit_code == 0
    assert [row["window"] for row in status(home)] == ["primary"]
    past = status(home, "--as-at", "2026-06-01T00:00:00")
    assert [row["state"] for row in past] == ["active (destroyed since)"]


def test_destruction_asks_first_and_says_why_it_does_nothing(home: Path) -> None:
    refresh = ids(home)["refresh"]
    for arguments, said in (
        ((refresh, "--reason", "x"), "--yes"),
        ((refresh, "--expired", "--reason", "x"), "one of the two"),
        (("--reason", "x"), "one of the two"),
        (("--expired", "--reason", "x"), "retention_months"),
        ((refresh, "--reason", " ", "--yes"), "--reason"),
        (("0" * 16, "--reason", "x", "--yes"), "status --all"),
    ):
        result = run("destroy", *arguments, "--home", home)
        assert said in str(result.exception), arguments
    assert "submissions" in holders(home)


def test_the_retention_period_decides_what_is_destroyed(home: Path) -> None:
    (home / "settings.yaml").write_text("retention_months: 1200\n")
    kept = run("destroy", "--expired", "--reason", "schedule", "--yes", "--home", home)
    assert "Nothing has been destroyed" in kept.output
    (home / "settings.yaml").write_text("retention_months: 1\n")
    assert "2 past the retention period" in run("status", "--home", home).output
    run("destroy", "--expired", "--reason", "schedule", "--yes", "--home", home)
    rows = status(home, "--all")
    assert [row["state"] for row in rows] == ["destroyed", "destroyed"]
    assert all("schedule; kept 1 month" in row["history"] for row in rows)


def test_the_bytes_of_a_destroyed_submission_are_refused_and_taken_back_when_meant(
    home: Path, sent: Path, key: Path
) -> None:
    refresh = ids(home)["refresh"]
    run("destroy", refresh, "--reason", "not ours", "--yes", "--home", home)
    refused = load(sent / "refresh", home, key)
    assert refused.exit_code == 1
    assert "not ours" in refused.output
    assert holders(home) == set()
    assert load(sent / "refresh", home, key, "--again").exit_code == 0
    assert [row["submission"] for row in status(home)] == [refresh]
    assert "loaded again" in next(iter(r["history"] for r in status(home, "--all") if r["history"]))


def test_a_submission_that_does_not_count_is_remarked_when_it_is_loaded(
    sent: Path, key: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    load(sent / "refresh", home, key)
    late = load(sent / "primary", home, key)
    assert late.exit_code == 0
    assert "does not count" in " ".join(late.output.split())
    run("retract", ids(home)["primary"], "--reason", "by mistake", "--home", home)
    again = load(sent / "primary", home, key)
    assert "1 already here" in again.output
    assert "levelfield restore" in " ".join(again.output.split())


@pytest.mark.parametrize("more", [(), ("--all",)])
def test_the_table_of_a_home_fits_on_a_terminal(home: Path, more: tuple[str, ...]) -> None:
    run("retract", ids(home)["primary"], "--reason", "by mistake", "--home", home)
    shown = run("status", "--home", home, *more)
    table = [line for line in shown.stdout.splitlines() if "by mistake" not in line]
    assert ids(home)["refresh"][:8] in shown.stdout
    assert max(map(len, table)) <= 80
    # Retracted, its records are here and it is not held to count.
    assert [row["held"] for row in status(home)] == [1]
    assert ("by mistake" in shown.stdout) == bool(more)


def test_what_is_so_already_is_said_with_since_when(home: Path) -> None:
    refresh = ids(home)["refresh"]

    def said(command: str) -> str:
        return str(run(command, refresh, "--reason", "again", "--home", home).exception)

    assert "is not retracted, so there is nothing to restore" in said("restore")
    run("retract", refresh, "--reason", "by mistake", "--home", home)
    assert "is retracted already, since" in said("retract")
    assert "(by mistake). Nothing has been changed" in said("retract")
    run("destroy", refresh, "--reason", "not ours", "--yes", "--home", home)
    for command in ("retract", "restore"):
        assert "is destroyed, since" in said(command)


def test_verify_finds_a_changed_receipt(home: Path) -> None:
    sound = run("status", "--verify", "--home", home)
    assert (sound.exit_code, "All files of 2 submissions" in sound.output) == (0, True)
    assert json.loads(run("status", "--verify", "--json", "--home", home).stdout) == {
        "submissions": 2,
        "faults": [],
    }
    receipt = next((home / "submissions").glob("*/receipt.json"))
    receipt.write_text(receipt.read_text().replace("ZA1", "ZA2"))
    found = run("status", "--verify", "--home", home)
    assert found.exit_code == 1
    assert "not the one that was committed" in found.output
    assert "1 file of 2 submissions differs" in found.output
    machine = run("status", "--verify", "--json", "--home", home)
    assert machine.exit_code == 1
    assert json.loads(machine.stdout)["faults"] == [found.stdout.strip()]


def test_loads_that_meet_commit_each_submission_once(sent: Path, key: Path, tmp_path: Path) -> None:
    """Three processes load the same files of two providers at the same time."""
    sent = Path(shutil.copytree(sent, tmp_path / "sent"))
    other = {n: d.replace("ZA1", "ZA2") for n, d in handmade.SOUND.items()}
    handmade.write(sent / "other", **other)
    home = tmp_path / "home"
    Warehouse.open(home, create=True)
    command = [sys.executable, "-m", "levelfield", "load", str(sent), "--home", str(home),
               "--key-file", str(key), "--json", "--quiet"]  # fmt: skip

    def outcomes(processes: int) -> list[str]:
        done = subprocess.run(
            [*command, "--processes", str(processes)],
            capture_output=True, text=True, env=os.environ, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return [row["outcome"] for row in json.loads(done.stdout)]

    with ThreadPoolExecutor() as pool:
        told = [outcome for run_ in pool.map(outcomes, (1, 2, 1)) for outcome in run_]
    assert sorted(told) == ["already here"] * 6 + ["committed"] * 3
    opened = Warehouse.open(home)
    assert [(s.provider, s.window) for s in opened.active()] == [
        ("ZA1", "refresh"),
        ("ZA2", "refresh"),
    ]
    assert verify(opened) == []
    manifest = json.loads((home / "manifest.json").read_text())
    assert len(manifest["submissions"]) == 3
    assert manifest["snapshot"] == opened.snapshot()
