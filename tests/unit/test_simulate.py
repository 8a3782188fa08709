"""What the simulator writes: its own sample, small, checked file by file."""

import csv
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import nhs_number
import pytest

from levelfield.core import definitions
from levelfield.core.errors import UsageError
from levelfield.core.periods import Month
from levelfield.datasets import load_dataset
from levelfield.datasets.windows import window_of, windows
from levelfield.intake import examine, find_submissions
from levelfield.intake.checking.table_checks import DUPLICATE
from levelfield.simulate import SimulationResult, simulate

CSDS = load_dataset("1.6")


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("clean") / "out"
    simulate(out, providers=2, months=2, scale=0.2, defects=0.0, processes=1)
    return out


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("faulty") / "out"
    simulate(out, providers=2, months=2, scale=0.2, defects=0.03, processes=1)
    return out


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def submissions(out: Path) -> list[Path]:
    return sorted((out / "submissions").glob("*/*"))


def files(out: Path, table: str) -> Iterator[Path]:
    return (folder / f"{table}.csv" for folder in submissions(out))


def content(out: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(out)): file.read_bytes()
        for file in sorted(out.rglob("*"))
        if file.is_file()
    }


def test_the_same_seed_gives_the_same_files_in_any_number_of_processes(tmp_path: Path) -> None:
    def run(name: str, processes: int, seed: int) -> dict[str, bytes]:
        out = tmp_path / name
        simulate(out, providers=2, months=2, scale=0.03, seed=seed, processes=processes)
        return content(out)

    one = run("one", processes=1, seed=1)
    assert run("two", processes=2, seed=1) == one
    assert run("other", processes=1, seed=2) != one


def test_headers_are_the_contract_s_fields_in_its_order(clean: Path) -> None:
    for file in (clean / "submissions").rglob("*.csv"):
        header = file.read_text(encoding="utf-8").split("\n", 1)[0].split(",")
        assert header == [field.name for field in CSDS.table(file.stem).fields]


def test_mandatory_tables_are_always_there_and_no_other_is_empty(clean: Path) -> None:
    for folder in submissions(clean):
        sent = {file.stem: len(rows(file)) for file in folder.glob("*.csv")}
        assert {table.name for table in CSDS.tables.values() if table.mandatory} <= set(sent)
        assert all(sent.values())


def test_a_clean_submission_passes_the_check_without_a_rejection(clean: Path) -> None:
    for source in find_submissions(clean / "submissions"):
        examined = examine(source)
        rejecting = {f.rule for f in examined.faults if examined.rules[f.rule].rejects}
        assert (source.path.name, rejecting) == (source.path.name, set())
        warned = {f.rule for f in examined.faults}
        assert not {rule for rule in warned if rule.startswith("W-CODE")}


def test_every_planted_defect_is_found_by_the_rule_it_names(faulty: Path) -> None:
    planted = rows(faulty / "truth" / "defects.csv")
    assert {"DUPLICATE", "G-KEY-DUP", "G-NO-PARENT", "R-BLANK"} <= {
        row["expected_rule"] for row in planted
    }
    found: set[tuple[str, str, str, int, str]] = set()
    for source in find_submissions(faulty / "submissions"):
        examined = examine(source)
        provider, name = source.path.parent.name, source.path.name
        for fault in examined.faults:
            found |= {(provider, name, fault.table, int(n), fault.rule) for n in fault.rows}
        for table, checked in examined.tables.items():
            repeated = (checked.status == DUPLICATE).nonzero()[0] + 1
            found |= {(provider, name, table, int(n), "DUPLICATE") for n in repeated}
    missed = []
    for row in planted:
        name = f"{row['period']}-{row['window']}"
        place = (row["provider"], name, row["table"], int(row["row"]))
        # A row whose parent was rejected falls with it before its own rules are asked.
        if not {(*place, row["expected_rule"]), (*place, "G-NO-PARENT")} & found:
            missed.append(row)
    assert missed == []


