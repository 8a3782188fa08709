"""A whole process measured: wall time, processor time and peak memory (Linux)."""

import os
import subprocess
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from threading import Event

EVERY = 0.05
"""Seconds between two looks at the memory."""


Command = list[str | Path]


@dataclass(frozen=True)
class Usage:
    """Of a process and all that it started: seconds, processor seconds (user and system), GiB.

    Memory is the sum of proportional set sizes, in which a page that several processes share
    counts once; None where it was not watched. Processor time is the steadier figure on a machine
    with other work.
    """

    seconds: float
    cpu: float
    peak: float | None


@dataclass(frozen=True)
class Runs:
    """Repeated measurements of the same work, in some of which the memory was watched.

    To watch it takes a little of a core, and so the times are those of the other runs, where there
    are any.
    """

    usages: Sequence[Usage]

    @property
    def timed(self) -> Sequence[Usage]:
        return [usage for usage in self.usages if usage.peak is None] or self.usages

    @property
    def fastest(self) -> float:
        return min(usage.seconds for usage in self.timed)

    @property
    def median(self) -> float:
        return median(usage.seconds for usage in self.timed)

    @property
    def cpu(self) -> float:
        """The least processor time."""
        return min(usage.cpu for usage in self.timed)

    @property
    def peak(self) -> float:
        return max(usage.peak for usage in self.usages if usage.peak is not None)

    def to_json(self) -> dict[str, float | int]:
        return {
            "runs": len(self.timed),
            "seconds_min": round(self.fastest, 2),
            "seconds_median": round(self.median, 2),
            "cpu_seconds_min": round(self.cpu, 2),
            "peak_gib": round(self.peak, 2),
        }


def measure(command: Command, log: Path, *, memory: bool = True) -> Usage:
    """Run a command to its end and watch its memory, unless it is to be left alone.

    What it prints goes to `log`. Raises SystemExit if it fails.
    """
    with log.open("w") as out, ThreadPoolExecutor(1) as beside:
        started = time.monotonic()
        process = subprocess.Popen([str(part) for part in command], stdout=out, stderr=out)
        ended = Event()
        peak = beside.submit(_peak_kib, process.pid, ended) if memory else None
        try:
            # Asked now and then whether it has ended, a short run would seem to be a longer one.
            _, status, used = os.wait4(process.pid, 0)
            seconds = time.monotonic() - started
        finally:
            ended.set()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} failed: see {log}.")
    gib = peak.result() / 1024**2 if peak is not None else None
    return Usage(seconds, used.ru_utime + used.ru_stime, gib)


def _peak_kib(pid: int, ended: Event) -> int:
    """The most memory that the process and what it started are seen to hold until it has ended."""
    peak = 0
    while not ended.wait(EVERY):
        peak = max(peak, sum(_memory_kib(one) for one in _family(pid)))
    return peak


def _family(pid: int) -> list[int]:
    """The process and everything that it started."""
    found = [pid]
    for place in found:
        for children in Path(f"/proc/{place}/task").glob("*/children"):
            try:
                found += [int(child) for child in children.read_text().split()]
            except OSError:
                continue
    return found


def _memory_kib(pid: int) -> int:
    """Proportional set size of one process; 0 when it has just ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
