"""Extracts in which nobody is named: split by provider and month, read through a mapping."""

import csv
import gzip
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

import formats
import handmade
from levelfield import intake
from levelfield.cli.app import application
from levelfield.core import definitions
from levelfield.core.errors import DefinitionError, SubmissionError, UsageError
from levelfield.intake.reading.extracts import split_extract
from levelfield.intake.reading.mapping import load_extract
from levelfield.intake.records import write_findings
from levelfield.quality import month_found
from levelfield.warehouse import Warehouse

KEY = intake.PseudonymKey.of(b"a key for the tests of extracts")
Rows = dict[str, list[dict[str, str]]]

UNIQUE = {
    "LocalPatientID": "Person_ID",
    "ServiceRequestID": "Unique_ServiceRequestID",
    "CareContactID": "Unique_CareContactID",
    "CareActivityID": "Unique_CareActivityID",
    "TeamID_Local": "Unique_TeamID_Local",
}
NAMED = ("NHSNumber", "NHSNumber_Mother", "DateOfBirth", "Postcode")


def rows_of(folder: Path, provider: str, month: str) -> Rows:
    """The sound submission as that of another provider and month."""
    changed = {
        table: drawing.replace("ZA1", provider).replace("2026-03", month)
        for table, drawing in handmade.SOUND.items()
    }
    return formats.records(handmade.write(folder, **changed))


def pseudonymised(tables: Rows, provider: str, month: str) -> Rows:
    """As a commissioner might receive it: national identifiers, ages and areas, no header."""
    pseudonyms = {"P1": "f" * 32, "P2": "e" * 32}
    ages = {"P1": "75", "P2": "6"}
    patient = {row["ServiceRequestID"]: row["LocalPatientID"] for row in tables["CYP101Referral"]}
    made: Rows = {}
    for table, rows in tables.items():
        if table == "CYP000Header":
            continue
        for row in rows:
            own = {
                UNIQUE.get(name, name): f"{provider}{text}" if name in UNIQUE and text else text
                for name, text in row.items()
                if name not in NAMED
            }
            person = row.get("LocalPatientID") or patient.get(row.get("ServiceRequestID", ""), "")
            if "Person_ID" in own:
                own["Person_ID"] = pseudonyms[person]
            if table == "CYP001MPI":
                own |= {"LSOA": "E01000001", "OrgIDSubICBLocResidence": "01A"}
                own["AgeYr_RP_EndDate"] = ages[person]
            if table == "CYP002GP":
                own["OrgIDSubICBLocGP"] = "02B"
            if table == "CYP201CareContact":
                own["AgeYr_Contact_Date"] = ages[person]
            own |= {"OrgID_Provider": provider, "RP_StartDate": f"{month}-01"}
            made.setdefault(table, []).append(own)
    return made


def write(folder: Path, *parts: Rows) -> Path:
    folder.mkdir()
    for table in parts[0]:
        rows = [row for part in parts for row in part.get(table, [])]
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return folder


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    parts = [
        pseudonymised(rows_of(tmp_path / f"{provider}-{month}", provider, month), provider, month)
        for provider, month in (("ZA1", "2026-03"), ("ZA2", "2026-03"), ("ZA1", "2026-05"))
    ]
    return write(tmp_path / "extract", *parts)


def split(path: Path, mapping: str) -> list[intake.Source]:
    return split_extract(intake.find_submissions(path)[0], load_extract(mapping))


def staged(source: intake.Source, folder: Path, tmp_path: Path) -> Path:
    looked_up = intake.read_lookups(handmade.lookups(tmp_path / "lookups"))
    intake.stage(intake.examine(source), folder, lookups=looked_up, key=KEY)
    return folder / "accepted"


