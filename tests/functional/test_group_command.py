"""`levelfield group`: every scheme, its choices, and why one record has its class."""

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from levelfield.core.definitions import path
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
