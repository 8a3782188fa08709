"""The order of the rooms: submissions are loaded, then facts, measures and units are built."""

import json
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import pyarrow as pa

from levelfield import currencies, facts, intake, measures
from levelfield.core.errors import UsageError
from levelfield.engine import Engine, compose
from levelfield.warehouse import Results, Warehouse, write_result

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""

SCHEME = "ncc-2024-25"
"""The currency scheme that a build groups contacts by."""


@dataclass(frozen=True)
class Loaded:
    """What became of one submission that was found."""

    source: Path
    outcome: Literal["committed", "already here", "refused"]
    report: intake.Report


def load(
    sources: Sequence[intake.Source],
    warehouse: Warehouse,
    *,
    lookups: Path,
    key: intake.PseudonymKey,
    received: datetime | None = None,
    processes: int = 1,
    progress: Progress | None = None,
) -> list[Loaded]:
    """Check submissions and commit each that is accepted; one that is refused stops no other.

    With several processes, submissions of different providers load at the same time. Raises
    SubmissionError for what cannot be read at all; what was committed before stays committed.
    """
    jobs = [(source, warehouse.home, lookups, key, received) for source in sources]
    done: list[Loaded] = []
    for loaded in _run(jobs, processes):
        done.append(loaded)
        if progress is not None:
            progress(f"{loaded.report.provider} {loaded.report.period}", len(done), len(jobs))
    return sorted(done, key=lambda loaded: loaded.source)


_Job = tuple[intake.Source, Path, Path, intake.PseudonymKey, datetime | None]


def _run(jobs: Sequence[_Job], processes: int) -> Iterator[Loaded]:
    if processes <= 1 or len(jobs) <= 1:
        yield from (_load_one(*job) for job in jobs)
        return
    # Fresh processes, on every platform: a fork would copy the threads of engines.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        futures = [pool.submit(_load_one, *job) for job in jobs]
        try:
            for future in as_completed(futures):
                yield future.result()
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _load_one(
    source: intake.Source,
    home: Path,
    lookups: Path,
    key: intake.PseudonymKey,
    received: datetime | None,
) -> Loaded:
    warehouse = Warehouse.open(home)
    examined = intake.examine(source)
    report = intake.report(examined, received)
    if report.status == "rejected":
        return Loaded(source.path, "refused", report)
    with (
        warehouse.lock_provider(report.provider, f"loading {source.path.name}"),
        warehouse.staging(report.provider) as folder,
    ):
        staged = intake.stage(
            examined,
            folder,
            lookups=intake.read_lookups(lookups),
            key=key,
            received=received,
        )
        committed = warehouse.commit(staged)
    return Loaded(source.path, "committed" if committed else "already here", report)


@dataclass(frozen=True)
class Built:
    """What a build made."""

    facts: facts.BuildResult
    values: int
    units: int
    snapshot: str


def build(warehouse: Warehouse, engine: Engine, progress: Progress | None = None) -> Built:
    """Facts from the active submissions, then measures and units of care from the facts.

    Raises UsageError when the home holds no submission, and WarehouseError when another run holds
    the home.
    """
    if not warehouse.submissions():
        raise UsageError(
            f"{warehouse.home}: there is no submission here. Load some with: "
            f"levelfield load PATH --home {warehouse.home}"
        )
    with warehouse.lock_home("building"):
        made = facts.build(warehouse, engine, progress)
        facts.register_facts(warehouse, engine)
        snapshot = warehouse.snapshot()
        with Results(warehouse.home).replacing() as folder:
            values = _values(engine, snapshot, progress)
            write_result(folder, "values", values)
            units = _units(engine, folder, progress)
            about = {
                "snapshot": snapshot,
                "built_at": datetime.now().replace(microsecond=0).isoformat(),
                "engine": engine.name,
                "measures": {m.id: m.version for m in measures.load_measures().values()},
                "scheme": SCHEME,
            }
            text = json.dumps(about, indent=2) + "\n"
            (folder / "about.json").write_text(text, encoding="utf-8")
    return Built(made, values.num_rows, units, snapshot)


def _values(engine: Engine, snapshot: str, progress: Progress | None) -> pa.Table:
    coverage = engine.query("SELECT * FROM coverage")
    library = measures.load_measures()
    tables = []
    for number, measure in enumerate(library.values()):
        if progress is not None:
            progress(f"measure {measure.id}", number, len(library))
        tables.append(measures.evaluate(engine, measure, snapshot, coverage))
    return pa.concat_tables(tables)


def _units(engine: Engine, folder: Path, progress: Progress | None) -> int:
    scheme = currencies.load_scheme(SCHEME)
    if progress is not None:
        progress(f"units {scheme.id}", 0, 1)
    engine.create("unit", compose(currencies.group(scheme)))
    engine.write("SELECT * FROM unit", folder / f"units-{scheme.id}")
    counts = engine.query(compose(currencies.unit_counts("unit")))
    write_result(folder, f"counts-{scheme.id}", counts)
    return sum(counts["units"].to_pylist())
