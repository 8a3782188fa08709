"""What the commands say of submissions that are doubtful, and of a bad one among good ones."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import handmade
from levelfield.cli.app import application

RULES = """
rules:
  X-CONTACT-LONG:
    severity: off
    reason: agreed for the winter
    until: 2026-03-31
"""


def run(*arguments: object) -> tuple[Result, str]:
    result = CliRunner().invoke(application(), [str(argument) for argument in arguments])
    return result, " ".join(result.output.split())


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with one provider's sound March."""
    lookups = handmade.lookups(tmp_path / "lookups")
    sent = handmade.write(tmp_path / "sound")
    result, said = run("load", sent, "--home", tmp_path / "home", "--lookups", lookups)
    assert result.exit_code == 0, said
    return tmp_path / "home"


def test_another_provider_than_the_home_knows_is_looked_at(home: Path, tmp_path: Path) -> None:
    other = handmade.HEADER.replace("ZA1", "ZA7")
    folder = handmade.write(tmp_path / "other", CYP000Header=other)
    doubt = "Nothing of ZA7 is in this home, which holds ZA1: is the code right?"
    assert f"Look: {doubt}" in run("check", folder, "--home", home)[1]
    assert doubt not in run("check", folder)[1]
    assert "Look:" not in run("check", handmade.write(tmp_path / "own"), "--home", home)[1]


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (None, "without a header nobody can tell whose month it is."),
        (handmade.HEADER.replace("1.6 ", "9.9 "), "its header has to be mended before anything"),
    ],
)
def test_a_missing_header_is_told_from_a_wrong_one(
    tmp_path: Path, header: str | None, said: str
) -> None:
    folder = handmade.write(tmp_path, CYP000Header=header)
    assert f"It would be refused: {said}" in run("check", folder)[1]


def test_a_file_that_is_no_submission_stops_no_other(home: Path, tmp_path: Path) -> None:
    torn = tmp_path / "torn.zip"
    torn.write_bytes(b"PK\x03\x04 and no more")
    april = handmade.HEADER.replace("2026-03", "2026-04").replace("04-31", "04-30")
    april = april.replace("2026-04-20T", "2026-05-20T")
    contacts = handmade.CONTACT.replace("2026-03", "2026-04")
    sound = handmade.write(tmp_path / "april", CYP000Header=april, CYP201CareContact=contacts)
    result, said = run("load", torn, sound, "--home", home)
    assert result.exit_code == 2
    assert "1 committed, 1 unreadable." in said
    assert "torn.zip: this zip is cut short or damaged. Make it again." in said


def test_a_refusal_names_table_and_field(home: Path, tmp_path: Path) -> None:
    header = handmade.HEADER.replace("2026-03-31", "2026-04-30")
    folder = handmade.write(tmp_path / "bad", CYP000Header=header)
    said = run("load", folder, "--home", home)[1]
    assert "CYP000Header.RP_StartDate: The reporting period in the header runs from" in said


def test_a_change_that_has_ended_is_told_on_checking_and_loading(
    home: Path, tmp_path: Path
) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text(RULES, encoding="utf-8")
    told = (
        "X-CONTACT-LONG is graded as ever: the change in the local settings ended on 31 March 2026."
    )
    sound = handmade.write(tmp_path / "again")
    assert told in run("check", sound, "--rules", rules)[1]
    assert told in run("load", sound, "--home", home, "--rules", rules)[1]
