"""The checks that follow from the contract, through the whole of `check`."""

from pathlib import Path

import pytest

import handmade
from levelfield import intake
from levelfield.intake.faults import Fault

CONTACT_FIELDS = (
    "CareContactID | ServiceRequestID | Contact_Date | AttendanceStatus | ConsMechanism"
)


def found(folder: Path, **tables: str | None) -> dict[tuple[str, str, str], list[int]]:
    """What is found in the sound submission with some tables redrawn: rows by rule and field."""
    examined = intake.examine(intake.find_submissions(handmade.write(folder, **tables))[0])
    return {(f.rule, f.table, f.field): f.rows.tolist() for f in examined.faults}


def contacts(*rows: str) -> str:
    return "\n".join([CONTACT_FIELDS, *rows])


def test_sound_submission_has_no_finding(tmp_path: Path) -> None:
    report = intake.check(handmade.write(tmp_path))
    assert (report.status, list(report.findings)) == ("accepted", [])
    assert (report.provider, report.period, report.version) == ("ZA1", "2026-03", "1.6")


@pytest.mark.parametrize(
    ("row", "rule", "field"),
    [
        ("C1 | R1 |            | 5 | 01", "R-BLANK", "Contact_Date"),
        ("C1 | R1 | 2026-3-04  | 5 | 01", "R-FORMAT", "Contact_Date"),
        ("C1 | R1 | 2026-02-30 | 5 | 01", "R-FORMAT", "Contact_Date"),
        ("C1 | R1 | 04/03/2026 | 5 | 01", "R-FORMAT", "Contact_Date"),
        ("C1 | R1 | 2026-02-28 | 5 | 01", "R-BEFORE-START", "Contact_Date"),
        ("C1 | R1 | 2026-04-01 | 5 | 01", "R-AFTER-END", "Contact_Date"),
        ("C1 | R1 | 2026-03-04 | 9 | 01", "W-CODE", "AttendanceStatus"),
        ("C1 | R1 | 2026-03-04 | 05 | 01", "W-LEADING-ZERO", "AttendanceStatus"),
        ("C1 | R1 | 2026-03-04 | 5 | 1", "R-FORMAT", "ConsMechanism"),
        ("C1 | R1 | 2026-03-04 |   | 01", "W-BLANK-KEY", "AttendanceStatus"),
        ("C1 | R9 | 2026-03-04 | 5 | 01", "G-NO-PARENT", "ServiceRequestID"),
        (
            "C123456789012345678901 | R1 | 2026-03-04 | 5 | 01",
            "R-FORMAT",
            "CareContactID",
        ),
    ],
)
def test_one_fault_in_one_contact(tmp_path: Path, row: str, rule: str, field: str) -> None:
    faults = found(tmp_path, CYP201CareContact=contacts(row), CYP202CareActivity=None)
    assert faults[rule, "CYP201CareContact", field] == [1]


def test_a_value_that_cannot_be_read_is_told_once(tmp_path: Path) -> None:
    """No contact is said to lack the duration that is written wrongly in it, nor a parent's key to
    be missing that cannot be read; rules that read other fields are judged all the same."""
    fields = f"{CONTACT_FIELDS} | CareContact_Duration | GroupTherapyIndicator"
    rows = [
        "C1 | R1 | 2026-03-04 | 5 | 02 | 20 m | Y",
        "C2 | R1 | 2026-03-05 | 5 | 01 |      | N",
        "C3 | R1 and more than twenty letters | 2026-03-06 | 5 | 01 | 20 | N",
    ]
    drawn = "\n".join([fields, *rows])
    faults = found(tmp_path, CYP201CareContact=drawn, CYP202CareActivity=None)
    here = {
        (rule, field): rows for (rule, table, field), rows in faults.items()
        if table == "CYP201CareContact"
    }  # fmt: skip
    assert here == {
        ("R-FORMAT", "CareContact_Duration"): [1],
        ("R-FORMAT", "ServiceRequestID"): [3],
        ("X-CONTACT-ATTENDED-WITHOUT-DURATION", "CareContact_Duration"): [2],
        ("X-CONTACT-GROUP-BY-MESSAGE", "GroupTherapyIndicator"): [1],
        ("X-CONTACT-WITHOUT-ACTIVITY", "CareContactID"): [1, 2, 3],
    }


def test_surrounding_spaces_are_a_fault_and_never_trimmed(tmp_path: Path) -> None:
    folder = handmade.write(tmp_path)
    file = folder / "CYP001MPI.csv"
    file.write_text(file.read_text().replace("P2,", '"P2 ",'))
    examined = intake.examine(intake.find_submissions(folder)[0])
    assert ("R-FORMAT", [2]) in [(f.rule, f.rows.tolist()) for f in examined.faults]


