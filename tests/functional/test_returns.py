"""Returns from file to figure: loaded, built, measured, explained, corrected."""

import csv
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from levelfield.cli.app import application
from levelfield.core.errors import UsageError
from levelfield.engine import open_engine
from levelfield.home import Home
from levelfield.measures import find_measure
from levelfield.pipeline.build import build
from levelfield.pipeline.returns import load_returns
from levelfield.warehouse import Warehouse, active_returns, verify

NAMES = (
    "provider,period,team_type,responses,very_good,good,neither,poor,very_poor,dont_know,asked\n"
)
MARCH = "ZA1,2026-03,12,10,5,2,1,1,0,1,40\nZA2,2026-03,12,4,4,0,0,0,0,0,9\n"


def without_returns(small_home: Home, copy: Path) -> Home:
    """A home of its own, in which nobody has sent a return yet."""
    shutil.copytree(small_home.path, copy)
    fresh = Warehouse.open(copy)
    with fresh.catalogue.changing() as change:
        change._connection.execute("DELETE FROM return_part")
        change._connection.execute("DELETE FROM return_file")
    live = [f for f in fresh.catalogue.fact_folders() if not f.provider]
    fresh.catalogue.switch_facts([], live)
    shutil.rmtree(copy / "returns")
    return Home.open(copy)


@pytest.fixture
def home(small_home: Home, tmp_path: Path) -> Home:
    return without_returns(small_home, tmp_path / "home")


