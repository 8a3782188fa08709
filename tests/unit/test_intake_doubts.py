# ruff: noqa: E501 (a drawn table is read across)
"""What makes a whole submission doubtful, and in what order a refusal and its cause are told."""

from datetime import datetime
from pathlib import Path

import pytest

import handmade
from levelfield import intake
from levelfield.intake.doubts import doubts

NOW = datetime(2026, 5, 1, 12)


def told(folder: Path, **tables: str | None) -> list[str]:
    [source] = intake.find_submissions(handmade.write(folder, **tables))
    return doubts(intake.examine(source), NOW)


def test_a_sound_submission_raises_no_doubt(tmp_path: Path) -> None:
    assert told(tmp_path) == []


def test_contacts_of_another_month_than_the_header_says(tmp_path: Path) -> None:
    header = handmade.HEADER.replace("03-01", "04-01").replace("03-31", "04-30")
    header = header.replace("2026-04-20T", "2026-05-01T")
    assert told(tmp_path, CYP000Header=header) == [
        "Not one contact is dated in April 2026, the month of the header; 3 of 3 are of March 2026: "
        "is the month of the header right, and was the extract run for it?"
    ]


def test_most_contacts_lie_in_another_month_than_the_header_says(tmp_path: Path) -> None:
    drawn = handmade.CONTACT.replace("2026-03-04", "2026-02-04").replace("2026-03-11", "2026-02-11")
    assert told(tmp_path, CYP201CareContact=drawn) == [
        "Only 1 of 3 contacts are dated in March 2026, the month of the header; 2 of 3 are "
        "of February 2026: is the month of the header right, and was the extract run for it?"
    ]


def test_a_few_contacts_of_another_month_raise_no_doubt(tmp_path: Path) -> None:
    drawn = handmade.CONTACT.replace("2026-03-04", "2026-02-04")
    assert told(tmp_path, CYP201CareContact=drawn) == []


def test_a_month_that_has_not_begun_and_a_file_from_the_future(tmp_path: Path) -> None:
    header = handmade.HEADER.replace("2026-", "2031-").replace("04-20T", "06-09T")
    said = told(tmp_path, CYP000Header=header)
    assert said[0] == "The month of the header, March 2031, has not begun: is it right?"
    assert said[1] == (
        "The file says that it was created on 9 June 2031, which is yet to come: check "
        "FileCreation_DateTime and the clock of the system. Unless a time of receipt is given, it "
        "counts as received when it is loaded."
    )


@pytest.mark.parametrize(("created", "doubts"), [("2026-05-01T13:00", 0), ("2026-05-01T15:00", 1)])
def test_an_hour_ahead_is_summer_time(tmp_path: Path, created: str, doubts: int) -> None:
    header = handmade.HEADER.replace("2026-04-20T09:00", created)
    assert len(told(tmp_path, CYP000Header=header)) == doubts


@pytest.mark.parametrize(
    ("letters", "garbled"),
    [(b"H\xc3\xa4nd\xe9", True), (b"H\xe4nd\xe9", False), (b"H\xc3\xa4nd", False)],
)
def test_letters_of_two_encodings_in_one_file(
    tmp_path: Path, letters: bytes, garbled: bool
) -> None:
    file = handmade.write(tmp_path) / "CYP000Header.csv"
    file.write_bytes(file.read_bytes().replace(b"byhand", letters))
    report = intake.check(tmp_path)
    said = (
        "CYP000Header: read as Windows-1252, since not every letter is UTF-8, though some look "
        "like it and are garbled then: have files of two encodings been joined?"
    )
    assert list(report.doubts) == ([said] if garbled else [])
    assert report.files is not None
    assert ("in part like UTF-8" in str(report.files["CYP000Header"]["encoding"])) == garbled


@pytest.mark.parametrize("contacts", [None, "CareContactID | ServiceRequestID"])
def test_referrals_without_one_contact(tmp_path: Path, contacts: str | None) -> None:
    assert told(tmp_path, CYP201CareContact=contacts, CYP202CareActivity=None) == [
        "There are 2 referrals and not one contact (CYP201CareContact): has a feed been lost?"
    ]


def test_no_doubt_is_raised_of_a_header_that_cannot_be_read(tmp_path: Path) -> None:
    assert told(tmp_path, CYP000Header=handmade.HEADER.replace("1.6", "9.9")) == []


def test_why_all_records_fell_is_told_before_that_they_did(tmp_path: Path) -> None:
    """People without an id: their referrals, contacts and all else fall with them."""
    people = handmade.PERSON.replace("P1 ", "   ").replace("P2 ", "   ")
    findings = intake.check(handmade.write(tmp_path, CYP001MPI=people)).findings
    assert [(f.rule, f.table) for f in findings[:2]] == [
        ("R-BLANK", "CYP001MPI"),
        ("F-ALL-FAILED", "CYP001MPI"),
    ]
    assert findings[1].message == (
        "Not one of the 2 records of CYP001MPI is left after the other checks."
    )
    assert [f.table for f in findings if f.rule == "F-ALL-FAILED"] == ["CYP001MPI"]


REMEDIES = {
    "Contact_Date": ("| 2026-03-04", "| 04/03/2026", "Contact_Date must be a date that exists, written as 2026-03-05. As sent, the year stands last."),
    "ConsMechanism": ("| 30                   | 01 ", "| 30                   | 1  ", "ConsMechanism must be exactly 2 characters without a space around them. Keep the leading zeros of codes. As sent, it is too short: a leading zero may be lost."),
    "AttendanceStatus": ("| 01            | 5", "| 01            | 8", "AttendanceStatus must be 2, 3, 4, 5, 6 or 7."),
}  # fmt: skip


@pytest.mark.parametrize("field", REMEDIES)
def test_what_to_write_is_said_by_field(tmp_path: Path, field: str) -> None:
    old, new, remedy = REMEDIES[field]
    assert handmade.CONTACT.count(old) >= 1
    drawn = handmade.CONTACT.replace(old, new, 1)
    findings = intake.check(handmade.write(tmp_path, CYP201CareContact=drawn)).findings
    assert [f.remedy for f in findings if f.field == field] == [remedy]
