"""Submissions into the warehouse: each is committed whole or refused whole."""

from collections.abc import Iterator, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from levelfield import intake
from levelfield.core.errors import SubmissionError, UsageError
from levelfield.core.processes import workers
from levelfield.core.progress import Progress
from levelfield.warehouse import (
    Warehouse,
    destroyed_before,
    explained,
    settle,
    sync_names,
    write_manifest,
    write_whole,
)

Outcome = Literal["committed", "already here", "refused", "unreadable", "destroyed"]


@dataclass(frozen=True)
class Loaded:
    """What became of one submission that was found.

    One that is unreadable has no report; `message` then says why. It also says why one that is
    destroyed stays so, and why one that is here does not count.
    """

    source: Path
    outcome: Outcome
    report: intake.Report | None
    message: str = ""
    submission: str = ""


def load(
    sources: Sequence[intake.Source],
    warehouse: Warehouse,
    *,
    lookups: Path,
    key: intake.PseudonymKey,
    received: datetime | None = None,
    again: bool = False,
    settings: intake.Settings | None = None,
    processes: int = 1,
    progress: Progress | None = None,
) -> list[Loaded]:
    """Check submissions and commit each that is accepted.

    One that is refused or cannot be read stops no other, and one that was destroyed is committed
    only with `again`. `settings` switches rules off or grades them anew. With several processes,
    submissions of different providers load at the same time. Raises UsageError when the home was
    loaded with another key, SubmissionError when the demonstration's key meets people who may be
    real, and WarehouseError when the disk refuses; what was committed before stays committed.
    """
    warehouse.require_key(key.fingerprint)
    settle(warehouse)
    jobs = [(source, warehouse.home, lookups, key, received, again, settings) for source in sources]
    done: list[Loaded] = []
    try:
        for loaded in _run(jobs, processes):
            done.append(loaded)
            if progress is not None:
                told = loaded.report
                what = f"{told.provider} {told.period}" if told else loaded.source.name
                progress(what, len(done), len(jobs))
    finally:
        write_manifest(warehouse)
    return _told(warehouse, sorted(done, key=lambda loaded: loaded.source))


LOOKUPS = ("postcodes.csv", "practices.csv", "commissioners.csv", "providers.csv", "areas.csv")
"""Look-ups that a home keeps: the first two are needed, the others name and place organisations."""

UNFINISHED = "unfinished"
"""A file beside look-ups that are being copied, or were when a run was stopped."""


def register_lookups(warehouse: Warehouse, given: Path | None, near: Sequence[Path]) -> Path:
    """The folder of the home's look-ups, copied there first when they are given or found.

    Without `given`, a home that has look-ups keeps them; one that has none takes a folder
    `lookups` beside or above the submissions. Raises UsageError when there is none either way.
    """
    kept = warehouse.home / "lookups"
    source = given
    if source is None and not _complete(kept):
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
        with explained(warehouse.home), warehouse.lock_home("registering look-ups"):
            _copy(source, kept)
    return kept


def _complete(kept: Path) -> bool:
    return all((kept / name).exists() for name in LOOKUPS[:2]) and not (kept / UNFINISHED).exists()


def _copy(source: Path, kept: Path) -> None:
    """Copy look-ups into the home, each in one step; while the mark is there some may be old."""
    kept.mkdir(exist_ok=True)
    mark = kept / UNFINISHED
    write_whole(mark, b"")
    for name in LOOKUPS:
        if (source / name).exists():
            write_whole(kept / name, (source / name).read_bytes())
    mark.unlink()
    sync_names(kept)


_Job = tuple[
    intake.Source,
    Path,
    Path,
    intake.PseudonymKey,
    datetime | None,
    bool,
    intake.Settings | None,
]


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
    again: bool,
    settings: intake.Settings | None,
) -> Loaded:
    warehouse = Warehouse.open(home)
    try:
        examined = intake.examine(source, settings=settings)
    except SubmissionError as error:
        return Loaded(source.path, "unreadable", None, str(error))
    report, submission = intake.report(examined, received), examined.raw.digest[:16]
    if report.status == "rejected":
        return Loaded(source.path, "refused", report, submission=submission)
    known = warehouse.find(submission)
    if known is not None and known.state() == "destroyed" and not again:
        message = destroyed_before(known)
        return Loaded(source.path, "destroyed", report, message, submission)
    with (
        explained(home),
        warehouse.lock_provider(report.provider, f"loading {report.period}"),
        warehouse.staging(report.provider) as folder,
    ):
        staged = intake.stage(
            examined,
            folder,
            lookups=intake.read_lookups(lookups),
            key=key,
            received=received,
        )
        committed = warehouse.commit(staged, again=again)
    outcome: Outcome = "committed" if committed else "already here"
    return Loaded(source.path, outcome, report, submission=submission)


def _told(warehouse: Warehouse, done: Sequence[Loaded]) -> list[Loaded]:
    """With a sentence on each submission that is here and does not count."""
    held = {submission.id: submission for submission in warehouse.submissions()}
    active = {(s.provider, s.period): s for s in warehouse.active()}
    told = []
    for loaded in done:
        own = held.get(loaded.submission)
        # Another run may have retracted it since.
        first = active.get((own.provider, own.period)) if own is not None else None
        message = loaded.message
        if own is not None and own.state() == "retracted":
            last = own.events[-1]
            message = (
                f"{own.id} was retracted on {last.at:%d %B %Y} ({last.reason}) and does not count. "
                f"To let it count again: levelfield restore {own.id} --home {warehouse.home}"
            )
        elif own is not None and first is not None and first.id != own.id:
            message = (
                f"{own.id} ({own.window}, received {own.received_at:%d %B %Y}) does not count: "
                f"{first.id} ({first.window}, received {first.received_at:%d %B %Y}) goes before "
                "it."
            )
        told.append(replace(loaded, message=message))
    return told
