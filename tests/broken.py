# ruff: noqa: E501 (a case is read in one line)
"""Broken and hostile submissions: how each is made, in every format that it can come in.

The sound submission is `handmade.SOUND`; each case has one cause. What is to be said of it stands in
`tests/faults/test_hostile_catalogue.py`.
"""

import csv
import gzip
import io
import stat
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

import formats
import handmade

Sheets = dict[str, list[list[str]]]
"""Tables by name, the first row of each its field names."""

HEADER, PEOPLE, GP = "CYP000Header", "CYP001MPI", "CYP002GP"
REFERRALS, CONTACTS, STAFF = "CYP101Referral", "CYP201CareContact", "CYP901StaffDetails"

DATABASES = Path(__file__).parent / "databases"


@dataclass(frozen=True)
class Case:
    """A broken submission: its class, the format it comes in, and what makes it at a folder."""

    kind: str
    form: str
    make: Callable[[Path], Path]

    @property
    def id(self) -> str:
        return f"{self.kind}: {self.form}"


def sheets(folder: Path) -> Sheets:
    """The sound submission."""
    found = {}
    for file in sorted(handmade.write(folder / "sound").iterdir()):
        with file.open(encoding="utf-8", newline="") as stream:
            found[file.stem] = list(csv.reader(stream))
    return found


