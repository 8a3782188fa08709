"""A whole process measured: wall time, processor time and peak memory (Linux)."""

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

EVERY = 0.05
"""Seconds between two looks at the memory."""


Command = list[str | Path]


@dataclass(frozen=True)
class Usage:
    """Of a process and all that it started: seconds, processor seconds (user and system), GiB.

    Memory is the sum of proportional set sizes, in which a page that several processes share
    counts once. Processor time is the steadier figure on a machine with other work.
    """

    seconds: float
    cpu: float
    peak: float


@dataclass(frozen=True)
class Runs:
    """Repeated measurements of the same work."""

    usages: Sequence[Usage]

    @property
    def fastest(self) -> float:
        return min(usage.seconds for usage in self.usages)

    @property
    def median(self) -> float:
        return median(usage.seconds for usage in self.usages)

    @property
    def cpu(self) -> float:
        """The least processor time."""
        return min(usage.cpu for usage in self.usages)

    @property
    def peak(self) -> float:
        return max(usage.peak for usage in self.usages)

    def to_json(self) -> dict[str, float | int]:
        return {
            "runs": len(self.usages),
            "seconds_min": round(self.fastest, 2),
            "seconds_median": round(self.median, 2),
            "cpu_seconds_min": round(self.cpu, 2),
            "peak_gib": round(self.peak, 2),
        }


def measure(command: Command, log: Path) -> Usage:
    """Run a command to its end; what it prints goes to `log`. Raises SystemExit if it fails."""
    with log.open("w") as out:
        started = time.monotonic()
        process = subprocess.Popen([str(part) for part in command], stdout=out, stderr=out)
        peak = 0
        while True:
            ended, status, used = os.wait4(process.pid, os.WNOHANG)
            if ended:
                break
            peak = max(peak, sum(_memory_kib(pid) for pid in _family(process.pid)))
            time.sleep(EVERY)
        seconds = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} failed: see {log}.")
    return Usage(seconds, used.ru_utime + used.ru_stime, peak / 1024**2)


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
