"""The long soak: submissions spoilt at random, as many as one has time for.

    python benchmarks/soak.py --cases 100000

Each case is refused in one sentence or read without the loss of a record (`tests/mutating.py` says
how that is known); anything else is printed with the number that makes the case again, and the exit
code is 1. One case in 500 goes through all the checks. The numbers of the ordinary tests come
first, so start behind them with --first for new ones.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from mutating import FORMATS, Mutations

AT_ONCE = 1_000
WHOLE = 500


def soak(first: int, last: int) -> tuple[Counter[tuple[str, str]], list[str]]:
    """Run some cases: how many came to which end by format, and those that failed."""
    ends: Counter[tuple[str, str]] = Counter()
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        mutations = Mutations(Path(folder))
        for case in range(first, last):
            try:
                outcome = mutations.run(case, whole=case % WHOLE == 0)
            except Exception as error:
                # A soak goes on: whoever reads its end wants all of what went wrong.
                failed.append(f"case {case}: {type(error).__name__}: {error}")
                ends[FORMATS[case % len(FORMATS)], "failed"] += 1
            else:
                ends[outcome.form, "refused" if outcome.refused else "read"] += 1
    return ends, failed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    given = parser.parse_args()
    last = given.first + given.cases
    starts = range(given.first, last, AT_ONCE)
    ends: Counter[tuple[str, str]] = Counter()
    failed: list[str] = []
    began = time.perf_counter()
    with ProcessPoolExecutor(given.processes) as pool:
        stops = [min(start + AT_ONCE, last) for start in starts]
        for found, wrong in pool.map(soak, starts, stops):
            ends += found
            failed += wrong
            told = [*wrong, f"{sum(ends.values()):,} cases, {len(failed):,} failed"]
            print(*told, sep="\n", file=sys.stderr, flush=True)
    took = time.perf_counter() - began
    print(f"{sum(ends.values()):,} cases in {took:,.0f} seconds, {given.processes} processes")
    for form in FORMATS:
        counts = {end: ends[form, end] for end in ("read", "refused", "failed")}
        print(f"{form:>12}: " + ", ".join(f"{count:,} {end}" for end, count in counts.items()))
    print("\n".join(failed))
    raise SystemExit(bool(failed))


if __name__ == "__main__":
    main()
