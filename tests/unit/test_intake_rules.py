"""A rule that makes no sense fails when it is loaded, and the message names file and key."""

from pathlib import Path

import pytest
import yaml

import handmade
from levelfield import intake
from levelfield.core.errors import DefinitionError
from levelfield.datasets import load_dataset
from levelfield.intake.checking.layout import layout
from levelfield.intake.checking.snomed import is_concept
from levelfield.intake.reading.versions import CURRENT
from levelfield.intake.rules.catalogue import (
    contract_rules,
    field_grades,
    portal_rules,
    rule_kinds,
)
from levelfield.intake.rules.evaluate import PER_MASK, query
from levelfield.intake.rules.generated import generated_rules
from levelfield.intake.rules.rule import Related, Rule, flat, load_rule, load_rules, rule_texts

SOUND = {
    "id": "X-TRY",
    "version": "1",
    "severity": "warning",
    "table": "CYP201CareContact",
    "fields": ["Contact_Date"],
    "message": "Words.",
    "when": "contact_date < referral.referral_request_received_date",
    "harm": ["wait_first_contact"],
    "remedy": "Words.",
    "source": "a test",
    "authored_by": "a test",
    "reviewed_on": "2026-11-21",
    "examples": [],
}


def test_what_a_rule_reads_of_its_own_row() -> None:
    """Its fields and what is derived from them, and no field of a parent."""
    rules = {rule.id: rule for rule in load_rules("1.6").rules}
    contact = load_dataset("1.6").table("CYP201CareContact")
    assert rules["X-CONTACT-AFTER-DISCHARGE"].reads(contact) == {
        "Contact_Date", "AttendanceStatus",
    }  # fmt: skip
    person = load_dataset("1.6").table("CYP001MPI")
    assert "NHSNumber" in rules["X-PERSON-NHS-NUMBER-STATUS"].reads(person)
    assert "NHSNumber_Mother" not in rules["X-PERSON-NHS-NUMBER-STATUS"].reads(person)


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
        ({"harm": []}, "give either 'harm'.* or 'no_harm'"),
        ({"no_harm": "Words."}, "give either 'harm'.* or 'no_harm'"),
        ({"harm": [], "no_harm": " "}, "give either 'harm'.* or 'no_harm'"),
        ({"harm": ["dna_gap", "dna_rat"]}, "'dna_rat' is no measure.* dna_rate"),
        ({"remedy": ""}, "'remedy'"),
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
    assert "1 AS part" in sql
    assert "2 AS part" not in sql


def test_pairs_of_columns_agree_by_either_name() -> None:
    related = Related(
        table="CYP002GP", match=("local_patient_id", "add_days(a, 1) = b"), where=None, span=None
    )
    assert related.pairs == (
        ("local_patient_id", "local_patient_id"),
        ("add_days(a, 1)", "b"),
    )


@pytest.mark.parametrize(
    ("related", "says"),
    [
        ({"match": []}, "related.earlier.match"),
        ({"match": ["contact_date = no_such_day"]}, "related.earlier.*no_such_day"),
        ({"match": ["no_such_day = contact_date"]}, "related.earlier.*no_such_day"),
        ({"match": ["service_request_id"], "span": "no_such_day"}, "no column 'no_such_day'"),
    ],
)
def test_senseless_counts_are_refused(
    tmp_path: Path, related: dict[str, object], says: str
) -> None:
    counted = {"earlier": {"table": "CYP201CareContact"} | related}
    with pytest.raises(DefinitionError, match=says):
        load(tmp_path, when="earlier_rows > 0", related=counted)


def test_span_is_of_the_columns_type(tmp_path: Path) -> None:
    counted = {
        "earlier": {
            "table": "CYP201CareContact",
            "match": ["service_request_id"],
            "span": "contact_date",
        }
    }
    assert load(tmp_path, when="contact_date > earlier_first", related=counted)
    with pytest.raises(DefinitionError, match="'when'"):
        load(tmp_path, when="abs(earlier_first) > 0", related=counted)


