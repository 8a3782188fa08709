"""Input that is no submission, or a broken one: what is said, and that nothing is lost silently."""

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

import handmade
from levelfield import intake
from levelfield.cli.app import application
from levelfield.core.errors import SubmissionError


def put(name: str, content: bytes) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / name).write_bytes(content)

    return change


def packed(name: str, content: bytes) -> Callable[[Path], None]:
    """Put a file packed with gzip in the place of one that is not."""

    def change(folder: Path) -> None:
        (folder / name).unlink()
        (folder / f"{name}.gz").write_bytes(content)

    return change


def edit(name: str, old: bytes, new: bytes) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        content = (folder / name).read_bytes()
        assert old in content
        (folder / name).write_bytes(content.replace(old, new))

    return change


def remove(name: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / name).unlink()

    return change


REFUSED = {
    "a mandatory table is missing": (remove("CYP002GP.csv"), "CYP002GP is missing", "CYP002GP"),
    "a mandatory table has no row": (
        lambda folder: handmade.write_table(folder / "CYP002GP.csv", "CYP002GP", []),
        "has no row",
        "CYP002GP",
    ),
    "a table is unknown": (
        put("CYP201CareContacts.csv", b"a,b\n1,2\n"),
        "did you mean CYP201CareContact?",
        "CYP201CareContacts",
    ),
    "a field is unknown": (
        edit("CYP201CareContact.csv", b"CareContactID", b"CareContactIdentifier"),
        "did you mean CareContactID?",
        "CYP201CareContact",
    ),
    "a field is missing": (
        edit("CYP002GP.csv", b"OrgID_GP,", b"GPRegistration_StartDate,"),
        "OrgID_GP is missing",
        "CYP002GP",
    ),
    "a table file is empty": (put("CYP201CareContact.csv", b""), "is empty", "CYP201CareContact"),
    "a row is too long": (
        edit("CYP002GP.csv", b"Z90001,", b"Z90001,,"),
        "more values than there are",
        "CYP002GP",
    ),
    "a row is cut short": (
        edit("CYP002GP.csv", b"P2,V81997,,\n", b"P2,V81\n"),
        "fewer values than there are",
        "CYP002GP",
    ),
}


@pytest.mark.parametrize(("change", "says", "table"), REFUSED.values(), ids=REFUSED)
def test_broken_structure_is_refused(
    tmp_path: Path, change: Callable[[Path], None], says: str, table: str
) -> None:
    folder = handmade.write(tmp_path)
    change(folder)
    report = intake.check(folder)
    assert report.status == "refused"
    assert any(says in f.message and f.table == table for f in report.findings), report.findings
    assert all(c.read == c.rejected + c.duplicate for c in report.tables.values())


UNREADABLE = {
    "no encoding that is known": (
        edit("CYP001MPI.csv", b"ZZ1 1AB", b"ZZ\x81 1AB"),
        "neither UTF-8 nor Windows-1252",
    ),
    "UTF-16": (
        put("CYP001MPI.csv", "LocalPatientID,a\n1,2\n".encode("utf-16")),
        "UTF-16. Save it as UTF-8",
    ),
    "an open quotation mark": (edit("CYP001MPI.csv", b"ZZ1 1AB", b'"ZZ1 1AB'), "quotation mark"),
    "no Parquet": (
        put("CYP105OnwardReferral.parquet", b"PAR1 nothing PAR1"),
        "Parquet file that is damaged",
    ),
    "broken gzip": (
        packed("CYP901StaffDetails.csv", gzip.compress(b"a,b\n1,2\n")[:-9]),
        "cut short",
    ),
    "a gzip bomb": (
        packed("CYP901StaffDetails.csv", gzip.compress(b"0" * 20_000_000)),
        "unpacks to more than",
    ),
    "a table twice, of which one is no CSV": (
        put("CYP001MPI.csv.gz", gzip.compress(b'a,b\n"1,2\n')),
        "CYP001MPI comes twice. Keep one of its files.",
    ),
    "a table twice": (put("CYP001MPI.csv.gz", gzip.compress(b"a,b\n1,2\n")), "comes twice"),
}


