"""`levelfield group`: every scheme, its choices, and why one record has its class."""

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from levelfield.cli.app import application
from levelfield.core.definitions import path
from levelfield.core.errors import DefinitionError, UsageError
from levelfield.currencies import schemes
from levelfield.home import Home


def group(home: Home, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "levelfield", "group", *arguments, "--home", str(home.path)],
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.mark.parametrize("scheme", schemes())
def test_every_scheme_counts_the_small_home(small_home: Home, scheme: str) -> None:
    found = group(small_home, scheme, "--format", "csv")
    assert found.returncode == 0, found.stderr
    rows = list(csv.DictReader(io.StringIO(found.stdout)))
    assert {row["provider"] for row in rows} == {s.provider for s in small_home.active()}
    assert all(bool(row["currency"]) != bool(row["error_class"]) for row in rows)
    # Rows that tie come in the same order every time: of two names the empty one is the last.
    assert rows == sorted(
        rows,
        key=lambda row: (
            row["provider"],
            -int(row["units"]),
            *((not row[name], row[name]) for name in ("currency", "error_class", "basis")),
        ),
    )
    classed = sum(int(row["units"]) for row in rows if row["currency"])
    # Most activities are no procedures; every other scheme classes a third of its records or more.
    assert classed > (0 if scheme == "procedure" else sum(int(r["units"]) for r in rows) / 3)


@pytest.mark.parametrize("scheme", ["ncc-2024-25", "year-of-care"])
def test_a_year_is_all_its_months_or_itself(small_home: Home, scheme: str) -> None:
    """Person-years are counted by year, contacts by month."""
    whole, year = group(small_home, scheme), group(small_home, scheme, "--period", "2025-26")
    assert year.returncode == 0, year.stderr
    assert year.stdout == whole.stdout
    assert len(year.stdout.splitlines()) > 1


def test_a_record_is_explained_to_the_party(small_home: Home) -> None:
    contact = small_home.fact("contact").slice(0, 1).to_pylist()[0]
    asked = ("--record", contact["care_contact_id"], "--provider", contact["provider"])
    found = group(small_home, "community-contact", *asked, "--json")
    assert found.returncode == 0, found.stderr
    why = next(w for w in json.loads(found.stdout) if w["period"] == contact["period"])
    assert why["holds"]["team_type"] in (contact["team_type"], "none", "invalid")
    assert [p["row"] for p in why["passed_over"]][:1] in ([], ["check-attendance-1"])
    told = group(small_home, "community-contact", *asked)
    assert f"Decided by {why['row']} ({why['basis']})" in told.stdout


def test_a_scheme_of_ones_own_is_named_by_its_folder(small_home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "ours"
    shutil.copytree(path("currencies/community-contact"), folder)
    whole = group(small_home, "community-contact", "--format", "csv")
    assert group(small_home, str(folder), "--format", "csv").stdout == whole.stdout
    text = (folder / "scheme.yaml").read_text(encoding="utf-8")
    (folder / "scheme.yaml").write_text(text.replace("\nrecord:", "\nrecords:"), encoding="utf-8")
    refused = group(small_home, str(folder))
    assert refused.returncode == 2
    assert f"{folder / 'scheme.yaml'}: " in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("./nonsense",), "nonsense/scheme.yaml: there is no such file."),
        (("nonsense",), "There is no currency scheme 'nonsense'. There is: community-contact"),
        (("year-of-care", "--parameter", "child"), "is no choice of a parameter"),
        (("year-of-care", "--parameter", "child_to_age=99"), "a whole number from 0 to 25"),
        (("year-of-care", "--parameter", "tier=9"), "has no parameter 'tier'"),
        (("year-of-care", "--record", "nobody"), "No person-year has this id"),
    ],
)
def test_what_is_refused(small_home: Home, arguments: tuple[str, ...], says: str) -> None:
    found = group(small_home, *arguments)
    assert found.returncode == 2
    assert says in found.stderr
    assert "Traceback" not in found.stderr


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    return Path(shutil.copytree(path("currencies/community-contact"), tmp_path / "ours"))


