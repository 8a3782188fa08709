"""What is written for the warehouse: derived columns, quarantine, and no identity anywhere."""

from datetime import date, datetime
from pathlib import Path

import nhs_number
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import handmade
from levelfield import intake
from levelfield.core.errors import SubmissionError, UsageError
from levelfield.datasets import load_dataset
from levelfield.intake import stored_schema
from levelfield.intake.checking.ages import AGE_DAYS_BELOW, age_days, age_years, births, events
from levelfield.intake.identity import HIDDEN
from levelfield.intake.nhs_number import valid_nhs_numbers
from levelfield.intake.quality import FIELD_QUALITY_SCHEMA
from levelfield.intake.records import FINDINGS_SCHEMA
from levelfield.warehouse import StagedSubmission

OWN_KEY = intake.PseudonymKey.of(b"a key for tests alone")


def staged(
    folder: Path, key: intake.PseudonymKey = OWN_KEY, **tables: str | None
) -> StagedSubmission:
    source = intake.find_submissions(handmade.write(folder / "sent", **tables))[0]
    lookups = intake.read_lookups(handmade.lookups(folder / "lookups"))
    return intake.stage(intake.examine(source), folder / "staged", lookups=lookups, key=key)


def rows(staged: StagedSubmission, table: str) -> list[dict[str, object]]:
    return pq.read_table(staged.folder / f"{table}.parquet").to_pylist()


def test_person_has_what_identity_gave_and_not_identity(tmp_path: Path) -> None:
    first, second = rows(staged(tmp_path), "CYP001MPI")
    assert not {"nhs_number", "nhs_number_mother", "date_of_birth", "postcode"} & set(first)
    assert (first["age_years_period_end"], second["age_years_period_end"]) == (75, 6)
    assert (first["lsoa"], first["residence_commissioner"]) == ("E01000001", "A3A8R")
    assert first["nhs_number_valid"] is True


@pytest.mark.parametrize("at_once", [1, 2, 1_000])
def test_the_parts_of_a_file_are_those_that_hold_an_accepted_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    lines = handmade.CONTACT.splitlines()
    stray = lines[1].replace("R1", "R9").replace("C1", "C{}")
    contacts = [lines[0], *(stray.format(n) for n in (7, 8)), *lines[1:], stray.format(9), ""]
    whole = staged(tmp_path / "whole", CYP201CareContact="\n".join(contacts))
    monkeypatch.setattr("levelfield.intake.writing.ROWS_AT_ONCE", at_once)
    parts = staged(tmp_path / "parts", CYP201CareContact="\n".join(contacts))
    kept = rows(parts, "CYP201CareContact")
    assert kept == rows(whole, "CYP201CareContact")
    assert [row["row_number"] for row in kept] == [3, 4, 5]


def test_commissioner_of_the_practice_is_that_of_the_day(tmp_path: Path) -> None:
    first, second = rows(staged(tmp_path), "CYP002GP")
    assert (first["gp_commissioner"], second["gp_commissioner"]) == ("QZZ02", None)


def test_contact_carries_its_person_and_the_age_on_its_day(tmp_path: Path) -> None:
    result = staged(tmp_path)
    people = {row["local_patient_id"]: row["person_id"] for row in rows(result, "CYP001MPI")}
    first, _, third = rows(result, "CYP201CareContact")
    assert (first["person_id"], third["person_id"]) == (people["P1"], people["P2"])
    assert (first["contact_date_age_days"], third["contact_date_age_days"]) == (None, None)
    assert (first["contact_date_age_years"], third["contact_date_age_years"]) == (75, 6)
    assert (first["submission_id"], first["row_number"]) == (result.id, 1)


def test_age_in_days_is_kept_below_three_years_only(tmp_path: Path) -> None:
    """From a date and an age in days follows the birth date, so nobody older has one."""
    born = {"2023-03-12": (None, 3), "2023-03-13": (1_095, 2), "2026-03-01": (11, 0)}
    for day, ages in born.items():
        person = handmade.PERSON.replace("2020-02-29", day)
        result = staged(tmp_path / day, CYP001MPI=person)
        _, _, contact = rows(result, "CYP201CareContact")
        assert (contact["contact_date_age_days"], contact["contact_date_age_years"]) == ages
        for file in result.folder.iterdir():
            for row in pq.read_table(file).to_pylist():
                aged = [value for name, value in row.items() if "_age_days" in name]
                aged.append(row.get("age_days_period_end"))
                assert all(value is None or value < AGE_DAYS_BELOW for value in aged)


def test_same_person_has_one_pseudonym_across_providers_by_nhs_number_only(tmp_path: Path) -> None:
    unknown = handmade.PERSON.replace("9990000026", "          ")
    here = rows(staged(tmp_path / "a", CYP001MPI=unknown), "CYP001MPI")
    there = rows(
        staged(tmp_path / "b", CYP001MPI=unknown, CYP000Header=handmade.HEADER.replace("A1", "A2")),
        "CYP001MPI",
    )
    assert here[0]["person_id"] == there[0]["person_id"]
    assert here[1]["person_id"] != there[1]["person_id"]
    assert len(str(here[0]["person_id"])) == 32