def test_there_are_enough_rules() -> None:
    rules = load_rules(CURRENT).rules
    assert len(rules) >= 110
    assert {rule.severity for rule in rules} >= {"reject_file", "reject_group", "warning"}


def test_the_contract_gives_every_one_of_its_rules_somewhere() -> None:
    generated = generated_rules(CURRENT)
    assert {found.rule for found in generated} == set(contract_rules(CURRENT))
    assert len(set(generated)) == len(generated)
    fields = [found for found in generated if found.rule == "R-FORMAT"]
    assert len(fields) == sum(len(table.fields) for table in load_dataset(CURRENT).tables.values())


def test_words_of_the_rules_are_whole_sentences() -> None:
    for text in rule_texts(CURRENT).values():
        for words in (text.message, text.remedy):
            assert words[0].isupper(), (text.id, words)
            assert words.endswith("."), (text.id, words)


def test_every_rule_has_a_row_for_the_portals_id() -> None:
    assert set(portal_rules(CURRENT)) == set(rule_texts(CURRENT))


def test_every_kind_has_a_rule_or_says_why_not() -> None:
    kinds = rule_kinds()
    named = {row.kind for row in portal_rules(CURRENT).values() if row.kind}
    assert named <= kinds.keys()
    silent = {kind for kind, why in kinds.items() if bool(why) == (kind in named)}
    assert not silent


def test_a_retired_code_without_a_general_warning_has_a_rule_of_its_own() -> None:
    dataset = load_dataset(CURRENT)
    told = [place for place, grade in field_grades(CURRENT).items() if grade.retired_by_rule]
    assert told
    for table, name in told:
        field = dataset.table(table).by_name[name]
        conditions = [rule.when for rule in load_rules(CURRENT).of(table)]
        for code in dataset.codes[field.code_list].values():
            if code.retired:
                condition = f"{field.column} = '{code.code}'"
                assert any(condition in when for when in conditions), (table, condition)


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("22298006", True),
        ("999000031000000106", True),
        ("22298007", False),
        ("22289006", False),
        ("37436014", False),
        ("022298006", False),
        ("12", False),
        ("2229800६", False),
        ("", False),
    ],
)
def test_concepts_have_a_check_digit(text: str, valid: bool) -> None:
    assert is_concept(text) is valid


def test_layouts_are_told_by_field() -> None:
    tables = load_dataset(CURRENT).tables
    contact, person = tables["CYP201CareContact"].by_name, tables["CYP001MPI"].by_name
    assert layout(contact["Contact_Date"]) == "a date that exists, written as 2026-03-05"
    assert layout(contact["CareContact_Duration"]) == "a whole number of at most 4 digits"
    assert layout(person["NHSNumber"]) == "exactly 10 digits"
    assert layout(person["Gender"]) == "a single character"
    weight = tables["CYP611Obs"].by_name["Weight"]
    assert layout(weight) == "a number in digits, at most 3 before and 3 after the point"


def test_a_rule_that_rejects_the_file_refuses_it(tmp_path: Path) -> None:
    folder = handmade.write(
        tmp_path,
        CYP001MPI="LocalPatientID | OrgID_LocalPatientID | NHSNumber\n"
        + "\n".join(f"P{n} | ZA1 | 999000{n:04d}" for n in (1, 2, 3, 4, 5, 6, 7, 9, 10, 12)),
    )
    report = intake.check(folder)
    assert report.status == "refused"
    assert "F-NO-VALID-NHS-NUMBER" in {finding.rule for finding in report.findings}


def test_what_hangs_on_a_rejected_group_falls_with_it(tmp_path: Path) -> None:
    folder = handmade.write(
        tmp_path,
        CYP001MPI="LocalPatientID | OrgID_LocalPatientID | NHSNumber\n"
        "P1 | ZA1 | 9990000018\nP2 | ZA1 | 9990000018",
    )
    examined = intake.examine(intake.find_submissions(folder)[0])
    assert not examined.tables["CYP001MPI"].alive.any()
    assert not examined.tables["CYP201CareContact"].alive.any()
