"""A submission reads to the same result in every format, and a broken or hostile one is refused."""

import gzip
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import formats
import handmade
from levelfield import intake
from levelfield.core.errors import SubmissionError
from levelfield.core.periods import Month
from levelfield.datasets import load_dataset
from levelfield.intake.reading import access_file, versions, xml_file
from levelfield.intake.reading.member import Member
from levelfield.intake.reading.read import read
from levelfield.intake.reading.sent import SentTable

DATABASES = Path(__file__).parents[1] / "databases"
needs_mdbtools = pytest.mark.skipif(
    shutil.which("mdb-export") is None, reason="mdbtools (Debian: apt install mdbtools) is absent"
)


def result(path: Path) -> dict[str, object]:
    """Everything that the check settled: the state and types of each row, the findings."""
    examined = intake.examine(intake.find_submissions(path)[0])
    return {
        "tables": {
            name: (checked.typed.to_pydict(), checked.status.tolist())
            for name, checked in examined.tables.items()
        },
        "faults": sorted(
            (fault.rule, fault.table, fault.field, fault.rows.tolist()) for fault in examined.faults
        ),
    }


def as_read(path: Path) -> dict[str, dict[str, list[str]]]:
    """Every value as it was sent, by table and field."""
    raw = read(intake.find_submissions(path)[0], load_dataset())
    assert not raw.faults
    return {name: table.rows.to_pydict() for name, table in raw.tables.items()}


@pytest.fixture(scope="module")
def march(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object]]:
    """The small submission with faults as CSV, and what the check settles about it."""
    folder = formats.march(tmp_path_factory.mktemp("csv") / "march")
    return folder, result(folder)


def written(text: str | bytes, file: Path) -> Path:
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def sent(text: str | bytes, folder: Path) -> dict[str, SentTable]:
    member = Member(written(text, folder / "march.xml"))
    return {table.name: table for table in xml_file.tables_of(member, load_dataset())}


def refusal(text: str | bytes, folder: Path) -> str:
    [source] = intake.find_submissions(written(text, folder / "march.xml"))
    with pytest.raises(SubmissionError) as caught:
        read(source, load_dataset())
    return str(caught.value)


def test_the_small_submission_has_faults_of_many_kinds(march: tuple[Path, Any]) -> None:
    rules = {fault[0] for fault in march[1]["faults"]}
    assert {"G-KEY-DUP", "G-NO-PARENT", "R-AFTER-END", "W-CODE", "W-LEADING-ZERO"} <= rules


def test_flat_xml_reads_like_csv(tmp_path: Path, march: tuple[Path, Any]) -> None:
    file = written(formats.flat_xml(march[0]), tmp_path / "march.xml")
    assert result(file) == march[1]


def test_nested_xml_without_parents_keys_reads_like_csv(tmp_path: Path) -> None:
    folder = handmade.write(tmp_path / "march")
    text = formats.nested_xml(folder)
    assert text.count("<ServiceRequestID>") == 2
    assert text.count("<LocalPatientID>") == 2
    file = written(text, tmp_path / "march.xml")
    assert as_read(file) == as_read(folder)
    assert result(file) == result(folder)


@needs_mdbtools
@pytest.mark.parametrize("name", ["march.accdb", "march.mdb"])
def test_a_real_access_database_reads_like_csv(march: tuple[Path, Any], name: str) -> None:
    assert result(DATABASES / name) == march[1]


@needs_mdbtools
def test_a_table_of_access_that_is_nearly_named_is_not_passed_over(tmp_path: Path) -> None:
    name, other = ("CYP201CareContact".encode("utf-16-le"), "CYP201CareContacs".encode("utf-16-le"))
    file = tmp_path / "march.accdb"
    file.write_bytes((DATABASES / "march.accdb").read_bytes().replace(name, other))
    [found] = [f for f in intake.check(file).findings if "CYP201" in f.message]
    assert found.severity == "reject_file"
    assert "'CYP201CareContacs' in the data set; did you mean CYP201CareContact?" in found.message


@needs_mdbtools
def test_an_access_database_in_a_zip_is_the_same_submission(tmp_path: Path) -> None:
    file = tmp_path / "march.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(DATABASES / "march.accdb", "march.accdb")
    assert as_read(file) == as_read(DATABASES / "march.accdb")


