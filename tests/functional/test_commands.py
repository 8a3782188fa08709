"""The command line: what is promised to other programs, and what bad input gets."""

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from levelfield.core.values import VALUE_COLUMNS
from levelfield.home import Home
from levelfield.pipeline.statements import find_contract
from levelfield.warehouse import Warehouse

Result = subprocess.CompletedProcess[str]


def run(*arguments: object, **environment: str) -> Result:
    """Run a command as a user would: its own process, no terminal."""
    return subprocess.run(
        [sys.executable, "-m", "levelfield", *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=300,
    )


def assert_refused(result: Result, code: int, *said: str) -> None:
    """One line of message that says all of `said`, the exit code, and no traceback."""
    assert result.returncode == code, result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1, result.stderr
    for words in said:
        assert words in result.stderr
    assert result.stdout == ""


@pytest.fixture(scope="module")
def simulated(small_home: Home) -> Path:
    """The files that the small home was loaded from."""
    return small_home.path.parent / "simulated"


@pytest.fixture
def submission(simulated: Path, tmp_path: Path) -> Path:
    """A copy of one submission, to spoil."""
    source = sorted((simulated / "submissions").glob("*/*"))[0]
    return Path(shutil.copytree(source, tmp_path / "submission"))


@pytest.fixture
def home(small_home: Home, tmp_path: Path) -> Path:
    """A copy of the small home, to change."""
    return Path(shutil.copytree(small_home.path, tmp_path / "home"))


# What other programs rely on


def test_check_prints_one_object(submission: Path) -> None:
    result = run("check", submission, "--json")
    report = json.loads(result.stdout)
    assert result.returncode == 0
    assert report["status"] == "accepted"
    for counts in report["tables"].values():
        assert set(counts) == {"read", "accepted", "rejected", "duplicate", "warned"}
        assert counts["read"] == counts["accepted"] + counts["rejected"] + counts["duplicate"]
    for finding in report["findings"]:
        assert {"rule", "severity", "table", "field", "count", "rows"} <= set(finding)
        assert all(row >= 1 for row in finding["rows"])


def test_check_takes_a_zip_and_a_folder_alike(submission: Path, tmp_path: Path) -> None:
    archive = tmp_path / "submission.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in submission.iterdir():
            packed.write(file, file.name)
    folder, zipped = (json.loads(run("check", p, "--json").stdout) for p in (submission, archive))
    assert folder["tables"] == zipped["tables"]
    assert folder["findings"] == zipped["findings"]


def test_measure_as_csv_has_the_columns_of_a_value(small_home: Home) -> None:
    result = run("measure", "dna_rate", "--home", small_home.path, "--by", "provider",
                 "--period", "2026-03", "--format", "csv")  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert result.returncode == 0
    assert list(rows[0]) == list(VALUE_COLUMNS)
    assert {row["org_level"] for row in rows} == {"provider"}
    assert {row["period"] for row in rows} == {"2026-03"}


def test_a_measure_counted_now_is_the_one_that_was_built(small_home: Home) -> None:
    printed = run("measure", "dna_rate", "--home", small_home.path, "--by", "national",
                  "--format", "json")  # fmt: skip
    built = small_home.values("dna_rate", org_level="national", stratifier="all")
    assert json.loads(printed.stdout) == built.to_pylist()


def test_missing_attendance_is_a_choice_that_the_result_states(small_home: Home) -> None:
    def national(choice: str) -> dict[str, object]:
        result = run("measure", "dna_rate", "--home", small_home.path, "--by", "national",
                     "--period", "2026-03", "--format", "json",
                     "--missing-attendance", choice)  # fmt: skip
        return dict(json.loads(result.stdout)[0])

    left_out, attended = national("left_out"), national("attended")
    assert attended["denominator"] > left_out["denominator"]
    assert "missing attendance counted as attended" in str(attended["flags"])
    assert "missing attendance left out" in str(left_out["flags"])
    assert attended["lineage"] != left_out["lineage"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("status",),
        ("benchmark", "dna_rate"),
        ("group", "ncc-2024-25", "--period", "2026-03"),
        ("pay", "za1-2025-26", "--period", "2026-03"),
        ("shadow", "za1-2025-26"),
    ],
)
def test_the_other_commands_answer(home: Path, arguments: tuple[str, ...]) -> None:
    result = run(*arguments, "--home", home)
    assert result.returncode == 0, result.stderr
    assert "ZA1" in result.stdout or "Harrowdale" in result.stdout
    assert result.stderr == "" or "Written to" in result.stderr


