# ruff: noqa: E501 (a drawn table is read across)
"""Small submissions written by hand: ASCII tables with the fields that matter, the rest filled."""

import csv
from pathlib import Path

from levelfield.datasets import load_dataset
from spec.tables import Row, rows

HEADER = """
    Version | OrgID_Provider | OrgID_Submitter | RP_StartDate | RP_EndDate | FileCreation_DateTime | PrimarySystem
    1.6     | ZA1            | ZA1             | 2026-03-01   | 2026-03-31 | 2026-04-20T09:00:00   | byhand
"""
PERSON = """
    LocalPatientID | OrgID_LocalPatientID | NHSNumber  | NHSNumber_Status | DateOfBirth | Postcode | Gender | EthnicCategory
    P1             | ZA1                  | 9990000018 | 01               | 1950-06-15  | ZZ1 1AA  | 2      | A
    P2             | ZA1                  | 9990000026 | 01               | 2020-02-29  | ZZ1 1AB  | 1      | Z
"""
GP = """
    LocalPatientID | OrgID_GP
    P1             | Z90001
    P2             | V81997
"""
REFERRAL = """
    ServiceRequestID | LocalPatientID | OrgID_Commissioner | ReferralRequest_ReceivedDate | SourceOfReferral | PrimaryReferralReason
    R1               | P1             | QYG00              | 2026-02-10                   | 01               | 001
    R2               | P2             | QYG00              | 2026-03-02                   | 01               | 001
"""
TEAM = """
    ServiceRequestID | TeamID_Local | TeamType
    R1               | T1           | 12
    R2               | T2           | 16
"""
CONTACT = """
    CareContactID | ServiceRequestID | TeamID_Local | Contact_Date | CareContact_Duration | ConsMechanism | AttendanceStatus
    C1            | R1               | T1           | 2026-03-04   | 30                   | 01            | 5
    C2            | R1               | T1           | 2026-03-11   |                      | 01            | 3
    C3            | R2               | T2           | 2026-03-12   | 20                   | 02            | 6
"""
ACTIVITY = """
    CareActivityID | CareContactID | Activity_Type | CareProfessionalID_Local
    A1             | C1            | 03            | S1
    A3             | C3            | 03            | S1
"""
STAFF = """
    CareProfessionalID_Local | StaffGroup
    S1                       | N01
"""
SOUND = {
    "CYP000Header": HEADER,
    "CYP001MPI": PERSON,
    "CYP002GP": GP,
    "CYP101Referral": REFERRAL,
    "CYP102ServiceTypeReferredTo": TEAM,
    "CYP201CareContact": CONTACT,
    "CYP202CareActivity": ACTIVITY,
    "CYP901StaffDetails": STAFF,
}
"""One provider-month without a fault: two people, three contacts."""


def write(folder: Path, **changed: str | None) -> Path:
    """The sound submission as CSV in a folder, with some tables redrawn, or left out by None."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, drawing in (SOUND | changed).items():
        if drawing is not None:
            write_table(folder / f"{name}.csv", name, rows(drawing))
    return folder


def write_table(file: Path, table: str, drawn: list[Row]) -> None:
    """One table in full layout; fields that a row does not name are blank."""
    names = [field.name for field in load_dataset().table(table).fields]
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, names, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(drawn)


def lookups(folder: Path) -> Path:
    """Look-ups that fit the sound submission."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "postcodes.csv").write_text("postcode,lsoa11\nZZ1 1AA,E01000001\nZZ1 1AB,E01033768\n")
    (folder / "practices.csv").write_text(
        "practice_code,name,commissioner,valid_from,valid_to\n"
        "Z90001,Old,QZZ01,2020-04-01,2026-02-28\nZ90001,New,QZZ02,2026-03-01,\n"
    )
    return folder
