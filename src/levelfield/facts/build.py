"""Build the facts: what changed is made anew, and all of it goes live in one commit."""

import shutil
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from levelfield.core.errors import WarehouseError
from levelfield.core.progress import Progress
from levelfield.engine import Engine
from levelfield.facts import pipelines
from levelfield.facts.catalogue import load_fact, load_facts
from levelfield.facts.returns import made_from_returns, write_returns
from levelfield.facts.sources import register_lookups, register_submissions
from levelfield.warehouse import (
    BUILDING,
    FactFolder,
    Submission,
    Warehouse,
    active_of,
    active_returns,
    move,
    snapshot_of,
    synced,
    total,
)

BATCH_RECORDS = 5_000_000
"""Submissions are taken together up to about this many records, to keep memory within bounds."""

ALL_PERIODS = ""
"""The period of a derived fact's folder: it spans all months of its provider."""


NO_PROVIDER = ""
"""The provider of the folder of a return's fact: it has the rows of all of them."""


@dataclass(frozen=True)
class BuildResult:
    """What a build did: submissions and providers whose facts were made anew, and the snapshot
    of the submissions that the facts now hold."""

    submissions: int
    providers: int
    reused: int
    snapshot: str


def build(warehouse: Warehouse, engine: Engine, progress: Progress | None = None) -> BuildResult:
    """Bring the facts up to date with the active submissions.

    A submission's monthly facts are made once and kept while it is active; a provider whose active
    submissions changed gets its derived facts anew. What is loaded or retracted meanwhile is for
    the next build. A crash leaves the facts as they were. The caller holds the lock of the home.
    """
    work = _Work(warehouse, engine, progress)
    try:
        return work.run()
    finally:
        shutil.rmtree(work.folder, ignore_errors=True)


def register_facts(
    warehouse: Warehouse, engine: Engine, names: Iterable[str] | None = None
) -> None:
    """Make live facts readable in an engine, each under its own name: these, or all for None."""
    live = warehouse.catalogue.fact_folders()
    for name in load_facts() if names is None else names:
        files = _files(folder for folder in live if folder.fact == name)
        engine.view_files(name, files, load_fact(name).arrow_schema())


def _files(folders: Iterable[FactFolder]) -> list[Path]:
    """The Parquet files of live folders; WarehouseError when one of the folders is gone."""
    found: list[Path] = []
    for folder in folders:
        if not folder.folder.is_dir():
            raise WarehouseError(
                f"{folder.folder}: this part of the facts is missing. Build the home again; its "
                "submissions are untouched."
            )
        found += folder.folder.glob("*.parquet")
    return sorted(found)