def test_a_commissioners_extract_is_one_submission_per_provider_and_month(extract: Path) -> None:
    parts = [intake.examine(part) for part in split(extract, "commissioner-extract")]
    headers = [part.header for part in parts]
    assert [(h.provider, str(h.period)) for h in headers if h] == [
        ("ZA1", "2026-03"),
        ("ZA1", "2026-05"),
        ("ZA2", "2026-03"),
    ]
    for part in parts:
        assert part.accepted
        assert part.faults == []
        assert {name: len(t.status) for name, t in part.tables.items()}["CYP201CareContact"] == 3
    assert len({part.raw.digest for part in parts}) == 3


def test_findings_of_a_month_name_the_rows_of_the_extract(tmp_path: Path) -> None:
    """The second contact of May stands in row 5 of the file, behind three of March."""
    parts = [
        pseudonymised(rows_of(tmp_path / month, "ZA1", month), "ZA1", month)
        for month in ("2026-03", "2026-05")
    ]
    for at, row in enumerate(parts[1]["CYP201CareContact"]):
        row["ConsMechanism"] = "77" if at == 1 else row["ConsMechanism"]
    march, may = split(write(tmp_path / "extract", *parts), "commissioner-extract")
    assert intake.report(intake.examine(march)).findings == []
    examined = intake.examine(may)
    [found] = intake.report(examined).findings
    assert (found.rule, found.rows) == ("W-CODE", (5,))
    write_findings(examined, tmp_path / "told.parquet", told=True)
    write_findings(examined, tmp_path / "kept.parquet")
    numbers = [
        pq.read_table(tmp_path / f"{name}.parquet").column("row_number").to_pylist()
        for name in ("told", "kept")
    ]
    # What is kept is the same whatever else the extract held.
    assert numbers == [[5], [2]]


def test_what_an_extract_gives_stands_for_what_is_derived(extract: Path, tmp_path: Path) -> None:
    first = split(extract, "commissioner-extract")[0]
    folder = staged(first, tmp_path / "staged", tmp_path)
    people = pq.read_table(folder / "CYP001MPI.parquet").to_pydict()
    assert people["lsoa"] == ["E01000001"] * 2
    assert people["residence_commissioner"] == ["01A"] * 2
    assert people["age_years_period_end"] == [75, 6]
    assert people["person_id"] == [KEY.pseudonym(f"extract|{c * 32}") for c in "fe"]
    contacts = pq.read_table(folder / "CYP201CareContact.parquet").to_pydict()
    assert contacts["contact_date_age_years"] == [75, 75, 6]
    assert contacts["person_id"] == [people["person_id"][n] for n in (0, 0, 1)]
    practices = pq.read_table(folder / "CYP002GP.parquet").to_pydict()
    assert practices["gp_commissioner"] == ["02B"] * 2


def test_the_same_month_of_a_longer_extract_is_the_same_submission(
    extract: Path, tmp_path: Path
) -> None:
    rows = rows_of(tmp_path / "again", "ZA2", "2026-03")
    alone = write(tmp_path / "alone", pseudonymised(rows, "ZA2", "2026-03"))
    [short] = split(alone, "commissioner-extract")
    long = split(extract, "commissioner-extract")[2]
    assert intake.examine(short).raw.digest == intake.examine(long).raw.digest


def portal(tmp_path: Path) -> Path:
    """A provider's own extract: its identifiers, the header, and derived fields."""
    tables = rows_of(tmp_path / "own", "ZA1", "2026-03")
    births = {row["LocalPatientID"]: row.pop("DateOfBirth") for row in tables["CYP001MPI"]}
    assert births == {"P1": "1950-06-15", "P2": "2020-02-29"}
    days = {"P1": "27683", "P2": "2222"}
    for row in tables["CYP001MPI"]:
        for name in ("NHSNumber", "NHSNumber_Mother", "Postcode"):
            row.pop(name)
        row |= {"Person_ID": f"N{row['LocalPatientID']}", "LSOA": "E01000002"}
        row |= {"Age_RP_EndDate": days[row["LocalPatientID"]], "RecordNumber": "1"}
    for rows in tables.values():
        for row in rows:
            row["Unique_MonthID"] = "1512"
    return write(tmp_path / "portal", tables)


