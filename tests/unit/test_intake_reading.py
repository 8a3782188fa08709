"""What a submission may look like on disk, and that it reads the same in every form."""

import gzip
import os
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from pyarrow import csv

import handmade
from levelfield import intake
from levelfield.core.errors import SubmissionError
from levelfield.datasets import load_dataset
from levelfield.intake.reading.csv_file import table_of
from levelfield.intake.reading.dialect import BLOCK, recognised
from levelfield.intake.reading.member import Member
from levelfield.intake.reading.read import read
from levelfield.warehouse import Warehouse


def digest(path: Path) -> str:
    return read(intake.find_submissions(path)[0], load_dataset()).digest


def zipped(folder: Path, file: Path, prefix: str = "") -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in folder.iterdir():
            archive.write(member, prefix + member.name)
    return file


@pytest.mark.parametrize("prefix", ["", "march/"])
def test_zip_and_folder_of_the_same_files_are_the_same_submission(
    tmp_path: Path, prefix: str
) -> None:
    folder = handmade.write(tmp_path / "march")
    file = zipped(folder, tmp_path / "march.zip", prefix)
    assert digest(file) == digest(folder)
    assert intake.check(file).to_json() == intake.check(folder).to_json()


def test_whatever_else_is_sent_makes_another_submission(tmp_path: Path) -> None:
    folder = handmade.write(tmp_path / "march")
    seen = {digest(folder)}
    for name, content in (
        ("CYP201 CareContact.csv", b"a,b\n"),
        ("CYP201 CareContact.csv", b"a,c\n"),
        ("CYP301GroupSession.csv", b""),
        ("CYP301GroupSession.csv", b"\n"),
        ("other.parquet", b""),
        ("torn.csv.gz", b"\x1f\x8b"),
    ):
        (folder / name).write_bytes(content)
        assert digest(zipped(folder, tmp_path / "march.zip")) == digest(folder)
        seen.add(digest(folder))
        (folder / name).unlink()
    assert len(seen) == 7


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_the_name_of_a_file_need_not_be_text(tmp_path: Path) -> None:
    folder = handmade.write(tmp_path)
    plain = digest(folder)
    (folder / os.fsdecode(b"\xff.csv")).write_bytes(b"a")
    assert digest(folder) != plain


def test_gzip_is_unpacked(tmp_path: Path) -> None:
    folder = handmade.write(tmp_path)
    plain = digest(folder)
    for file in list(folder.iterdir()):
        (folder / f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes()))
        file.unlink()
    assert digest(folder) == plain


def test_a_link_back_to_a_folder_around_it_is_not_followed(tmp_path: Path) -> None:
    folder = handmade.write(tmp_path / "sent" / "march")
    (folder / "back").symlink_to("..")
    assert [source.path for source in intake.find_submissions(tmp_path / "sent")] == [folder]


def test_an_ending_may_be_in_capitals(tmp_path: Path) -> None:
    folder = handmade.write(tmp_path)
    plain, file = digest(folder), folder / "CYP201CareContact.csv"
    (folder / "CYP201CareContact.CSV.GZ").write_bytes(gzip.compress(file.read_bytes()))
    file.unlink()
    assert digest(folder) == plain


def test_a_table_whose_ending_says_no_format_is_not_passed_over(tmp_path: Path) -> None:
    folder = handmade.write(tmp_path / "march")
    (folder / "CYP201CareContact.csv").rename(folder / "CYP201CareContact.txt")
    for path in (folder, zipped(folder, tmp_path / "march.zip")):
        with pytest.raises(SubmissionError, match=r"'CYP201CareContact.txt' is named as a table"):
            intake.check(path)
    (folder / "CYP201CareContact.csv").write_bytes((folder / "CYP201CareContact.txt").read_bytes())
    assert intake.check(folder).status == "accepted"


