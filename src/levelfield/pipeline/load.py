"""Submissions into the warehouse: each is committed whole or refused whole."""

from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from levelfield import intake
from levelfield.core.dates import long_date
from levelfield.core.errors import (
    EngineError,
    LevelfieldError,
    SubmissionError,
    UsageError,
    WarehouseError,
    debugging,
    our_fault,
)
from levelfield.core.processes import workers
from levelfield.core.progress import Progress
from levelfield.datasets import load_dataset
from levelfield.intake.checking.header import Header
from levelfield.intake.pseudonymise import require_own_key
from levelfield.intake.report import HEAVY_LOSS
from levelfield.pipeline.lookups import is_complete, register_lookups
from levelfield.warehouse import (
    Submission,
    Warehouse,
    active_of,
    destroyed_before,
    explained,
    is_home,
    require_place,
    settle,
    write_manifest,
)

CONTACT = "CYP201CareContact"

Outcome = Literal["committed", "already here", "refused", "unreadable", "destroyed", "failed"]


@dataclass(frozen=True)
class Loaded:
    """What became of one submission that was found.

    One that is unreadable, or at which levelfield failed, has no report; `message` then says why.
    It also says, in a line each, why one that is destroyed stays so, that one that is refused now
    was committed before, why one that is here does not count, what of this load does not apply to
    one that was here already, and what one replaces that had far more contacts.
    """

    source: Path
    outcome: Outcome
    report: intake.Report | None
    message: str = ""
    submission: str = ""


@dataclass(frozen=True)
class _Job:
    """One submission and how it is to be loaded."""

    source: intake.Source
    home: Path
    lookups: Path | None
    key: intake.PseudonymKey
    received: datetime | None
    again: bool
    settings: intake.Settings | None
    processes: int


def load(
    sources: Sequence[intake.Source],
    home: Path,
    *,
    lookups: Path | None,
    key: intake.PseudonymKey,
    received: datetime | None = None,
    again: bool = False,
    settings: intake.Settings | None = None,
    processes: int = 1,
    progress: Progress | None = None,
) -> list[Loaded]:
    """Check submissions and commit each that is accepted.

    One that is refused, cannot be read or makes levelfield fail stops no other, and one that was
    destroyed is committed only with `again`. The first that is accepted makes the home where there
    is none, and registers the look-ups of the folder `lookups` in it; only extracts load without.
    `settings` switches rules off or grades them anew. With several processes, submissions of
    different providers load at the same time, and a long XML file that comes alone is read by all
    of them. Raises UsageError when the home was loaded with another key, and when extracts and raw
    submissions would mix, SubmissionError when the demonstration's key meets people who may be
    real, and WarehouseError when the disk refuses or the place is taken; what was committed before
    stays committed.
    """
    home = home.resolve()
    require_place(home)
    if is_home(home):
        warehouse = Warehouse.open(home)
        warehouse.require_key(key.fingerprint)
        settle(warehouse)
        for source in {source.extract is None: source for source in sources}.values():
            if mixing := mixed(warehouse, source):
                raise UsageError(mixing)
    each = processes if len(sources) == 1 else 1
    jobs = [_Job(one, home, lookups, key, received, again, settings, each) for one in sources]
    done: list[Loaded] = []
    try:
        for loaded in _run(jobs, processes):
            done.append(loaded)
            if progress is not None:
                told = loaded.report
                what = f"{told.provider} {told.period}" if told else loaded.source.name
                progress(what, len(done), len(jobs))
    finally:
        if is_home(home):
            write_manifest(Warehouse.open(home))
    return _told(home, sorted(done, key=lambda loaded: loaded.source))


