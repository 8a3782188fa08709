"""The report of `levelfield check` as its submitter gets it: files, words, page and workbook."""

import csv
import io
import json
import re
import shutil
import sys
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq
import pytest
from selenium.webdriver.chrome.webdriver import WebDriver

from axe import violations
from handmade import CONTACT, HEADER, write
from levelfield.cli.main import main
from levelfield.home import Home
from levelfield.pipeline import check_files
from levelfield.publish.changes import TOLD

FILES = {"report.html", "report.xlsx", "report.json", "findings.parquet"}
SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class Result(NamedTuple):
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


def run(*arguments: object, columns: int = 80, **environment: str) -> Result:
    """Run a command in this process, through the front door."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["levelfield", *map(str, arguments)])
        for name, value in {"COLUMNS": str(columns), **environment}.items():
            patch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main()
    return Result(int(ended.value.code or 0), out.getvalue(), err.getvalue())


def test_a_folder_where_nothing_can_be_written_is_told_before_the_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted", ".levelfield-la79sn4y")

    monkeypatch.setattr(check_files, "TemporaryDirectory", refused)
    done = run("check", write(tmp_path / "march"), "--out", tmp_path / "out")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{tmp_path / 'out'}: nothing can be written here (Operation")
    assert "Name another folder with --out." in done.stderr


def test_a_file_on_the_way_to_the_report_is_told_before_the_check(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("mine")
    done = run("check", write(tmp_path / "march"), "--out", tmp_path / "notes" / "out")
    assert (done.returncode, done.stdout) == (2, "")
    assert "nothing can be written here (Not a directory). Name another folder" in done.stderr


def test_a_question_ends_without_a_stop_and_a_refused_file_keeps_nothing(tmp_path: Path) -> None:
    folder, out = write(tmp_path / "march"), tmp_path / "out"
    (folder / "CYP201 CareContact.csv").write_bytes(b"a,b\n")
    done = run("check", folder, "--out", out, "--no-preview")
    assert "did you mean CYP201CareContact?" in " ".join(done.stdout.split())
    assert "?." not in done.stdout
    page = (out / "report.html").read_text()
    assert "kept, since the file is refused" in page
    assert "kept with a warning</" not in page


def test_the_terminal_says_what_a_file_was_compared_with(tmp_path: Path) -> None:
    done = run("check", write(tmp_path / "march"), "--no-preview")
    assert "Not compared with earlier submissions. Name the home" in " ".join(done.stdout.split())


@pytest.fixture(scope="module")
def spoiled(small_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The last month of the small home's first provider again, with every third attendance blank
    and two referrals without a date that can be read."""
    provider = small_home.active()[0].provider
    files = small_home.path.parent / "simulated" / "submissions" / provider
    source = sorted(files.glob("2026-03*"))[-1]
    folder = tmp_path_factory.mktemp("spoiled") / "again"
    shutil.copytree(source, folder)
    edit(folder / "CYP201CareContact.csv", lambda n, row: row | blank(n, "AttendanceStatus"))
    edit(
        folder / "CYP101Referral.csv",
        lambda n, row: row | ({"ReferralRequest_ReceivedDate": "soon"} if n < 2 else {}),
    )
    return folder


def blank(number: int, field: str) -> dict[str, str]:
    return {field: ""} if number % 3 == 0 else {}


def edit(file: Path, change: Callable[[int, dict[str, str]], dict[str, str]]) -> None:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(change(number, row) for number, row in enumerate(rows))