def test_only_the_rows_named_in_the_truth_differ_from_the_clean_ones(
    clean: Path, faulty: Path
) -> None:
    named: dict[tuple[str, str], dict[int, str]] = {}
    for row in rows(faulty / "truth" / "defects.csv"):
        folder = f"{row['provider']}/{row['period']}-{row['window']}"
        named.setdefault((folder, row["table"]), {})[int(row["row"])] = row["field"]
    for file in (faulty / "submissions").rglob("*.csv"):
        folder = f"{file.parent.parent.name}/{file.parent.name}"
        true, sent = rows(clean / "submissions" / folder / file.name), rows(file)
        defects = named.get((folder, file.stem), {})
        changed = {n for n, (a, b) in enumerate(zip(true, sent, strict=False), 1) if a != b}
        added = set(range(len(true) + 1, len(sent) + 1))
        assert changed | added == set(defects)
        for n in changed:
            assert true[n - 1][defects[n]] != sent[n - 1][defects[n]]


def test_defects_come_at_the_share_that_was_asked_for(faulty: Path) -> None:
    summary = json.loads((faulty / "truth" / "summary.json").read_text())
    total = sum(summary["rows"].values()) + sum(summary["refresh_rows"].values())
    assert 0.02 < summary["planted_defects"] / total < 0.035


def test_whole_files_are_refused_only_when_asked_for(tmp_path: Path) -> None:
    simulate(tmp_path / "out", providers=2, months=2, scale=0.05, refuse_files=3, processes=1)
    planted = [
        row
        for row in rows(tmp_path / "out" / "truth" / "defects.csv")
        if row["kind"] == "whole_file"
    ]
    assert {row["expected_rule"] for row in planted} == {
        "F-HEADER-VERSION",
        "F-HEADER-PERIOD",
        "F-HEADER-CREATED",
    }
    refused = {}
    for source in find_submissions(tmp_path / "out" / "submissions"):
        examined = examine(source)
        if examined.file_faults:
            where = (source.path.parent.name, source.path.name)
            refused[where] = {fault.rule for fault in examined.file_faults}
    for row in planted:
        name = f"{row['period']}-{row['window']}"
        assert row["expected_rule"] in refused.pop((row["provider"], name))
    assert refused == {}


def test_nhs_numbers_are_valid_and_of_the_test_range(clean: Path) -> None:
    for file in files(clean, "CYP001MPI"):
        for row in rows(file):
            for number in filter(None, (row["NHSNumber"], row["NHSNumber_Mother"])):
                assert number.startswith("999")
                assert nhs_number.is_valid(number)


def test_a_person_keeps_number_birth_and_sex_from_month_to_month(clean: Path) -> None:
    known: dict[tuple[str, str], tuple[str, str, str]] = {}
    numbers: dict[str, tuple[str, str]] = {}
    for file in files(clean, "CYP001MPI"):
        for row in rows(file):
            who = (row["OrgID_LocalPatientID"], row["LocalPatientID"])
            what = (row["NHSNumber"], row["DateOfBirth"], row["Gender"])
            assert known.setdefault(who, what) == what
            if row["NHSNumber"]:
                assert numbers.setdefault(row["NHSNumber"], who) == who


def test_open_referrals_come_again_and_closed_ones_do_not(clean: Path) -> None:
    provider = clean / "submissions" / "ZA1"
    first = rows(provider / "2025-04-refresh" / "CYP101Referral.csv")
    later = {
        row["ServiceRequestID"] for row in rows(provider / "2025-05-primary/CYP101Referral.csv")
    }
    still_open = {row["ServiceRequestID"] for row in first if not row["Discharge_Date"]}
    closed = {row["ServiceRequestID"] for row in first if row["Discharge_Date"]}
    assert not closed & later
    assert 0.9 < len(still_open & later) / len(still_open) < 1.0


def test_a_refresh_adds_contacts_and_fills_attendance(clean: Path) -> None:
    provider = clean / "submissions" / "ZA1"
    primary, refresh = (
        {row["CareContactID"]: row for row in rows(provider / name / "CYP201CareContact.csv")}
        for name in ("2025-04-primary", "2025-04-refresh")
    )
    assert set(primary) < set(refresh)
    filled = [
        key for key, row in primary.items()
        if not row["AttendanceStatus"] and refresh[key]["AttendanceStatus"]
    ]  # fmt: skip
    assert filled