def mixed(warehouse: Warehouse, source: intake.Source) -> str:
    """Why a submission may not stand in a home beside what is there; empty where it may.

    A person has one pseudonym by an extract and another by a raw submission, and would count twice.
    """
    held, extracts = warehouse.submissions(), source.extract is not None
    try:
        if not held or extracts == ("extract" in warehouse.receipt(held[0])):
            return ""
    except WarehouseError:
        # One that is damaged is told by `levelfield status --verify`.
        return ""
    what, other = ("extracts", "raw submissions")[:: 1 if extracts else -1]
    return (
        f"{warehouse.home}: this home holds {other}, and people have other pseudonyms in {what}: "
        f"each would count twice. Load {what} into a home of their own."
    )


def _run(jobs: Sequence[_Job], processes: int) -> Iterator[Loaded]:
    if processes <= 1 or len(jobs) <= 1:
        yield from map(_load_one, jobs)
        return
    lost = []
    with workers(processes) as pool:
        futures = {pool.submit(_load_one, job): job for job in jobs}
        for future in as_completed(futures):
            try:
                yield future.result()
            except BrokenExecutor:
                lost.append(futures[future])
    # One of them has brought a process down, and the others with it: which one shows when each
    # has a process of its own.
    yield from map(_load_alone, lost)


def _load_alone(job: _Job) -> Loaded:
    with workers(1) as pool:
        try:
            return pool.submit(_load_one, job).result()
        except BrokenExecutor:
            message = (
                f"{job.source.path}: the process that loaded it was ended from outside; nothing is "
                "half-written. Often the memory has run out: close other programs, or load it "
                "with --processes 1."
            )
            return Loaded(job.source.path, "failed", None, message)


def _load_one(job: _Job) -> Loaded:
    """What becomes of one submission. What befalls it alone is told; what would befall all, such
    as a full disk or a wrong key, is raised."""
    path = job.source.path
    try:
        return _examine_and_commit(job)
    except EngineError as error:
        return Loaded(path, "failed", None, f"{path}: {error}")
    except (LevelfieldError, OSError):
        raise
    except Exception as error:
        # Ctrl-C within a library's call may come back as a fault of that call.
        if isinstance(error.__context__, KeyboardInterrupt) or "KeyboardInterrupt" in str(error):
            raise KeyboardInterrupt from None
        if debugging():
            raise
        return Loaded(path, "failed", None, f"{path}: {our_fault(error)}")


def _examine_and_commit(job: _Job) -> Loaded:
    path, home = job.source.path, job.home
    try:
        examined = intake.examine(job.source, settings=job.settings, processes=job.processes)
    except SubmissionError as error:
        return Loaded(path, "unreadable", None, str(error))
    report, submission = intake.report(examined, job.received), examined.raw.digest[:16]
    known = Warehouse.open(home).find(submission) if is_home(home) else None
    if report.status == "refused":
        message = _kept_all_the_same(known) if known is not None else ""
        return Loaded(path, "refused", report, message, submission)
    if known is not None and known.state() != "destroyed":
        message = _unchanged(job, known, examined)
        return Loaded(path, "already here", report, message, submission)
    if known is not None and not job.again:
        return Loaded(path, "destroyed", report, destroyed_before(known), submission)
    require_own_key(examined, job.key)
    warehouse = Warehouse.open(home, create=True)
    if job.lookups is not None and not is_complete(home):
        register_lookups(warehouse, job.lookups)
    with (
        explained(home),
        warehouse.lock_provider(report.provider, f"loading {report.period}"),
        warehouse.staging(report.provider) as folder,
    ):
        staged = intake.stage(
            examined,
            folder,
            lookups=intake.read_lookups(job.lookups) if job.lookups else intake.Lookups.none(),
            key=job.key,
            received=job.received,
        )
        before = warehouse.active_for(report.provider, report.period)
        committed = warehouse.commit(staged, again=job.again)
        after = warehouse.active_for(report.provider, report.period)
        looks = (_replaced(home, before, after), _received_early(job, examined.header))
        message = "\n".join(filter(None, looks)) if committed else ""
    outcome: Outcome = "committed" if committed else "already here"
    return Loaded(path, outcome, report, message, submission)