@pytest.mark.parametrize(
    "name", ["cyp201carecontact.txt", "CYP201CareContact.csv.part", "CYP201 CareContact.xlsx"]
)
def test_a_table_nearly_named_whose_ending_says_no_format_is_not_passed_over(
    tmp_path: Path, name: str
) -> None:
    folder = handmade.write(tmp_path / "march", CYP202CareActivity=None)
    (folder / "CYP201CareContact.csv").rename(folder / name)
    for path in (folder, zipped(folder, tmp_path / "march.zip")):
        with pytest.raises(SubmissionError, match="named as CYP201CareContact, or nearly so"):
            intake.check(path)


def test_a_folder_of_tables_nearly_named_is_not_passed_over_beside_others(tmp_path: Path) -> None:
    handmade.write(tmp_path / "march")
    (tmp_path / "contacts").mkdir()
    (tmp_path / "contacts" / "cyp201_carecontact.csv").write_text("a,b\n")
    passed, sound = intake.find_submissions(tmp_path)
    assert (passed.path.name, sound.unreadable) == ("contacts", "")
    assert "must be named CYP201CareContact.csv, with the capital" in passed.unreadable


@pytest.mark.parametrize(
    ("mark", "line_end", "encoding"),
    [
        (b"", b"\r\n", "UTF-8"),
        (b"\xef\xbb\xbf", b"\n", "UTF-8 with byte-order mark"),
        (b"\xef\xbb\xbf", b"\r\n", "UTF-8 with byte-order mark"),
    ],
)
def test_line_ends_and_marks_do_not_matter_and_are_told(
    tmp_path: Path, mark: bytes, line_end: bytes, encoding: str
) -> None:
    folder = handmade.write(tmp_path)
    for file in folder.iterdir():
        file.write_bytes(mark + file.read_bytes().replace(b"\n", line_end))
    report = intake.check(folder)
    assert (report.status, list(report.findings)) == ("accepted", [])
    assert report.files is not None
    told = report.files["CYP201CareContact"]
    assert told["encoding"] == encoding
    assert told["line_end"] == ("CRLF" if line_end == b"\r\n" else "LF")


@pytest.mark.parametrize(
    ("written", "line_end"),
    [
        (lambda b: b.replace(b"\n", b"\r\n", 2), "mixed"),
        (lambda b: b.replace(b"\n", b"\r\n")[:-2] + b"\n", "mixed"),
        (lambda b: b.replace(b",T1,", b',"T\r\n1",', 1), "LF"),
        (lambda b: b.replace(b"\n", b"\r\n").replace(b",T1,", b',"T\n1",', 1), "CRLF"),
    ],
    ids=["first lines", "last line", "CRLF in a value", "LF in a value"],
)
def test_line_ends_of_two_kinds_are_told(
    tmp_path: Path, written: Callable[[bytes], bytes], line_end: str
) -> None:
    file = handmade.write(tmp_path) / "CYP201CareContact.csv"
    file.write_bytes(written(file.read_bytes()))
    files = intake.check(tmp_path).files or {}
    assert files["CYP201CareContact"]["line_end"] == line_end


def test_quotation_marks_are_told_where_there_are_some(tmp_path: Path) -> None:
    file = handmade.write(tmp_path) / "CYP201CareContact.csv"
    file.write_bytes(file.read_bytes().replace(b",T1,", b',"T1",', 1))
    files = intake.check(tmp_path).files or {}
    assert files["CYP201CareContact"]["quotation_marks"] == "double"
    assert files["CYP101Referral"]["quotation_marks"] == "none"


@pytest.mark.parametrize("first", [b"sep=;\r\n", b"\xef\xbb\xbfSEP=;\n", b"\nsep=;\n"])
def test_the_line_that_tells_excel_the_delimiter_is_no_field_name(
    tmp_path: Path, first: bytes
) -> None:
    folder = handmade.write(tmp_path)
    before = intake.check(folder)
    for file in folder.iterdir():
        file.write_bytes(first + file.read_bytes().replace(b",", b";"))
    after = intake.check(folder)
    assert (after.status, after.tables) == ("accepted", before.tables)
    assert (after.files or {})["CYP001MPI"]["delimiter"] == "semicolon"