def test_files_are_made_inside_the_window_of_their_kind(clean: Path) -> None:
    for folder in submissions(clean):
        (header,) = rows(folder / "CYP000Header.csv")
        period, _, window = folder.name.rpartition("-")
        month, created = (
            Month.parse(period),
            date.fromisoformat(header["FileCreation_DateTime"][:10]),
        )
        assert (header["RP_StartDate"], header["RP_EndDate"]) == (str(month.first), str(month.last))
        assert window_of(month, created) == window
        assert windows(month).primary_open <= created <= windows(month).refresh_close


def test_look_ups_cover_everything_that_is_sent(clean: Path) -> None:
    lookups = clean / "lookups"
    postcodes = {row["postcode"] for row in rows(lookups / "postcodes.csv")}
    practices = {row["practice_code"] for row in rows(lookups / "practices.csv")}
    commissioners = {row["code"] for row in rows(lookups / "commissioners.csv")}
    assert {row["commissioner"] for row in rows(lookups / "practices.csv")} <= commissioners
    for folder in submissions(clean):
        sent = {row["Postcode"] for row in rows(folder / "CYP001MPI.csv")}
        assert sent - {""} <= postcodes
        registered = {row["OrgID_GP"] for row in rows(folder / "CYP002GP.csv")}
        assert registered - {"V81997"} <= practices
        payers = {row["OrgID_Commissioner"] for row in rows(folder / "CYP101Referral.csv")}
        assert payers <= commissioners


def test_no_code_is_a_real_organisation_s(clean: Path) -> None:
    known = definitions.read_csv(definitions.path("published/organisations.csv"))
    real = {row["code"] for row in known}
    real |= {row["sub_icb_code"] for row in rows(definitions.path("simulation/areas.csv"))}
    invented = {
        row[column]
        for name, column in (
            ("providers", "code"),
            ("commissioners", "code"),
            ("practices", "practice_code"),
        )
        for row in rows(clean / "lookups" / f"{name}.csv")
    }
    assert not invented & real
    assert all(code.startswith("Z") for code in invented)


def test_the_result_counts_what_was_written(tmp_path: Path) -> None:
    calls: list[tuple[str, int, int]] = []
    result = simulate(
        tmp_path / "out", providers=2, months=1, scale=0.05, processes=1,
        progress=lambda what, done, total: calls.append((what, done, total)),
    )  # fmt: skip
    assert isinstance(result, SimulationResult)
    assert calls == [("ZA1", 1, 2), ("ZA2", 2, 2)]
    assert (result.submissions, result.refreshes) == (2, 0)
    written = sum(len(rows(file)) for file in (tmp_path / "out" / "submissions").rglob("*.csv"))
    assert sum(result.rows.values()) == written
    assert result.defects == len(rows(tmp_path / "out" / "truth" / "defects.csv"))


@pytest.mark.parametrize(
    "arguments",
    [
        {"providers": 0},
        {"providers": 1000},
        {"months": 0},
        {"defects": 0.5},
        {"scale": 0.0},
        {"first_month": "2025-13"},
        {"refuse_files": 99},
    ],
)
def test_arguments_that_make_no_sense_are_refused(
    tmp_path: Path, arguments: dict[str, object]
) -> None:
    with pytest.raises(UsageError):
        simulate(tmp_path / "out", processes=1, **({"providers": 2, "months": 2} | arguments))  # type: ignore[arg-type]
    assert not (tmp_path / "out").exists()


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="not an empty folder"):
        simulate(tmp_path, providers=1, months=1, processes=1)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


def test_nothing_is_left_when_it_is_interrupted(tmp_path: Path) -> None:
    def stop(what: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate(tmp_path / "out", providers=2, months=1, scale=0.05, processes=1, progress=stop)
    assert list(tmp_path.iterdir()) == []
