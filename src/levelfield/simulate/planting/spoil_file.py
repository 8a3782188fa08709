"""Faults of a submission as a whole: its files are changed after they were written."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from levelfield.simulate.planting.work import Defect

Lines = list[str]
Spoil = Callable[[Lines], Lines]


@dataclass(frozen=True)
class FileFault:
    """One way to spoil a submission: what becomes of a file's lines, the header line first.

    The rule is found in `table` at `row`, where 0 stands for the file as a whole. `also` has what
    becomes of other files, by their names.
    """

    rule: str
    table: str
    row: int
    field: str
    file: str
    spoil: Spoil
    what: str
    also: tuple[tuple[str, Spoil], ...] = ()


def _written(**values: str) -> Spoil:
    """Other values in every row; a name that is no field of the file must not be given."""

    def spoil(lines: Lines) -> Lines:
        names = lines[0].split(",")
        rows = [line.split(",") for line in lines[1:]]
        for field, value in values.items():
            for row in rows:
                row[names.index(field)] = value
        return [lines[0], *map(",".join, rows)]

    return spoil


def _made_on_first_day(lines: Lines) -> Lines:
    first = lines[1].split(",")[lines[0].split(",").index("RP_StartDate")]
    return _written(FileCreation_DateTime=f"{first}T09:00:00")(lines)


def _without_rows(lines: Lines) -> Lines:
    return lines[:1]


def _without_last_field(lines: Lines) -> Lines:
    return [line.rpartition(",")[0] for line in lines]


HEADER, PERSON, GP = "CYP000Header", "CYP001MPI", "CYP002GP"
REFERRAL, CONTACT = "CYP101Referral", "CYP201CareContact"
PROVIDER, CREATED = "OrgID_Provider", "FileCreation_DateTime"

FILE_FAULTS: tuple[FileFault, ...] = (
    FileFault("F-HEADER-VERSION", HEADER, 1, "Version", HEADER, _written(Version="9.9"),
              "a version that nobody knows"),
    FileFault("F-HEADER-PERIOD", HEADER, 1, "RP_StartDate", HEADER,
              _written(RP_StartDate="2025-02-03"), "the period is not a month"),
    FileFault("F-HEADER-CREATED", HEADER, 1, CREATED, HEADER,
              _written(FileCreation_DateTime="2001-01-01T00:00:00"), "made before its period"),
    FileFault("F-HEADER-BAD", HEADER, 1, "", HEADER, lambda lines: [*lines, lines[1]],
              "the header twice"),
    FileFault("F-HEADER-EMPTY", HEADER, 0, "", HEADER, _without_rows, "no header row"),
    FileFault("F-PERSON-EMPTY", PERSON, 0, "", PERSON, _without_rows, "no person"),
    FileFault("F-GP-EMPTY", GP, 0, "", GP, _without_rows, "no registration"),
    FileFault("F-STRUCT", REFERRAL, 0, "Discharge_LetterIssuedDate", REFERRAL,
              _without_last_field, "a field is not sent"),
    FileFault("F-ALL-FAILED", CONTACT, 0, "", CONTACT, _written(Contact_Date=""),
              "no contact has a date"),
    FileFault("F-PERIOD-NONE", HEADER, 1, "RP_StartDate", HEADER,
              _written(RP_StartDate="2023-01-01", RP_EndDate="2023-01-31"),
              "a month in which nothing happened",
              also=((REFERRAL, _written(ReferralRequest_ReceivedDate="2025-03-31")),)),
    FileFault("F-NO-VALID-NHS-NUMBER", HEADER, 1, PROVIDER, PERSON,
              _written(NHSNumber="9990000000"), "no NHS number is valid"),
    FileFault("X-HEADER-NO-ATTENDANCE", HEADER, 1, PROVIDER, CONTACT,
              _written(AttendanceStatus=""), "nobody says what became of any contact"),
    FileFault("X-HEADER-PROVIDER-DEFAULT", HEADER, 1, PROVIDER, HEADER,
              _written(OrgID_Provider="89999"), "a default code for the provider"),
    FileFault("X-HEADER-CREATED-BEFORE-END", HEADER, 1, CREATED, HEADER, _made_on_first_day,
              "made before the month was over"),
    FileFault("X-HEADER-CREATED-LATE", HEADER, 1, CREATED, HEADER,
              _written(FileCreation_DateTime="2031-01-01T09:00:00"), "made years too late"),
    FileFault("R-NAMES", CONTACT, 1, "", CONTACT, lambda lines: [lines[0], *lines],
              "the field names twice"),
)  # fmt: skip
"""What is planted in turn."""


def spoil_file(number: int, folder: Path) -> Defect:
    """Spoil a submission on disk in the way that has the number, and say what was done."""
    fault = FILE_FAULTS[number % len(FILE_FAULTS)]
    for name, spoil in ((fault.file, fault.spoil), *fault.also):
        file = folder / f"{name}.csv"
        lines = spoil(file.read_text(encoding="utf-8").splitlines())
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Defect(fault.table, fault.row, fault.field, fault.rule, fault.what)
