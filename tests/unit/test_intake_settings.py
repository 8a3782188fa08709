"""A local file switches rules off or grades them otherwise; mistakes in it are named."""

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

import handmade
from levelfield import intake
from levelfield.cli.app import application
from levelfield.core.errors import DefinitionError
from levelfield.intake.reading.versions import CURRENT
from levelfield.intake.rules.rule import rule_texts
from levelfield.intake.rules.settings import FIXED, Settings, load_settings

TODAY = date(2026, 4, 20)


def settings_of(folder: Path, text: str) -> Settings:
    file = folder / "rules.yaml"
    file.write_text(text)
    return load_settings(file, TODAY)


def examined(folder: Path, settings: Settings, **tables: str | None) -> intake.Examined:
    written = handmade.write(folder, **tables)
    return intake.examine(intake.find_submissions(written)[0], settings=settings)


LONG = """
    CareContactID | ServiceRequestID | TeamID_Local | Contact_Date | CareContact_Duration | ConsMechanism | AttendanceStatus
    C1            | R1               | T1           | 2026-03-04   | 2000                 | 01            | 5
"""  # noqa: E501
ONE_ACTIVITY = "CareActivityID | CareContactID | Activity_Type\nA1 | C1 | 03"


def test_rule_that_is_off_is_not_run(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path, "rules: {X-CONTACT-LONG: {severity: off, reason: Overnight sitting service}}"
    )
    tables = {"CYP201CareContact": LONG, "CYP202CareActivity": ONE_ACTIVITY}
    usual = examined(tmp_path / "a", Settings(), **tables)
    without = examined(tmp_path / "b", settings, **tables)
    assert "X-CONTACT-LONG" in {fault.rule for fault in usual.faults}
    assert "X-CONTACT-LONG" not in {fault.rule for fault in without.faults}
    assert "X-CONTACT-LONG" not in without.rules


def test_rule_of_the_contract_can_be_off(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, "rules: {W-BLANK-KEY: {severity: 'off', reason: Known}}")
    usual, without = examined(tmp_path / "a", Settings()), examined(tmp_path / "b", settings)
    gone = {fault.rule for fault in usual.faults} - {fault.rule for fault in without.faults}
    assert gone <= {"W-BLANK-KEY"}
    assert "W-BLANK-KEY" not in without.rules


def test_warning_graded_up_rejects_the_record(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path, "rules: {X-CONTACT-LONG: {severity: reject_record, reason: Agreed locally}}"
    )
    found = examined(
        tmp_path / "a", settings, CYP201CareContact=LONG, CYP202CareActivity=ONE_ACTIVITY
    )
    assert found.accepted
    assert not found.tables["CYP201CareContact"].alive.any()
    assert not found.tables["CYP202CareActivity"].alive.any()


def test_warning_graded_to_the_top_refuses_the_file(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path, "rules: {X-CONTACT-LONG: {severity: reject_file, reason: Agreed locally}}"
    )
    found = examined(
        tmp_path / "a", settings, CYP201CareContact=LONG, CYP202CareActivity=ONE_ACTIVITY
    )
    assert not found.accepted


def test_empty_gp_table_graded_down_is_a_warning(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path, "rules: {F-GP-EMPTY: {severity: warning, reason: The feed starts in May}}"
    )
    gp = "LocalPatientID | OrgID_GP"
    assert not examined(tmp_path / "a", Settings(), CYP002GP=gp).accepted
    assert examined(tmp_path / "b", settings, CYP002GP=gp).accepted


def test_what_was_changed_can_be_told(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path,
        """
rules:
  X-CONTACT-LONG:
    severity: off
    reason: Overnight sitting service
    decided_by: Data quality group
    until: 2026-12-31
""",
    )
    assert settings.in_force(rule_texts(CURRENT)) == [
        {
            "rule": "X-CONTACT-LONG",
            "was": "warning",
            "now": "off",
            "reason": "Overnight sitting service",
            "decided_by": "Data quality group",
            "until": "2026-12-31",
        }
    ]


