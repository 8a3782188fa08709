"""What rules say that a fault spoils: figures that exist, and that read the fields of the rule."""

import re
from functools import cache
from pathlib import Path

import pytest

from levelfield import currencies, facts
from levelfield.datasets import load_dataset
from levelfield.intake.reading.versions import CURRENT
from levelfield.intake.rules.catalogue import (
    BREAKDOWNS,
    contract_harm,
    contract_rules,
    field_grades,
    figures,
)
from levelfield.intake.rules.columns import PARENTS
from levelfield.intake.rules.rule import Rule, load_rules
from levelfield.measures import load_measures

RULES = load_rules(CURRENT).rules
PERSON, CONTACT, TEAM = "CYP001MPI", "CYP201CareContact", "CYP102ServiceTypeReferredTo"
NCC = "ncc-2024-25"

OF_WHOLE_RECORDS = {
    "X-CONTACT-AFTER-DEATH": "the contact may not have taken place",
    "X-CONTACT-CANCELLED-LATE": "it may have been missed and not cancelled",
    "X-CONTACT-REPEATED": "one contact may be counted twice",
    "X-CONTACT-REPEATED-ACROSS-REFERRALS": "one contact may be counted twice",
    "X-HEADER-CREATED-BEFORE-END": "the last days of the month are missing",
    "X-HEADER-PROVIDER-DEFAULT": "every figure stands under another's name",
    "X-PERSON-TRACE-POSTPONED": "the NHS number is missing",
    "X-PERSON-WITHOUT-GP": "the registration is missing",
    "X-REFERRAL-WITHOUT-TEAM": "the team is missing",
}
"""Rules whose harm is of records that are there or missing, and not of a field that they read."""

USED_WITHOUT_HARM = {
    "X-DISABILITY-REPEATED": "a person with a disability either way",
    "X-OBSERVATION-UNIT-ALONE": "there is no value",
    "X-PLAN-AGREED-TWICE": "agreed either way",
    "X-PROTECTION-SEVERAL-OPEN": "the earliest plan counts",
    "X-IMMUNISATION-REPEATED": "the day is an immunisation day either way",
    "X-PRIMARY-DIAGNOSIS-SAME-DAY": "a stroke counts wherever it stands",
    "X-REASON-REPEATS-PRIMARY": "a reason that stands twice counts once",
    "X-REASON-UNKNOWN": "measures ask for named reasons beside the primary one",
    "X-SECONDARY-REPEATS-PRIMARY": "a stroke counts wherever it stands",
    "X-REFERRAL-COMMISSIONER-IS-PROVIDER": "the submitted code only tells private patients",
    "X-REFERRAL-COMMISSIONER-RETIRED": "the submitted code only tells private patients",
}
"""Rules about a field that figures use, whose fault all the same changes none."""

READ_BY_FACTS_ALONE = {
    (CONTACT, "CareContact_Duration"): "marks contacts of more than a day",
    (CONTACT, "CareContact_Subject"): "fact contact",
    ("CYP004CarePlanType", "PlanID"): "joins plans to their agreements",
    ("CYP004CarePlanType", "Plan_ImplementDate"): "fact care_plan",
    ("CYP005CarePlanAgreement", "PlanID"): "joins plans to their agreements",
    ("CYP202CareActivity", "Procedure_Scheme"): "fact activity",
    ("CYP501CodedImm", "Procedure_Scheme"): "facts read the field of that name of an activity",
}
"""Fields of tables that figures rest on which facts keep and no measure or currency uses yet."""


def test_figures_are_the_measures_schemes_and_breakdowns_there_are() -> None:
    assert figures() == {*load_measures(), *currencies.schemes(), *BREAKDOWNS}
    of_submissions = [m for m in load_measures().values() if not facts.load_fact(m.fact).every]
    split = {f"by_{name}" for measure in of_submissions for name in measure.stratifiers}
    assert split | {"by_commissioner"} == BREAKDOWNS.keys()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_a_harm_or_a_reason_and_a_remedy(rule: Rule) -> None:
    assert bool(rule.harm) != bool(rule.no_harm)
    assert set(rule.harm) <= figures()
    assert len(set(rule.harm)) == len(rule.harm)
    assert rule.remedy
    if rule.no_harm:
        assert rule.no_harm[0].isupper()
        assert rule.no_harm.endswith(".")


def test_most_rules_have_a_harm_of_their_own() -> None:
    assert sum(bool(rule.harm) for rule in RULES) >= 120


