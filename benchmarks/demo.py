"""How long the demonstration takes, and how much memory: `python benchmarks/demo.py`.

Runs `levelfield demo` as a whole process in a folder of its own, and samples the memory of the
process and its children from /proc (Linux), twice a second: proportional set size, so that pages
that several processes share count once. Prints one line for each run and the machine's size.
Budget: 120 seconds and 4 GiB on two cores.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BUDGET_SECONDS, BUDGET_GIB = 120, 4


def children(pid: int) -> list[int]:
    """The process and everything that it started."""
    found = [pid]
    for place in found:
        try:
            tasks = list(Path(f"/proc/{place}/task").iterdir())
        except OSError:
            continue
        for task in tasks:
            try:
                found += [int(child) for child in (task / "children").read_text().split()]
            except OSError:
                continue
    return found


def memory_kib(pid: int) -> int:
    """Proportional set size of one process; 0 when it has just ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def run(arguments: list[str]) -> tuple[float, float]:
    """Seconds and peak GiB of one demonstration."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "levelfield", "demo", "--quiet", *arguments]
        started = time.monotonic()
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
        peak = 0
        while process.poll() is None:
            peak = max(peak, sum(memory_kib(pid) for pid in children(process.pid)))
            time.sleep(0.5)
        seconds = time.monotonic() - started
        if process.returncode:
            raise SystemExit(f"The demonstration failed with exit code {process.returncode}.")
    return seconds, peak / 1024**2


def main() -> None:
    """Run it, once or several times, and say whether the budget was kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=1)
    options, passed_on = parser.parse_known_args()
    gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    print(f"{os.cpu_count()} cores, {gib:.0f} GiB, Python {sys.version.split()[0]}")
    results = [run(passed_on) for _ in range(options.runs)]
    for seconds, peak in results:
        print(f"{seconds:.0f} s, peak {peak:.2f} GiB")
    kept = all(s <= BUDGET_SECONDS and peak <= BUDGET_GIB for s, peak in results)
    print(f"Budget of {BUDGET_SECONDS} s and {BUDGET_GIB} GiB: {'kept' if kept else 'NOT KEPT'}.")
    raise SystemExit(0 if kept else 1)


if __name__ == "__main__":
    main()