class _Work:
    """One run of a build: what is live, what is wanted, and what has been made so far."""

    def __init__(self, warehouse: Warehouse, engine: Engine, progress: Progress | None) -> None:
        self.warehouse = warehouse
        self.engine = engine
        # Read once: others load and retract while we build, and what we build is of one moment.
        kept = [s for s in warehouse.submissions() if s.state() == "held"]
        self.active = active_of(kept)
        self.held: dict[tuple[str, str], list[Submission]] = defaultdict(list)
        for submission in sorted(kept, key=lambda s: s.received_at):
            self.held[submission.provider, submission.period].append(submission)
        self.live = {(f.fact, f.provider, f.period): f for f in warehouse.catalogue.fact_folders()}
        self.lost = {place for place, f in self.live.items() if not f.folder.is_dir()}
        self.version = pipelines.version()
        self.folder = warehouse.home / "staging" / f"{BUILDING}-{uuid4().hex[:12]}"
        self.made: list[FactFolder] = []
        self._progress = progress
        self._done = 0

    def run(self) -> BuildResult:
        pending = [s for s in self.active if not self._up_to_date(s)]
        wanted = {(s.provider, s.period) for s in self.active}
        gone = [
            folder
            for folder in self.live.values()
            if folder.period != ALL_PERIODS and (folder.provider, folder.period) not in wanted
        ]
        lost = {provider for _, provider, _ in self.lost}
        changed = {s.provider for s in pending} | {f.provider for f in gone} | lost
        providers = sorted(changed & {provider for provider, _ in wanted})
        self._sweep()
        batches = _batches(pending)
        self._steps = len(batches) * len(pipelines.MONTHLY) + len(pipelines.DERIVED)
        register_lookups(self.engine)
        for batch in batches:
            self._make_monthly(batch)
        if providers:
            self._make_derived(providers)
        self._make_returns()
        self._go_live(gone)
        snapshot = snapshot_of(submission.id for submission in self.active)
        reused = len(self.active) - len(pending)
        return BuildResult(len(pending), len(providers), reused, snapshot)

    def _made_from(self, submission: Submission) -> str:
        held = self.held[submission.provider, submission.period]
        return f"{submission.id}-{held[0].id[:4]}{len(held)}-{self.version}"

    def _up_to_date(self, submission: Submission) -> bool:
        made_from = self._made_from(submission)
        places = [(fact, submission.provider, submission.period) for fact in pipelines.MONTHLY]
        return all(
            place in self.live
            and place not in self.lost
            and self.live[place].made_from == made_from
            for place in places
        )

    def _make_monthly(self, batch: Sequence[Submission]) -> None:
        register_submissions(self.engine, batch, self.held)
        for name in pipelines.SHARED:
            self.engine.create(name, pipelines.statement(name))
        for name in pipelines.MONTHLY:
            self._tell(name)
            self.engine.create(name, pipelines.statement(name))
            target = self.folder / name
            self.engine.write(f"SELECT * FROM {name}", target, ["period", "submission_id"])
            for s in batch:
                written = target / f"part_0={s.period}" / f"part_1={s.id}"
                final = self.warehouse.home / "facts" / name / s.period / self._made_from(s)
                self._keep(name, s.provider, s.period, self._made_from(s), written, final)
            shutil.rmtree(target, ignore_errors=True)
        for name in (*pipelines.SHARED, *pipelines.MONTHLY):
            self.engine.drop(name)

    def _make_derived(self, providers: Sequence[str]) -> None:
        current = self.live | {(f.fact, f.provider, f.period): f for f in self.made}
        wanted = {(s.provider, s.period) for s in self.active}
        for name in pipelines.READ_BY_DERIVED:
            folders = [
                folder
                for (fact, provider, period), folder in current.items()
                if fact == name and provider in providers and (provider, period) in wanted
            ]
            self.engine.view_files(name, _files(folders), load_fact(name).arrow_schema())
        for name in pipelines.DERIVED:
            self._tell(name)
            target = self.folder / name
            self.engine.write(pipelines.statement(name), target, ["provider"])
            files: list[Path] = []
            for provider in providers:
                ids = sorted(self._made_from(s) for s in self.active if s.provider == provider)
                made_from = sha256("\n".join(ids).encode()).hexdigest()[:16]
                written = target / f"part_0={provider}"
                final = self.warehouse.home / "facts" / name / provider / made_from
                self._keep(name, provider, ALL_PERIODS, made_from, written, final)
                files += sorted(final.glob("*.parquet"))
            self.engine.view_files(name, files, load_fact(name).arrow_schema())

    def _make_returns(self) -> None:
        """Each kind of return that is held as one fact, over all its providers and months."""
        for kind, parts in active_returns(self.warehouse.catalogue.returns()).items():
            if kind not in load_facts():
                continue
            made_from = made_from_returns(parts)
            final = self.warehouse.home / "facts" / kind / "returns" / made_from
            place = (kind, NO_PROVIDER, ALL_PERIODS)
            if place in self.lost or place not in self.live or self.live[place].folder != final:
                written = self.folder / kind
                write_returns(load_fact(kind), parts, written)
                self._keep(*place, made_from, written, final)

    def _keep(
        self, fact: str, provider: str, period: str, made_from: str, written: Path, final: Path
    ) -> None:
        """Give what was written its place, complete and synced; it is not live yet. No rows, an
        empty folder.

        What is live, made from the same and still there stays as it is: nothing live is touched
        before the switch.
        """
        place = (fact, provider, period)
        if place in self.live and place not in self.lost and self.live[place].folder == final:
            return
        written.mkdir(parents=True, exist_ok=True)
        synced(written)
        move(written, final)
        self.made.append(FactFolder(fact, provider, period, made_from, final))

    def _go_live(self, gone: Sequence[FactFolder]) -> None:
        # A provider without any active submission left loses its derived facts too.
        providers = {s.provider for s in self.active}
        orphans = [f for f in self.live.values() if f.provider not in {*providers, NO_PROVIDER}]
        removed = {*gone, *orphans}
        self.warehouse.catalogue.switch_facts(self.made, removed)
        self.warehouse.sweep_facts()

    def _sweep(self) -> None:
        """Remove what a run left that was stopped before it went live, or just after."""
        for folder in (self.warehouse.home / "staging").glob(f"{BUILDING}-*"):
            shutil.rmtree(folder, ignore_errors=True)
        self.warehouse.sweep_facts()

    def _tell(self, name: str) -> None:
        if self._progress is not None:
            self._progress(name, self._done, self._steps)
        self._done += 1


def _batches(submissions: Sequence[Submission]) -> list[list[Submission]]:
    batches: list[list[Submission]] = []
    records = 0
    for submission in submissions:
        size = total(submission.counts.values()).accepted
        if not batches or records + size > BATCH_RECORDS:
            batches.append([])
            records = 0
        batches[-1].append(submission)
        records += size
    return batches