@pytest.mark.parametrize(("change", "says"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_said_in_one_line(
    tmp_path: Path, change: Callable[[Path], None], says: str
) -> None:
    folder = handmade.write(tmp_path)
    change(folder)
    with pytest.raises(SubmissionError, match=says) as caught:
        intake.check(folder)
    assert "\n" not in str(caught.value)
    assert "ZZ1 1AB" not in str(caught.value)


def make_zip(file: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file


ZIPS = {
    "a zip inside": ({"CYP000Header.csv": b"x", "more.zip": b"PK"}, "zip inside the zip"),
    "a path out of it": ({"../CYP000Header.csv": b"x"}, "leads upwards by"),
    "an absolute path": ({"/etc/CYP000Header.csv": b"x"}, "begins at the root of the disk"),
    "a drive": ({"C:\\CYP000Header.csv": b"x"}, "names a drive"),
    "a bomb": ({"CYP000Header.csv": b"0" * 50_000_000}, "more than 400 times its own size"),
    "many files": (
        {f"{n}.csv": b"x" for n in range(1001)},
        "holds 1,001 files, and may hold 1,000",
    ),
    "no table": ({"readme.txt": b"x"}, "no file named as a table"),
    "nothing": ({}, "the zip is empty"),
}


@pytest.mark.parametrize(("members", "says"), ZIPS.values(), ids=ZIPS)
def test_bad_zip(tmp_path: Path, members: dict[str, bytes], says: str) -> None:
    with pytest.raises(SubmissionError, match=says):
        intake.check(make_zip(tmp_path / "sent.zip", members))


def test_zip_cut_at_any_byte_is_refused(tmp_path: Path) -> None:
    folder = handmade.write(tmp_path / "sent")
    whole = make_zip(tmp_path / "sent.zip", {f.name: f.read_bytes() for f in folder.iterdir()})
    content, cut = whole.read_bytes(), tmp_path / "cut.zip"
    for size in range(0, len(content), 41):
        cut.write_bytes(content[:size])
        with pytest.raises(SubmissionError):
            intake.check(cut)


def test_damaged_member_is_refused(tmp_path: Path) -> None:
    folder = handmade.write(tmp_path / "sent")
    whole = make_zip(tmp_path / "sent.zip", {f.name: f.read_bytes() for f in folder.iterdir()})
    content = bytearray(whole.read_bytes())
    content[90] ^= 0xFF
    whole.write_bytes(bytes(content))
    with pytest.raises(SubmissionError, match="cannot be unpacked"):
        intake.check(whole)


def test_a_file_that_vanishes_is_said_in_one_line(tmp_path: Path) -> None:
    folder = handmade.write(tmp_path / "sent")
    [source] = intake.find_submissions(folder)
    (folder / "CYP002GP.csv").unlink()
    file = make_zip(tmp_path / "sent.zip", {f.name: f.read_bytes() for f in folder.iterdir()})
    [zipped] = intake.find_submissions(file)
    file.unlink()
    for gone in (source, zipped):
        with pytest.raises(SubmissionError, match="cannot be read"):
            intake.examine(gone)


def test_a_damaged_zip_beside_a_sound_submission_does_not_hide_it(tmp_path: Path) -> None:
    handmade.write(tmp_path / "sent")
    (tmp_path / "torn.zip").write_bytes(b"PK")
    sound, torn = intake.find_submissions(tmp_path)
    assert intake.examine(sound).accepted
    with pytest.raises(SubmissionError, match=r"torn\.zip.*zip is cut short"):
        intake.examine(torn)


def test_paths_that_are_no_submission(tmp_path: Path) -> None:
    empty = tmp_path / "empty.zip"
    empty.touch()
    alone = tmp_path / "CYP201CareContact.csv"
    alone.write_text("a,b\n1,2\n")
    (tmp_path / "folder").mkdir()
    for path, says in [
        (tmp_path / "nothing", "no such file"),
        (tmp_path / "folder", "no submission was found"),
        (empty, "empty"),
        (alone, "one file, not a submission"),
    ]:
        with pytest.raises(SubmissionError, match=says):
            intake.check(path)


def test_several_submissions_cannot_be_checked_as_one(tmp_path: Path) -> None:
    handmade.write(tmp_path / "a")
    handmade.write(tmp_path / "b")
    with pytest.raises(SubmissionError, match="there are 2 submissions"):
        intake.check(tmp_path)


IDENTIFIERS = ("9990000018", "9990000026", "1950-06-15", "ZZ1 1AA", "ZZ11AA", "19500615")


def without_header(file: Path) -> None:
    file.write_bytes(file.read_bytes().split(b"\n", 1)[1].replace(b"ZZ1 1AA", b"ZZ11AA"))


def first_name(file: Path, value: bytes) -> None:
    """One value of a record stands where the name of the first field should."""
    file.write_bytes(value + b"," + file.read_bytes().split(b",", 1)[1])


def test_values_are_never_taken_for_names(tmp_path: Path) -> None:
    for number, value in enumerate(IDENTIFIERS):
        folder = handmade.write(tmp_path / f"try-{number}")
        first_name(folder / "CYP001MPI.csv", value.encode())
        without_header(folder / "CYP002GP.csv")
        (folder / "CYP201CareContact.csv").rename(folder / f"{value}.csv")
        told = [
            CliRunner().invoke(application(), ["check", str(folder), *how])
            for how in ([], ["--json"])
        ]
        assert [result.exit_code for result in told] == [1, 1]
        said = " ".join(" ".join(result.output.split()) for result in told)
        assert not [secret for secret in IDENTIFIERS if secret in said], value
        assert "Column 1 is named as no field." in said
        assert "is not named as a table" in said


def test_a_file_without_its_header_row_is_told_so(tmp_path: Path) -> None:
    folder = handmade.write(tmp_path)
    without_header(folder / "CYP001MPI.csv")
    findings = intake.check(folder).findings
    assert [(f.table, f.field) for f in findings] == [("CYP001MPI", "")]
    assert "the row of field names is missing" in findings[0].message
    assert "Begin the file with its field names" in findings[0].remedy