def test_another_key_gives_other_pseudonyms(tmp_path: Path) -> None:
    ours = rows(staged(tmp_path / "a"), "CYP001MPI")
    other = rows(
        staged(tmp_path / "b", key=intake.PseudonymKey.of(b"another key for tests")), "CYP001MPI"
    )
    assert ours[0]["person_id"] != other[0]["person_id"]


def test_demonstration_key_is_refused_for_people_who_may_be_real(tmp_path: Path) -> None:
    demonstration = intake.PseudonymKey.of(None)
    staged(tmp_path / "a", key=demonstration)
    real = handmade.PERSON.replace("9990000026", "4010232137")
    with pytest.raises(SubmissionError, match="--key-file"):
        staged(tmp_path / "b", key=demonstration, CYP001MPI=real)
    nobody = handmade.PERSON.replace("9990000018", " " * 10).replace("9990000026", " " * 10)
    with pytest.raises(SubmissionError, match="--key-file"):
        staged(tmp_path / "c", key=demonstration, CYP001MPI=nobody)


def test_short_key_is_refused() -> None:
    with pytest.raises(UsageError, match="at least 16"):
        intake.PseudonymKey.of(b"short")


@pytest.mark.parametrize("secret", [b"0" * 64, b"0123456789abcdef" * 4, b"abcabcb" * 3 + b"a"])
def test_a_key_that_anybody_may_guess_is_refused(secret: bytes) -> None:
    with pytest.raises(UsageError, match=r"over and over.*openssl rand -hex 32"):
        intake.PseudonymKey.of(secret)


def test_rejected_records_are_kept_with_their_rules_and_without_identity(tmp_path: Path) -> None:
    result = staged(tmp_path, CYP001MPI=handmade.PERSON.replace("2020-02-29", "2020-02-30"))
    person = pq.read_table(result.quarantine / "CYP001MPI.parquet").to_pylist()
    assert [(row["row_number"], row["rules"]) for row in person] == [(2, "R-FORMAT")]
    assert person[0]["local_patient_id"] == "P2"
    contact = pq.read_table(result.quarantine / "CYP201CareContact.parquet").to_pylist()
    assert [(row["care_contact_id"], row["rules"]) for row in contact] == [("C3", "G-NO-PARENT")]


def test_no_identity_is_found_in_anything_that_is_written(tmp_path: Path) -> None:
    planted = handmade.PERSON.replace("2020-02-29", "2020-02-30").replace("ZZ1 1AB", "QX9 9QX")
    result = staged(tmp_path, CYP001MPI=planted)
    texts = [str(result.receipt)]
    for folder in (result.folder, result.quarantine):
        for file in folder.iterdir():
            table = pq.read_table(file)
            texts += [str(table.to_pylist()), str(table.schema.metadata)]
    everything = " ".join(texts)
    for secret in ("9990000018", "9990000026", "1950-06-15", "1950, 6, 15", "ZZ1 1AA", "QX9 9QX"):
        assert secret not in everything
    assert "2020-02-30" not in everything


@pytest.mark.parametrize("first", ["9990000018", "999 000 0018"])
def test_nhs_number_as_local_identifier_gives_way_to_its_pseudonym(
    tmp_path: Path, first: str
) -> None:
    """Records still belong together, and a rejected one hides the number wherever it stands."""
    drawn = {
        name: drawing.replace("P1", first).replace("P2", "9990000026")
        for name, drawing in handmade.SOUND.items()
        if name in ("CYP001MPI", "CYP002GP", "CYP101Referral")
    }
    drawn["CYP101Referral"] = drawn["CYP101Referral"].replace("2026-03-02", "2026-03-40")
    drawn["CYP101Referral"] = drawn["CYP101Referral"].replace("R2", "9990000034")
    result = staged(tmp_path, **drawn)
    person, other = rows(result, "CYP001MPI")
    [referral] = rows(result, "CYP101Referral")
    assert referral["local_patient_id"] == person["local_patient_id"]
    assert (person["local_patient_id"] == person["person_id"]) == (first == "9990000018")
    assert {row["local_patient_id"] for row in rows(result, "CYP002GP")} == {
        person["local_patient_id"],
        other["local_patient_id"],
    }
    [rejected] = pq.read_table(result.quarantine / "CYP101Referral.parquet").to_pylist()
    assert rejected["local_patient_id"] == rejected["service_request_id"] == HIDDEN
    for file in (*result.folder.iterdir(), *result.quarantine.iterdir()):
        content = file.read_bytes() + str(pq.read_table(file).to_pylist()).encode()
        for number in (first, "9990000018", "9990000026", "9990000034"):
            assert number.encode() not in content, file.name


