# ruff: noqa: E501 (a drawn table is read across)
"""One small submission with faults, and ways to write a submission other than as CSV."""

import csv
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import handmade
from levelfield.datasets import load_dataset

Record = dict[str, str]

MARCH = {
    "CYP101Referral": """
        ServiceRequestID | LocalPatientID | OrgID_Commissioner | ReferralRequest_ReceivedDate | ReferralRequest_ReceivedTime | SourceOfReferral | PrimaryReferralReason
        R1               | P1             | QYG00              | 2026-02-10                   | 09:30:00                     | 01               | 001
        R2               | P2             | QYG00              | 2026-03-02                   | 00:00:00                     | XX               | 001
        R3               | P9             | QYG00              | 2026-03-02                   |                              | 01               | 001
    """,
    "CYP201CareContact": """
        CareContactID | ServiceRequestID | TeamID_Local | Contact_Date | Contact_Time | CareContact_Duration | ConsMechanism | AttendanceStatus
        C1            | R1               | T1           | 2026-03-04   | 10:05:00     | 30                   | 01            | 5
        C2            | R1               | Où, "là"     | 2026-03-11   |              |                      | 01            | 3
        C3            | R2               | T2           | 2026-03-12   | 00:00:00     | 20                   | 77            | 6
        C4            | R2               | T2           | 2026-04-12   |              | 20                   | 02            | 6
        C4            | R2               | T2           | 2026-03-12   |              | 25                   | 02            | 6
        C5            | R3               | T2           | 2026-03-12   |              | 1500                 | 02            | 05
    """,
}
"""Redrawn tables of a provider-month with a dozen faults, all of which every format can hold."""


def march(folder: Path) -> Path:
    """The submission with faults as CSV in a folder."""
    return handmade.write(folder, **MARCH)


def records(folder: Path) -> dict[str, list[Record]]:
    """The rows of each CSV file of a folder by table, in the order of the data set."""
    found = {}
    for table in load_dataset().tables:
        if (file := folder / f"{table}.csv").exists():
            with file.open(encoding="utf-8", newline="") as stream:
                found[table] = list(csv.DictReader(stream))
    return found


def flat_xml(folder: Path) -> str:
    """The tables of a folder one after the other; blank fields are empty elements."""
    inside = "".join(element(table, row) for table, rows in records(folder).items() for row in rows)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<CSDS>{inside}</CSDS>'


def nested_xml(folder: Path) -> str:
    """Each record inside its parent, without the key that names it; blank fields are left out.

    A record whose parent is not there stands by itself, after the others of the tables above it.
    """
    tables = records(folder)
    inside = "".join(_nested("CYP000Header", tables))
    for table in load_dataset().tables.values():
        if table.parent is None and table.name != "CYP000Header":
            inside += "".join(_nested(table.name, tables))
    for table, rows in tables.items():
        inside += "".join(element(table, row, blank=False) for row in rows)
    return f'<CSDS xmlns="urn:example:csds">\n{inside}</CSDS>\n'


def _nested(
    name: str, tables: dict[str, list[Record]], key: str = "", value: str = ""
) -> Iterator[str]:
    """The records of a table that name one parent, taken out of `tables` with all below them."""
    rows = tables.get(name, [])
    mine = [row for row in rows if not key or row[key] == value]
    tables[name] = [row for row in rows if row not in mine]
    for row in mine:
        fields = {field: text for field, text in row.items() if field != key}
        below = ""
        for table in load_dataset().tables.values():
            parent = table.parent_key
            if table.parent == name and parent and parent.key_target:
                own = row[parent.key_target.partition(".")[2]]
                below += "".join(_nested(table.name, tables, parent.name, own))
        yield element(name, fields, below, blank=False)


def element(name: str, fields: Record, below: str = "", blank: bool = True) -> str:
    """A record as an element, with others below its fields."""
    inside = "".join(
        f"  <{field}>{escape(text)}</{field}>\n" if text else f"  <{field}/>\n"
        for field, text in fields.items()
        if text or blank
    )
    return f"<{name}>\n{inside}{below}</{name}>\n"