def test_the_home_may_come_from_the_environment(small_home: Home) -> None:
    assert "ZA1" in run("status", LEVELFIELD_HOME=str(small_home.path)).stdout


@pytest.mark.parametrize(
    "arguments", [("measure", "dna_rate"), ("group", "ncc-2024-25"), ("build",)]
)
def test_queries_can_be_printed(small_home: Home, arguments: tuple[str, ...]) -> None:
    result = run(*arguments, "--home", small_home.path, "--show-sql")
    assert result.returncode == 0
    assert "-- name: " in result.stdout
    assert "SELECT" in result.stdout


def test_explain_walks_a_figure_back(small_home: Home) -> None:
    values = small_home.values("dna_rate", org_level="provider", stratifier="all")
    result = run("explain", values["lineage"][0], "--home", small_home.path)
    assert result.returncode == 0
    assert "agrees" in result.stdout


def test_loading_again_changes_nothing(home: Path, simulated: Path) -> None:
    before = len(Warehouse.open(home).submissions())
    result = run("load", simulated / "submissions", "--home", home, "--processes", "1")
    assert result.returncode == 0
    assert "already here" in result.stderr
    assert len(Warehouse.open(home).submissions()) == before


def test_building_again_reuses_every_submission(home: Path) -> None:
    built = json.loads(run("build", "--home", home, "--json").stdout)
    assert built["submissions"] == 0
    assert built["reused"] == len(Warehouse.open(home).active())


# Bad input


def test_a_table_that_is_missing_rejects(submission: Path) -> None:
    (submission / "CYP002GP.csv").unlink()
    result = run("check", submission, "--json")
    report = json.loads(result.stdout)
    assert (result.returncode, report["status"]) == (1, "refused")
    assert any(finding["table"] == "CYP002GP" for finding in report["findings"])


def test_a_refused_submission_leaves_nothing(submission: Path, home: Path) -> None:
    before = Warehouse.open(home).snapshot()
    (submission / "CYP001MPI.csv").write_text("LocalPatientID,Colour\nP1,red\n")
    result = run("load", submission, "--home", home, "--quiet")
    assert result.returncode == 1
    assert "Refused" in result.stderr
    assert Warehouse.open(home).snapshot() == before
    assert list((home / "staging").iterdir()) == []


def test_what_is_no_submission_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing here")
    assert_refused(run("check", tmp_path), 2, str(tmp_path), "submission")


def test_a_home_that_is_none(tmp_path: Path) -> None:
    for command in (("status",), ("build",), ("measure", "dna_rate"), ("publish",)):
        assert_refused(
            run(*command, "--home", tmp_path / "none"), 2, "not a levelfield home", "load"
        )


def test_a_home_that_another_run_holds(home: Path) -> None:
    with Warehouse.open(home).lock_home("building in a test"):
        result = run("build", "--home", home)
    assert_refused(result, 2, "held by another run", "building in a test")


def test_an_unknown_measure_lists_the_known(small_home: Home) -> None:
    assert_refused(run("measure", "no_such", "--home", small_home.path), 2, "no_such", "dna_rate")


def test_a_period_without_data_says_which_there_is(small_home: Home) -> None:
    assert_refused(
        run("measure", "dna_rate", "--home", small_home.path, "--period", "2019-04"),
        2, "2019-04", "from 2026-02 to 2026-03",
    )  # fmt: skip
    assert_refused(
        run("pay", "za1-2025-26", "--home", small_home.path, "--period", "2025-04"), 2, "2025-04"
    )