@cache
def used(table: str) -> dict[str, frozenset[str]]:
    """The figures that rest on the columns of a table."""
    fields = load_dataset().tables[table].fields
    return {
        f.column: frozenset(contract_harm(CURRENT, table, f.name, rejects=False)) for f in fields
    }


def read(rule: Rule) -> frozenset[str]:
    """All figures that rest on the columns that a rule reads."""
    found = set().union(*(used(rule.table)[column(rule, name)] for name in rule.fields))
    texts = [(rule.table, rule.expressions)]
    texts += [(related.table, related.expressions) for related in rule.related.values()]
    for table, expressions in texts:
        for word in re.findall(r"(?:\w+\.)?\w+", " ".join(expressions)):
            parent, _, name = word.rpartition(".")
            found |= used(PARENTS.get(parent, table)).get(name, frozenset())
            if "_age_" in name or name.startswith("age_"):
                found |= used(PERSON)["date_of_birth"]
    return frozenset(found)


def column(rule: Rule, field: str) -> str:
    return load_dataset().tables[rule.table].by_name[field].column


def test_a_warning_spoils_only_what_rests_on_the_fields_that_it_reads() -> None:
    beyond = {
        rule.id for rule in RULES if rule.severity == "warning" and not set(rule.harm) <= read(rule)
    }
    assert beyond == OF_WHOLE_RECORDS.keys()


def test_a_fault_in_a_field_that_figures_use_has_a_harm() -> None:
    silent = {r.id for r in RULES if r.no_harm and used(r.table)[column(r, r.fields[0])]}
    assert silent == USED_WITHOUT_HARM.keys()


def test_a_rule_that_rejects_spoils_what_rests_on_its_records() -> None:
    for rule in RULES:
        if rule.severity in ("reject_group", "reject_record"):
            lost = contract_harm(CURRENT, rule.table, rule.fields[0], rejects=True)
            assert bool(rule.harm) == bool(lost), rule.id
            assert set(rule.harm) <= {*lost, NCC}, rule.id


@cache
def read_by_facts() -> frozenset[str]:
    folder = Path(facts.__file__).parent / "sql"
    texts = " ".join(file.read_text(encoding="utf-8") for file in folder.glob("*.sql"))
    return frozenset(re.findall(r"\w+", texts))


def test_fields_with_a_harm_are_those_that_facts_read() -> None:
    """Ages, pseudonym and area are derived from fields that no fact ever sees."""
    derived = {(PERSON, name) for name in ("NHSNumber", "DateOfBirth", "Postcode")}
    for (table, name), grade in field_grades(CURRENT).items():
        if grade.harm and (table, name) not in derived:
            assert load_dataset().tables[table].by_name[name].column in read_by_facts(), name


def test_fields_that_facts_read_have_a_harm_or_are_known_to_have_none() -> None:
    keys = {"service_request_id", "local_patient_id", "care_contact_id", "care_activity_id"}
    unused = {
        (table.name, field.name)
        for table in load_dataset().tables.values()
        if contract_harm(CURRENT, table.name, "", rejects=True)
        for field in table.fields
        if field.column in read_by_facts() - keys and not used(table.name)[field.column]
    }
    assert unused == READ_BY_FACTS_ALONE.keys()


def test_a_rejected_record_spoils_what_rests_on_all_below_it() -> None:
    assert set(contract_harm(CURRENT, "CYP104RTT", "", rejects=True)) == {
        "ucr_2h",
        "ucr_2h_unmeasured",
        "ucr_source_urgent",
        "ic_2day",
        "ahp_rtt_18w",
        "ahp_clock_recorded",
        NCC,
    }
    assert "dna_rate" in contract_harm(CURRENT, "CYP101Referral", "", rejects=True)
    assert "dna_rate" not in contract_harm(CURRENT, TEAM, "", rejects=True)
    assert "plan_agreed_with_person" in contract_harm(
        CURRENT, "CYP004CarePlanType", "", rejects=True
    )
    assert contract_harm(CURRENT, "CYP105OnwardReferral", "", rejects=True) == ()


def test_a_contract_rule_that_refuses_the_file_spoils_every_total() -> None:
    for rule in contract_rules(CURRENT).values():
        whole = figures() - BREAKDOWNS.keys() if rule.severity == "reject_file" else frozenset()
        assert set(rule.harm) == whole, rule.id