def test_a_portal_extract_reckons_ages_from_days(tmp_path: Path) -> None:
    [part] = split(portal(tmp_path), "portal-extract")
    assert intake.examine(part).faults == []
    folder = staged(part, tmp_path / "staged", tmp_path)
    people = pq.read_table(folder / "CYP001MPI.parquet")
    assert people.column("age_years_period_end").to_pylist() == [75, 6]
    assert people.column("lsoa").to_pylist() == ["E01000002"] * 2
    assert not {"date_of_birth", "person"} & set(people.column_names)
    contacts = pq.read_table(folder / "CYP201CareContact.parquet")
    assert contacts.column("contact_date_age_years").to_pylist() == [75, 75, 6]


def test_columns_that_an_extract_lacks_are_told(extract: Path, tmp_path: Path) -> None:
    def doubts(path: Path, mapping: str) -> tuple[str, ...]:
        return intake.report(intake.examine(split(path, mapping)[0])).doubts

    [told] = doubts(extract, "commissioner-extract")
    # The others are there.
    assert "CYP101Referral.AgeYr_Service_DischargeDate" in told
    assert "LSOA" not in told
    assert "Whatever needs ages from there is counted without." in told
    for file in extract.glob("*.csv"):
        content = file.read_text().replace("AgeYr_", "Years_").replace("LSOA", "Area")
        file.write_text(content.replace("OrgIDSubICBLoc", "Place"))
    own = tmp_path / "own.yaml"
    shipped = definitions.path("csds/extracts") / "commissioner-extract.yaml"
    ignored = "Years_RP_EndDate, Area, PlaceResidence, PlaceGP, Years_Contact_Date"
    own.write_text(shipped.read_text().replace("[RP_EndDate]", f"[RP_EndDate, {ignored}]"))
    [told] = doubts(extract, str(own))
    assert "CYP001MPI.LSOA" in told
    assert "CYP002GP.OrgIDSubICBLocGP" in told
    assert "ages and areas of residence and commissioners" in told
    own_extract = portal(tmp_path)
    [told] = doubts(own_extract, "portal-extract")
    assert "Age_RP_EndDate" not in told
    people = own_extract / "CYP001MPI.csv"
    people.write_text(people.read_text().replace(",27683,", ",,").replace(",2222,", ",,"))
    [told] = doubts(own_extract, "portal-extract")
    assert "CYP001MPI.Age_RP_EndDate" in told


def test_the_receipt_of_an_extract_says_what_it_cannot_show(extract: Path, tmp_path: Path) -> None:
    """An improvement plan holds no month to a rule that did not run on it."""
    source = split(extract, "commissioner-extract")[0]
    looked_up = intake.read_lookups(handmade.lookups(tmp_path / "lookups"))
    receipt = intake.stage(
        intake.examine(source), tmp_path / "staged", lookups=looked_up, key=KEY
    ).receipt
    month = month_found("2026-03", receipt)
    person = "CYP001MPI"
    assert month.unmeasured(("R-BLANK", person, "Postcode"))
    assert month.unmeasured(("R-FORMAT", person, "LocalPatientID"))
    assert month.unmeasured(("X-PERSON-NHS-NUMBER-CHECK", person, "NHSNumber"))
    assert month.unmeasured(("W-BLANK-KEY", person, "EthnicCategory")) == ""


def test_an_extract_is_loaded_and_checked_by_command(extract: Path, tmp_path: Path) -> None:
    key, home = tmp_path / "key", tmp_path / "home"
    key.write_bytes(KEY.secret)
    looked_up = handmade.lookups(tmp_path / "lookups")
    options = ["--home", str(home), "--lookups", str(looked_up), "--processes", "1"]
    options += ["--mapping", "commissioner-extract"]
    refused = CliRunner().invoke(application(), ["load", str(extract), *options])
    assert isinstance(refused.exception, SubmissionError)
    options += ["--key-file", str(key), "--json"]
    loaded = CliRunner().invoke(application(), ["load", str(extract), *options])
    assert [one["outcome"] for one in json.loads(loaded.stdout)] == ["committed"] * 3
    active = CliRunner().invoke(application(), ["status", "--home", str(home), "--json"])
    assert '"2026-05"' in active.stdout
    checked = ["check", str(portal(tmp_path)), "--mapping", "portal-extract", "--no-preview"]
    assert CliRunner().invoke(application(), checked).exit_code == 0