def test_the_receipt_says_how_an_xml_file_is_written(tmp_path: Path) -> None:
    text = formats.nested_xml(handmade.write(tmp_path / "march"))
    described = sent(text, tmp_path)["CYP001MPI"].described
    assert described == {
        "format": "xml",
        "encoding": "UTF-8",
        "records": "nested",
        "bytes": len(text.encode()),
    }


@pytest.mark.parametrize(
    "written_as",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("UTF-8", "windows-1252").encode("cp1252"),
        lambda text: text.replace("UTF-8", "ISO-8859-1").encode("latin-1"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.partition("\n")[2].encode(),
        lambda text: text.replace("Où", "O<!-- a note -->ù").encode(),
        lambda text: text.replace('Où, "là"', '<![CDATA[Où, "là"]]>').encode(),
        lambda text: (
            text.replace("<CSDS>", '<c:CSDS xmlns:c="urn:x"><!-- c -->')
            .replace("</CSDS>", "</c:CSDS>")
            .encode()
        ),
    ],
    ids=["mark", "cp1252", "latin-1", "CRLF", "bare", "comment", "CDATA", "prefix"],
)
def test_ways_to_write_the_same_xml(
    tmp_path: Path, march: tuple[Path, Any], written_as: Callable[[str], bytes]
) -> None:
    text = written_as(formats.flat_xml(march[0]))
    assert as_read(written(text, tmp_path / "march.xml")) == as_read(march[0])


def test_xml_is_read_in_parts_of_any_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = handmade.write(tmp_path / "march")
    text = formats.nested_xml(folder)
    whole = {name: t.rows.to_pydict() for name, t in sent(text, tmp_path).items()}
    for size in (97, 1_000):
        monkeypatch.setattr("levelfield.intake.reading.xml_stream._CHUNK", size)
        assert {n: t.rows.to_pydict() for n, t in sent(text, tmp_path).items()} == whole


def test_parts_of_a_table_with_other_fields_become_one(tmp_path: Path) -> None:
    rows = "".join(
        f"<CYP001MPI><LocalPatientID>P{n}</LocalPatientID>"
        f"{'<Gender>1</Gender>' if n > 6_000 else ''}</CYP001MPI>"
        for n in range(12_000)
    )
    table = sent(f"<CSDS>{rows}</CSDS>", tmp_path)["CYP001MPI"].rows
    assert table.column("LocalPatientID").to_pylist() == [f"P{n}" for n in range(12_000)]
    assert table.column("Gender").to_pylist() == ["1" if n > 6_000 else "" for n in range(12_000)]
    assert all(column.num_chunks == 1 for column in table.columns)


def test_records_that_all_differ_are_read_in_bounded_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("xml_rows", "xml_records"):
        monkeypatch.setattr(f"levelfield.intake.reading.{module}.MAX_REMEMBERED", 3)
    names = [field.name for field in load_dataset().table("CYP001MPI").fields][:5]
    made = [names[n % 5 :] + names[: n % 5] for n in range(40)]
    rows = "".join(
        f"<CYP001MPI>{''.join(f'<{name}>{name}{n}</{name}>' for name in order)}</CYP001MPI>"
        for n, order in enumerate(made)
    )
    table = sent(f"<CSDS>{rows}</CSDS>", tmp_path)["CYP001MPI"].rows
    for name in names:
        assert table.column(name).to_pylist() == [f"{name}{n}" for n in range(40)]


def test_elements_that_are_no_table_or_field_are_faults_with_their_line(tmp_path: Path) -> None:
    folder = formats.march(tmp_path / "march")
    text = formats.flat_xml(folder)
    text = text.replace("CYP901StaffDetails>", "CYP901Staff>")
    text = text.replace("<StaffGroup", "<StafGroup").replace("</StaffGroup", "</StafGroup")
    text = text.replace("<EthnicCategory>A<", "<EthnicCategry>A<", 1)
    text = text.replace(">A</EthnicCategory>", ">A</EthnicCategry>", 1)
    examined = intake.examine(intake.find_submissions(written(text, tmp_path / "march.xml"))[0])
    said = [fault.message for fault in examined.file_faults if fault.rule == "F-STRUCT"]
    line = text[: text.index("<CYP901Staff>")].count("\n") + 1
    assert (
        f"An element in line {line} holds values. There is no table named 'CYP901Staff' in the "
        "data set; did you mean CYP901StaffDetails?"
    ) in said
    assert any(
        "There is no field named 'EthnicCategry' in the data set; did you mean EthnicCategory? It "
        "is first seen in line " in message
        for message in said
    )