def test_a_period_that_is_none(small_home: Home) -> None:
    assert_refused(
        run("measure", "dna_rate", "--home", small_home.path, "--period", "March"), 2, "March"
    )


def test_a_breakdown_that_a_measure_has_not(small_home: Home) -> None:
    assert_refused(
        run("measure", "dna_rate", "--home", small_home.path, "--by", "colour"),
        2, "colour", "provider",
    )  # fmt: skip


def test_a_contract_that_makes_no_sense(home: Path, tmp_path: Path) -> None:
    """Units without a price are held by tests/unit/test_contracts.py."""
    contract = tmp_path / "contract.yaml"
    assert_refused(run("pay", contract, "--home", home, "--period", "2026-03"), 2, "contract.yaml")
    contract.write_text("id: a\ncolour: red\n")
    assert_refused(run("pay", contract, "--home", home, "--period", "2026-03"), 2, "contract.yaml",
            "'colour' is not a key")  # fmt: skip


@pytest.mark.parametrize("command", [("pay", "--period", "2026-03"), ("shadow",)])
def test_a_contract_that_cannot_be_paid_is_named_by_its_file(
    small_home: Home, tmp_path: Path, command: tuple[str, ...]
) -> None:
    contract = tmp_path / "mine.yaml"
    shipped = find_contract("za1-2025-26").read_text(encoding="utf-8")
    contract.write_text(
        shipped.replace("\nprice_list: ncc-2024-25", "\nprice_list: none-such"), encoding="utf-8"
    )
    done = run(*command, contract, "--home", small_home.path)
    words = "Contract za1-2025-26: There is no price list 'none-such'"
    assert_refused(done, 2, f"{contract}: {words}")


def test_a_key_that_is_none(small_home: Home) -> None:
    assert_refused(run("explain", "12345", "--home", small_home.path), 2, "12345")


