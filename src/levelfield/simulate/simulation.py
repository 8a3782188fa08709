"""`simulate`: submissions, returns, costs, look-ups and truth, complete or not there at all."""

import shutil
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import as_completed
from dataclasses import dataclass
from pathlib import Path

from levelfield.core.errors import UsageError
from levelfield.core.processes import workers
from levelfield.core.progress import Progress
from levelfield.simulate.costs import write_cost_truth, write_costs
from levelfield.simulate.economy import ProviderRun, Settings, run_provider
from levelfield.simulate.providers import make_providers
from levelfield.simulate.returns import write_return_truth, write_returns
from levelfield.simulate.service_lines import write_service_lines
from levelfield.simulate.truth import write_lookups, write_truth

MOST_DEFECTS = 0.2


@dataclass(frozen=True)
class SimulationResult:
    """What was written. `rows` counts every month once; the refresh files come on top."""

    out: Path
    submissions: int
    refreshes: int
    rows: dict[str, int]
    refresh_rows: dict[str, int]
    defects: int


def simulate(
    out: Path,
    *,
    providers: int = 12,
    months: int = 12,
    seed: int = 1,
    defects: float = 0.01,
    scale: float = 1.0,
    first_month: str = "2025-04",
    file_faults: int = 0,
    processes: int = 2,
    progress: Progress | None = None,
) -> SimulationResult:
    """Write `submissions`, `returns`, `costs`, `lookups` and `truth` below `out` for fictional
    providers.

    `defects` is the share of rows that are made faulty, `scale` multiplies the volumes,
    `file_faults` is how many submissions get a fault of the file as a whole, for which most must be
    refused. The
    same arguments give the same files, whatever the number of processes. Nothing is written when
    it fails or is interrupted. Raises UsageError for arguments that make no sense, or when `out`
    already holds something.
    """
    settings = Settings(providers, months, seed, defects, scale, first_month, file_faults)
    _check(settings, out, processes)
    staging = out.with_name(f".{out.name}.unfinished")
    shutil.rmtree(staging, ignore_errors=True)
    try:
        runs = _run_all(settings, staging / "submissions", processes, progress)
        write_lookups(staging / "lookups", settings, runs)
        write_truth(staging / "truth", settings, runs)
        write_returns(staging / "returns", settings)
        write_return_truth(staging / "truth" / "returns.csv", settings)
        write_costs(staging / "costs", settings)
        write_cost_truth(staging / "truth", settings)
        write_service_lines(
            staging / "returns" / "service_lines.csv",
            staging / "truth" / "service_lines.csv",
            settings,
            runs,
        )
        if out.exists():
            out.rmdir()
        staging.rename(out)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return SimulationResult(
        out=out,
        submissions=sum(run.submissions for run in runs),
        refreshes=sum(run.refreshes for run in runs),
        rows=dict(sum((run.rows for run in runs), Counter())),
        refresh_rows=dict(sum((run.refresh_rows for run in runs), Counter())),
        defects=sum(run.defects for run in runs),
    )


def _run_all(
    settings: Settings, folder: Path, processes: int, progress: Progress | None
) -> list[ProviderRun]:
    """All providers in their order, the largest begun first."""
    made = make_providers(settings.providers)
    order = sorted(range(len(made)), key=lambda n: -made[n].size)
    runs: dict[int, ProviderRun] = {}
    for number, run in _finished(settings, order, folder, processes):
        runs[number] = run
        if progress:
            progress(made[number].code, len(runs), len(order))
    return [runs[number] for number in range(len(order))]


def _finished(
    settings: Settings, order: list[int], folder: Path, processes: int
) -> Iterator[tuple[int, ProviderRun]]:
    if min(processes, len(order)) == 1:
        for number in order:
            yield number, run_provider(settings, number, folder)
        return
    with workers(min(processes, len(order))) as pool:
        futures = {pool.submit(run_provider, settings, n, folder): n for n in order}
        for future in as_completed(futures):
            yield futures[future], future.result()


def _check(settings: Settings, out: Path, processes: int) -> None:
    if settings.months < 1 or processes < 1 or settings.scale <= 0 or settings.seed < 0:
        raise UsageError(
            "A simulation needs at least one month, one process, a scale above nought and a seed "
            "that is not negative."
        )
    if not 0 <= settings.defects <= MOST_DEFECTS:
        raise UsageError(
            f"{settings.defects} is not a share of rows that can be made faulty: give one from 0 "
            f"to {MOST_DEFECTS}."
        )
    make_providers(settings.providers)
    if not 0 <= settings.file_faults <= settings.providers * settings.months:
        raise UsageError("There are fewer submissions than file faults: ask for fewer.")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out}: this is not an empty folder. Choose another or remove it first.")
    out.parent.mkdir(parents=True, exist_ok=True)
