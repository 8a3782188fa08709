"""No identifier that was sent is anywhere afterwards: home, reports, logs, site, temporary files.

The commands run as processes of their own, whole, refused, failing and killed on the way. What they
print and every file that they leave is searched, decoded where it is packed, in all the spellings
that `planted` knows.
"""

import gzip
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import handmade
import planted
from planted import BIRTHS, NAMES, NUMBERS, POSTCODES

DRIVER = Path(__file__).with_name("commands_that_fail.py")


@dataclass
class Desk:
    """A place to run commands in: what goes in lies in `given`, all that comes out in `left`."""

    given: Path
    left: Path

    def run(self, *commands: list[str], fault: str = "", at: str = "", call: int = 1) -> str:
        """Run commands; what they print is kept in `left`, to be searched as well."""
        told = {"commands": commands, "fault": fault, "at": at, "call": call}
        done = subprocess.run(
            [sys.executable, str(DRIVER), json.dumps(told)],
            cwd=self.left / "cwd",
            env=os.environ
            | {
                "TMPDIR": str(self.left / "tmp"),
                "HOME": str(self.left / "user"),
                "LEVELFIELD_HOME": str(self.left / "home"),
                "LEVELFIELD_KEY_FILE": str(self.given / "key"),
                "COLUMNS": "200",
            },
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        number = len(list(self.left.glob("printed-*")))
        (self.left / f"printed-{number}").write_text(done.stdout + done.stderr)
        if fault == "kill":
            assert done.returncode == -9, done.stderr
        if fault:
            assert f"reached {at}" in done.stderr, done.stderr
        return done.stdout + done.stderr

    def found(self) -> list[planted.Hit]:
        """Every identifier that is left anywhere; the look-up of all postcodes is no person's."""
        return planted.search(self.left, without=("home/lookups/postcodes.csv",))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    given, left = tmp_path / "given", tmp_path / "left"
    for folder in (given, left / "cwd", left / "tmp", left / "user"):
        folder.mkdir(parents=True)
    (given / "key").write_bytes(b"a key for tests alone")
    postcodes = handmade.lookups(given / "lookups") / "postcodes.csv"
    postcodes.write_text("postcode,lsoa11\n" + "".join(f"{p},E01033768\n" for p in POSTCODES))
    return Desk(given, left)


def loading(desk: Desk, folder: Path) -> list[str]:
    return ["load", str(folder), "--lookups", str(desk.given / "lookups"), "--processes", "1"]


def test_the_search_finds_what_was_sent(desk: Desk, tmp_path: Path) -> None:
    """Else it would prove nothing: each identifier in CSV, in a zip, in Parquet, in SQLite."""
    folder = planted.write(desk.left / "sent")
    told = " ".join(hit.spelled for hit in desk.found())
    everything = (*NUMBERS, *(born.isoformat() for born in BIRTHS), *POSTCODES, *NAMES)
    assert [secret for secret in everything if f"{secret} as" not in told] == []
    people = folder / "CYP001MPI.csv"
    with zipfile.ZipFile(desk.left / "packed.bin", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(people, "inside")
    pq.write_table(
        pa.table({"a": [int(NUMBERS[0])], "b": [BIRTHS[0]], "c": [b"x" + NAMES[0].encode()]}),
        desk.left / "decoded.parquet",
    )
    pq.write_table(pa.table({"d": [planted.BIRTHS[1].toordinal() - 719163]}), desk.left / "days")
    with sqlite3.connect(desk.left / "database") as database:
        database.execute("CREATE TABLE t (a, b)")
        database.execute("INSERT INTO t VALUES (?, ?)", (int(NUMBERS[1]), POSTCODES[0]))
    (desk.left / NAMES[2]).touch()
    (desk.left / "wide.txt").write_bytes(f"it is {NAMES[1]}".encode("utf-16"))
    shutil.rmtree(folder)
    hits = {(hit.place, hit.spelled.split(" as ")[0]) for hit in desk.found()}
    assert {
        ("packed.bin", NUMBERS[0]),
        ("decoded.parquet", NUMBERS[0]),
        ("decoded.parquet", BIRTHS[0].isoformat()),
        ("decoded.parquet", NAMES[0]),
        ("days", BIRTHS[1].isoformat()),
        ("database", NUMBERS[1]),
        ("database", POSTCODES[0]),
        (f"the name of {NAMES[2]}", NAMES[2]),
        ("wide.txt", NAMES[1]),
    } <= hits


def test_nothing_is_left_after_success(desk: Desk) -> None:
    folder = planted.write(desk.given / "sent")
    told = desk.run(
        loading(desk, folder),
        ["load", str(folder), "--json"],
        ["check", str(folder), "--out", str(desk.left / "report")],
        ["check", str(folder), "--json"],
        ["status"],
        ["build"],
        ["status", "--json"],
        ["measure", "dna_rate", "--by", "provider", "--format", "json"],
        ["publish", "--out", str(desk.left / "site")],
    )
    page = (desk.left / "site" / "measures" / "dna_rate.html").read_text()
    key = re.findall(r"\b[A-Z]-[0-9a-f]{12}\b", told + page)[0]
    told += desk.run(["explain", key], ["explain", key, "--json"])
    assert "1 committed" in told
    assert "exit 2" not in told
    assert "exit 3" not in told
    assert list((desk.left / "home" / "quarantine").rglob("*.parquet"))
    assert list((desk.left / "report").rglob("*.xlsx"))
    assert (desk.left / "site" / "index.html").exists()
    assert desk.found() == []


EVIL_NAMES = {
    "number": NUMBERS[0],
    "number in groups": f"{NUMBERS[0][:3]} {NUMBERS[0][3:6]} {NUMBERS[0][6:]}",
    "birth date": BIRTHS[0].isoformat(),
    "birth date the other way": f"{BIRTHS[0]:%d%m%Y}",
    "postcode": POSTCODES[0],
    "postcode in one piece": POSTCODES[0].replace(" ", ""),
    "name": NAMES[0],
    "name and number": f"{NAMES[0]}_{NUMBERS[0]}",
    "name and postcode": f"{NAMES[0]} {POSTCODES[0]}",
    "two names": f"{NAMES[0]}_{NAMES[1]}",
}


@pytest.mark.parametrize("evil", EVIL_NAMES.values(), ids=EVIL_NAMES)
def test_nothing_is_left_after_a_refusal(desk: Desk, evil: str) -> None:
    """Each stands where a name should: of a field, of a file, of a file in a zip."""
    sent = desk.given / "sent"
    field = planted.write(sent / "field") / "CYP001MPI.csv"
    field.write_bytes(field.read_bytes().replace(b"Postcode", evil.encode(), 1))
    file = planted.write(sent / "file")
    (file / "CYP104RTT.csv").rename(file / f"{evil}.csv")
    with zipfile.ZipFile(sent / "packed.zip", "w") as archive:
        for table in sorted(file.iterdir()):
            archive.write(table, f"{evil}/{table.name}" if "201" in table.name else table.name)
    bare = planted.write(sent / "bare") / "CYP001MPI.csv"
    bare.write_bytes(bare.read_bytes().split(b"\n", 1)[1].replace(b"P2", evil.encode()))
    handmade.lookups(desk.given / "lookups")
    checks = [
        ["check", str(path), *how] for path in sorted(sent.iterdir()) for how in ([], ["--json"])
    ]
    told = desk.run(*checks, loading(desk, sent), [*loading(desk, sent), "--json"])
    assert "committed" not in told
    assert "Traceback" not in told
    assert desk.found() == []


BREAKS = {
    "encoding": lambda content: content.replace(b"1893", b"18\x8193", 1),
    "open quotation mark": lambda content: content.replace(POSTCODES[0].encode(), b'"ZZ9 8QX', 1),
    "long row": lambda content: content.replace(b"ZZ9 8QX", b"ZZ9 8QX,,", 1),
    "cut short": lambda content: content[: content.rindex(NUMBERS[5].encode()) + 12],
    "wide": lambda content: content.decode().encode("utf-16"),
    "header twice": lambda content: content.split(b"\n", 1)[0] + b"\n" + content,
    "no header": lambda content: content.split(b"\n", 1)[1],
    "zero bytes": lambda content: content.replace(NUMBERS[0][:3].encode(), b"99\x009", 1),
    "damaged gzip": None,
}


@pytest.mark.parametrize("how", BREAKS)
def test_nothing_is_left_after_a_broken_file(desk: Desk, how: str) -> None:
    people = planted.write(desk.given / "sent") / "CYP001MPI.csv"
    change = BREAKS[how]
    if change is None:
        packed = people.with_suffix(".csv.gz")
        packed.write_bytes(gzip.compress(people.read_bytes())[:-5])
        people.unlink()
    else:
        people.write_bytes(change(people.read_bytes()))
    told = desk.run(["check", str(people.parent)], loading(desk, people.parent))
    assert "Traceback" not in told
    assert desk.found() == []


FAULTS = {
    "while the first table is written": ("levelfield.intake.stage:write_accepted", 1),
    "while a later table is written": ("levelfield.intake.stage:write_accepted", 5),
    "while a rejected record is written": ("levelfield.intake.stage:write_rejected", 6),
    "when all is written": ("levelfield.warehouse.warehouse:Warehouse.commit", 1),
    "when the catalogue is told": ("levelfield.warehouse.catalogue:Change.add", 1),
    "while rules are run": ("levelfield.intake.submission:evaluate", 2),
    "while a table is checked": ("levelfield.intake.submission:check_table", 3),
}


@pytest.mark.parametrize("where", FAULTS)
def test_nothing_is_left_after_a_crash(desk: Desk, where: str) -> None:
    """Not even before anyone has tidied up."""
    at, call = FAULTS[where]
    desk.run(loading(desk, planted.write(desk.given / "sent")), fault="kill", at=at, call=call)
    assert desk.found() == []


def test_nothing_is_left_when_levelfield_fails(desk: Desk) -> None:
    folder = planted.write(desk.given / "sent")
    for at, call in (FAULTS["while a table is checked"], FAULTS["when the catalogue is told"]):
        told = desk.run(loading(desk, folder), fault="raise", at=at, call=call)
        assert "Traceback" not in told
        assert "This is our fault" in told
        assert desk.found() == []
    assert "1 committed" in desk.run(loading(desk, folder))
    assert desk.found() == []


def test_not_even_where_a_developer_looks(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """With LEVELFIELD_DEBUG a traceback is shown, and it holds no value either."""
    monkeypatch.setenv("LEVELFIELD_DEBUG", "1")
    folder = planted.write(desk.given / "sent")
    told = desk.run(
        loading(desk, folder), fault="raise", at="levelfield.intake.stage:write_rejected", call=4
    )
    assert "Traceback" in told
    assert desk.found() == []