@pytest.fixture(scope="module")
def two_months(small_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """March of both providers and February of one, built; nobody changes it."""
    folder = tmp_path_factory.mktemp("two-months")
    home = without_returns(small_home, folder / "home")
    send(home, folder, NAMES + MARCH)
    send(home, folder, f"{NAMES}ZA1,2026-02,12,1,1,0,0,0,0,0,\n", "friends_and_family-2.csv")
    return rebuilt(home)


def send(home: Home, folder: Path, text: str, name: str = "friends_and_family.csv"):
    file = folder / name
    file.write_text(text, encoding="utf-8")
    [loaded] = load_returns([file], home)
    return loaded


def positive(home: Home) -> dict[str, tuple[float, float]]:
    """Numerator and denominator of each provider for March."""
    rows = home.values("fft_positive", period="2026-03", org_level="provider", stratifier="all")
    return {r["org_code"]: (r["numerator"], r["denominator"]) for r in rows.to_pylist()}


def rebuilt(home: Home) -> Home:
    build(home.warehouse, open_engine())
    return Home.open(home.path)


def test_a_return_becomes_a_figure_and_a_corrected_one_another(home: Home, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="counted from returns of the kind friends_and_family"):
        home.evaluate(find_measure("fft_positive"))

    assert send(home, tmp_path, NAMES + MARCH).outcome == "committed"
    home = rebuilt(home)
    assert positive(home) == {"ZA1": (7, 10), "ZA2": (4, 4)}
    assert send(home, tmp_path, NAMES + MARCH).outcome == "already here"

    # The corrected return of one provider replaces all rows of its month, and no other's.
    corrected = send(home, tmp_path, f"{NAMES}ZA1,2026-03,16,2,0,1,1,0,0,0,\n")
    assert (corrected.outcome, corrected.replaced) == ("committed", 1)
    with pytest.raises(UsageError, match="returns have been loaded since the last build"):
        home.require_current()
    assert positive(home) == {"ZA1": (7, 10), "ZA2": (4, 4)}
    home = rebuilt(home)
    home.require_current()
    assert positive(home) == {"ZA1": (1, 2), "ZA2": (4, 4)}
    again = send(home, tmp_path, NAMES + MARCH)
    assert (again.outcome, again.replaced) == ("already here", 1)
    assert verify(home.warehouse) == []


def test_a_refused_return_leaves_nothing(home: Home, tmp_path: Path) -> None:
    loaded = send(home, tmp_path, f"{NAMES}{MARCH}XX9,2026-03,12,4,4,0,0,0,0,0,9\n")
    assert loaded.outcome == "refused"
    assert "does not know" in loaded.read.faults[0].words
    assert home.warehouse.catalogue.returns() == []
    assert not list((home.path / "returns").glob("*/*"))
    assert not list((home.path / "staging").glob("*"))


def test_a_figure_leads_back_to_the_return(two_months: Home) -> None:
    rows = two_months.values("fft_positive", period="2026-03", org_level="provider")
    [row] = [r for r in rows.to_pylist() if (r["org_code"], r["stratifier"]) == ("ZA1", "all")]
    found = two_months.explain(row["lineage"])
    kept = two_months.warehouse.catalogue.returns()[0]
    assert [(s.provider, s.window, s.id) for s in found.submissions] == [("ZA1", "return", kept.id)]
    assert found.agrees


def test_a_crash_before_the_catalogue_keeps_nothing(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("levelfield.warehouse.returns.move", fail)
    with pytest.raises(Exception, match="the disk is full"):
        send(home, tmp_path, NAMES + MARCH)
    assert home.warehouse.catalogue.returns() == []
    monkeypatch.undo()
    assert send(home, tmp_path, NAMES + MARCH).outcome == "committed"


def test_verify_knows_a_return_that_was_changed(home: Home, tmp_path: Path) -> None:
    send(home, tmp_path, NAMES + MARCH)
    [kept] = home.warehouse.catalogue.returns()
    (kept.folder / "rows.parquet").write_bytes(b"PAR1")
    [fault] = verify(home.warehouse)
    assert "rows.parquet: this file is not the one that was committed" in fault


def test_a_year_without_one_of_its_months_is_incomplete(two_months: Home) -> None:
    """The other facts go on as before: a return has months of its own."""
    year = two_months.values("fft_positive", period="2025-26", stratifier="all").to_pylist()
    assert {row["org_code"] for row in year} >= {"ALL", "ZA1", "ZA2"}
    assert all("incomplete" in row["flags"] for row in year)
    march = two_months.values("fft_positive", period="2026-03", stratifier="all").to_pylist()
    assert march
    assert not any("incomplete" in row["flags"] for row in march)


def test_measures_over_returns_that_nobody_sent_have_no_value(two_months: Home) -> None:
    assert two_months.values("falls_rate").num_rows == 0
    assert two_months.values("dna_rate").num_rows > 0


def test_the_commands_say_what_they_did(home: Home, tmp_path: Path) -> None:
    def run(*arguments: str):
        return CliRunner().invoke(application(), ["returns", *arguments])

    listed = run("--format", "csv")
    assert "friends_and_family,month," in listed.stdout
    empty = tmp_path / "friends_and_family-march.csv"
    shown = run("layout", "friends_and_family", "--template", str(empty))
    assert "very_good" in shown.stdout
    assert empty.read_text(encoding="utf-8").startswith("provider,period,commissioner,team_type")
    assert run("check", str(empty)).exit_code == 1
    empty.write_text(NAMES + MARCH, encoding="utf-8")
    assert run("check", str(empty), "--home", str(home.path)).exit_code == 0
    loaded = run("load", str(empty), "--home", str(home.path))
    assert loaded.exit_code == 0
    assert "Loaded:" in loaded.stderr
    empty.write_text(NAMES + MARCH.replace("10", "11"), encoding="utf-8")
    refused = run("load", str(empty), "--home", str(home.path))
    assert refused.exit_code == 1
    assert "do not add up to 'responses'" in refused.stderr
    [kinds] = active_returns(home.warehouse.catalogue.returns()).values()
    assert len(kinds) == 2


def test_simulated_returns_come_near_their_truth(small_home: Home) -> None:
    """Six shares and rates of a year of twelve providers lie within three standard errors of the
    truth for nearly all providers, and the planted one stands out."""
    folder = small_home.path.parent / "year"
    from levelfield.simulate.economy import Settings
    from levelfield.simulate.returns import write_return_truth, write_returns

    settings = Settings(12, 12, 1, 0.0, 1.0, "2025-04", 0)
    write_returns(folder, settings)
    write_return_truth(folder / "truth.csv", settings)
    with (folder / "truth.csv").open(encoding="utf-8") as stream:
        truth = {(r["provider"], r["name"]): r for r in csv.DictReader(stream)}
    apart = []
    for kind, name, over, under in [
        ("friends_and_family", "fft_response", "responses", "asked"),
        ("incidents", "incident_harm", "harmed", "incidents"),
        ("bed_use", "occupancy", "occupied_bed_days", "available_bed_days"),
        ("bed_use", "discharged_home", "discharged_home", "discharges"),
        ("walk_in_centres", "four_hours", "within_four_hours", "attendances"),
        ("workforce", "leaving", "leavers", "heads"),
    ]:
        sums: dict[str, list[float]] = {}
        with (folder / f"{kind}.csv").open(encoding="utf-8") as stream:
            for row in csv.DictReader(stream):
                if kind == "incidents":
                    row["harmed"] = str(int(row["incidents"]) - int(row["no_harm"]))
                total = sums.setdefault(row["provider"], [0.0, 0.0])
                total[0] += float(row[over])
                total[1] += float(row[under])
        for provider, (count, size) in sums.items():
            true = float(truth[provider, name]["value"])
            error = (true * (1 - true) / size) ** 0.5
            apart.append(abs(count / size - true) / error)
    assert len(apart) > 50
    assert sum(z > 3 for z in apart) <= 2
    assert 0.4 < sum(z < 1 for z in apart) / len(apart) < 0.95