def test_retired_code_is_valid_until_its_day(tmp_path: Path) -> None:
    team = "ServiceRequestID | TeamID_Local | TeamType\nR1 | T1 | 22\nR2 | T2 | 16"
    faults = found(tmp_path, CYP102ServiceTypeReferredTo=team)
    assert faults["X-TEAM-TYPE-22", "CYP102ServiceTypeReferredTo", "TeamType"] == [1]
    assert ("W-CODE-RETIRED", "CYP102ServiceTypeReferredTo", "TeamType") not in faults


def test_repeat_is_counted_once_and_the_first_row_kept(tmp_path: Path) -> None:
    row = "C1 | R1 | 2026-03-04 | 3 | 01"
    folder = handmade.write(
        tmp_path, CYP201CareContact=contacts(row, row, row), CYP202CareActivity=None
    )
    report = intake.check(folder)
    counts = report.tables["CYP201CareContact"]
    assert (counts.read, counts.accepted, counts.rejected, counts.duplicate) == (3, 1, 0, 2)
    assert [(f.rule, f.rows) for f in report.findings] == [("DUPLICATE", (2, 3))]


def test_same_key_with_other_content_falls_with_its_children(tmp_path: Path) -> None:
    drawn = contacts(
        "C1 | R1 | 2026-03-04 | 3 | 01",
        "C1 | R1 | 2026-03-05 | 3 | 01",
        "C3 | R1 | 2026-03-05 | 3 | 01",
    )
    activity = "CareActivityID | CareContactID | Activity_Type\nA1 | C1 | 03\nA3 | C3 | 03"
    faults = found(tmp_path, CYP201CareContact=drawn, CYP202CareActivity=activity)
    assert faults["G-KEY-DUP", "CYP201CareContact", "CareContactID"] == [1, 2]
    assert faults["G-NO-PARENT", "CYP202CareActivity", "CareContactID"] == [1]


def test_rejected_person_takes_every_descendant_along(tmp_path: Path) -> None:
    report = intake.check(
        handmade.write(tmp_path, CYP001MPI=handmade.PERSON.replace("2020-02-29", "2020-02-30"))
    )
    rejected = {name: counts.rejected for name, counts in report.tables.items() if counts.rejected}
    assert rejected == {
        "CYP001MPI": 1,
        "CYP002GP": 1,
        "CYP101Referral": 1,
        "CYP102ServiceTypeReferredTo": 1,
        "CYP201CareContact": 1,
        "CYP202CareActivity": 1,
    }


@pytest.mark.parametrize("empty", [None, "CareContactID | ServiceRequestID"])
def test_without_a_parent_table_every_child_is_rejected(tmp_path: Path, empty: str | None) -> None:
    """Whether the table is absent or has no row."""
    report = intake.check(handmade.write(tmp_path, CYP201CareContact=empty))
    assert report.status == "accepted"
    assert report.tables["CYP202CareActivity"].rejected == 2
    [fault] = [f for f in report.findings if f.rule == "G-NO-PARENT"]
    assert (fault.table, fault.rows) == ("CYP202CareActivity", (1, 2))


def test_a_local_sub_code_of_ethnicity_is_no_fault(tmp_path: Path) -> None:
    """The dictionary allows one more character after the letter of the list."""
    person = handmade.PERSON.replace("| 2      | A", "| 2      | A1")
    assert found(tmp_path / "sound", CYP001MPI=person) == {}
    wrong = handmade.PERSON.replace("| 2      | A", "| 2      | Y1")
    faults = found(tmp_path / "wrong", CYP001MPI=wrong)
    assert faults == {("W-CODE", "CYP001MPI", "EthnicCategory"): [1]}


def test_row_rejected_by_a_rule_takes_its_children_along(tmp_path: Path) -> None:
    twins = handmade.PERSON.replace("9990000026", "9990000018")
    report = intake.check(handmade.write(tmp_path, CYP001MPI=twins))
    # Both people fall, and with them everything: nothing is left of the file.
    assert {f.rule for f in report.findings} == {"F-ALL-FAILED", "G-PERSON-NHSNO", "G-NO-PARENT"}
    assert report.status == "refused"


def test_findings_come_in_the_order_of_their_weight(tmp_path: Path) -> None:
    drawn = contacts(
        "C1 | R1 | 2026-03-04 | 05 | 01",
        "C2 | R1 | 2026-03-40 | 5 | 01",
        "C3 | R9 | 2026-03-05 | 5 | 01",
    )
    report = intake.check(handmade.write(tmp_path, CYP201CareContact=drawn))
    grades = ["reject_file", "reject_group", "reject_record", "warning"]
    ranks = [(f.follows, grades.index(f.severity)) for f in report.findings]
    # What follows from another finding comes last, however grave it is.
    assert ranks == sorted(ranks)
    assert ranks[0][0] < ranks[-1][0]


