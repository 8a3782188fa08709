# ruff: noqa: E501 (a drawn table is read across)
"""Identifiers of people who never lived, planted all over a submission, and a search for them."""

import gzip
import hashlib
import html
import json
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq

import handmade

NUMBERS = (
    "9991234586", "9992445653", "9993667897", "9994890115", "9996233324", "9997455540",
)  # fmt: skip
"""NHS numbers of the range that is never issued; the last has a wrong check digit."""
BIRTHS = (date(1893, 7, 19), date(1897, 11, 23), date(1901, 2, 27))
POSTCODES = ("ZZ9 8QX", "ZZ8 7VW", "ZZ7 6JK")
NAMES = ("Quillfeather", "Brambleworth", "Thistlewick")
MONTHS = "January February March April May June July August September October November December"


@dataclass(frozen=True)
class Hit:
    """Where one identifier was found, and how it was spelled."""

    place: str
    spelled: str


def spellings() -> dict[str, str]:
    """Every spelling that is looked for (in small letters), with the identifier that it is of."""
    found = {}
    for number in NUMBERS:
        a, b, c = number[:3], number[3:6], number[6:]
        for text in (number, f"{a} {b} {c}", f"{a}-{b}-{c}", f"{a}.{b}.{c}", f"{a}/{b}/{c}"):
            found[text] = number
        # A hash without a key is as good as the number: there are only so many of them.
        for method in (hashlib.md5, hashlib.sha1, hashlib.sha256):
            found[method(number.encode()).hexdigest()[:32]] = f"{number} hashed"
    for born in BIRTHS:
        month = MONTHS.split()[born.month - 1]
        layouts = (
            "%Y-%m-%d",
            "%Y%m%d",
            "%d/%m/%Y",
            "%d-%m-%Y",
            "%d.%m.%Y",
            "%d%m%Y",
            "%m/%d/%Y",
            "%Y/%m/%d",
        )
        texts = [born.strftime(layout) for layout in layouts]
        texts += [f"{born.day} {month} {born.year}", f"{born.day} {month[:3]} {born.year}"]
        texts += [f"date({born.year}, {born.month}, {born.day})"]
        found |= {text.lower(): born.isoformat() for text in texts}
    for postcode in POSTCODES:
        found |= dict.fromkeys((postcode.lower(), postcode.replace(" ", "").lower()), postcode)
    return found | {name.lower(): name for name in NAMES}


DAYS = {(born - date(1970, 1, 1)).days: born.isoformat() for born in BIRTHS}
"""Birth dates as Parquet and Python count days."""
WHOLE = {int(number): number for number in NUMBERS} | {int(f"{b:%Y%m%d}"): str(b) for b in BIRTHS}


def search(root: Path, *, without: tuple[str, ...] = ()) -> list[Hit]:
    """Every identifier in any file below `root`, in names and contents, packed ones unpacked.

    Parquet files and SQLite databases are decoded value by value besides; `without` leaves out
    paths that begin so.
    """
    hits = []
    for file in sorted(root.rglob("*")):
        place = file.relative_to(root).as_posix()
        if place.startswith(without):
            continue
        hits += search_text(place, f"the name of {place}")
        if file.is_file() and not file.is_symlink():
            hits += [hit for text in _texts(file) for hit in search_text(text, place)]
    return hits


def search_text(text: str, place: str) -> list[Hit]:
    """Every identifier in a text."""
    spread = html.unescape(text).replace("\\/", "/").lower()
    return [Hit(place, f"{of} as {spelled!r}") for spelled, of in _SPELLED if spelled in spread]


_SPELLED = sorted(spellings().items())


def _texts(file: Path) -> Iterator[str]:
    content = file.read_bytes()
    yield content.decode("latin-1")
    if any(content[at::2].count(0) * 4 > len(content) for at in (0, 1)):
        yield from (content[at:].decode("utf-16-le", "replace") for at in (0, 1))
    if content.startswith(b"PAR1"):
        try:
            table = pq.read_table(file)
        except OSError:  # cut short by a crash: the raw bytes are all there is
            return
        yield " ".join(map(str, table.schema.metadata or {})) + " ".join(table.column_names)
        for column in table.columns:
            yield "\n".join(_told(value) for value in column.unique().to_pylist())
    elif content.startswith(b"PK") and zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            for name in archive.namelist():
                yield name + archive.read(name).decode("latin-1")
    elif content.startswith(b"\x1f\x8b"):
        yield gzip.decompress(content).decode("latin-1")
    elif content.startswith(b"SQLite format 3"):
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as database:
            tables = [
                name
                for (name,) in database.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'table'"
                )
            ]
            for table in tables:
                yield str(database.execute(f'SELECT * FROM "{table}"').fetchall())
    elif file.suffix == ".json":
        yield json.dumps(json.loads(content), ensure_ascii=False)
    elif re.search(rb"[\x80-\xff]", content):
        yield content.decode("utf-8", "replace")


