"""`levelfield check` of several submissions: a line each, one in full, or a report for each."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

import handmade
from levelfield.cli.app import application
from levelfield.core.errors import SubmissionError, UsageError
from levelfield.pipeline.check_files import FILES


def run(*arguments: object) -> Result:
    given = ["check", *map(str, arguments), "--no-preview"]
    return CliRunner().invoke(application(), given, catch_exceptions=False)


@pytest.fixture
def several(tmp_path: Path) -> Path:
    """A sound month of ZA1, the same of ZA2 without its GP table, and a zip that is none."""
    folder = tmp_path / "several"
    handmade.write(folder / "a")
    changed: dict[str, str | None] = {
        table: drawing.replace("ZA1", "ZA2") for table, drawing in handmade.SOUND.items()
    }
    handmade.write(folder / "b", **changed | {"CYP002GP": None})
    (folder / "c.zip").write_bytes(b"no zip")
    return folder


def test_several_submissions_have_a_line_each(several: Path) -> None:
    done = run(several)
    assert done.exit_code == 2
    lines = done.stdout.splitlines()
    assert lines[0].split()[:4] == ["provider", "period", "window", "outcome"]
    assert lines[1].split()[:5] == ["ZA1", "2026-03", "refresh", "accepted", "15"]
    assert lines[2].split()[:4] == ["ZA2", "2026-03", "refresh", "refused"]
    assert lines[3].split()[0] == "unreadable"
    assert "c.zip" in done.stderr
    assert "--provider and --period" in done.stderr


def test_one_of_several_is_told_in_full(several: Path) -> None:
    done = run(several, "--provider", "ZA2")
    assert done.exit_code == 1
    assert done.stdout.startswith(
        "ZA2 2026-03 refresh: refused: CYP002GP is missing and must be sent."
    )
    done = run(several, "--provider", "ZA1", "--period", "2026-03", "--json")
    assert json.loads(done.stdout)["provider"] == "ZA1"
    there = r"no submission of ZA3. There are: ZA1 2026-03, ZA2 2026-03\."
    with pytest.raises(UsageError, match=there):
        run(several, "--provider", "ZA3")
    with pytest.raises(UsageError, match="'2026-13' is not a month"):
        run(several, "--period", "2026-13")


def test_several_submissions_as_json(several: Path) -> None:
    told = json.loads(run(several, "--json").stdout)
    assert [one["status"] for one in told] == ["accepted", "refused", "unreadable"]
    assert [one.get("provider") for one in told] == ["ZA1", "ZA2", None]


@pytest.mark.parametrize("name", ["several/c.zip", "nowhere"])
def test_what_cannot_be_read_is_told_as_json_too(several: Path, name: str) -> None:
    given = ["check", str(several.parent / name), "--json"]
    done = CliRunner().invoke(application(), given)
    told = json.loads(done.stdout)
    assert (told["status"], told["path"]) == ("unreadable", given[1])
    assert isinstance(done.exception, SubmissionError)
    assert told["message"] == str(done.exception)


def test_each_of_several_has_a_report_in_a_folder_of_its_own(several: Path, tmp_path: Path) -> None:
    out = tmp_path / "reports"
    # A second run takes the place of the first.
    for _ in range(2):
        assert run(several, "--out", out).exit_code == 2
        assert sorted(folder.name for folder in out.iterdir()) == ["ZA1-2026-03", "ZA2-2026-03"]
    for folder in out.iterdir():
        assert {file.name for file in folder.iterdir()} == set(FILES)
    (out / "ZA1-2026-03" / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="holds something else than a report"):
        run(several, "--out", out)


def test_two_files_of_one_month_have_a_report_each(tmp_path: Path) -> None:
    folder, out = tmp_path / "twice", tmp_path / "reports"
    handmade.write(folder / "a")
    handmade.write(folder / "b", CYP201CareContact=handmade.CONTACT.replace("30 ", "31 "))
    done = run(folder)
    assert [line.split()[-1] for line in done.stdout.splitlines()] == ["file", "a", "b"]
    assert "to see one in full, check its file alone" in done.stderr
    assert "--provider" not in done.stderr
    done = run(folder, "--out", out)
    assert done.exit_code == 0
    lines = [line.split()[-2:] for line in done.stdout.splitlines()]
    assert lines == [["file", "report"], ["a", "ZA1-2026-03"], ["b", "ZA1-2026-03-2"]]
    assert {part.name for part in out.iterdir()} == {"ZA1-2026-03", "ZA1-2026-03-2"}