def test_columns_may_come_in_any_order(tmp_path: Path) -> None:
    folder = handmade.write(tmp_path)
    for file in folder.iterdir():
        table = csv.read_csv(
            file,
            convert_options=csv.ConvertOptions(
                column_types={f.name: pa.string() for f in load_dataset().table(file.stem).fields}
            ),
        )
        csv.write_csv(table.select(table.column_names[::-1]), file)
    assert list(intake.check(folder).findings) == []


def test_parquet_reads_as_csv_does(tmp_path: Path) -> None:
    folder = handmade.write(tmp_path)
    told = intake.check(folder).to_json()
    for file in list(folder.iterdir()):
        # Types are guessed on purpose: dates and numbers come back as the text of the contract.
        texts = {name: pa.string() for name in ("Version", "NHSNumber", "AttendanceStatus")}
        coded = ("NHSNumber_Status", "TeamType", "ConsMechanism", "Activity_Type")
        coded += ("SourceOfReferral", "PrimaryReferralReason")
        texts |= dict.fromkeys(coded, pa.string())
        table = csv.read_csv(file, convert_options=csv.ConvertOptions(column_types=texts))
        pq.write_table(table, folder / f"{file.stem}.parquet")
        file.unlink()
    again = intake.check(folder).to_json()
    assert (again["tables"], again["findings"]) == (told["tables"], told["findings"])


@pytest.mark.parametrize("unit", ["s", "us", "ns"])
def test_dates_of_parquet_may_be_times_at_midnight(tmp_path: Path, unit: str) -> None:
    folder = handmade.write(tmp_path)
    for name in ("CYP000Header", "CYP201CareContact"):
        write_with_times(folder / f"{name}.csv", unit)
    assert list(intake.check(folder).findings) == []


def test_times_of_parquet_are_never_cut_or_moved(tmp_path: Path) -> None:
    folder = handmade.write(tmp_path)
    file = write_with_times(folder / "CYP201CareContact.csv", "us")
    table = pq.read_table(file)
    place = table.column_names.index("Contact_Date")
    moved = pc.add(table.column(place), pa.scalar(1, pa.duration("us")))
    pq.write_table(table.set_column(place, "Contact_Date", moved), file)
    found = {(f.rule, f.field): f.rows for f in intake.check(folder).findings}
    assert found["R-FORMAT", "Contact_Date"] == (1, 2, 3)
    zoned = table.column(place).cast(pa.timestamp("us", "Europe/London"))
    pq.write_table(table.set_column(place, "Contact_Date", zoned), file)
    with pytest.raises(SubmissionError, match="column 4 holds times of a time zone"):
        intake.check(folder)


def write_with_times(file: Path, unit: str) -> Path:
    """A CSV file as Parquet in its place, with times for dates, as data frames have them."""
    fields = load_dataset().table(file.stem).by_name
    texts = csv.read_csv(
        file, convert_options=csv.ConvertOptions(column_types=dict.fromkeys(fields, pa.string()))
    )
    columns = [
        pc.if_else(pc.equal(column, ""), None, column).cast(pa.date32()).cast(pa.timestamp(unit))
        if fields[name].type == "date"
        else column
        for name, column in zip(texts.column_names, texts.columns, strict=True)
    ]
    written = file.with_suffix(".parquet")
    pq.write_table(pa.table(columns, names=texts.column_names), written)
    file.unlink()
    return written


