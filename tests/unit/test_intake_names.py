"""Names that are no table's or field's: which are said, and what to do about a missing column."""

from pathlib import Path

import pytest

import handmade
from levelfield import intake
from levelfield.datasets import load_dataset
from levelfield.intake.reading.names import faults_of_names, unknown_file
from levelfield.publish.check_words import field_words


@pytest.mark.parametrize("name", ["CYP001MPI (1)", "Copy of CYP001MPI", "readme", "Summary_2"])
def test_a_name_of_common_words_is_shown(name: str) -> None:
    assert f"'{name}'" in unknown_file(name, 3, load_dataset().tables).message


@pytest.mark.parametrize(
    "name", ["SMITH", "Smith notes", "9990000018", "01-02-90", "notes 01-02-90", "ZZ1 1AA"]
)
def test_a_name_that_may_be_a_persons_is_hidden(name: str) -> None:
    fault = unknown_file(name, 3, load_dataset().tables)
    assert name not in fault.message + fault.remedy + fault.table
    assert fault.message.startswith("File 3 of the submission, in the order of their names, is")


@pytest.mark.parametrize(
    "name", ["CYP201 CareContact", "cyp201-care-contact", "CYP201CareContact_April", "CYP201"]
)
def test_a_name_that_is_nearly_a_tables_is_shown_with_the_table(name: str) -> None:
    fault = unknown_file(name, 7, load_dataset().tables)
    assert f"'{name}' in the data set; did you mean CYP201CareContact?" in fault.message
    assert fault.remedy.startswith("Name the file CYP201CareContact, letter for letter")


def test_what_else_stands_in_such_a_name_is_hidden() -> None:
    fault = unknown_file("CYP201CareContact of Ann Smith", 7, load_dataset().tables)
    assert "Smith" not in fault.message + fault.remedy + fault.table
    assert "is named nearly as CYP201CareContact. Its whole name may be" in fault.message


def test_locks_of_excel_are_left_unread(tmp_path: Path) -> None:
    folder = handmade.write(tmp_path)
    before = intake.check(folder).findings
    (folder / "~$CYP001MPI.csv").write_bytes(b"\x05Somebody")
    assert intake.check(folder).findings == before


def test_a_missing_mandatory_column_has_to_be_filled() -> None:
    gp = load_dataset().table("CYP002GP")
    assert [f.name for f in gp.fields if f.mandation == "M"] == ["LocalPatientID", "OrgID_GP"]
    names = list(gp.by_name)
    [one] = faults_of_names([name for name in names if name != "OrgID_GP"], gp)
    assert one.remedy == "Add a column for it, with a value in every row."
    [two] = faults_of_names([name for name in names if name in ("LocalPatientID", names[-1])], gp)
    assert "with a value in every row of OrgID_GP." in two.remedy


def test_a_header_says_how_a_date_is_written(tmp_path: Path) -> None:
    header = handmade.HEADER.replace("2026-03-01", "01/03/2026")
    [finding] = intake.check(handmade.write(tmp_path, CYP000Header=header)).findings
    assert finding.message.endswith("written as 2026-03-05: the year stands last.")
    assert finding.remedy.startswith("Give RP_StartDate as CCYY-MM-DD, a date that exists")


def test_the_words_of_a_field_say_whose_it_is() -> None:
    person = load_dataset().table("CYP001MPI")
    assert field_words(person, "NHSNumber") == "NHS number"
    assert field_words(person, "NHSNumber_Mother") == "NHS number of the mother"
    for table in load_dataset().tables.values():
        words = [field_words(table, name) for name in table.by_name]
        assert len(set(words)) == len(words), table.name
