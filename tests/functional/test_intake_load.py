"""Loading many submissions: what one of them meets does not befall the others."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from time import sleep

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

import handmade
from levelfield import intake
from levelfield.cli.app import application
from levelfield.core.errors import UsageError
from levelfield.pipeline import load as loading
from levelfield.warehouse import Warehouse

NUMBERS = ("9990000018", "9990000026", "9990000034")


def load(folder: Path, home: Path, processes: int = 1, key: bytes = b"k" * 32):
    warehouse = Warehouse.open(home, create=True)
    return loading.load(
        intake.find_submissions(folder),
        warehouse,
        lookups=loading.register_lookups(warehouse, None, [folder]),
        key=intake.PseudonymKey.of(key),
        processes=processes,
    )


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    """Three submissions of one provider for one month, sent on three days."""
    for day in ("20", "21", "22"):
        header = handmade.HEADER.replace("2026-04-20", f"2026-04-{day}")
        handmade.write(tmp_path / "sent" / day, CYP000Header=header)
    handmade.lookups(tmp_path / "sent" / "lookups")
    return tmp_path / "sent"


def test_one_unreadable_submission_stops_no_other(sent: Path, tmp_path: Path) -> None:
    (sent / "20" / "CYP001MPI.csv").write_bytes("a".encode("utf-16"))
    (sent / "torn.zip").write_bytes(b"PK")
    key = tmp_path / "key"
    key.write_bytes(b"k" * 32)
    arguments = ["load", str(sent), "--home", str(tmp_path / "home"), "--key-file", str(key)]
    result = CliRunner().invoke(
        application(), [*arguments, "--processes", "1", "--json", "--quiet"]
    )
    assert result.exit_code == 2
    told = json.loads(result.stdout)
    outcomes = [row["outcome"] for row in told]
    assert outcomes == ["unreadable", "committed", "committed", "unreadable"]
    assert "UTF-16" in told[0]["message"]
    again = CliRunner().invoke(application(), [*arguments, "--processes", "1"])
    assert (again.exit_code, again.output.count("2 already here, 2 unreadable")) == (2, 1)
    assert "torn.zip: this is not a zip" in " ".join(again.output.split())


def test_submissions_of_one_provider_wait_for_each_other(sent: Path, tmp_path: Path) -> None:
    loaded = load(sent, tmp_path / "home", processes=2)
    assert [x.outcome for x in loaded] == ["committed"] * 3


def test_a_load_waits_until_the_other_of_its_provider_has_ended(tmp_path: Path) -> None:
    warehouse, held, ended = Warehouse.open(tmp_path / "home", create=True), Event(), Event()

    def other() -> None:
        with warehouse.lock_provider("ZA1", "another load"):
            held.set()
            # Longer than one turn of waiting.
            sleep(1.2)
            ended.set()

    with ThreadPoolExecutor() as pool:
        running = pool.submit(other)
        held.wait()
        with warehouse.lock_provider("ZA1", "this load"):
            assert ended.is_set()
        running.result()


def test_one_home_has_one_key(sent: Path, tmp_path: Path) -> None:
    load(sent, tmp_path / "home")
    shutil.rmtree(sent / "20")
    with pytest.raises(UsageError, match=r"another key.*new home"):
        load(sent, tmp_path / "home", key=b"q" * 32)
    assert [x.outcome for x in load(sent, tmp_path / "home")] == ["already here"] * 2


def test_look_ups_half_registered_are_registered_again(sent: Path, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    Warehouse.open(tmp_path / "home", create=True)
    (tmp_path / "home" / "lookups").mkdir()
    assert [x.outcome for x in load(sent, tmp_path / "home")] == ["committed"] * 3


def test_no_nhs_number_is_in_any_file_of_a_home(tmp_path: Path) -> None:
    """Sent in its own field, as local identifier, and as another identifier of a rejected row."""
    drawn = {
        name: drawing.replace("P1", NUMBERS[0]).replace("P2", NUMBERS[1])
        for name, drawing in handmade.SOUND.items()
    }
    drawn["CYP101Referral"] = drawn["CYP101Referral"].replace("2026-03-02", "2026-03-40")
    drawn["CYP101Referral"] = drawn["CYP101Referral"].replace("R2", NUMBERS[2])
    handmade.write(tmp_path / "sent" / "only", **drawn)
    handmade.lookups(tmp_path / "sent" / "lookups")
    [loaded] = load(tmp_path / "sent", tmp_path / "home")
    assert loaded.outcome == "committed"
    files = [file for file in (tmp_path / "home").rglob("*") if file.is_file()]
    assert any("quarantine" in file.parts for file in files)
    for file in files:
        content = file.read_bytes()
        if file.suffix == ".parquet":
            content += str(pq.read_table(file).to_pylist()).encode()
        assert not [number for number in NUMBERS if number.encode() in content], file