def check(folder: Path) -> Result:
    return CliRunner().invoke(application(), ["group", "--check", str(folder)])


def test_a_scheme_is_checked_without_a_home(ours: Path) -> None:
    found = check(ours)
    assert (found.exit_code, found.output) == (
        0,
        f"{ours}: the scheme 'community-contact' makes sense, and its 3 examples hold.\n",
    )


def test_a_check_is_told_to_machines(ours: Path) -> None:
    found = CliRunner().invoke(application(), ["group", "--check", str(ours), "--json"])
    assert json.loads(found.output) == {"scheme": "community-contact", "examples": 3}


@pytest.mark.parametrize(
    ("beside", "says"),
    [
        (["--parameter", "x=1", "--record", "X"], "--parameter and --record would do nothing"),
        (["--period", "2026-03"], "--period would do nothing: leave it out."),
        (["--provider", "ZA1"], "--provider would do nothing"),
        (["--show-sql"], "--show-sql would do nothing"),
        (["--format", "csv"], "--format csv would do nothing"),
    ],
)
def test_what_does_not_go_with_a_check_is_refused(ours: Path, beside: list[str], says: str) -> None:
    found = CliRunner().invoke(application(), ["group", "--check", str(ours), *beside])
    assert isinstance(found.exception, UsageError)
    assert says in str(found.exception)


WRONG = [
    (
        ("| A12-070  | direct  |", "| A12-OTH  | nearest |"),
        "the example 'District nursing splits by the reason, physiotherapy does not', row 1 "
        "(record_id C1): currency A12-OTH was expected and A12-070 was found, basis nearest was "
        "expected and direct was found, by the row 'adult-12-070'. Correct what the example "
        "expects, or the rows of the decision tables.",
    ),
    (("C5        | C12-OTH", "C6        | C12-OTH"), "row 5 (record_id C6): no such record came"),
    (
        ("C5        | C12-OTH", "C6        | C12-OTH"),
        "no row expects what else came out (record_id C5, currency C12-OTH, basis nearest, rule ",
    ),
    (("record_id | currency | basis", "record_id | currency | bases"), "a column 'bases', which"),
    (("child_to_age: 16", "child_to_age: 99"), "child_to_age must be a whole number from 0 to 25"),
    (("child_to_age: 16", "child_to_years: 9"), "has no parameter 'child_to_years'"),
    (("      contact: |", "      contacts: |"), "'contacts' is not read by the scheme"),
]


@pytest.mark.parametrize(("change", "says"), WRONG)
def test_an_example_that_does_not_hold_is_refused(
    ours: Path, change: tuple[str, str], says: str
) -> None:
    file = ours / "examples.yaml"
    text = file.read_text(encoding="utf-8")
    assert change[0] in text
    file.write_text(text.replace(*change, 1), encoding="utf-8")
    refused = check(ours)
    assert isinstance(refused.exception, DefinitionError)
    assert str(refused.exception).startswith(f"{file}: ")
    assert says in str(refused.exception)


def test_a_condition_of_another_type_is_named_with_its_file(ours: Path) -> None:
    file = ours / "scheme.yaml"
    text = file.read_text(encoding="utf-8")
    band = ("field: referral_age_years", "field: primary_referral_reason")
    file.write_text(text.replace(*band, 1), encoding="utf-8")
    said = str(check(ours).exception)
    assert f"{ours / 'examples.yaml'}: the example 'District nursing splits" in said
    assert f"Look in {file} for a condition that takes a text for a number or a day." in said


def test_nothing_is_grouped_by_a_scheme_whose_example_does_not_hold(
    small_home: Home, ours: Path
) -> None:
    file = ours / "examples.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(*WRONG[0][0], 1), encoding="utf-8")
    refused = group(small_home, str(ours))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert f"{file}: {WRONG[0][1]}" in refused.stderr


@pytest.mark.parametrize("given", [[], ["procedure", "--check", "ours"]])
def test_a_scheme_or_a_folder_is_asked_for(given: list[str]) -> None:
    result = CliRunner().invoke(application(), ["group", *given])
    assert isinstance(result.exception, UsageError)
    assert "or a folder with --check" in str(result.exception)
