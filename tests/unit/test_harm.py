"""What a submitter is told of harm: what is lost, what rests on the records, or why nothing."""

from dataclasses import replace
from pathlib import Path

import pytest

from handmade import CONTACT, GP, HEADER, PERSON, STAFF, TEAM, write
from levelfield import intake, tariff
from levelfield.home import SCHEME
from levelfield.intake import Examined, Finding
from levelfield.intake.findings import UNUSED_FIELD, UNUSED_RECORDS
from levelfield.measures import load_measures
from levelfield.pipeline.harm import ROWS_OF_FACT, cost
from levelfield.pipeline.preview import from_one_month, preview
from levelfield.publish.check_data import CostedFinding, Touched
from levelfield.publish.check_words import harm

CONTACTS = "CYP201CareContact"
PRICES = tariff.load_price_list(SCHEME)


def examined(folder: Path, **changed: str | None) -> Examined:
    # Of a nursery nurse's contacts the team decides.
    write(folder, **{"CYP901StaffDetails": STAFF.replace("N01", "C04"), **changed})
    return intake.examine(intake.find_submissions(folder)[0])


def told(folder: Path, rule: str, table: str, **changed: str | None) -> tuple[CostedFinding, str]:
    """The finding of a rule in a table, and what is said of its harm."""
    found = examined(folder, **changed)
    findings, _ = cost(found, preview(found, PRICES))
    for other in findings:
        assert harm(other)
        sent = other.to_json()
        assert bool(sent["harm"]) != bool(sent["no_harm"])
    [one] = [f for f in findings if (f.finding.rule, f.finding.table) == (rule, table)]
    return one, harm(one)


def test_what_loses_much_of_a_main_table_comes_before_what_costs_pounds(tmp_path: Path) -> None:
    """Activities whose contacts are not in the file carry no pounds, and are half of the table."""
    rows = [f"A{n} | {'C1' if n % 2 else f'C{n + 9}'} | 03 | S1" for n in range(200)]
    fields = "CareActivityID | CareContactID | Activity_Type | CareProfessionalID_Local"
    unpaid = CONTACT.replace("| 20                   | 02            | 6", "| 20 | 02 | ")
    found = examined(
        tmp_path, CYP202CareActivity="\n".join([fields, *rows]), CYP201CareContact=unpaid
    )
    for previewed in (preview(found, PRICES), None):
        first, *others = cost(found, previewed)[0]
        assert (first.finding.rule, first.finding.table) == ("G-NO-PARENT", "CYP202CareActivity")
        assert not first.pence
    assert any(one.pence for one in cost(found, preview(found, PRICES))[0])
    assert others


def test_a_rejected_team_leaves_its_contacts_uncertain_and_not_lost(tmp_path: Path) -> None:
    bad = TEAM.replace("| 12", "| 1234")
    one, words = told(
        tmp_path, "R-FORMAT", "CYP102ServiceTypeReferredTo", CYP102ServiceTypeReferredTo=bad
    )
    assert not one.lost
    assert one.contacts == 2
    assert "of activity rest on it" in words
    assert "every measure by service" in words
    assert "lost" not in words


def test_a_rejected_contact_is_lost(tmp_path: Path) -> None:
    one, words = told(
        tmp_path,
        "R-FORMAT",
        CONTACTS,
        CYP201CareContact=CONTACT.replace("2026-03-04", "2026-02-30"),
    )
    assert one.lost
    assert "of activity is lost." in words
    assert words.endswith("count without it.")


def test_a_fault_of_a_professional_reaches_the_contacts_of_their_activities(tmp_path: Path) -> None:
    one, words = told(
        tmp_path, "W-CODE", "CYP901StaffDetails", CYP901StaffDetails=STAFF.replace("N01", "Z99")
    )
    assert one.contacts == 2
    assert words.startswith("Every measure by staff group and £")
    assert words.endswith("of activity rest on it.")