def test_receipt_says_what_was_read_and_by_which_rules(tmp_path: Path) -> None:
    result = staged(tmp_path)
    told = result.receipt
    assert told["tables"]["CYP201CareContact"]["read"] == 3
    assert told["files"]["CYP201CareContact"]["encoding"] == "UTF-8"
    assert told["settings"]["pseudonym_key"] == OWN_KEY.fingerprint
    assert OWN_KEY.secret.decode() not in str(told)
    assert (told["window"], result.received_at) == ("refresh", datetime(2026, 4, 20, 9))


def test_files_have_the_columns_that_facts_read(tmp_path: Path) -> None:
    result = staged(tmp_path)
    expected = {t.name: stored_schema(t) for t in load_dataset().tables.values()}
    expected["field_quality"] = FIELD_QUALITY_SCHEMA
    expected["findings"] = FINDINGS_SCHEMA
    for file in result.folder.iterdir():
        written, read = pq.read_schema(file), expected[file.stem]
        assert {f.name: f.type for f in written} == {f.name: f.type for f in read}, file.stem


def test_what_fell_with_its_parent_is_told_from_what_has_none(tmp_path: Path) -> None:
    """R1 is rejected and takes C1 and C2 along; C3 names a referral that is not in the file."""
    referral = handmade.REFERRAL.replace("2026-02-10", "soon      ")
    contact = handmade.CONTACT.replace("C3            | R2", "C3            | R9")
    result = staged(tmp_path, CYP101Referral=referral, CYP201CareContact=contact)
    place = ("G-NO-PARENT", "CYP201CareContact")
    told = {
        found["follows"]: (found["count"], found["rows"])
        for found in result.receipt["findings"]
        if (found["rule"], found["table"]) == place
    }
    assert told == {False: (1, [3]), True: (2, [1, 2])}
    kept = {
        row["record_id"]: row["follows"]
        for row in rows(result, "findings")
        if (row["rule"], row["table"]) == place
    }
    assert kept == {"C1": True, "C2": True, "C3": False}


def test_refused_submission_is_not_staged(tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match="refused"):
        staged(tmp_path, CYP002GP=None)


@given(st.lists(st.from_regex(r"[0-9]{10}", fullmatch=True), min_size=1, max_size=30))
def test_nhs_numbers_agree_with_the_library(numbers: list[str]) -> None:
    """The library also refuses Scottish numbers whose first digits are no birth date."""
    found = valid_nhs_numbers(pa.array(numbers))
    for number, valid in zip(numbers, found, strict=True):
        if not valid and len(set(number)) > 1:
            assert not nhs_number.is_valid(number)
        if valid and number[0] in "4679":
            assert nhs_number.is_valid(number)


@pytest.mark.parametrize(
    "text", [None, "", "999000001", "99900000180", "999000001８", "9990OOOO18"]
)
def test_what_is_no_nhs_number(text: str | None) -> None:
    assert not valid_nhs_numbers(pa.array([text], pa.string())).any()


@given(st.dates(date(1880, 1, 1), date(2030, 1, 1)), st.dates(date(1880, 1, 1), date(2030, 1, 1)))
def test_ages_agree_with_the_calendar(born: date, day: date) -> None:
    born_on, at = births(pa.array([born, None])), events(pa.array([day, day]))
    years = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    lived = (day - born).days
    expected = (None, None) if lived < 0 else (lived if lived < AGE_DAYS_BELOW else None, years)
    ages = zip(age_days(born_on, at).to_pylist(), age_years(born_on, at).to_pylist(), strict=True)
    assert list(ages) == [expected, (None, None)]


def test_age_is_empty_where_birth_date_or_person_is_unknown() -> None:
    born = births(pa.array([date(2020, 2, 29), None]).dictionary_encode())
    rows = np.array([0, 0, 1, 1, -1, -1], dtype=np.int32)
    at = events(pa.array([date(2021, 2, 28), None] * 3))
    assert age_days(born.of_children(rows), at).to_pylist() == [365, *[None] * 5]
    assert age_years(born.of_children(rows), at).to_pylist() == [0, *[None] * 5]


def test_valid_numbers_of_the_library_are_valid() -> None:
    made = nhs_number.generate(for_region=nhs_number.REGION_ENGLAND, quantity=200)
    assert np.all(valid_nhs_numbers(pa.array(made)))


def test_values_of_rejected_records_are_not_among_those_of_a_column(tmp_path: Path) -> None:
    """A reader of columns never sees the list of values that a Parquet file carries for them."""
    lost = "ONLY-REJECTED"
    rows_more = (
        "\n    C4 | R2 | T2 | 2026-03-13 | 20 | 02 | 6"
        "\n    C5 | R2 | T2 | 2026-03-14 | 20 | 02 | 6"
        f"\n    C6 | R2 | {lost} | never | 20 | 02 | 6\n"
    )
    table = handmade.CONTACT.rstrip() + rows_more
    result = staged(tmp_path, CYP201CareContact=table)
    file = result.folder / "CYP201CareContact.parquet"
    column = pq.read_table(file, read_dictionary=["team_id_local"]).column("team_id_local")
    values = {value for chunk in column.chunks for value in chunk.dictionary.to_pylist()}
    assert values == set(column.to_pylist())
    assert lost not in values