def test_change_holds_to_its_last_day_and_lapses_then(tmp_path: Path) -> None:
    text = "rules: {{X-CONTACT-LONG: {{severity: off, reason: For now, until: {0}}}}}"
    holds = settings_of(tmp_path, text.format("2026-04-20"))
    lapsed = settings_of(tmp_path, text.format("2026-04-19"))
    texts = rule_texts(CURRENT)
    assert "X-CONTACT-LONG" not in holds.apply(texts)
    assert lapsed.apply(texts) == texts
    assert [rule for rule, _ in lapsed.lapsed] == ["X-CONTACT-LONG"]
    assert lapsed.ended == [
        "X-CONTACT-LONG is graded as ever: the change in the local settings ended on 19 April 2026."
    ]
    assert lapsed.in_force(texts) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("rules: {X-NO-SUCH: {severity: off, reason: Any}}", "rules.X-NO-SUCH.*no rule X-NO-SUCH"),
        ("rules: {X-CONTACT-LONG: {severity: bad, reason: Any}}", "X-CONTACT-LONG.severity"),
        ("rules: {X-CONTACT-LONG: {severity: on, reason: Any}}", "X-CONTACT-LONG.severity"),
        ("rules: {X-CONTACT-LONG: {severity: off}}", "X-CONTACT-LONG.reason' is missing"),
        ("rules: {X-CONTACT-LONG: {severity: off, reason: ''}}", "X-CONTACT-LONG.reason"),
        ("rules: {X-CONTACT-LONG: {reason: Any}}", "X-CONTACT-LONG.severity' is missing"),
        ("rules: {X-CONTACT-LONG: {severity: off, reason: Any, why: no}}", "why' is not a key"),
        ("rules: {X-CONTACT-LONG: {severity: off, reason: A, until: soon}}", "LONG.until"),
        ("rule: {}", "'rules' is missing"),
        ("- X-CONTACT-LONG", "expected keys with values"),
        ("rules: [", "not YAML"),
    ],
)
def test_mistake_in_the_file_is_named(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(DefinitionError, match=says) as caught:
        settings_of(tmp_path, text)
    assert "rules.yaml" in str(caught.value)


def test_all_mistakes_of_a_file_are_told_in_one_go(tmp_path: Path) -> None:
    text = """rules:
  X-NO-SUCH: {severity: off, reason: Any}
  R-FORMAT: {severity: warning}
  X-CONTACT-LONG: {severity: bad, reason: Any}
"""
    with pytest.raises(DefinitionError) as caught:
        settings_of(tmp_path, text)
    said = str(caught.value)
    assert "line 2: 'rules.X-NO-SUCH': there is no rule X-NO-SUCH." in said
    assert "line 3: 'rules.R-FORMAT': R-FORMAT cannot be switched off" in said
    assert "'rules.R-FORMAT.reason' is missing" in said
    assert "line 4: 'rules.X-CONTACT-LONG.severity' must be one of" in said


@pytest.mark.parametrize("rule", FIXED)
def test_what_everything_rests_on_stays(tmp_path: Path, rule: str) -> None:
    assert rule in rule_texts(CURRENT)
    with pytest.raises(DefinitionError, match=f"{rule} cannot be switched off"):
        settings_of(tmp_path, f"rules: {{{rule}: {{severity: off, reason: Any}}}}")


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="no such file"):
        load_settings(tmp_path / "rules.yaml")


def test_receipt_says_what_was_changed(tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text("rules: {X-CONTACT-LONG: {severity: off, reason: Overnight sitting service}}")
    sent = handmade.write(
        tmp_path / "sent", CYP201CareContact=LONG, CYP202CareActivity=ONE_ACTIVITY
    )
    key = tmp_path / "key"
    key.write_bytes(b"a key for tests alone")
    options = ["--home", tmp_path / "home", "--lookups", handmade.lookups(tmp_path / "lookups")]
    options += ["--key-file", key, "--rules", rules, "--processes", "1"]
    result = CliRunner().invoke(application(), ["load", str(sent), *map(str, options)])
    assert result.exit_code == 0, result.output
    (file,) = (tmp_path / "home").rglob("receipt.json")
    receipt = json.loads(file.read_text())
    (change,) = receipt["settings"]["rules"]
    assert (change["rule"], change["now"]) == ("X-CONTACT-LONG", "off")
    assert "X-CONTACT-LONG" not in {finding["rule"] for finding in receipt["findings"]}


def test_nothing_is_loaded_by_a_faulty_rules_file(tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text("rules: {X-NO-SUCH: {severity: off, reason: Any}}")
    sent = handmade.write(tmp_path / "sent")
    for command in (["check", str(sent)], ["load", str(sent), "--home", str(tmp_path / "home")]):
        result = CliRunner().invoke(application(), [*command, "--rules", str(rules)])
        assert isinstance(result.exception, DefinitionError)
    assert not (tmp_path / "home").exists()


def test_warning_graded_up_spoils_what_rests_on_the_records(tmp_path: Path) -> None:
    text = "rules: {X-CONTACT-LONG: {severity: reject_record, reason: Agreed locally}}"
    harms = []
    for settings in (Settings(), settings_of(tmp_path, text)):
        found = examined(
            tmp_path / f"{len(harms)}",
            settings,
            CYP201CareContact=LONG,
            CYP202CareActivity=ONE_ACTIVITY,
        )
        report = intake.report(found)
        [one] = [one for one in report.findings if one.rule == "X-CONTACT-LONG"]
        harms.append(set(one.harm))
    assert "dna_rate" not in harms[0]
    assert harms[0] | {"dna_rate"} <= harms[1]