def test_json_has_the_promised_shape(tmp_path: Path) -> None:
    drawn = contacts(*(f"C{n} | R1 | 2026-03-04 | 05 | 01" for n in range(20)))
    report = intake.check(
        handmade.write(tmp_path, CYP201CareContact=drawn, CYP202CareActivity=None)
    )
    told = report.to_json()
    counts = {"read": 20, "accepted": 20, "rejected": 0, "duplicate": 0, "warned": 20}
    assert told["tables"]["CYP201CareContact"] == counts
    zero = next(f for f in told["findings"] if f["rule"] == "W-LEADING-ZERO")
    assert zero["rows"] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    assert (zero["severity"], zero["count"]) == ("warning", 20)
    assert (zero["table"], zero["field"]) == ("CYP201CareContact", "AttendanceStatus")


def test_window_comes_from_the_time_of_receipt(tmp_path: Path) -> None:
    early = handmade.HEADER.replace("2026-04-20T09:00:00", "2026-04-02T09:00:00")
    report = intake.check(handmade.write(tmp_path, CYP000Header=early))
    assert report.window == "primary"


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("1.6 ", "2.0 ", "F-HEADER-VERSION"),
        ("2026-03-31", "2026-03-30", "F-HEADER-PERIOD"),
        ("2026-03-01", "2026-02-01", "F-HEADER-PERIOD"),
        ("2026-03-01", "1 March   ", "F-HEADER-BAD"),
        ("2026-04-20T09", "2026-02-20T09", "F-HEADER-CREATED"),
        ("ZA1            |", "               |", "F-HEADER-BAD"),
        ("ZA1            |", "../..          |", "F-HEADER-BAD"),
        ("ZA1            |", "ZA*            |", "F-HEADER-BAD"),
    ],
)
def test_header_that_cannot_be_is_refused(tmp_path: Path, old: str, new: str, rule: str) -> None:
    assert old in handmade.HEADER
    report = intake.check(handmade.write(tmp_path, CYP000Header=handmade.HEADER.replace(old, new)))
    assert report.status == "refused"
    assert [f.rule for f in report.findings] == [rule]
    assert all(counts.accepted == 0 for counts in report.tables.values())


def test_a_provider_is_the_same_in_small_letters(tmp_path: Path) -> None:
    header = handmade.HEADER.replace("ZA1", "za1")
    assert intake.check(handmade.write(tmp_path, CYP000Header=header)).provider == "ZA1"


def test_two_header_rows_are_refused(tmp_path: Path) -> None:
    doubled = handmade.HEADER + handmade.HEADER.strip().splitlines()[1].replace("ZA1", "ZA2")
    report = intake.check(handmade.write(tmp_path, CYP000Header=doubled))
    assert [(f.rule, f.rows) for f in report.findings] == [("F-HEADER-BAD", (1, 2))]


def test_fault_of_a_file_counts_once_even_without_rows() -> None:
    assert Fault.of_file("CYP001MPI", "missing").count == 1


@pytest.mark.parametrize("after", [(0,), (0, 0), (1,), (3,), (0, 2, 3)])
def test_field_names_among_the_rows_are_told_once_and_not_checked(
    tmp_path: Path, after: tuple[int, ...]
) -> None:
    folder = handmade.write(tmp_path)
    for name in ("CYP000Header", "CYP001MPI", "CYP201CareContact"):
        file = folder / f"{name}.csv"
        header, *rows = file.read_text().splitlines()
        for before in sorted(after, reverse=True):
            rows.insert(min(before, len(rows)), header)
        file.write_text("\n".join([header, *rows, ""]))
    report = intake.check(folder)
    told = {f.table: (f.rule, f.count, f.rows) for f in report.findings}
    assert len(told) == len(report.findings) == 3
    assert told["CYP201CareContact"] == (
        "R-NAMES",
        len(after),
        tuple(before + n for n, before in enumerate(after, start=1)),
    )
    counts = report.tables["CYP201CareContact"]
    assert report.status == "accepted"
    assert (counts.read, counts.accepted, counts.rejected) == (3 + len(after), 3, len(after))


def test_rows_below_repeated_field_names_are_told_by_their_numbers_in_the_file(
    tmp_path: Path,
) -> None:
    folder = handmade.write(tmp_path)
    file = folder / "CYP201CareContact.csv"
    header, *rows = file.read_text().splitlines()
    file.write_text("\n".join([header, rows[0], header, *rows[1:], rows[2], ""]))
    report = intake.check(folder)
    assert {f.rule: f.rows for f in report.findings} == {"R-NAMES": (2,), "DUPLICATE": (5,)}
    counts = report.tables["CYP201CareContact"]
    parts = (counts.accepted, counts.rejected, counts.duplicate)
    assert (counts.read, parts) == (5, (3, 1, 1))