def test_a_fault_of_the_header_reaches_everything(tmp_path: Path) -> None:
    early = HEADER.replace("2026-04-20", "2026-03-30")
    one, words = told(tmp_path, "X-HEADER-CREATED-BEFORE-END", "CYP000Header", CYP000Header=early)
    assert [measure.rows for measure in one.measures if measure.kind == "contact"] == [3]
    assert words.startswith("Contacts per person, ")


def test_a_missing_registration_moves_pounds_between_commissioners(tmp_path: Path) -> None:
    one, words = told(
        tmp_path, "X-PERSON-WITHOUT-GP", "CYP001MPI", CYP002GP="\n".join(GP.splitlines()[:3])
    )
    assert one.contacts == 1
    assert words.startswith("Every measure by commissioner and £")


def test_a_rule_without_harm_says_why(tmp_path: Path) -> None:
    one, words = told(
        tmp_path, "X-CONTACT-LONG", CONTACTS, CYP201CareContact=CONTACT.replace("| 30 ", "| 1500 ")
    )
    assert not one.finding.harm
    assert words == one.finding.no_harm
    assert words.startswith("No measure and no price uses the duration of a contact")


def test_a_field_that_nothing_uses_says_so(tmp_path: Path) -> None:
    person = PERSON.replace("| EthnicCategory", "| EthnicCategory | ChildLookedAfter_Indicator")
    person = person.replace("| A\n", "| A | Q\n").replace("| Z\n", "| Z | Q\n")
    _, words = told(tmp_path, "W-CODE", "CYP001MPI", CYP001MPI=person)
    assert words == UNUSED_FIELD


def test_lost_records_that_nothing_uses_say_so(tmp_path: Path) -> None:
    home = "LocalPatientID | AccommStatus | AccommStatus_Date\nP1 | MA01 | 2026-02-30"
    _, words = told(tmp_path, "R-FORMAT", "CYP003AccommType", CYP003AccommType=home)
    assert words == UNUSED_RECORDS


def test_what_is_settled_on_reading_harms_nothing(tmp_path: Path) -> None:
    twice = CONTACT + CONTACT.strip("\n").splitlines()[1] + "\n"
    _, words = told(tmp_path, "DUPLICATE", CONTACTS, CYP201CareContact=twice)
    assert words == "The repeats are left out on reading, so nothing is counted or priced twice."


def test_a_table_of_which_nothing_is_left_refuses_everything(tmp_path: Path) -> None:
    bad = PERSON.replace("1950-06-15", "1950-06-31").replace("2020-02-29", "2020-02-30")
    one, words = told(tmp_path, "F-ALL-FAILED", "CYP001MPI", CYP001MPI=bad)
    assert {"dna_rate", "ucr_2h", SCHEME} <= set(one.finding.harm)
    assert words == "Nothing of the file is counted or paid until it is mended."


FINDING = Finding("X-TRY", "warning", CONTACTS, "", 2, (1, 2), "Words.", "Words.", ())
MEASURES = tuple(
    Touched(name, title, "contact", 2, 9) for name, title in (("a", "One"), ("b", "Two"))
)


@pytest.mark.parametrize(
    ("names", "costed", "words"),
    [
        (("by_sex", "by_age_band"), {}, "Every measure by age band and sex rests on them."),
        ((SCHEME,), {}, "The price of activity rests on them."),
        ((SCHEME,), {"contacts": 2, "pence": 123_400}, "£1,234 of activity rests on them."),
        (("a", "b"), {"measures": MEASURES}, "One and Two rest on them."),
        (
            (SCHEME,),
            {"contacts": 0},
            "Nothing that is counted or priced in this file rests on them.",
        ),
    ],
)
def test_words_for_what_is_kept(
    names: tuple[str, ...], costed: dict[str, object], words: str
) -> None:
    one = CostedFinding(replace(FINDING, harm=names), "Title", 9)
    assert harm(replace(one, **costed)) == words


def test_the_rows_of_every_measure_of_a_preview_are_known() -> None:
    facts = {measure.fact for measure in load_measures().values() if from_one_month(measure)}
    assert facts <= ROWS_OF_FACT.keys()
