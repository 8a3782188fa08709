"""How fast the statistics are, beside their budgets and other people's packages.

Run it with `python -m benchmarks.statistics.run`. Everything runs in this process, on one thread
and on data made up at the start; the fastest of several runs counts, since other work on the
machine can only slow one. With `--peers FOLDER` packages that take tables are installed into an
environment of their own in FOLDER and run there. Prints tables in Markdown, which `--out FILE`
keeps. Ends with exit code 1 when a budget is missed or a result differs from
a peer's by more than rounding (1e-9; control limits of abspc, whose factor is another: 1e-3).
"""

import argparse
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy
from benchmarks.statistics.cases import (
    EUROPEAN_STANDARD_2013,
    Case,
    areas,
    cases,
    counts,
    series,
)

from levelfield import statistics as s

PEERS = ["PHStatsMethods==0.1.16", "abspc==1.1.0"]

AGREEMENT = 1e-9
"""Relative difference up to which two results are one."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--peers", type=Path, help="a folder for the peers' environment")
    parser.add_argument("--out", type=Path, help="a file for the tables")
    options = parser.parse_args()
    lines, kept = budgets(options.runs)
    if options.peers:
        more, agree = beside_tables(options.peers, options.runs)
        lines += ["", *more]
        kept &= agree
    text = "\n".join([machine(), "", *lines, ""])
    print(text)
    if options.out:
        options.out.write_text(text, encoding="utf-8")
    return 0 if kept else 1


def budgets(runs: int) -> tuple[list[str], bool]:
    """The table of all cases, and whether each kept its budget and agrees with its peer."""
    lines = [
        "| call | units | budget, s | measured, s | processor, s | | peer | peer, s | difference |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    every = True
    for case in cases():
        ours = fastest(case.run, runs)
        kept = ours.seconds <= case.budget
        peer, agree = beside_arrays(case, ours.result, runs)
        every &= kept and agree
        lines.append(
            f"| {case.name} | {case.units:,} | {case.budget} | {ours.seconds:.3f} | "
            f"{ours.processor:.3f} | {'kept' if kept else 'MISSED'} | {peer} |"
        )
        print(lines[-1], file=sys.stderr)
    return lines, every


def beside_arrays(case: Case, ours: Any, runs: int) -> tuple[str, bool]:
    if case.by_peer is None:
        return " | | ", True
    theirs = fastest(case.by_peer, runs)
    apart = difference(ours, theirs.result)
    return f"{case.peer} | {theirs.seconds:.3f} | {apart:.0e}", apart <= AGREEMENT


def beside_tables(folder: Path, runs: int) -> tuple[list[str], bool]:
    """Units a second of packages that take tables, on few units, and of ours on all."""
    folder.mkdir(parents=True, exist_ok=True)
    python = folder / "environment" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder / "environment"], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PEERS], check=True)
    (events, population), (count, total), values = areas(2_000), counts(20_000), series(1_000)
    standard = np.array(EUROPEAN_STANDARD_2013)
    np.savez(
        folder / "given.npz",
        events=events,
        population=population,
        standard=standard,
        count=count,
        total=total,
        series=values,
    )
    script = Path(__file__).with_name("tables.py")
    environment = {**os.environ, "MPLBACKEND": "Agg"}
    files = [folder / "given.npz", folder / "found.npz"]
    subprocess.run([python, script, *files], check=True, env=environment)
    found = np.load(folder / "found.npz")

    def limits() -> Any:
        chart = s.xmr(values, screen=False)
        return chart.mean[:, 0], chart.lower[:, 0], chart.upper[:, 0]

    # abspc draws limits at three standard deviations of 1/1.128 moving ranges, not at 2.66 of them.
    pairs: list[tuple[str, str, Callable[[], Any], float]] = [
        (
            "PHStatsMethods ph_dsr",
            "directly standardised rates",
            lambda: s.directly_standardised_rate(events, population, standard),
            AGREEMENT,
        ),
        (
            "PHStatsMethods ph_proportion",
            "proportions",
            lambda: s.wilson_interval(count, total),
            AGREEMENT,
        ),
        ("abspc, its four rules", "charts", limits, 1e-3),
    ]
    lines = [
        "| peer | units | peer, units a second | levelfield, on the same | difference |",
        "|---|---|---|---|---|",
    ]
    every = True
    for peer, name, call, allowed in pairs:
        ours, theirs = fastest(call, runs), found[name]
        apart = difference(ours.result, theirs.T)
        every &= apart <= allowed
        rates = (len(theirs) / float(found[f"{name} seconds"]), len(theirs) / ours.seconds)
        lines.append(
            f"| {peer} | {len(theirs):,} | {rates[0]:,.0f} | {rates[1]:,.0f} | {apart:.0e} |"
        )
    return lines, every


@dataclass(frozen=True)
class Timed:
    """The fastest of several runs."""

    seconds: float
    processor: float
    """Seconds of processor time, of whichever run took the fewest."""
    result: Any


def fastest(call: Callable[[], Any], runs: int) -> Timed:
    seconds, processor = [], []
    for _ in range(runs):
        began, used = time.perf_counter(), time.process_time()
        result = call()
        seconds.append(time.perf_counter() - began)
        processor.append(time.process_time() - used)
    return Timed(min(seconds), min(processor), result)


def difference(ours: Any, theirs: Any) -> float:
    """The largest difference, relative to a millionth at least; missing in one only is infinite."""
    one, other = np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)
    apart = np.abs(one - other) / np.maximum(np.abs(other), 1e-6)
    apart = np.where(np.isnan(one) & np.isnan(other), 0, apart)
    return float(np.nan_to_num(apart, nan=np.inf).max())


def machine() -> str:
    cpus = Path("/proc/cpuinfo")
    lines = cpus.read_text(encoding="utf-8").splitlines() if cpus.exists() else []
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return (
        f"{os.cpu_count()} x {models[0] if models else platform.machine()}, "
        f"load {os.getloadavg()[0]:.1f} at the end, "
        f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}"
    )


if __name__ == "__main__":
    raise SystemExit(main())
