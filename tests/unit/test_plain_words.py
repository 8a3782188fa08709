"""Files that people write by hand: what is wrong in them, in plain words and with the line."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

import handmade
from levelfield import intake
from levelfield.cli.app import application
from levelfield.core.errors import DefinitionError

HEAD = "rules:\n  X-CONTACT-LONG:\n"
SETTINGS = {
    "a tab": (
        "rules:\n\tX-CONTACT-LONG: 1\n",
        "line 2: this is not YAML that can be read: a tab stands where spaces must: indent by "
        "spaces.",
    ),
    "a colon in a text": (
        HEAD + "    reason: agreed: yes\n",
        "line 3: this is not YAML that can be read: a colon stands where no key can end: put "
        "quotes around a text that holds a colon, and check how the line is indented.",
    ),
    "an open quotation mark": (
        HEAD + '    reason: "agreed\n    severity: off\n',
        "line 5: this is not YAML that can be read: a quotation mark opens and never closes.",
    ),
    "a day that does not exist": (
        HEAD + "    severity: off\n    reason: agreed\n    until: 2026-02-30\n",
        "line 5: 2026-02-30 is a date that does not exist. Correct it.",
    ),
    "a key twice": (
        HEAD + "    severity: off\n    reason: agreed\n    severity: warning\n",
        "line 5: this is not YAML that can be read: the key 'severity' is given twice, first in "
        "line 3: keep one of them.",
    ),
    "a key twice in a line": (
        HEAD + "    {severity: off, reason: agreed, reason: agreed}\n",
        "line 3: this is not YAML that can be read: the key 'reason' is given twice, first in "
        "line 3: keep one of them.",
    ),
    "a date with the day first": (
        HEAD + "    severity: off\n    reason: agreed\n    until: 31/03/2026\n",
        "line 5: 'rules.X-CONTACT-LONG.until' must be a date that exists, written as 2026-03-31.",
    ),
    "an unknown severity": (
        HEAD + "    severity: ignore\n    reason: agreed\n",
        "line 3: 'rules.X-CONTACT-LONG.severity' must be one of reject_file, reject_group, "
        "reject_record, warning or off.",
    ),
    "no reason": (
        HEAD + "    severity: off\n",
        "line 2: 'rules.X-CONTACT-LONG.reason' is missing: add it.",
    ),
    "an empty reason": (
        HEAD + "    severity: off\n    reason: ''\n",
        "line 4: 'rules.X-CONTACT-LONG.reason' is empty: fill it in.",
    ),
    "a number for a reason": (
        HEAD + "    severity: off\n    reason: 12\n",
        "line 4: 'rules.X-CONTACT-LONG.reason' must be text: put quotes around it.",
    ),
    "a misspelt key": (
        HEAD + "    severity: off\n    reason: agreed\n    untill: 2026-03-31\n",
        "line 5: 'rules.X-CONTACT-LONG.untill' is not a key that is known here: remove it or "
        "correct it.",
    ),
    "a rule without its change": (
        "rules:\n  X-CONTACT-LONG: off\n",
        "line 2: 'rules.X-CONTACT-LONG' must hold keys with values, each on a line of its own.",
    ),
    "a list": ("- a\n", "expected keys with values, as in 'id: …'."),
}


@pytest.mark.parametrize("kind", SETTINGS)
def test_a_file_of_settings_says_the_line_and_what_to_do(tmp_path: Path, kind: str) -> None:
    text, said = SETTINGS[kind]
    file = tmp_path / "rules.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError) as refused:
        intake.load_settings(file)
    assert str(refused.value) == f"{file}: {said}"


def test_a_file_that_is_not_utf_8_is_told_so(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_bytes("rules: {} # é".encode("cp1252"))
    with pytest.raises(DefinitionError, match=r"this is not written in UTF-8. Save it so\."):
        intake.load_settings(file)


@pytest.mark.parametrize("text", ["2026-13-45", "20/04/2026", "tomorrow", "20260420", ""])
def test_a_moment_that_is_none_is_told_how_one_is_written(tmp_path: Path, text: str) -> None:
    folder = handmade.write(tmp_path)
    done = CliRunner().invoke(application(), ["check", str(folder), "--received", text])
    assert done.exit_code == 2
    said = " ".join(done.output.replace("│", " ").split())
    assert f"'{text}' is no day or moment that exists." in said
    assert "Write 2026-04-20 or 2026-04-20T09:30." in said