@pytest.mark.parametrize("repeats", [1, 200])
def test_rows_between_two_stray_quotation_marks_are_not_lost(tmp_path: Path, repeats: int) -> None:
    folder = handmade.write(tmp_path)
    file = folder / "CYP201CareContact.csv"
    names, *rows = file.read_text().splitlines()
    place = names.split(",").index("Contact_Time")
    cells = [row.split(",") for row in rows * repeats]
    cells[1][place] += '"09:30:00'
    cells[2][place] += '09:45:00"'
    file.write_text("".join(f"{line}\n" for line in (names, *(",".join(row) for row in cells))))
    with pytest.raises(SubmissionError, match="row 2 a value of 'Contact_Time' holds whole rows"):
        intake.check(folder)


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("A,B\n1,2\n", False),
        ('"A","B"\r\n1,2\r\n', False),
        ('A,B\n1,"2\n3"\n', True),
        ('A,"B\nC"\n1,2\n', True),
        ("'A','B'\n1,'2'\n", True),
        ("'A','B'\n1,\"2\n", False),
        ('\ufeff\n\nA,B\n1,"2"\n', True),
    ],
)
def test_rows_may_span_lines_only_behind_a_quotation_mark(
    tmp_path: Path, text: str, quoted: bool
) -> None:
    file = tmp_path / "CYP001MPI.csv"
    file.write_bytes(text.encode())
    assert recognised(Member(file), text.encode(), {"A", "B"}).quoted is quoted


def test_value_that_spans_two_blocks_of_a_file_is_read_whole(tmp_path: Path) -> None:
    row, value = "1234,x\n", "one\n" * 10
    rows = BLOCK // len(row) - 1
    file = tmp_path / "CYP001MPI.csv"
    file.write_text("A,B\n" + row * rows + f'1,"{value}"\n' + row * rows)
    (sent,) = table_of(Member(file), {"A", "B"})
    assert sent.rows.num_rows == 2 * rows + 1
    assert sent.rows.column("B").slice(rows, 1).to_pylist() == [value]


def test_quoted_values_may_hold_commas_and_line_ends(tmp_path: Path) -> None:
    folder = handmade.write(tmp_path)
    file = folder / "CYP901StaffDetails.csv"
    names, row = file.read_text().splitlines()
    cells = row.split(",")
    cells[names.split(",").index("RegistrationEntryID")] = '"7,\n""a"""'
    file.write_text(f"{names}\n{','.join(cells)}\n")
    raw = read(intake.find_submissions(folder)[0], load_dataset())
    column = raw.tables["CYP901StaffDetails"].rows.column("RegistrationEntryID")
    assert column.to_pylist() == ['7,\n"a"']


def without_column(file: Path, name: str) -> None:
    lines = [line.split(",") for line in file.read_text().splitlines()]
    gone = lines[0].index(name)
    file.write_text("".join(",".join(x[:gone] + x[gone + 1 :]) + "\n" for x in lines))


def test_version_1_5_is_read_through_its_mapping(tmp_path: Path) -> None:
    folder = handmade.write(tmp_path)
    header = (folder / "CYP000Header.csv").read_text()
    old = header.replace("1.6,", "1.5,").replace("2026-03", "2022-11").replace("2026-04", "2022-12")
    (folder / "CYP000Header.csv").write_text(old.replace("2022-11-31", "2022-11-30"))
    contact = (folder / "CYP201CareContact.csv").read_text().replace("2026-03", "2022-11")
    contact = contact.replace("ConsMechanism", "Consultation_MediumUsed")
    contact = contact.replace("AttendanceStatus", "AttendOrNot")
    (folder / "CYP201CareContact.csv").write_text(contact)
    for name in ("CYP101Referral", "CYP001MPI", "CYP002GP"):
        file = folder / f"{name}.csv"
        file.write_text(file.read_text().replace("2026-0", "2022-0"))
    without_column(folder / "CYP001MPI.csv", "EthnicCategory2021")
    report = intake.check(folder)
    assert (report.version, report.status) == ("1.5", "accepted")
    assert report.tables["CYP201CareContact"].accepted == 3


