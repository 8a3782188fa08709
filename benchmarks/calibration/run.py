"""Do the statistics mean what they say? Run it with `python -m benchmarks.calibration.run`.

Simulates with a known truth, and prints what was seen beside what theory says, in percent, as
tables in Markdown; `--out FILE` keeps them. Ends with exit code 1 when something differs from
theory by more than four standard errors of the simulation. Some minutes; `--quick` about twenty
seconds, with errors as much larger.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from benchmarks.calibration import charts, estimates, funnels, intervals, systems
from benchmarks.calibration.checks import Check, table

Part = tuple[str, Callable[[np.random.Generator], Iterable[Check]]]


def parts(quick: bool) -> list[Part]:
    """The parts with the sizes of their simulations."""
    draws, of_funnels, series, of_systems, ranked = (
        (4_000, 20, 4_000, 12, 400) if quick else (200_000, 1_000, 100_000, 200, 4_000)
    )
    return [
        ("Intervals cover the truth", lambda g: intervals.checks(g, draws)),
        ("Ratios, slopes and clusters cover the truth", lambda g: estimates.checks(g, draws)),
        ("Funnels flag by chance", lambda g: funnels.checks(g, of_funnels)),
        ("Control charts signal by chance", lambda g: charts.checks(g, series)),
        ("Systems of known truth", lambda g: systems.checks(g, of_systems, ranked)),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--out", type=Path, help="a file for the tables")
    options = parser.parse_args()
    written, differing = [], 0
    for number, (title, checks) in enumerate(parts(options.quick)):
        began = time.perf_counter()
        # Each part has draws of its own, so that one can change without the others.
        found = list(checks(np.random.default_rng([options.seed, number])))
        differing += sum(not one.held for one in found)
        written.append(table(title, found))
        print(written[-1], flush=True)
        print(f"{len(found)} rows in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    if options.out:
        options.out.write_text("\n".join(written), encoding="utf-8")
    print(f"{differing} differ from theory; seed {options.seed}.", file=sys.stderr)
    return 1 if differing else 0


if __name__ == "__main__":
    raise SystemExit(main())
