"""Those who check the same contacts: levelfield, a script by hand, and the open engine."""

import compileall
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from benchmarks.intake.contacts import COMMISSIONERS, NAME
from benchmarks.intake.measure import Command, Usage, measure
from benchmarks.intake.parents import POSTCODES, PRACTICES

import levelfield
from levelfield.datasets import load_dataset
from levelfield.intake.rules.rule import rule_texts
from levelfield.intake.rules.settings import FIXED

HERE = Path(__file__).parent
ENGINE = "data-validation-engine==0.9.0"
ENGINE_PYTHONS = ("python3.12", "python3.11", "python3.10")

KEPT_RULES = {
    *("R-BLANK", "R-FORMAT", "R-BEFORE-START", "R-AFTER-END", "DUPLICATE", "G-KEY-DUP"),
    *("W-BLANK-KEY", "W-CODE", "W-LEADING-ZERO", "X-CONTACT-ATTENDED-WITHOUT-DURATION"),
    *("X-CONTACT-CANCELLATION-CLASH", "X-CONTACT-CANCELLED-LATE", "X-CONTACT-LONG"),
    *("X-CONTACT-CANCELLED-WITH-DURATION", "X-CONTACT-GROUP-BY-MESSAGE"),
}
"""The rules of the checks that all three do; the README counts the checks."""

Found = set[tuple[str, int, str, str]]
"""Findings: table, row number, rule, field."""


@dataclass(frozen=True)
class Outcome:
    """What one of them made of a submission: where its findings and accepted contacts lie."""

    usage: Usage
    findings: Path
    contacts: Path
    row_column: str = "row_number"

    def found(self) -> Found:
        table = pq.read_table(self.findings)
        if "table" not in table.column_names:
            return {(NAME, r["row_number"], r["rule"], r["field"]) for r in table.to_pylist()}
        table = table.filter(pc.is_valid(table.column("row_number")))
        return _rows(table)

    def accepted(self) -> set[int]:
        """The row numbers of the contacts that were kept."""
        rows: Iterable[int] = pq.read_table(self.contacts, columns=[self.row_column])[0].to_pylist()
        return set(rows)


def truth(file: Path) -> Found:
    """What was planted, as findings."""
    return _rows(pq.read_table(file))


def _rows(table: pa.Table) -> Found:
    names = ("table", "row_number", "rule", "field")
    return set(zip(*(table.column(name).to_pylist() for name in names), strict=True))


class Contender(Protocol):
    """Somebody who checks a submission."""

    def run(self, source: Path, *, memory: bool) -> Outcome:
        """Check what lies in a folder, from the files to accepted rows and findings on disk.

        With `memory` it is watched while it runs, and takes longer for it.
        """


@dataclass(frozen=True)
class Levelfield:
    """`levelfield load` into a new home. `rules` is a file of local settings."""

    work: Path
    rules: Path | None = None

    def run(self, source: Path, *, memory: bool) -> Outcome:
        home = self.work / "home"
        shutil.rmtree(home, ignore_errors=True)
        command: Command = [sys.executable, "-m", "levelfield", "load", source]
        command += ["--home", home, "--quiet"]
        command += ["--lookups", self.work / "lookups", "--key-file", self.work / "key"]
        command += ["--rules", self.rules] if self.rules else []
        usage = measure(command, self.work / "levelfield.log", memory=memory)
        (held,) = (home / "submissions").iterdir()
        return Outcome(usage, held / "findings.parquet", held / f"{NAME}.parquet")


@dataclass(frozen=True)
class ByHand:
    """The DuckDB script."""

    work: Path

    def run(self, source: Path, *, memory: bool) -> Outcome:
        out = self.work / "by_hand"
        shutil.rmtree(out, ignore_errors=True)
        command: Command = [sys.executable, HERE / "by_hand.py", source / f"{NAME}.csv", out]
        usage = measure(command, self.work / "by_hand.log", memory=memory)
        return Outcome(usage, out / "findings.parquet", out / "accepted.parquet")


@dataclass(frozen=True)
class OpenEngine:
    """NHS England's data-validation-engine with its DuckDB back end, in its own environment."""

    work: Path

    def run(self, source: Path, *, memory: bool) -> Outcome:
        out = self.work / "engine"
        shutil.rmtree(out, ignore_errors=True)
        python = self.work / "engine_env" / "bin" / "python"
        command: Command = [python, HERE / "engine_rules" / "check.py", source / f"{NAME}.csv", out]
        usage = measure(command, self.work / "engine.log", memory=memory)
        accepted = out / "benchmark" / "business_rules" / "contacts"
        return Outcome(usage, out / "findings.parquet", accepted, "__record_index__")


def compile_ours() -> None:
    """Write the bytecode of levelfield, as pip does for whatever it installs.

    Where Python may write none while it runs, every run of a checkout, or of what another installer
    has put there, would compile all its modules first; the packages beside it would not.
    """
    compileall.compile_dir(Path(levelfield.__file__).parent, quiet=2)


def make_engine(work: Path) -> None:
    """Install the engine into an environment of its own below `work`, unless it is there."""
    place = work / "engine_env"
    if (place / "bin" / "python").exists():
        return
    # A name on the path need not run: version managers put names of all their versions there.
    found = [path for name in ENGINE_PYTHONS if (path := shutil.which(name)) and _runs(path)]
    if not found:
        raise SystemExit(f"{ENGINE} needs one of {', '.join(ENGINE_PYTHONS)}: none is installed.")
    python = found[0]
    subprocess.run([python, "-m", "venv", place], check=True)
    subprocess.run([place / "bin" / "pip", "install", "--quiet", ENGINE], check=True)


def _runs(python: str) -> bool:
    return subprocess.run([python, "--version"], check=False, capture_output=True).returncode == 0


def write_settings(work: Path) -> Path:
    """A file of local settings that leaves on the rules of the twenty-nine checks alone."""
    off = sorted(set(rule_texts(load_dataset().version)) - KEPT_RULES - set(FIXED))
    lines = [f'  {rule}: {{severity: "off", reason: "not among those compared"}}' for rule in off]
    file = work / "rules.yaml"
    file.write_text("\n".join(["rules:", *lines, ""]), encoding="utf-8")
    return file


def write_lookups(work: Path) -> None:
    """A key, and look-ups that know the postcodes and practices of the made-up people."""
    (work / "lookups").mkdir(parents=True, exist_ok=True)
    (work / "key").write_bytes(b"a key for the intake benchmark alone")
    places = [f"{postcode},E010000{n:02d}" for n, postcode in enumerate(POSTCODES, 1)]
    owners = [
        f"{practice},{COMMISSIONERS[n % len(COMMISSIONERS)]},2020-04-01,"
        for n, practice in enumerate(PRACTICES)
    ]
    for name, lines in {
        "postcodes.csv": ["postcode,lsoa11", *places],
        "practices.csv": ["practice_code,commissioner,valid_from,valid_to", *owners],
    }.items():
        (work / "lookups" / name).write_text("\n".join([*lines, ""]), encoding="utf-8")