def _told(value: object) -> str:
    """A decoded value; a number or date that stands for an identifier in the identifier's words."""
    match value:
        case datetime():
            return f"{value.isoformat()} {value.date()}"
        case date():
            return value.isoformat()
        case timedelta():
            return DAYS.get(value.days, "")
        case bool() | None:
            return ""
        case int() | float():
            return (
                f"{value} {DAYS.get(int(value), '')} {WHOLE.get(int(value), '')}"
                if value == value
                else ""
            )
        case bytes():
            return f"{value.decode('latin-1')} {WHOLE.get(int.from_bytes(value[:8], 'little'), '')}"
        case list() | dict():
            return " ".join(map(_told, value.values() if isinstance(value, dict) else value))
    return str(value)


N, B, P, NAME = NUMBERS, BIRTHS, POSTCODES, NAMES
PERSON = f"""
    LocalPatientID | OrgID_LocalPatientID | NHSNumber | NHSNumber_Status | DateOfBirth | Postcode | Gender | EthnicCategory | NHSNumber_Mother | NHSNumberStatus_Mother
    {N[0]}         | ZA1                  | {N[0]}    | 01               | {B[0]}      | {P[0]}   | 2      | A              |                  |
    P2             | ZA1                  | {N[1]}    | 01               | {B[1]}      | {P[1]}   | 1      | Z              | {N[4]}           | 01
    P3             | ZA1                  | {N[5]}    | 01               | {B[2]}      | {P[2]}   | 1      | Z              |                  |
    {NAME[0]}1234567890123456789 | ZA1    |           | 01               | 19/07/1893  | {P[0]}   | F      | A              |                  |
"""
GP = f"""
    LocalPatientID | OrgID_GP
    {N[0]}         | Z90001
    P2             | {N[2]}
    P3             | V81997
"""
REFERRAL = f"""
    ServiceRequestID | LocalPatientID | OrgID_Commissioner | ReferralRequest_ReceivedDate | SourceOfReferral | PrimaryReferralReason | ServiceLineAgreement
    {N[1]}           | {N[0]}         | QYG00              | 2026-02-10                   | 01               | 001                   | {N[2]}
    R2               | P2             | QYG00              | 2026-03-02                   | 01               | 001                   | {P[1]}
    {P[1]}           | P3             | QYG00              | {N[0]}                       | {NAME[1]}        | 001                   | {B[1]}
    {B[0]:%d/%m/%Y}  | P3             | {NAME[2]}          | {B[0]:%d/%m/%Y}              | 01               | 001                   |
"""
TEAM = f"""
    ServiceRequestID | TeamID_Local | TeamType
    {N[1]}           | {P[0]}       | 12
    R2               | {B[0]:%Y%m%d} | 16
"""
RTT = f"""
    ServiceRequestID | PatientPathwayID     | PatientPathwayID_OrgID | RTT_StartDate | RTT_Status | WaitingTime_MeasurementType
    R2               | {N[0]}ABCDEFGHIJ     | ZA1                    | 2026-03-02    | 10         | 01
"""
CONTACT = f"""
    CareContactID | ServiceRequestID | TeamID_Local | Contact_Date | CareContact_Duration | ConsMechanism | AttendanceStatus
    {N[3][:3]} {N[3][3:6]} {N[3][6:]} | {N[1]} | {P[0]} | 2026-03-04 | 30                 | 01            | 5
    C{N[5]}       | {N[1]}           | {P[0]}       | 2026-03-11   |                      | 01            | 3
    SMITH{B[2]:%d%m%Y} | R2          | {B[0]:%Y%m%d} | 2026-03-12  | 20                   | 02            | 6
    07{N[4]}9     | R2               | T9           | {B[1]}       | {P[2]}               | {NAME[0]}     | {N[1]}
"""
ACTIVITY = f"""
    CareActivityID | CareContactID | Activity_Type | CareProfessionalID_Local | CodedFinding | ObservationValue
    {N[0]}/1       | {N[3][:3]} {N[3][3:6]} {N[3][6:]} | 03 | {N[2]}          | {N[0]}       | {P[0]}
    {N[1]}003      | SMITH{B[2]:%d%m%Y} | 03       | S1                       |              | {B[0]}
"""
STAFF = f"""
    CareProfessionalID_Local | StaffGroup | RegistrationEntryID
    {N[2]}                   | N01        | {N[1]} of the register
    S1                       | N01        | {B[0]:%d.%m.%Y}
"""
TABLES = {
    "CYP000Header": handmade.HEADER.replace("byhand", f"{N[0]} {P[0]}"),
    "CYP001MPI": PERSON,
    "CYP002GP": GP,
    "CYP101Referral": REFERRAL,
    "CYP102ServiceTypeReferredTo": TEAM,
    "CYP104RTT": RTT,
    "CYP201CareContact": CONTACT,
    "CYP202CareActivity": ACTIVITY,
    "CYP901StaffDetails": STAFF,
}
"""A submission that is accepted, with identifiers in their own fields and in every other kind."""


def write(folder: Path, **changed: str) -> Path:
    """The planted submission as CSV files; see `handmade.write`."""
    return handmade.write(folder, **(TABLES | changed))