def csv_bytes(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def as_folder(folder: Path, tables: Sheets) -> Path:
    (folder / "sent").mkdir()
    for name, rows in tables.items():
        (folder / "sent" / f"{name}.csv").write_bytes(csv_bytes(rows))
    return folder / "sent"


def as_gzip(folder: Path, tables: Sheets) -> Path:
    (folder / "sent").mkdir()
    for name, rows in tables.items():
        (folder / "sent" / f"{name}.csv.gz").write_bytes(gzip.compress(csv_bytes(rows)))
    return folder / "sent"


def as_zip(folder: Path, tables: Sheets) -> Path:
    return zipped(folder, {f"{name}.csv": csv_bytes(rows) for name, rows in tables.items()})


def as_parquet(folder: Path, tables: Sheets) -> Path:
    (folder / "sent").mkdir()
    for name, (names, *rows) in tables.items():
        columns = [pa.array([row[n] for row in rows], pa.string()) for n in range(len(names))]
        table = pa.Table.from_arrays(columns, names=names)
        pq.write_table(table, folder / "sent" / f"{name}.parquet")
    return folder / "sent"


def as_xml(folder: Path, tables: Sheets) -> Path:
    inside = "".join(
        formats.element(name, dict(zip(names, row, strict=True)))
        for name, (names, *rows) in tables.items()
        for row in rows
    )
    return xml(folder, f"<CSDS>{inside}</CSDS>")


def xml(folder: Path, text: str | bytes) -> Path:
    file = folder / "march.xml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def zipped(folder: Path, members: dict[str, bytes]) -> Path:
    file = folder / "sent.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return file


WRITERS = {
    "CSV folder": as_folder,
    "gzip": as_gzip,
    "zip": as_zip,
    "Parquet": as_parquet,
    "XML": as_xml,
}
TEXT = ("CSV folder", "gzip", "zip")
TABLES = (*TEXT, "Parquet")
ALL = (*TABLES, "XML")


def changed(kind: str, forms: tuple[str, ...], change: Callable[[Sheets], object]) -> list[Case]:
    """A change to the tables, in each of some formats."""

    def make(form: str, folder: Path) -> Path:
        tables = sheets(folder)
        change(tables)
        return WRITERS[form](folder, tables)

    return [Case(kind, form, lambda folder, form=form: make(form, folder)) for form in forms]


def cell(table: str, row: int, field: str, value: str) -> Callable[[Sheets], object]:
    def change(tables: Sheets) -> None:
        tables[table][row][tables[table][0].index(field)] = value

    return change


def rename(table: str, old: str, new: str) -> Callable[[Sheets], object]:
    return cell(table, 0, old, new)


def drop_field(table: str, field: str) -> Callable[[Sheets], object]:
    def change(tables: Sheets) -> None:
        at = tables[table][0].index(field)
        for row in tables[table]:
            del row[at]

    return change


def repeat_field(table: str, field: str) -> Callable[[Sheets], object]:
    def change(tables: Sheets) -> None:
        at = tables[table][0].index(field)
        for row in tables[table]:
            row.append(row[at])

    return change


def many_fields(tables: Sheets) -> None:
    tables[STAFF][0] += [f"Extra{n}" for n in range(2_000)]
    for row in tables[STAFF][1:]:
        row += ["x"] * 2_000


CHANGES = [
    changed("a mandatory table is missing", ALL, lambda t: t.pop(GP)),
    changed("the header is missing", ALL, lambda t: t.pop(HEADER)),
    changed("a mandatory table has no row", TABLES, lambda t: t[GP].__delitem__(slice(1, None))),
    changed("a table is unknown", ALL, lambda t: t.update(CYP999Extra=[["a"], ["1"]])),
    changed("a field is missing", TABLES, drop_field(GP, "OrgID_GP")),
    changed("fields that are left out", TABLES, lambda t: [row.__delitem__(slice(-3, None)) for row in t[CONTACTS]]),
    changed("a field is unknown", ALL, rename(CONTACTS, "CareContactID", "CareContactIdentifier")),
    changed(
        "some field names in other letters",
        TABLES,
        lambda t: t[GP].__setitem__(0, [t[GP][0][0], *(n.lower() for n in t[GP][0][1:3]), t[GP][0][3]]),
    ),
    changed("a field name in other letters", TABLES, rename(CONTACTS, "Contact_Time", "contact time")),
    changed("a field name in other letters", ("XML",), rename(CONTACTS, "Contact_Time", "ContactTime")),
    changed("a field comes twice", TABLES, repeat_field(GP, "OrgID_GP")),
    changed("two thousand fields", ALL, many_fields),
    changed(
        "all field names in small letters",
        TABLES,
        lambda t: t[GP].__setitem__(0, [name.lower() for name in t[GP][0]]),
    ),
    changed(
        "spaces in all field names",
        TABLES,
        lambda t: t[CONTACTS].__setitem__(0, [f" {name.replace('_', ' ')} " for name in t[CONTACTS][0]]),
    ),
    changed("the field names are missing", TEXT, lambda t: t[PEOPLE].pop(0)),
    changed("the field names come twice", TABLES, lambda t: t[GP].insert(1, list(t[GP][0]))),
    changed("a row of totals", ALL, lambda t: t[GP].append(["Total: 2", "", "", ""])),
    changed("a key comes twice", ALL, cell(CONTACTS, 2, "CareContactID", "C1")),
    changed("a parent is missing", ALL, cell(CONTACTS, 1, "ServiceRequestID", "R9")),
    changed("a day that does not exist", ALL, cell(CONTACTS, 1, "Contact_Date", "2026-02-30")),
    changed("a date with the day first", ALL, cell(CONTACTS, 1, "Contact_Date", "05/03/2026")),
    changed("a date as a spreadsheet counts it", ALL, cell(CONTACTS, 1, "Contact_Date", "46086")),
    changed("a date with a time", ALL, cell(CONTACTS, 1, "Contact_Date", "2026-03-04T00:00:00")),
    changed("the time 24:00", ALL, cell(CONTACTS, 1, "Contact_Time", "24:00:00")),
    changed("a number with an exponent", ALL, cell(CONTACTS, 1, "CareContact_Duration", "1e3")),
    changed("a number with a sign", ALL, cell(CONTACTS, 1, "CareContact_Duration", "-30")),
    changed("digits of another script", ALL, cell(CONTACTS, 1, "CareContact_Duration", "３０")),
    changed("a mark of direction", ALL, cell(CONTACTS, 1, "Contact_Date", "\u200f2026-03-04")),
    changed("a space that does not break", ALL, cell(CONTACTS, 1, "AttendanceStatus", "5\u00a0")),
    changed("a code that lost its zero", ALL, cell(CONTACTS, 1, "ConsMechanism", "1")),
    changed("the word NULL", ALL, cell(CONTACTS, 1, "CareContact_Duration", "NULL")),
    changed("spaces around", TABLES, cell(CONTACTS, 1, "CareContactID", " C1 ")),
    changed("a line end in a code", TABLES, cell(CONTACTS, 1, "ConsMechanism", "0\n1")),
    changed("a zero byte in a value", TABLES, cell(CONTACTS, 1, "CareContactID", "C\x001")),
    changed("a very long value", ALL, cell(CONTACTS, 1, "CareContactID", "9" * 70_000)),
    changed("the header is empty", TABLES, lambda t: t[HEADER].pop()),
    changed("two headers", ALL, lambda t: t[HEADER].append(list(t[HEADER][1]))),
    changed("an unknown version", ALL, cell(HEADER, 1, "Version", "9.9")),
    changed("a period of two months", ALL, cell(HEADER, 1, "RP_EndDate", "2026-04-30")),
    changed("a provider that is a path", ALL, cell(HEADER, 1, "OrgID_Provider", "../x")),
]  # fmt: skip


def bytes_of(
    kind: str, table: str, change: Callable[[bytes], bytes], forms: tuple[str, ...] = TEXT
) -> list[Case]:
    """A change to the bytes of one CSV file, in a folder, a gzip and a zip."""

    def make(form: str, folder: Path) -> Path:
        files = {name: csv_bytes(rows) for name, rows in sheets(folder).items()}
        files[table] = change(files[table])
        if form == "zip":
            return zipped(folder, {f"{name}.csv": content for name, content in files.items()})
        (folder / "sent").mkdir()
        for name, content in files.items():
            ending = ".csv.gz" if form == "gzip" else ".csv"
            packed = gzip.compress(content) if form == "gzip" else content
            (folder / "sent" / f"{name}{ending}").write_bytes(packed)
        return folder / "sent"

    return [Case(kind, form, lambda folder, form=form: make(form, folder)) for form in forms]


def workbook(_: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(zipfile.ZipInfo("xl/workbook.xml"), b"<workbook/>")
    return content.getvalue()


def document(_: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(zipfile.ZipInfo("[Content_Types].xml"), b"<Types/>")
    return content.getvalue()


def packed_alone(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo(f"{STAFF}.csv"), content)
    return packed.getvalue()


TEXTS = [
    bytes_of("an empty file", STAFF, lambda b: b""),
    bytes_of("a file of white space", STAFF, lambda b: b" \r\n\t\n"),
    bytes_of("a row is too long", GP, lambda b: b.replace(b"P2,V81997,", b"P2,V81997,,")),
    bytes_of("a row is too short", GP, lambda b: b.replace(b"P2,V81997,,", b"P2,V81997,")),
    bytes_of("a million commas", GP, lambda b: b + b"," * 1_000_000 + b"\n"),
    bytes_of("a comma behind every row", GP, lambda b: b.replace(b"\n", b",\n")),
    bytes_of("another delimiter", GP, lambda b: b.replace(b",", b":")),
    bytes_of("a quotation mark stays open", PEOPLE, lambda b: b.replace(b"ZZ1 1AA", b'"ZZ1 1AA')),
    bytes_of("a quotation mark amid a value", STAFF, lambda b: b.replace(b"S1,", b'S"1,')),
    bytes_of("UTF-16", STAFF, lambda b: b.decode().encode("utf-16")),
    bytes_of("no known encoding", STAFF, lambda b: b.replace(b"S1", b"S\x81\xff")),
    bytes_of("two byte-order marks", STAFF, lambda b: b"\xef\xbb\xbf" * 2 + b),
    bytes_of("no line end at the end", STAFF, lambda b: b.rstrip(b"\n")),
    bytes_of("cut amid a CRLF", STAFF, lambda b: b.replace(b"\n", b"\r\n")[:-1]),
    bytes_of("UTF-16 without a mark", STAFF, lambda b: b.decode().encode("utf-16-le")),
    bytes_of("a workbook named .csv", STAFF, workbook),
    bytes_of("a text document named .csv", STAFF, document),
    bytes_of("a zip named .csv", STAFF, packed_alone),
    bytes_of(
        "an old workbook named .csv",
        STAFF,
        lambda b: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
    ),
    bytes_of("a PDF named .csv", STAFF, lambda b: b"%PDF-1.7\n%\xe2\xe3\n1 0 obj\n"),
    bytes_of(
        "a web page named .csv",
        STAFF,
        lambda b: b"\r\n<!DOCTYPE html>\n<html><body>Sign in</body></html>\n",
    ),
    bytes_of("gzip without the ending", STAFF, lambda b: gzip.compress(b, mtime=0)),
    bytes_of(
        "Parquet named .csv", STAFF, lambda b: parquet_bytes(pa.table({"StaffGroup": ["N01"]}))
    ),
    bytes_of("XML named .csv", STAFF, lambda b: b'<?xml version="1.0"?>\n<CSDS/>\n'),
    bytes_of("JSON named .csv", STAFF, lambda b: b'[\n {"StaffGroup": "N01"}\n]\n'),
    bytes_of("a database named .csv", STAFF, lambda b: (DATABASES / "march.accdb").read_bytes()),
    bytes_of("zero bytes alone", STAFF, lambda b: b"\0" * 1000),
]


def folder_with(kind: str, form: str, name: str, content: bytes) -> list[Case]:
    def make(folder: Path) -> Path:
        sent = as_folder(folder, sheets(folder))
        (sent / f"{name.split('.')[0]}.csv").unlink(missing_ok=True)
        (sent / name).write_bytes(content)
        return sent

    return [Case(kind, form, make)]


def twice(folder: Path) -> Path:
    sent = as_folder(folder, sheets(folder))
    (sent / f"{STAFF}.csv.gz").write_bytes(gzip.compress((sent / f"{STAFF}.csv").read_bytes()))
    return sent


STAFF_CSV = b"CareProfessionalID_Local,StaffGroup\nS1,N01\n"
PACKED = gzip.compress(STAFF_CSV, mtime=0)


def parquet_bytes(table: pa.Table) -> bytes:
    content = io.BytesIO()
    pq.write_table(table, content)
    return content.getvalue()


def miscounted() -> bytes:
    """A Parquet file whose end counts more rows than there are; Thrift writes 2 as 4, and 3 as 6."""
    names = ["CareProfessionalID_Local", "StaffGroup"]
    content = parquet_bytes(pa.table({name: ["S1", "S2"] for name in names}))
    footer = content.index(b"schema")
    at = content.index(b"\x16\x04\x19", footer)
    return content[: at + 1] + b"\x06" + content[at + 2 :]


GZIPS = [
    folder_with("cut short", "gzip", f"{STAFF}.csv.gz", PACKED[:-3]),
    folder_with("a wrong checksum", "gzip", f"{STAFF}.csv.gz", PACKED[:-8] + b"\0" * 8),
    folder_with("something behind the end", "gzip", f"{STAFF}.csv.gz", PACKED + b"more"),
    folder_with("no gzip", "gzip", f"{STAFF}.csv.gz", STAFF_CSV),
    folder_with("a bomb", "gzip", f"{STAFF}.csv.gz", gzip.compress(b"0" * 30_000_000)),
    [Case("a table comes twice", "gzip", twice)],
]
PARQUETS = [
    folder_with("another count of rows", "Parquet", f"{STAFF}.parquet", miscounted()),
    folder_with("no such file", "Parquet", f"{STAFF}.parquet", b"PAR1 nothing PAR1"),
    folder_with("another file", "Parquet", f"{STAFF}.parquet", STAFF_CSV),
    folder_with("an empty file", "Parquet", f"{STAFF}.parquet", b""),
    folder_with("cut short", "Parquet", f"{STAFF}.parquet", parquet_bytes(pa.table({"a": ["x"]}))[:-9]),
    folder_with("encrypted", "Parquet", f"{STAFF}.parquet", b"PARE" + b"\0" * 40 + b"PARE"),
    folder_with(
        "a column of lists", "Parquet", f"{STAFF}.parquet",
        parquet_bytes(pa.table({"CareProfessionalID_Local": [["S1"]], "StaffGroup": ["N01"]})),
    ),
    folder_with(
        "a column of bytes", "Parquet", f"{STAFF}.parquet",
        parquet_bytes(pa.table({"CareProfessionalID_Local": [b"\xff\xfe"], "StaffGroup": ["N01"]})),
    ),
]  # fmt: skip


def archive(kind: str, make: Callable[[Path, dict[str, bytes]], Path]) -> list[Case]:
    """A zip that is broken as such; its members are the sound CSV files."""

    def made(folder: Path) -> Path:
        members = {f"{name}.csv": csv_bytes(rows) for name, rows in sheets(folder).items()}
        return make(folder, members)

    return [Case(kind, "zip archive", made)]


def spoilt(file: Path, change: Callable[[bytearray], object]) -> Path:
    content = bytearray(file.read_bytes())
    change(content)
    file.write_bytes(bytes(content))
    return file


def set_flag(content: bytearray, flag: int) -> None:
    """Set a general purpose flag in every local header and every entry of the directory."""
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + offset] |= flag
            at = content.find(mark, at + 4)


def set_method(content: bytearray, method: int) -> None:
    for mark, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = content.find(mark)
        while at >= 0:
            struct.pack_into("<H", content, at + offset, method)
            at = content.find(mark, at + 4)


def overlapping(folder: Path, members: dict[str, bytes]) -> Path:
    """Every entry of the directory points at the first file, as zip bombs do that hide their size."""
    file = zipped(folder, members)

    def point(content: bytearray) -> None:
        at = content.find(b"PK\x01\x02")
        while at >= 0:
            struct.pack_into("<I", content, at + 42, 0)
            at = content.find(b"PK\x01\x02", at + 4)

    return spoilt(file, point)


def linked(folder: Path, members: dict[str, bytes]) -> Path:
    file = folder / "sent.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        link = zipfile.ZipInfo("CYP104RTT.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "CYP001MPI.csv")
    return file


ZIPS = [
    archive("a path out of it", lambda f, m: zipped(f, m | {"../more.csv": b"x"})),
    archive("an absolute path", lambda f, m: zipped(f, m | {"/tmp/more.csv": b"x"})),
    archive("a drive", lambda f, m: zipped(f, m | {"C:/more.csv": b"x"})),
    archive("a path with backslashes", lambda f, m: zipped(f, m | {"..\\more.csv": b"x"})),
    archive("a zip inside", lambda f, m: zipped(f, m | {"more.zip": b"PK"})),
    archive("a bomb", lambda f, m: zipped(f, m | {"CYP104RTT.csv": b"0" * 50_000_000})),
    archive("many files", lambda f, m: zipped(f, m | {f"more{n}.csv": b"" for n in range(1_001)})),
    archive("files that overlap", overlapping),
    archive("a password", lambda f, m: spoilt(zipped(f, m), lambda b: set_flag(b, 1))),
    archive("an unknown method", lambda f, m: spoilt(zipped(f, m), lambda b: set_method(b, 99))),
    archive("a damaged file", lambda f, m: spoilt(zipped(f, m), lambda b: b.__setitem__(60, 1))),
    archive("cut short", lambda f, m: spoilt(zipped(f, m), lambda b: b.__delitem__(slice(-30, None)))),
    archive("a link", linked),
    archive("names that differ by case", lambda f, m: zipped(f, m | {"cyp002gp.csv": m["CYP002GP.csv"]})),
    archive("a table comes twice", lambda f, m: zipped(f, m | {"more/CYP002GP.csv": m["CYP002GP.csv"]})),
    archive("no table", lambda f, m: zipped(f, {"readme.txt": b"x"})),
    archive("nothing", lambda f, m: zipped(f, {})),
    archive("an XML file beside tables", lambda f, m: zipped(f, m | {"march.xml": b"<a/>"})),
    [Case("an empty file", "zip archive", lambda f: spoilt(zipped(f, {}), bytearray.clear))],
    [Case("no zip", "zip archive", lambda f: spoilt(zipped(f, {}), lambda b: b.__setitem__(slice(None), b"no zip at all")))],
]  # fmt: skip


def in_xml(kind: str, change: Callable[[str], str | bytes]) -> list[Case]:
    def make(folder: Path) -> Path:
        file = as_xml(folder, sheets(folder))
        return xml(folder, change(file.read_text(encoding="utf-8")))

    return [Case(kind, "XML", make)]


LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
) + "]>"  # fmt: skip
OUTSIDE = '<!DOCTYPE l [<!ENTITY a SYSTEM "march.xml">]>'