@pytest.fixture(scope="module")
def report(small_home: Home, spoiled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of its report, compared with the small home."""
    out = tmp_path_factory.mktemp("report") / "out"
    given = ("--home", small_home.path, "--out", out, "--received", "2026-04-12")
    result = run("check", spoiled, *given)
    assert result.returncode == 0, result.stderr
    assert {file.name for file in out.iterdir()} == FILES
    assert "Contacts without attendance status" in result.stdout
    assert str(out) in result.stderr
    return out


def told(report: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((report / "report.json").read_text("utf-8"))
    return found


# What is told


def test_pounds_come_first_and_consequences_last(report: Path) -> None:
    findings = told(report)["findings"]
    assert findings[0]["pence"] > 0
    pence = [finding["pence"] or 0 for finding in findings if not finding["follows"]]
    assert pence == sorted(pence, reverse=True)
    follows = [finding["follows"] for finding in findings]
    assert follows == sorted(follows)
    [cause] = [
        f
        for f in findings
        if (f["rule"], f["field"]) == ("R-FORMAT", "ReferralRequest_ReceivedDate")
    ]
    assert cause["count"] >= 2
    assert cause["falls"]


def test_the_total_is_no_sum_of_overlaps(report: Path) -> None:
    body = told(report)
    stake = body["stake"]
    at_stake = stake["lost_pence"] + stake["uncertain_pence"]
    assert 0 < at_stake <= stake["total_pence"]
    largest = max(finding["pence"] or 0 for finding in body["findings"])
    assert largest <= at_stake <= sum(finding["pence"] or 0 for finding in body["findings"])


def test_every_row_of_every_finding_is_in_the_parquet(report: Path) -> None:
    rows = pq.read_table(report / "findings.parquet").to_pylist()
    names = ["submission_id", "rule", "severity", "table", "field", "row_number", "record_id"]
    assert list(rows[0]) == [*names, "follows"]
    counts: dict[tuple[str, str, str], int] = {}
    for finding in told(report)["findings"]:
        key = (finding["rule"], finding["table"], finding["field"])
        counts[key] = counts.get(key, 0) + finding["count"]
    for key, count in counts.items():
        mine = [row for row in rows if (row["rule"], row["table"], row["field"]) == key]
        assert len(mine) == count
    contact = next(r for r in rows if r["table"] == "CYP201CareContact" and r["row_number"])
    assert contact["record_id"]


def test_no_file_holds_who_the_people_are(report: Path, spoiled: Path) -> None:
    with (spoiled / "CYP001MPI.csv").open(encoding="utf-8-sig", newline="") as stream:
        people = list(csv.DictReader(stream))
    secrets = {
        person[field]
        for person in people
        for field in ("NHSNumber", "Postcode", "DateOfBirth")
        if len(person[field]) >= 6
    }
    assert len(secrets) > 50
    with zipfile.ZipFile(report / "report.xlsx") as book:
        texts = [book.read(name).decode("utf-8", "replace") for name in book.namelist()]
    texts += [(report / name).read_text("utf-8") for name in ("report.html", "report.json")]
    texts.append(str(pq.read_table(report / "findings.parquet").to_pylist()))
    # The day of the report and of the window are dates too, and nobody's birthday here.
    assert not [secret for secret in secrets for text in texts if secret in text]


def test_earlier_months_and_the_window_are_told(report: Path) -> None:
    body = told(report)
    assert body["comparison"]["against"].startswith("Compared with February 2026")
    sentences = [change["sentence"] for change in body["comparison"]["changes"]]
    assert any(s.startswith("The share of contacts with attendance status") for s in sentences)
    assert 1 <= len(body["comparison"]["told"]) <= TOLD
    assert body["comparison"]["published_figures"] == []
    (unnamed,) = body["comparison"]["published"]
    assert "was published in 'Community services activity, March 2025'" in unnamed
    assert "closes on" in body["days_left"]
    assert "(it is 12 April 2026)" in body["days_left"]
    assert "Once loaded it would be the active submission" in body["becomes"]
    assert "in place of" in body["becomes"]


def test_a_file_of_another_system_is_compared_with_no_month_before_it(
    small_home: Home, spoiled: Path, tmp_path: Path
) -> None:
    moved = tmp_path / "moved"
    shutil.copytree(spoiled, moved)
    edit(moved / "CYP000Header.csv", lambda _, row: row | {"PrimarySystem": "Another"})
    out = tmp_path / "out"
    assert run("check", moved, "--home", small_home.path, "--out", out).returncode == 0
    found = told(out)["comparison"]
    assert found["breaks"][0].startswith(
        "Break in series, March 2026: The system named in the header changes from"
    )
    assert "All earlier months held lie before the break of March 2026" in found["breaks"][0]
    # The file of the same month that the home holds is compared all the same.
    assert {change["method"] for change in found["changes"]} <= {
        "earlier file of the month",
        "last month before a break",
    }
    assert found["breaks"][0] in (out / "report.html").read_text("utf-8")


def test_published_figures_are_on_the_page_and_in_the_workbook(tmp_path: Path) -> None:
    header = HEADER.replace("ZA1", "RYX")
    out = tmp_path / "out"
    result = run("check", write(tmp_path / "sent", CYP000Header=header), "--out", out)
    assert "care contacts 258,225, here 3" in " ".join(result.stdout.split())
    page = (out / "report.html").read_text("utf-8")
    assert "This file beside the provider&#39;s published figures" in page
    cells = sheets(out / "report.xlsx")["Published"]
    named = {
        cells[place]: cells[place.replace("A", "C")]
        for place in cells
        if place[0] == "A" and place.replace("A", "C") in cells
    }
    assert named["Care contacts"] == "258225"
    assert told(out)["comparison"]["published_figures"][0] == {
        "what": "Referrals to community services",
        "of": "March 2025",
        "published": 47230.0,
        "now": 1,
    }


def test_json_is_the_same_object_as_the_file(report: Path, small_home: Home, spoiled: Path) -> None:
    given = ("--home", small_home.path, "--received", "2026-04-12", "--json")
    assert json.loads(run("check", spoiled, *given).stdout) == told(report)


def test_what_is_loaded_already_changes_nothing(small_home: Home) -> None:
    provider = small_home.active()[0].provider
    files = small_home.path.parent / "simulated" / "submissions" / provider
    source = sorted(files.glob("2026-03*"))[-1]
    result = run("check", source, "--home", small_home.path, "--no-preview")
    assert "These very bytes are loaded already" in " ".join(result.stdout.split())
    assert "£" not in result.stdout


def test_a_refused_file_says_why_first(tmp_path: Path) -> None:
    folder = write(tmp_path / "sent", CYP002GP=None)
    out = tmp_path / "out"
    result = run("check", folder, "--out", out)
    assert result.returncode == 1
    assert "ZA1 2026-03 refresh: refused: CYP002GP is missing" in result.stdout
    body = told(out)
    assert body["findings"][0]["severity"] == "reject_file"
    assert body["stake"] is None
    assert body["stake_note"]
    assert (out / "report.html").read_text("utf-8").count("Why it is refused") == 1
    assert sheets(out / "report.xlsx")["Cover"]


def test_a_name_of_a_field_keeps_its_capital(tmp_path: Path) -> None:
    header = HEADER.replace("ZA1            |", "../..          |")
    result = run("check", write(tmp_path / "sent", CYP000Header=header), columns=200)
    assert "sent: refused: OrgID_Provider of the header is not" in result.stdout
    unversioned = write(tmp_path / "sent", CYP000Header=HEADER.replace("1.6 ", "    "))
    assert "refused: Version of the header is blank" in run("check", unversioned).stdout


@pytest.mark.parametrize(
    ("name", "said"), [("9990000018 Smith.zip", False), ("Händel", False), ("csv export", True)]
)
def test_a_report_says_no_name_that_may_be_a_persons(tmp_path: Path, name: str, said: bool) -> None:
    """Neither the heading nor the foot, the cover or the folder of one among several."""
    broken = HEADER.replace("ZA1            |", "../..          |")
    folder = write(tmp_path / "sent", CYP000Header=broken)
    if name.endswith(".zip"):
        made = shutil.make_archive(str(tmp_path / name.removesuffix(".zip")), "zip", folder)
        folder = Path(made)
    else:
        folder = folder.rename(tmp_path / name)
    out, several = tmp_path / "out", tmp_path / "several"
    run("check", folder, "--out", out)
    written = (out / "report.html").read_text("utf-8") + (out / "report.json").read_text("utf-8")
    written += " ".join(sheets(out / "report.xlsx")["Cover"].values())
    assert (name in written) == said
    assert ("A submission: refused" in written) != said
    assert ("by levelfield from a submission." in written) != said
    (tmp_path / "all").mkdir()
    folder.rename(tmp_path / "all" / name)
    write(tmp_path / "all" / "other")
    run("check", tmp_path / "all", "--out", several)
    kept = {"submission", "ZA1-2026-03"} if not said else {"csv_export", "ZA1-2026-03"}
    assert {found.name for found in several.iterdir()} == kept


def test_every_form_says_which_tables_lose_much(tmp_path: Path) -> None:
    drawn = CONTACT.replace("2026-03-11", "2026-03-99")
    folder, out = write(tmp_path / "sent", CYP201CareContact=drawn), tmp_path / "out"
    lost = "1 of 3 records of CYP201CareContact are rejected."
    assert f"Look: {lost}" in run("check", folder, "--out", out).stdout
    assert told(out)["losses"] == [lost]
    assert json.loads(run("check", folder, "--json").stdout)["losses"] == [lost]
    assert lost in (out / "report.html").read_text("utf-8")
    assert f"Look: {lost}" in sheets(out / "report.xlsx")["Cover"].values()


def test_the_windows_of_a_month(tmp_path: Path) -> None:
    folder = write(tmp_path / "sent")
    for day, words in {
        "2026-04-12": "The primary window for March 2026 closes on",
        "2026-05-10": "The refresh window for March 2026 closes on",
        "2027-01-01": "Both windows for March 2026 have closed",
    }.items():
        text = " ".join(run("check", folder, "--no-preview", "--received", day).stdout.split())
        assert words in text


def test_a_sound_file_has_nothing_to_mend(tmp_path: Path) -> None:
    # Nobody has agreed a currency for what the midwife of the drawn submission does.
    result = run("check", write(tmp_path / "sent"), "--json")
    body = json.loads(result.stdout)
    assert [f["title"] for f in body["findings"] if f["severity"] != "warning"] == []
    assert body["stake"]["lost_pence"] == 0


# How it is told


@pytest.mark.parametrize("columns", [44, 140])
def test_no_line_is_wider_than_the_terminal(spoiled: Path, columns: int) -> None:
    result = run("check", spoiled, columns=columns)
    assert max(map(len, result.stdout.splitlines())) <= columns


def test_quiet_says_no_more_than_the_outcome_when_files_are_written(
    spoiled: Path, tmp_path: Path
) -> None:
    result = run("check", spoiled, "--out", tmp_path / "out", "--quiet")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_a_report_takes_the_place_of_a_report_alone(spoiled: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for _ in range(2):
        assert run("check", spoiled, "--out", out, "--no-preview", "-q").returncode == 0
    (out / "mine.txt").write_text("keep me")
    refused = run("check", spoiled, "--out", out)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert str(out) in refused.stderr
    inside = run("check", spoiled, "--out", spoiled / "report")
    assert inside.returncode == 2
    assert not (spoiled / "report").exists()
    assert {file.name for file in tmp_path.iterdir()} == {"out"}


def test_a_report_never_goes_into_the_home(small_home: Home, spoiled: Path) -> None:
    out = small_home.path / "report"
    refused = run("check", spoiled, "--home", small_home.path, "--out", out)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "lies in the home" in refused.stderr
    assert not out.exists()


def test_a_home_from_the_environment_need_not_exist_yet(spoiled: Path, tmp_path: Path) -> None:
    missing = str(tmp_path / "none")
    unnamed = run("check", spoiled, "--no-preview", LEVELFIELD_HOME=missing)
    assert unnamed.returncode == 0
    assert f"LEVELFIELD_HOME names {missing}, where no home is" in unnamed.stderr
    named = run("check", spoiled, "--home", missing)
    assert named.returncode == 2
    assert "not a levelfield home" in named.stderr


def test_the_page_needs_no_other_file_and_no_script(report: Path) -> None:
    page = (report / "report.html").read_text("utf-8")
    assert "<script" not in page
    assert not re.findall(r"(?:src|href)=\"(?!#|data:)[^\"]*\"", page)
    assert not re.findall(r"url\((?!\"?data:)", page)
    assert "@import" not in page


def sheets(workbook: Path) -> dict[str, dict[str, str]]:
    """The texts of each sheet by cell."""
    with zipfile.ZipFile(workbook) as book:
        strings = [
            "".join(part.text or "" for part in item.iter(f"{SPREADSHEET}t"))
            for item in ET.fromstring(book.read("xl/sharedStrings.xml"))
        ]
        names = [
            sheet.attrib["name"]
            for sheet in ET.fromstring(book.read("xl/workbook.xml")).iter(f"{SPREADSHEET}sheet")
        ]
        found = {}
        for number, name in enumerate(names, start=1):
            root = ET.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
            assert root.find(f"{SPREADSHEET}mergeCells") is None
            cells = {}
            for cell in root.iter(f"{SPREADSHEET}c"):
                value = cell.find(f"{SPREADSHEET}v")
                if value is not None and value.text is not None:
                    shared = cell.attrib.get("t") == "s"
                    cells[cell.attrib["r"]] = strings[int(value.text)] if shared else value.text
            found[name] = cells
        return found


def test_the_workbook_can_be_worked_with(report: Path) -> None:
    book = report / "report.xlsx"
    found = sheets(book)
    assert list(found) == [
        "Cover",
        "Findings",
        "Rows",
        "Tables",
        "Measures",
        "Fields",
        "Comparison",
    ]
    body = told(report)
    assert found["Findings"]["B5"] == body["findings"][0]["title"]
    assert float(found["Findings"]["C5"]) == body["findings"][0]["count"]
    assert float(found["Findings"]["G5"]) == body["findings"][0]["pence"] / 100
    first = body["findings"][0]["records"][0]
    assert (found["Rows"]["D5"], found["Rows"]["E5"]) == (str(first["row"]), first["id"])
    with zipfile.ZipFile(book) as archive:
        tables = [name for name in archive.namelist() if name.startswith("xl/tables/")]
        assert len(tables) == len(found) - 1
    for name, cells in found.items():
        assert cells["A1"], f"{name} has no title"


@pytest.mark.browser
def test_no_axe_violation(report: Path, browser: WebDriver) -> None:
    browser.set_window_size(1280, 1000)
    browser.get((report / "report.html").as_uri())
    assert violations(browser) == {}


@pytest.mark.browser
def test_the_page_is_no_wider_than_a_phone(report: Path, browser: WebDriver) -> None:
    phone = {"width": 375, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", phone)
    try:
        browser.get((report / "report.html").as_uri())
        browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert browser.execute_script("return document.documentElement.scrollWidth") <= 375
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_an_id_cannot_steer_a_terminal_or_a_page(tmp_path: Path) -> None:
    out = tmp_path / "out"
    contacts = CONTACT.replace("| R2 ", "| R9 ").replace("C3 ", "C\x1b[31m\u202e3 ")
    result = run("check", write(tmp_path / "sent", CYP201CareContact=contacts), "--out", out)
    page = (out / "report.html").read_text("utf-8")
    for told_there in (result.stdout, page):
        assert "\x1b[31m" not in told_there
        assert "\u202e" not in told_there
    assert "C\ufffd[31m\ufffd3" in result.stdout
