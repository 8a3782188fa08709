"""A rule that makes no sense fails when it is loaded, and the message names file and key."""

from pathlib import Path

import pytest
import yaml

from levelfield.core.errors import DefinitionError
from levelfield.intake.reading.versions import CURRENT
from levelfield.intake.rules.evaluate import PER_MASK, query
from levelfield.intake.rules.rule import Rule, flat, load_rule, load_rules

SOUND = {
    "id": "X-TRY",
    "version": "1",
    "severity": "warning",
    "table": "CYP201CareContact",
    "fields": ["Contact_Date"],
    "message": "Words.",
    "when": "contact_date < referral.referral_request_received_date",
    "harm": [],
    "remedy": "Words.",
    "source": "a test",
    "authored_by": "a test",
    "reviewed_on": "2026-11-21",
    "examples": [],
}


def load(folder: Path, name: str = "x-try", **changed: object) -> Rule:
    file = folder / f"{name}.yaml"
    file.write_text(yaml.safe_dump(SOUND | changed))
    return load_rule(file, CURRENT)


def test_sound_rule_loads(tmp_path: Path) -> None:
    assert load(tmp_path).table == "CYP201CareContact"


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"table": "CYP999"}, "'table'.*no table 'CYP999'"),
        ({"fields": ["ContactDate"]}, "'fields'.*no field ContactDate"),
        ({"severity": "bad"}, "'severity'"),
        ({"colour": "red"}, "'colour' is not a key"),
        ({"when": "contact_day IS NULL"}, "'when'.*no column 'contact_day'"),
        ({"when": "person.shoe_size > 9"}, "'when'.*no column 'person__shoe_size'"),
        ({"when": "care_contact_duration + 1"}, "'when'.*not true or false"),
        ({"when": "contact_date IS NULL; DROP TABLE x"}, "'when'"),
        ({"when": "(SELECT true)"}, "'when'.*not allowed"),
        ({"when": "read_text('/etc/hosts') = ''"}, "'when'.*not allowed"),
        ({"when": "getenv('HOME') = ''"}, "'when'.*not allowed"),
        (
            {"related": {"team": {"table": "CYP102ServiceTypeReferredTo", "match": ["plan_id"]}}},
            "related.team.*'plan_id'",
        ),
        (
            {"related": {"team": {"table": "CYP102ServiceTypeReferredTo", "match": ["x; --"]}}},
            "related.team",
        ),
    ],
)
def test_senseless_rule_is_refused(tmp_path: Path, changed: dict[str, object], says: str) -> None:
    with pytest.raises(DefinitionError, match=says) as caught:
        load(tmp_path, **changed)
    assert "x-try.yaml" in str(caught.value)


def test_file_is_named_as_its_rule(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=r"name the file x-try\.yaml"):
        load(tmp_path, name="other")


def test_parents_columns_are_flattened_by_name_only() -> None:
    assert flat("person.gender = '1'") == "person__gender = '1'"
    assert flat("a.person_id = 1 AND plan_id = 2") == "a.person_id = 1 AND plan_id = 2"


def test_many_rules_share_masks(tmp_path: Path) -> None:
    """Every rule has a bit of its own, however many there are."""
    sql = query([load(tmp_path)] * (PER_MASK + 1))
    assert f"THEN {1 << (PER_MASK - 1)} " in sql
    assert "mask_1" in sql
    assert "mask_2" not in sql


def test_there_are_enough_rules() -> None:
    assert len(load_rules(CURRENT).rules) >= 15