def test_a_field_given_twice_makes_its_record_unreadable(tmp_path: Path) -> None:
    text = (
        "<CSDS><CYP001MPI><Gender>1</Gender></CYP001MPI>"
        "<CYP001MPI><Gender>1</Gender><Gender>2</Gender></CYP001MPI></CSDS>"
    )
    assert sent(text, tmp_path)["CYP001MPI"].unreadable == (2,)


DOCTYPE = '<!DOCTYPE a [<!ENTITY a0 "lol">{}]>'
LAUGHS = DOCTYPE.format("".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)))
PERSON = "<CSDS><CYP001MPI><Gender>{}</Gender></CYP001MPI></CSDS>"
HOSTILE = {
    "billion laughs": (LAUGHS + PERSON.format("&a9;"), "entities unfold"),
    "quadratic growth": (
        DOCTYPE.format(f'<!ENTITY b "{"x" * 50_000}">') + PERSON.format("&b;" * 9_000),
        "entities unfold",
    ),
    "external entity": (
        '<!DOCTYPE a [<!ENTITY x SYSTEM "secret.txt">]>' + PERSON.format("&x;"),
        "DTD",
    ),
    "external DTD": ('<!DOCTYPE a SYSTEM "other.dtd">' + PERSON.format("1"), "DTD"),
    "parameter entity": (
        '<!DOCTYPE a [<!ENTITY % p SYSTEM "o.dtd"> %p;]>' + PERSON.format("1"),
        "DTD",
    ),
    "unknown entity": (PERSON.format("&what;"), "entity stands that XML does not define"),
    "processing instruction": ("<?run me?>" + PERSON.format("1"), "processing instruction"),
    "style sheet inside": (PERSON.format("<?run me?>1"), "processing instruction"),
    "deep": ("<a>" * 200 + "</a>" * 200, "deep"),
    "very deep": ("<a>" * 100_000, "far too deep"),
    "wide attribute": (f'<CSDS><CYP001MPI a="{"x" * 100_000}"/></CSDS>', "attribute"),
    "value in attribute": ('<CSDS><CYP001MPI Gender="1"/></CSDS>', "attribute"),
    "long text": (PERSON.format("x" * 70_000), "longer than 65,536 bytes"),
    "very long text": (PERSON.format("x" * 11_000_000), "longer than any"),
    "long name": (f"<CSDS><{'x' * 60_000}/></CSDS>", "well-formed"),
    "many fields": (
        f"<CSDS><CYP001MPI>{''.join(f'<f{n}>1</f{n}>' for n in range(1_100))}</CYP001MPI></CSDS>",
        "more than 1,000 fields",
    ),
    "record without end": (
        f"<CSDS><CYP001MPI>{'<Gender>1</Gender>' * 60_000}</CYP001MPI></CSDS>",
        "more than 1,000 fields",
    ),
    "elements in a field": (PERSON.format("<b>1</b>"), "holds elements"),
    "text between": ("<CSDS><CYP001MPI>x<Gender>1</Gender></CYP001MPI></CSDS>", "text stands"),
    "text after": ("<CSDS><CYP001MPI><Gender>1</Gender>x</CYP001MPI></CSDS>", "text stands"),
    "UTF-16": (PERSON.format("1").encode("utf-16"), "UTF-16"),
    "UTF-16 unmarked": (PERSON.format("1").encode("utf-16-le"), "UTF-16"),
    "declared UTF-16": ('<?xml version="1.0" encoding="UTF-16"?>' + PERSON.format("1"), "encoding"),
    "declared UTF-7": ('<?xml version="1.0" encoding="UTF-7"?>' + PERSON.format("1"), "encoding"),
    "declared EBCDIC": ('<?xml version="1.0" encoding="cp037"?>' + PERSON.format("1"), "encoding"),
    "marked and declared otherwise": (
        b'\xef\xbb\xbf<?xml version="1.0" encoding="windows-1252"?>' + PERSON.format("1").encode(),
        "encoding",
    ),
    "not UTF-8": (PERSON.format("\xe9").encode("latin-1"), "bytes stand"),
    "declared ASCII": (
        '<?xml version="1.0" encoding="US-ASCII"?>' + PERSON.format("é"),
        "bytes stand",
    ),
    "null byte": (PERSON.format("\0"), "a character stands"),
    "control character": (PERSON.format("&#1;"), "a reference stands"),
    "two roots": (PERSON.format("1") * 2, "second outermost"),
    "crossed tags": ("<CSDS><CYP001MPI></CSDS></CYP001MPI>", "not the one last begun"),
    "undeclared prefix": ("<CSDS><x:CYP001MPI/></CSDS>", "prefix that is not declared"),
    "no element": ("<!-- nothing -->", "cut short"),
    "comment without element": ("<!--" + "x" * 600_000 + "-->" + "<!--" + "x" * 600_000, "begins"),
    "not XML": ("Version,OrgID_Provider\n1.6,ZA1\n", "well-formed"),
    "white space first": ("\n<?xml version='1.0'?>" + PERSON.format("1"), "well-formed"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_xml_is_refused_with_its_reason(tmp_path: Path, kind: str) -> None:
    (tmp_path / "secret.txt").write_text("9990000018")
    text, reason = HOSTILE[kind]
    said = refusal(text, tmp_path)
    assert any(word in said for word in reason.split("|")), said
    assert "9990000018" not in said


@pytest.mark.parametrize("packed", [False, True])
def test_xml_cut_anywhere_is_refused(tmp_path: Path, packed: bool) -> None:
    whole = formats.nested_xml(handmade.write(tmp_path / "march")).strip().encode()
    whole = gzip.compress(whole, mtime=0) if packed else whole
    file = written(whole, tmp_path / ("march.xml.gz" if packed else "march.xml"))
    assert xml_file.tables_of(Member(file), load_dataset())
    for size in reversed(range(1, len(whole))):
        os.truncate(file, size)
        with pytest.raises(SubmissionError):
            xml_file.tables_of(Member(file), load_dataset())


@needs_mdbtools
@pytest.mark.parametrize("name", ["march.accdb", "march.mdb"])
def test_access_cut_anywhere_is_refused(tmp_path: Path, name: str) -> None:
    whole = (DATABASES / name).read_bytes()
    for size in [*range(0, len(whole), 4096), len(whole) - 1, 1, 5_000]:
        file = written(whole[:size], tmp_path / name)
        with pytest.raises(SubmissionError, match=r"cut short|does not begin as"):
            access_file.tables_of(Member(file), load_dataset())


@needs_mdbtools
def test_what_is_no_access_database_is_refused(tmp_path: Path) -> None:
    file = written(b"PK" * 10_000, tmp_path / "march.accdb")
    with pytest.raises(SubmissionError, match=r"does not begin as an Access database does"):
        access_file.tables_of(Member(file), load_dataset())


def test_without_mdbtools_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SubmissionError, match=r"apt install mdbtools.*export each table"):
        access_file.tables_of(Member(DATABASES / "march.accdb"), load_dataset())


def test_dates_of_access_are_written_in_the_layouts_of_the_data_set() -> None:
    fields = load_dataset().table("CYP201CareContact").by_name
    moments = pa.array(["\x1d2026-03-05T00:00:00", "", "\x1d2026-03-05T10:30:00"])
    in_layout = access_file._in_layout
    assert in_layout(moments, fields["Contact_Date"]).to_pylist() == [
        "2026-03-05",
        "",
        "2026-03-05T10:30:00",
    ]
    times = pa.array(["\x1d1899-12-30T00:00:00", "\x1d1899-12-30T09:30:00"]).dictionary_encode()
    assert in_layout(times, fields["Contact_Time"]).to_pylist() == ["00:00:00", "09:30:00"]


OLD_CODES = [("01", "02"), ("02", "03"), ("03", "4"), ("06", "05"), ("07", "6"), ("08", "00")]
"""Medium used and attendance, as files of version 1.5 hold them."""


def old_submission(folder: Path, month: str) -> Path:
    """A provider-month in version 1.5: the names of its fields, its codes, and no later field."""
    last = {"2022-11": "30", "2023-01": "31"}[month]
    contacts = "\n".join(
        f"C{n} | R1 | T1 | {month}-04 | 30 | {medium} | {attended}"
        for n, (medium, attended) in enumerate(OLD_CODES)
    )
    handmade.write(
        folder,
        CYP000Header=f"""
            Version | OrgID_Provider | OrgID_Submitter | RP_StartDate | RP_EndDate | FileCreation_DateTime | PrimarySystem
            1.5     | ZA1            | ZA1             | {month}-01   | {month}-{last} | {month}-30T09:00:00 | byhand
        """,  # noqa: E501
        CYP101Referral=handmade.REFERRAL.replace("2026-0", "2022-0"),
        CYP102ServiceTypeReferredTo=handmade.TEAM.replace("| 12", "| 22"),
        CYP201CareContact=f"""
            CareContactID | ServiceRequestID | TeamID_Local | Contact_Date | CareContact_Duration | ConsMechanism | AttendanceStatus
            {contacts}
        """,  # noqa: E501
        CYP202CareActivity=None,
        CYP901StaffDetails=None,
    )
    file = folder / "CYP201CareContact.csv"
    text = file.read_text().replace("ConsMechanism", "Consultation_MediumUsed")
    file.write_text(text.replace("AttendanceStatus", "AttendOrNot"))
    file = folder / "CYP001MPI.csv"
    rows = [line.split(",") for line in file.read_text().splitlines()]
    later = rows[0].index("EthnicCategory2021")
    file.write_text("".join(",".join(row[:later] + row[later + 1 :]) + "\n" for row in rows))
    return folder


@pytest.mark.parametrize("as_xml", [False, True])
def test_codes_of_version_1_5_are_mapped_or_known(tmp_path: Path, as_xml: bool) -> None:
    path = old_submission(tmp_path / "november", "2022-11")
    if as_xml:
        path = written(formats.flat_xml(path), tmp_path / "november.xml")
    examined = intake.examine(intake.find_submissions(path)[0])
    assert not examined.file_faults
    contacts = examined.tables["CYP201CareContact"].typed
    assert contacts.column("attendance_status").to_pylist() == ["2", "3", "4", "5", "6", "0"]
    assert contacts.column("cons_mechanism").to_pylist() == ["01", "02", "03", "06", "07", "08"]
    rules = {fault.rule for fault in examined.faults}
    assert rules.isdisjoint({"W-CODE", "W-CODE-RETIRED", "W-LEADING-ZERO", "R-FORMAT"})


def test_version_1_5_is_refused_for_months_after_its_last(tmp_path: Path) -> None:
    path = old_submission(tmp_path / "january", "2023-01")
    examined = intake.examine(intake.find_submissions(path)[0])
    assert [(fault.rule, fault.message) for fault in examined.file_faults] == [
        (
            "F-HEADER-VERSION",
            "Version 1.5 was in use until 2022-12, and the period is 2023-01.",
        )
    ]


@pytest.mark.parametrize(
    ("month", "refused"), [("2022-11", True), ("2022-12", True), ("2023-01", False)]
)
def test_version_1_6_is_refused_for_months_before_its_first(
    tmp_path: Path, month: str, refused: bool
) -> None:
    first, last = f"{month}-01", str(Month.parse(month).last)
    header = handmade.HEADER.replace("2026-03-01", first).replace("2026-03-31", last)
    [source] = intake.find_submissions(handmade.write(tmp_path, CYP000Header=header))
    told = [fault.message for fault in intake.examine(source).file_faults]
    said = f"Version 1.6 is in use from 2023-01 on, and the period is {month}."
    assert told == ([said] if refused else [])


def test_every_old_code_has_a_rule_of_its_own() -> None:
    mapped = versions.mapping_for(pa.table({"Version": ["1.5"]})).recoded["CYP201CareContact"]
    codes = load_dataset().codes
    assert mapped["AttendanceStatus"].keys() >= codes["attended_or_did_not_attend_code"].keys()
    assert mapped["ConsMechanism"].keys() >= codes["consultation_medium_used"].keys()