def test_a_site_never_replaces_a_folder_of_another_kind(small_home: Home, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    assert_refused(run("publish", "--home", small_home.path, "--out", tmp_path), 2, str(tmp_path))
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_the_demonstration_needs_a_place_of_its_own(home: Path, tmp_path: Path) -> None:
    assert_refused(run("demo", "--home", home, "--out", tmp_path / "site"), 2, str(home), "--home")


def test_a_key_of_your_own_is_asked_for_people_who_may_be_real(
    submission: Path, home: Path
) -> None:
    person = submission / "CYP001MPI.csv"
    rows = list(csv.DictReader(person.open()))
    first = next(row for row in rows if row["NHSNumber"].startswith("999"))
    # Ten digits with a valid check digit, outside the test range.
    first["NHSNumber"] = "4010232137"
    with person.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    result = run("load", submission, "--home", home, "--quiet")
    assert result.returncode == 2
    assert "--key-file" in result.stderr
    assert "4010232137" not in result.stderr + result.stdout


# Interruptions


@pytest.mark.parametrize("command", ["check", "load", "build", "publish"])
@pytest.mark.parametrize("after", [0.8, 2.0])
def test_an_interrupted_command_leaves_the_home_readable(
    small_home: Home, simulated: Path, submission: Path, tmp_path: Path, command: str, after: float
) -> None:
    home, site = tmp_path / "home", tmp_path / "site"
    arguments: dict[str, list[object]] = {
        "check": ["check", submission, "--home", home, "--out", site],
        "load": ["load", simulated / "submissions", "--home", home,
                 "--lookups", simulated / "lookups", "--processes", "1"],
        "build": ["build", "--home", home],
        "publish": ["publish", "--home", home, "--out", site],
    }  # fmt: skip
    if command != "load":
        shutil.copytree(small_home.path, home)
    if command == "build":
        shutil.rmtree(home / "results")
        catalogue = Warehouse.open(home).catalogue
        catalogue.switch_facts([], catalogue.fact_folders())
    process = subprocess.Popen(
        [sys.executable, "-m", "levelfield", *map(str, arguments[command])],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    time.sleep(after)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert process.returncode in (0, 130, -signal.SIGINT), said
    if process.returncode == 130:
        *before, stopped = said.strip().splitlines()
        left = (
            "Nothing was loaded or changed" if command == "check" else "What was committed is kept"
        )
        assert stopped.startswith(f"Stopped. {left}")
        done = [line.startswith("Committed before the stop: ") for line in before]
        assert done in ([[True], []] if command == "load" else [[]])
    if home.exists() and (home / "catalogue.sqlite").exists():
        warehouse = Warehouse.open(home)
        assert all(s.folder.exists() for s in warehouse.submissions())
        assert not any((home / "staging").glob("*")) if (home / "staging").exists() else True
        # The interrupted command can simply be run again.
        assert run(*arguments[command]).returncode == 0


# Much of a month lost


def test_a_month_without_one_sound_contact_is_refused(submission: Path) -> None:
    contacts = submission / "CYP201CareContact.csv"
    with contacts.open() as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        year, month, day = row["Contact_Date"].split("-")
        row["Contact_Date"] = f"{day}/{month}/{year}"
    _write(contacts, rows)
    result = run("check", submission, "--json")
    report = json.loads(result.stdout)
    assert (result.returncode, report["status"]) == (1, "refused")
    cause, outcome = report["findings"][:2]
    assert (cause["rule"], cause["field"]) == ("R-FORMAT", "Contact_Date")
    assert cause["remedy"] == (
        "Contact_Date must be a date that exists, written as 2026-03-05. As sent, the year stands "
        "last."
    )
    assert (outcome["rule"], outcome["table"]) == ("F-ALL-FAILED", "CYP201CareContact")
    assert outcome["message"].startswith("Not one of the ")
    assert "records of CYP201CareContact is left" in outcome["message"]


def test_a_heavy_loss_is_said_first(submission: Path) -> None:
    contacts = submission / "CYP201CareContact.csv"
    with contacts.open() as stream:
        rows = list(csv.DictReader(stream))
    for row in rows[: len(rows) // 2]:
        row["Contact_Date"] = "01/04/2025"
    _write(contacts, rows)
    result = run("check", submission)
    assert result.returncode == 0
    assert "records of CYP201CareContact are rejected" in result.stdout.splitlines()[1]


def _write(file: Path, rows: list[dict[str, str]]) -> None:
    with file.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_a_load_of_which_nobody_reads_the_remarks_is_done(
    simulated: Path, submission: Path, tmp_path: Path
) -> None:
    """As a service without a terminal runs it: nothing to write remarks to, and none among the
    results."""
    words = [sys.executable, "-m", "levelfield", "load", submission, "--home", tmp_path / "new"]
    words += ["--lookups", simulated / "lookups"]
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" 2>&-', "sh", *map(str, words)], stdout=subprocess.PIPE, timeout=300
    )
    assert (done.returncode, done.stdout) == (0, b"")
    assert len(Warehouse.open(tmp_path / "new").submissions()) == 1


def test_the_name_of_a_file_steers_no_terminal(simulated: Path, tmp_path: Path) -> None:
    (tmp_path / "sent").mkdir()
    (tmp_path / "sent" / "march\r\x1b[2K\u202e.zip").write_bytes(b"no zip")
    lookups = simulated / "lookups"
    result = run("load", tmp_path / "sent", "--home", tmp_path / "new", "--lookups", lookups)
    assert result.returncode == 2
    assert "march" in result.stderr
    assert not {"\r", "\x1b", "\u202e"} & set(result.stderr)
    # A command that fails says it as safely.
    result = run("check", tmp_path / "gone\x1b[2K")
    assert result.returncode == 2
    assert "gone" in result.stderr
    assert "\x1b" not in result.stderr