def _replaced(home: Path, before: Submission | None, after: Submission | None) -> str:
    """That a submission has far fewer contacts than the one whose place it takes; else empty."""
    if before is None or after is None or before.id == after.id:
        return ""
    had, has = (s.counts[CONTACT].accepted if CONTACT in s.counts else 0 for s in (before, after))
    if has >= had * (1 - HEAVY_LOSS):
        return ""
    return (
        f"{after.id} replaces the {before.window} submission of {before.provider} {before.period} "
        f"({before.id}): {has:,} contacts against {had:,}. If that is wrong: levelfield retract "
        f"{after.id} --reason TEXT --home {home}"
    )


def _received_early(job: _Job, header: Header | None) -> str:
    """That a submission was not made yet when it is said to have been received; else empty."""
    if job.received is None or header is None or job.received >= header.created:
        return ""
    return (
        f"it is taken as received on {long_date(job.received.date())}, but by its header it was "
        f"made on {long_date(header.created.date())}. The receipt decides the window: if that is "
        "wrong, destroy it and load it with --again and the right --received."
    )


def _kept_all_the_same(known: Submission) -> str:
    """That the rules of this load refuse what is here already; empty unless it is held."""
    if known.state() != "held":
        return ""
    return f"{known.id} holds these very bytes, committed by other rules, and stays as it is."


def _unchanged(job: _Job, known: Submission, examined: intake.Examined) -> str:
    """What of this load does not apply to a submission that is here, and how it would; empty when
    nothing differs."""
    receipt: dict[str, Any] = {}
    with suppress(WarehouseError):
        # One that is damaged is told by `levelfield status --verify`.
        receipt = Warehouse.open(job.home).receipt(known)
    rules = examined.settings.in_force(intake.rule_texts(load_dataset().version))
    extract, was = examined.raw.source.extract, receipt.get("extract", {})
    mapping = (extract.id, extract.version) if extract else (None, None)
    differs = {
        "time of receipt": job.received not in (None, known.received_at),
        "file of local settings": rules != receipt.get("settings", {}).get("rules", rules),
        "mapping": bool(receipt) and mapping != (was.get("id"), was.get("version")),
    }
    if not any(differs.values()):
        return ""
    what = " and ".join(name for name, other in differs.items() if other)
    return (
        f"{known.id} is here and stays as it was committed, with another {what} than this load "
        f"asks for. To load it so, destroy it first (levelfield destroy {known.id} --reason TEXT "
        f"--home {job.home}), then load it with --again."
    )


def _told(home: Path, done: Sequence[Loaded]) -> list[Loaded]:
    """With a sentence on each submission that is here and does not count."""
    if not is_home(home):
        return list(done)
    warehouse = Warehouse.open(home)
    held = {submission.id: submission for submission in warehouse.submissions()}
    active = {(s.provider, s.period): s for s in active_of(held.values())}
    told = []
    for loaded in done:
        own = held.get(loaded.submission)
        # Another run may have retracted it since.
        first = active.get((own.provider, own.period)) if own is not None else None
        messages = [loaded.message]
        if own is not None and first is not None and first.id != own.id:
            # What it replaced when it was committed has been replaced again.
            messages = [loaded.message] if loaded.outcome != "committed" else []
        if own is not None and own.state() == "retracted":
            last = own.events[-1]
            messages.append(
                f"{own.id} was retracted on {long_date(last.at)} ({last.reason}) and does not "
                f"count. To let it count again: levelfield restore {own.id} --reason TEXT "
                f"--home {home}"
            )
        elif own is not None and first is not None and first.id != own.id:
            messages.append(
                f"{own.id} ({own.window}, received {long_date(own.received_at)}) does not count: "
                f"{first.id} ({first.window}, received {long_date(first.received_at)}) goes before "
                "it."
            )
        told.append(replace(loaded, message="\n".join(filter(None, messages))))
    return told