def test_every_submission_below_a_folder_is_found(tmp_path: Path) -> None:
    first = handmade.write(tmp_path / "ZA1" / "2026-03")
    zipped(first, tmp_path / "ZA1" / "again.zip")
    (tmp_path / "lookups").mkdir()
    (tmp_path / "lookups" / "postcodes.csv").write_text("postcode,lsoa11\n")
    found = intake.find_submissions(tmp_path)
    assert [source.kind for source in found] == ["folder", "zip"]


def test_a_home_is_passed_over_and_told(tmp_path: Path) -> None:
    sent, home = handmade.write(tmp_path / "march"), tmp_path / "levelfield-home"
    Warehouse.open(home, create=True)
    handmade.write(home / "submissions" / "0123")
    told: list[str] = []
    assert [source.path for source in intake.find_submissions(tmp_path, told.append)] == [sent]
    assert told == [f"{home}: passed over, since it is a levelfield home and no submission."]
    with pytest.raises(SubmissionError, match="this is a levelfield home"):
        intake.find_submissions(home)


def test_file_names_in_small_letters_are_told_how_to_be_written(tmp_path: Path) -> None:
    folder = handmade.write(tmp_path / "sent" / "march")
    for file in list(folder.iterdir()):
        file.rename(folder / file.name.lower())
    with pytest.raises(
        SubmissionError, match=r"'cyp\w+.csv' must be named CYP\w+.csv, with the cap"
    ):
        intake.find_submissions(tmp_path / "sent")
    [zip_] = intake.find_submissions(zipped(folder, tmp_path / "march.zip"))
    with pytest.raises(SubmissionError, match=r"must be named CYP\w+.csv, with the capital"):
        intake.examine(zip_)


@pytest.mark.parametrize("start", [b"\n", b"\r\n\r\n", b" \t\n", b"\xef\xbb\xbf\n"])
def test_blank_lines_before_the_names_do_not_count(tmp_path: Path, start: bytes) -> None:
    folder = handmade.write(tmp_path)
    file = folder / "CYP201CareContact.csv"
    file.write_bytes(start + file.read_bytes().replace(b"2026-03-11", b"2026-13-11"))
    report = intake.check(folder)
    assert report.status == "accepted"
    [fault] = [f for f in report.findings if f.rule == "R-FORMAT"]
    assert (fault.table, fault.rows) == ("CYP201CareContact", (2,))


def test_a_name_that_spans_lines_changes_no_type(tmp_path: Path) -> None:
    folder = handmade.write(tmp_path)
    file = folder / "CYP201CareContact.csv"
    file.write_bytes(file.read_bytes().replace(b"CareContactID,", b'"Care\nContactID",', 1))
    raw = read(intake.find_submissions(folder)[0], load_dataset())
    kinds = raw.tables["CYP201CareContact"].rows.schema.types
    assert {k.value_type if pa.types.is_dictionary(k) else k for k in kinds} == {pa.string()}


def test_a_table_that_is_no_file_is_not_passed_over(tmp_path: Path) -> None:
    folder = handmade.write(tmp_path)
    (folder / "CYP901StaffDetails.csv").unlink()
    (folder / "CYP901StaffDetails.csv").symlink_to(tmp_path / "nowhere.csv")
    with pytest.raises(SubmissionError, match=r"CYP901StaffDetails.csv.*is no file"):
        intake.check(folder)


def test_what_a_mac_adds_to_a_zip_does_not_matter(tmp_path: Path) -> None:
    folder = handmade.write(tmp_path / "march")
    file = zipped(folder, tmp_path / "march.zip")
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("__MACOSX/._CYP001MPI.csv", b"\0\5\x16\7")
    assert digest(file) == digest(folder)


def test_a_workbook_is_told_from_a_zip_of_tables(tmp_path: Path) -> None:
    file = tmp_path / "march.xlsx"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(SubmissionError, match="Excel workbook"):
        intake.check(file)
