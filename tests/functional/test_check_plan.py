# ruff: noqa: E501 (a drawn table is read across)
"""`levelfield check` holds the file against the plan and the declarations that the home keeps."""

import csv
import json
import shutil
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from handmade import lookups, write
from levelfield.cli.app import application
from levelfield.home import Home
from levelfield.pipeline.improvement import pence_at_stake
from levelfield.quality import read_plan

runner = CliRunner()

BLANK = "CYP201CareContact.AttendanceStatus"


def run(*arguments: object, code: int = 0) -> str:
    done = runner.invoke(application(), list(map(str, arguments)), catch_exceptions=False)
    assert done.exit_code == code, done.output
    return done.stdout


def spoil(folder: Path) -> Path:
    """Every third attendance blank, and the first referral's date such that it is rejected."""
    for name, field, value, every in (
        ("CYP201CareContact", "AttendanceStatus", "", 3),
        ("CYP101Referral", "ReferralRequest_ReceivedDate", "soon", 10**9),
    ):
        file = folder / f"{name}.csv"
        with file.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        for row in rows[::every]:
            row[field] = value
        with file.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return folder


@pytest.fixture(scope="module")
def months(small_home: Home, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """February and March of the small home's first provider, spoilt in the same way."""
    provider = small_home.active()[0].provider
    files = small_home.path.parent / "simulated" / "submissions" / provider
    found = {}
    for month in ("2026-02", "2026-03"):
        folder = tmp_path_factory.mktemp("spoilt") / month
        shutil.copytree(sorted(files.glob(f"{month}*"))[-1], folder)
        found[month] = spoil(folder)
    return found


@pytest.fixture(scope="module")
def home(
    small_home: Home, months: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Home:
    """A home that holds February alone."""
    path = tmp_path_factory.mktemp("planned") / "home"
    lookups = small_home.path / "lookups"
    run("load", months["2026-02"], "--home", path, "--lookups", lookups)
    return Home.open(path)


def test_a_plan_ranks_by_pounds_what_the_check_says_is_at_stake(
    home: Home, months: dict[str, Path]
) -> None:
    """Reckoned again from what was kept, the pounds are those of the check, fault by fault."""
    told = json.loads(run("check", months["2026-02"], "--home", home.path, "--json"))
    checked = {
        (one["rule"], one["table"], one["field"]): one["pence"]
        for one in told["findings"]
        if one["pence"] and not one["follows"]
    }
    assert len(checked) > 1
    assert pence_at_stake(home, home.active()[0]) == checked


def test_what_was_rejected_is_worth_in_the_plan_what_it_is_in_the_check(tmp_path: Path) -> None:
    """Quarantine keeps `03` to the letter, and the contract reads it as 3: a missed contact."""
    sent = """
        CareContactID | ServiceRequestID | TeamID_Local | Contact_Date | ConsMechanism | AttendanceStatus
        C1            | R1               | T1           | 2026-03-04   | 01            | 5
        C2            | R1               | T1           | soon         | 01            | 03
        C3            | R2               | T2           | soon         | 02            | 06
        C4            | R2               |              | soon         | 02            | 3
    """
    activity = """
        CareActivityID | CareContactID | Activity_Type | CareProfessionalID_Local
        A1             | C1            | 03            | S1
    """
    tables = {"CYP201CareContact": sent, "CYP202CareActivity": activity}
    file, path = write(tmp_path / "sent", **tables), tmp_path / "home"
    run("load", file, "--home", path, "--lookups", lookups(tmp_path / "lookups"))
    told = json.loads(run("check", file, "--home", path, "--json"))
    checked = {
        (one["rule"], one["table"], one["field"]): one["pence"]
        for one in told["findings"]
        if one["pence"] and not one["follows"]
    }
    assert checked["R-FORMAT", "CYP201CareContact", "Contact_Date"] > 0
    opened = Home.open(path)
    assert pence_at_stake(opened, opened.active()[0]) == checked


def test_a_file_is_held_against_the_plan_of_its_provider(
    home: Home, months: dict[str, Path], tmp_path: Path
) -> None:
    provider = home.active()[0].provider
    run("quality", "plan", provider, "--home", home.path)
    file = home.path / "plans" / f"{provider}-2026-02.yaml"
    plan = read_plan(file)
    assert plan.ranked_by.startswith("pounds")
    pounds = [item.baseline.pounds or 0 for item in plan.items]
    assert pounds == sorted(pounds, reverse=True)
    assert pounds[0] > 0
    blank = next(item for item in plan.items if item.field == "AttendanceStatus")
    assert blank.fault == "Contacts without attendance status"
    # The same faults again, and a month later they are due.
    file.write_text(file.read_text(encoding="utf-8").replace("2026-08", "2026-03"))

    text = run("check", months["2026-03"], "--home", home.path, "--out", tmp_path / "report")
    assert f"names {len(plan.items)} faults; in this file:" in " ".join(text.split())
    assert "Missed: Contacts without attendance status, " in " ".join(text.split())
    told = json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8"))["plan"]
    status = {(one["table"], one["field"]): one["status"] for one in told["items"]}
    assert status["CYP201CareContact", "AttendanceStatus"] == "missed"
    page = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert '<h2 id="plan">The improvement plan</h2>' in page
    with zipfile.ZipFile(tmp_path / "report" / "report.xlsx") as book:
        assert 'name="Plan"' in book.read("xl/workbook.xml").decode()


def test_a_month_of_the_baseline_is_not_held_against_its_own_plan(
    home: Home, months: dict[str, Path], tmp_path: Path
) -> None:
    text = run("check", months["2026-02"], "--home", home.path)
    assert "None is measured: the plan is held against months after" in " ".join(text.split())


def test_what_is_declared_not_collected_and_sent_is_told(
    home: Home, months: dict[str, Path]
) -> None:
    folder = home.path / "declarations"
    folder.mkdir()
    (folder / "own.yaml").write_text(
        f"provider: {home.active()[0].provider}\ndeclared_by: Head\ndeclared_on: 2026-01-01\n"
        "items:\n  - {table: CYP201CareContact, field: AttendanceStatus, status: not collected, "
        "reason: said, since: 2025-04-01}\n",
        encoding="utf-8",
    )
    told = json.loads(run("check", months["2026-03"], "--home", home.path, "--json"))
    [sentence] = told["declared"]
    assert sentence.startswith(f"{BLANK} is declared not collected since 2025-04-01, and ")