def test_an_extract_that_is_checked_without_its_mapping_is_told_so(
    extract: Path, tmp_path: Path
) -> None:
    for path, mapping in ((extract, "commissioner-extract"), (portal(tmp_path), "portal-extract")):
        first = intake.check(path).findings[0]
        assert first.message == f"This looks like an extract: use --mapping {mapping}."
    sound = intake.check(handmade.write(tmp_path / "sound")).findings
    assert not [finding for finding in sound if "looks like an extract" in finding.message]


def test_an_extract_needs_no_look_ups(extract: Path, tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(KEY.secret)
    home = tmp_path / "home"
    options = ["--home", str(home), "--key-file", str(tmp_path / "key"), "--processes", "1"]
    mapped = ["load", str(extract), *options, "--mapping", "commissioner-extract"]
    loaded = CliRunner().invoke(application(), [*mapped, "--json"])
    assert [one["outcome"] for one in json.loads(loaded.stdout)] == ["committed"] * 3
    for submission in Warehouse.open(home).submissions():
        people = pq.read_table(submission.folder / "CYP001MPI.parquet")
        assert all(people.column("lsoa").to_pylist())
    # A submission with postcodes does need them.
    raw = ["load", str(handmade.write(tmp_path / "raw")), *options]
    refused = CliRunner().invoke(application(), raw)
    assert isinstance(refused.exception, UsageError)


def test_a_home_holds_extracts_or_raw_submissions(extract: Path, tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(KEY.secret)
    looked_up = handmade.lookups(tmp_path / "lookups")
    raw = (handmade.write(tmp_path / "raw"), "--lookups", looked_up)
    mapped = (extract, "--mapping", "commissioner-extract")

    def command(*given: object) -> Result:
        return CliRunner().invoke(application(), [*map(str, given)])

    for first, second, words in (
        (raw, mapped, "this home holds raw submissions"),
        (mapped, raw, "this home holds extracts"),
    ):
        home = tmp_path / words.rpartition(" ")[2]
        options = ("--home", home, "--key-file", tmp_path / "key", "--processes", 1)
        assert command("load", *first, *options).exit_code == 0
        assert command("load", *first, *options).exit_code == 0
        refused = command("load", *second, *options)
        assert isinstance(refused.exception, UsageError)
        assert words in str(refused.exception)
        held = {s.provider for s in Warehouse.open(home).active()}
        assert len(held) == (1 if first is raw else 2)
    told = command("check", raw[0], "--home", home, "--no-preview")
    assert "Loading it into this home would be refused." in " ".join(told.output.split())


def test_an_extract_of_several_months_and_providers_is_checked_as_a_whole(
    extract: Path, tmp_path: Path
) -> None:
    given = ["check", str(extract), "--mapping", "commissioner-extract", "--no-preview"]
    checked = CliRunner().invoke(application(), given)
    assert checked.exit_code == 0
    lines = [line.split()[:4] for line in checked.stdout.splitlines()[1:]]
    assert [(provider, month, status) for provider, month, _, status in lines] == [
        ("ZA1", "2026-03", "accepted"),
        ("ZA1", "2026-05", "accepted"),
        ("ZA2", "2026-03", "accepted"),
    ]
    one = CliRunner().invoke(application(), [*given, "--provider", "ZA1", "--period", "2026-05"])
    assert one.stdout.startswith("ZA1 2026-05")


def test_an_ordinary_submission_gives_nothing(tmp_path: Path) -> None:
    folder = handmade.write(tmp_path / "march")
    file = folder / "CYP001MPI.csv"
    lines = file.read_text().splitlines()
    ends = ["given:lsoa", *["E01000001"] * (len(lines) - 1)]
    file.write_text("".join(f"{line},{end}\n" for line, end in zip(lines, ends, strict=True)))
    examined = intake.examine(intake.find_submissions(folder)[0])
    assert [fault.rule for fault in examined.file_faults] == ["F-STRUCT"]


def test_rows_of_a_month_without_header_are_not_lost(tmp_path: Path) -> None:
    folder = portal(tmp_path)
    file = folder / "CYP201CareContact.csv"
    file.write_text(file.read_text().replace(",1512\n", ",1513\n", 1))
    parts = [intake.examine(part) for part in split(folder, "portal-extract")]
    assert [part.accepted for part in parts] == [True, False]
    assert "F-HEADER-EMPTY" in {fault.rule for fault in parts[1].faults}


def test_a_parent_of_another_month_is_no_parent(tmp_path: Path) -> None:
    # Enough rows of each identifier that they are held once, whichever month they are of.
    months = ("2026-01", "2026-02", "2026-03")
    parts = [pseudonymised(rows_of(tmp_path / m, "ZA1", m), "ZA1", m) for m in months]
    last = parts[-1]
    gone = last["CYP101Referral"].pop(0)["Unique_ServiceRequestID"]
    part = split(write(tmp_path / "extract", *parts), "commissioner-extract")[-1]
    orphans = {
        fault.table: len(fault.rows)
        for fault in intake.examine(part).faults
        if fault.rule == "G-NO-PARENT"
    }
    left = [row for row in last["CYP201CareContact"] if row["Unique_ServiceRequestID"] == gone]
    assert orphans["CYP201CareContact"] == len(left) > 0


def test_what_an_extract_leaves_out_is_not_counted_as_missing(extract: Path) -> None:
    examined = intake.examine(split(extract, "commissioner-extract")[0])
    counted = examined.tables["CYP001MPI"].quality
    assert "LocalPatientID" in counted
    assert counted.keys().isdisjoint(load_extract("commissioner-extract").absent)


def test_days_of_one_month_are_one_submission(extract: Path) -> None:
    file = extract / "CYP201CareContact.csv"
    file.write_text(file.read_text().replace(",2026-05-01\n", ",2026-05-02\n", 1))
    assert len(split(extract, "commissioner-extract")) == 3


def test_a_table_of_an_extract_that_comes_twice_is_refused(extract: Path) -> None:
    file = extract / "CYP201CareContact.csv"
    file.with_name("CYP201CareContact.csv.gz").write_bytes(gzip.compress(file.read_bytes()))
    with pytest.raises(SubmissionError, match="CYP201CareContact comes twice"):
        split(extract, "commissioner-extract")


def test_a_file_of_an_extract_that_is_no_table_is_not_passed_over(extract: Path) -> None:
    file = extract / "CYP201CareContact.csv"
    other = file.rename(file.with_name("CYP201_CareContact.csv"))
    with pytest.raises(SubmissionError, match=r"did you mean CYP201CareContact\?"):
        split(extract, "commissioner-extract")
    other.unlink()
    file.touch()
    with pytest.raises(SubmissionError, match="CYP201CareContact is empty"):
        split(extract, "commissioner-extract")


def test_a_mapping_that_does_not_fit_says_so(extract: Path, tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match=r"no person table with the column Person_ID"):
        split(handmade.write(tmp_path / "plain"), "portal-extract")
    with pytest.raises(DefinitionError, match=r"commissioner-extract, portal-extract"):
        load_extract("no-such-mapping")
    file = tmp_path / "own.yaml"
    text = definitions.path("csds/extracts/commissioner-extract.yaml").read_text()
    file.write_text(text.replace("gp_commissioner:", "gp_comissioner:"))
    with pytest.raises(DefinitionError, match=r"intake derives no gp_comissioner"):
        load_extract(str(file))
    file.write_text(text.replace("- Postcode", "- PostCode"))
    with pytest.raises(DefinitionError, match=r"the data set has no field PostCode"):
        load_extract(str(file))