XMLS = [
    in_xml("a document type", lambda t: "<!DOCTYPE CSDS>" + t),
    in_xml("a billion laughs", lambda t: LAUGHS + t.replace(">N01<", ">&j;<")),
    in_xml("an entity from outside", lambda t: OUTSIDE + t.replace(">N01<", ">&a;<")),
    in_xml("an unknown entity", lambda t: t.replace(">N01<", ">&a;<")),
    in_xml("a processing instruction", lambda t: t.replace("<CSDS>", "<CSDS><?run me?>")),
    in_xml("elements far too deep", lambda t: "<a>" * 300 + "</a>" * 300),
    in_xml("an attribute", lambda t: t.replace("<CYP002GP>", '<CYP002GP id="1">', 1)),
    in_xml("text between elements", lambda t: t.replace("<CYP002GP>", "<CYP002GP>stray", 1)),
    in_xml("a field comes twice", lambda t: t.replace("<StaffGroup>", "<StaffGroup>A01</StaffGroup><StaffGroup>")),
    in_xml("a tag stays open", lambda t: t.replace("</CYP901StaffDetails>", "")),
    in_xml("two outermost elements", lambda t: t + "<CSDS/>"),
    in_xml("UTF-16", lambda t: t.encode("utf-16")),
    in_xml("another encoding than declared", lambda t: ('<?xml version="1.0"?>' + t.replace("byhand", "b\u00fc")).encode("cp1252")),
    in_xml("a zero byte in a value", lambda t: t.replace("byhand", "by\0hand")),
    in_xml("no submission", lambda t: "<html><body>Not found</body></html>"),
    in_xml("cut short", lambda t: t[:-20]),
    in_xml("a huge text", lambda t: t.replace("byhand", "x" * 11_000_000)),
    [Case("an empty file", "XML", lambda f: xml(f, ""))],
    [Case("another file", "XML", lambda f: xml(f, PACKED))],
]  # fmt: skip


def database(kind: str, change: Callable[[bytes], bytes]) -> list[Case]:
    def make(folder: Path) -> Path:
        file = folder / "march.accdb"
        file.write_bytes(change((DATABASES / "march.accdb").read_bytes()))
        return file

    return [Case(kind, "Access", make)]


ACCESS = [
    database("an empty file", lambda b: b""),
    database("cut short", lambda b: b[: len(b) // 2]),
    database("another file", workbook),
    database("no such file", lambda b: b"not a database at all" * 500),
    database("zero bytes alone", lambda b: b"\0" * 8_192),
    database("a damaged page", lambda b: b[:8_192] + b"\xff" * 4_096 + b[12_288:]),
]


def cases() -> Iterator[Case]:
    """All of them."""
    for group in (CHANGES, TEXTS, GZIPS, PARQUETS, ZIPS, XMLS, ACCESS):
        for made in group:
            yield from made
