"""What the simulator writes: its own sample, small, checked file by file."""

import csv
import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import nhs_number
import numpy as np
import pyarrow as pa
import pytest

from levelfield.core import definitions
from levelfield.core.errors import DefinitionError, UsageError
from levelfield.core.periods import Month
from levelfield.datasets import load_dataset
from levelfield.datasets.windows import window_of, windows
from levelfield.simulate import SimulationResult, simulate
from levelfield.simulate.economy import Settings, provider_history
from levelfield.simulate.planting.choices import all_rules
from levelfield.simulate.planting.conditions import read_conditions
from levelfield.simulate.planting.plant import plant
from levelfield.simulate.planting.sent import Sent
from levelfield.simulate.planting.spoilers import Spot
from levelfield.simulate.planting.values import read_values
from levelfield.simulate.submission import submission_tables

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


def test_only_the_rows_named_in_the_truth_are_changed() -> None:
    settings = Settings(2, 2, 1, 0.03, 0.3, "2025-04", 0)
    history = provider_history(settings, 0)
    rng = np.random.default_rng(1)
    true = submission_tables(CSDS, history, 0, "primary", datetime(2025, 5, 1, 9), complete=True)
    sent, planted = plant(rng, CSDS, true, 0.03, all_rules())
    assert len(planted.defects) > 50
    told = {(place.table, place.row) for place in (*planted.defects, *planted.consequences)}
    changed = set()
    for name, table in sent.items():
        known = set(map(str, true[name].to_pylist()))
        changed |= {(name, n) for n, r in enumerate(table.to_pylist(), 1) if str(r) not in known}
    # A copy that comes with another row, or a rule found beside the row that was changed.
    assert len(changed - told) < len(planted.defects) / 5
    assert len(changed) > len(planted.defects) / 2


def test_defects_come_at_the_share_that_was_asked_for(faulty: Path) -> None:
    summary = json.loads((faulty / "truth" / "summary.json").read_text())
    total = sum(summary["rows"].values()) + sum(summary["refresh_rows"].values())
    assert 0.015 < summary["planted_defects"] / total < 0.04


def test_no_person_has_two_defects(faulty: Path) -> None:
    """What is found of one defect could otherwise depend on another."""
    places: dict[tuple[str, ...], set[int]] = {}
    for row in rows(faulty / "truth" / "defects.csv"):
        where = (row["provider"], row["period"], row["window"], row["table"])
        known = places.setdefault(where, set())
        assert int(row["row"]) not in known
        known.add(int(row["row"]))


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("Contact_Time", [1, 2]),
        ("!Contact_Time", [3]),
        ("AttendanceStatus=5|6", [1]),
        ("AttendanceStatus!=5", [2, 3]),
        ("Contact_Date>referral.ReferralRequest_ReceivedDate", [1, 3]),
        ("Contact_Date>referral.ReferralRequest_ReceivedDate+3", [3]),
        ("CareContact_Duration>9", [1]),
        ("rows.CYP202CareActivity=0", [2, 3]),
        ("rows.CYP202CareActivity>0;CYP202CareActivity.Activity_Type=02", [1]),
        ("Contact_Date<=RP_StartDate+4", [1, 2]),
    ],
)
def test_conditions_pick_rows(text: str, rows: list[int]) -> None:
    sent = Sent(CSDS, _contacts())
    found = np.ones(3, dtype=bool)
    for condition in read_conditions(text, "here"):
        found &= condition.holds(sent, "CYP201CareContact")
    assert (np.flatnonzero(found) + 1).tolist() == rows


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Contact_Date=", [None]),
        ("AttendanceStatus=3|7", ["3", "7"]),
        ("Contact_Date=referral.ReferralRequest_ReceivedDate-1..2", ["2025-04-01", "2025-04-02"]),
        ("Contact_Date=RP_EndDate~RP_EndDate+1", ["2025-04-30", "2025-05-01"]),
        ("CareContact_Duration=CareContact_Duration+5", ["35"]),
        ("ServiceRequestID=@nobody", ["R900000001"]),
    ],
)
def test_values_are_drawn_from_what_they_name(text: str, values: list[str | None]) -> None:
    sent, rng = Sent(CSDS, _contacts()), np.random.default_rng(1)
    ((field, value),) = read_values(text, "here").items()
    spot = Spot(rng, sent, "CYP201CareContact", field, 0)
    assert {value.draw(spot) for _ in range(40)} == set(values)


@pytest.mark.parametrize("text", ["Contact_Date=@unheard", "Contact_Date", "= 5"])
def test_a_value_that_makes_no_sense_is_told(text: str) -> None:
    with pytest.raises(DefinitionError, match="here"):
        read_values(text, "here")


def test_a_condition_that_makes_no_sense_is_told() -> None:
    with pytest.raises(DefinitionError, match="here"):
        read_conditions("Contact_Date ~ 5", "here")


def _contacts() -> dict[str, pa.Table]:
    def table(**columns: list[str | None]) -> pa.Table:
        return pa.table({name: pa.array(texts, pa.string()) for name, texts in columns.items()})

    return {
        "CYP000Header": table(
            RP_StartDate=["2025-04-01"], RP_EndDate=["2025-04-30"],
            FileCreation_DateTime=["2025-05-02T09:00:00"],
        ),
        "CYP001MPI": table(LocalPatientID=["P100000001"]),
        "CYP101Referral": table(
            ServiceRequestID=["R100000001"], LocalPatientID=["P100000001"],
            ReferralRequest_ReceivedDate=["2025-04-03"],
        ),
        "CYP201CareContact": table(
            CareContactID=["C100000001", "C100000002", "C100000003"],
            ServiceRequestID=["R100000001"] * 3,
            Contact_Date=["2025-04-05", "2025-04-03", "2025-04-09"],
            Contact_Time=["09:00:00", "10:00:00", None],
            AttendanceStatus=["5", "3", None],
            CareContact_Duration=["30", "9", None],
        ),
        "CYP202CareActivity": table(
            CareActivityID=["A100000001"], CareContactID=["C100000001"], Activity_Type=["02"]
        ),
    }  # fmt: skip


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


def test_a_refresh_adds_contacts_and_fills_attendance(clean: Path, faulty: Path) -> None:
    def sent(out: Path, name: str) -> dict[str, str]:
        file = out / "submissions" / "ZA1" / name / "CYP201CareContact.csv"
        return {row["CareContactID"]: row["AttendanceStatus"] for row in rows(file)}

    assert sent(clean, "2025-04-primary").keys() < sent(clean, "2025-04-refresh").keys()
    # Attendance that is blank at first is a habit, which a simulation without defects is rid of.
    primary, refresh = sent(faulty, "2025-04-primary"), sent(faulty, "2025-04-refresh")
    assert [key for key, status in primary.items() if not status and refresh.get(key)]
    assert all(sent(clean, "2025-04-primary").values())


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
        {"file_faults": 99},
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
