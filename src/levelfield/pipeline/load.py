"""Submissions into the warehouse: each is committed whole or refused whole."""

import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from levelfield import intake
from levelfield.core.errors import SubmissionError, UsageError
from levelfield.core.processes import workers
from levelfield.core.progress import Progress
from levelfield.warehouse import Warehouse


@dataclass(frozen=True)
class Loaded:
    """What became of one submission that was found.

    One that is unreadable has no report; `message` then says why.
    """

    source: Path
    outcome: Literal["committed", "already here", "refused", "unreadable"]
    report: intake.Report | None
    message: str = ""


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
    """Check submissions and commit each that is accepted.

    One that is refused or cannot be read stops no other. With several processes, submissions of
    different providers load at the same time. Raises UsageError when the home was loaded with
    another key, and SubmissionError when the demonstration's key meets people who may be real; what
    was committed before stays committed.
    """
    _check_key(warehouse, key)
    jobs = [(source, warehouse.home, lookups, key, received) for source in sources]
    done: list[Loaded] = []
    for loaded in _run(jobs, processes):
        done.append(loaded)
        if progress is not None:
            told = loaded.report
            what = f"{told.provider} {told.period}" if told else loaded.source.name
            progress(what, len(done), len(jobs))
    return sorted(done, key=lambda loaded: loaded.source)


LOOKUPS = ("postcodes.csv", "practices.csv", "commissioners.csv", "providers.csv", "areas.csv")
"""Look-ups that a home keeps: the first two are needed, the others name and place organisations."""


def register_lookups(warehouse: Warehouse, given: Path | None, near: Sequence[Path]) -> Path:
    """The folder of the home's look-ups, copied there first when they are given or found.

    Without `given`, a home that has look-ups keeps them; one that has none takes a folder
    `lookups` beside or above the submissions. Raises UsageError when there is none either way.
    """
    kept = warehouse.home / "lookups"
    source = given
    if source is None and not all((kept / name).exists() for name in LOOKUPS[:2]):
        folders = [folder for path in near for folder in (path.resolve(), *path.resolve().parents)]
        found = [f / "lookups" for f in folders if (f / "lookups" / LOOKUPS[0]).exists()]
        if not found:
            raise UsageError(
                f"{warehouse.home}: this home has no look-ups yet. Name the folder with "
                f"{LOOKUPS[0]} and {LOOKUPS[1]} with --lookups."
            )
        source = found[0]
    if source is not None:
        intake.read_lookups(source)
        with warehouse.lock_home("registering look-ups"):
            _copy(source, kept)
    return kept


def _copy(source: Path, kept: Path) -> None:
    kept.mkdir(exist_ok=True)
    for name in LOOKUPS:
        if (source / name).exists():
            copy = kept / f"{name}.next"
            shutil.copyfile(source / name, copy)
            copy.replace(kept / name)


def _check_key(warehouse: Warehouse, key: intake.PseudonymKey) -> None:
    """One home has one key: under two, the same person would count as two."""
    for submission in warehouse.submissions():
        settings = warehouse.receipt(submission)["settings"]
        if settings["pseudonym_key"] != key.fingerprint:
            raise UsageError(
                f"{warehouse.home}: this home was loaded with another key. Name that one with "
                "--key-file, or load into a new home."
            )


_Job = tuple[intake.Source, Path, Path, intake.PseudonymKey, datetime | None]


def _run(jobs: Sequence[_Job], processes: int) -> Iterator[Loaded]:
    if processes <= 1 or len(jobs) <= 1:
        yield from (_load_one(*job) for job in jobs)
        return
    with workers(processes) as pool:
        futures = [pool.submit(_load_one, *job) for job in jobs]
        for future in as_completed(futures):
            yield future.result()


def _load_one(
    source: intake.Source,
    home: Path,
    lookups: Path,
    key: intake.PseudonymKey,
    received: datetime | None,
) -> Loaded:
    warehouse = Warehouse.open(home)
    try:
        examined = intake.examine(source)
    except SubmissionError as error:
        return Loaded(source.path, "unreadable", None, str(error))
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
