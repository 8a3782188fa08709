"""How fast many measures are counted, beside SQL by hand for the same table.

Run it with `python -m benchmarks.measures.run --work FOLDER`.

Everything runs as a whole process, from Parquet to Parquet, on two threads. Prints a table and
writes it with all figures to results.json there. Ends with exit code 1 when a target is missed or
the two tables differ.
"""

import argparse
import json
import sys
from pathlib import Path

import duckdb
from benchmarks.intake.measure import Runs, measure
from benchmarks.measures.generate import generate
from benchmarks.measures.library import measures, shares

SECONDS, GIB, RATIO = 120, 6, 1.5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="folder for data and results")
    parser.add_argument("--contacts", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=3, help="of the shares, on either side")
    options = parser.parse_args()
    work: Path = options.work
    files = generate(work / "facts", options.contacts)
    ours, theirs = work / "ours.parquet", work / "theirs.parquet"
    python = [sys.executable, "-m"]
    count = [*python, "benchmarks.measures.count", *files, "--out"]
    hand = [*python, "benchmarks.measures.by_hand", *files, "--out", theirs]
    found: dict[str, list[object]] = {"levelfield": [], "by hand": []}
    for _ in range(options.runs):
        found["by hand"].append(measure(hand, work / "hand.log"))
        shared = [*count, ours, "--which", "shares"]
        found["levelfield"].append(measure(shared, work / "levelfield.log"))
    alike = _alike(ours, theirs)
    by_hand, levelfield = (Runs(found[name]) for name in ("by hand", "levelfield"))  # type: ignore[arg-type]
    parts = {
        which: Runs([measure([*count, work / f"{which}.parquet", "--which", which], work / "log")])
        for which in ("all", "sums", "medians", "persons")
    }
    whole = parts["all"]
    # Processor time decides, since other work on the machine makes seconds longer.
    ratio = levelfield.cpu / by_hand.cpu
    kept = {
        f"{len(measures())} measures in {SECONDS} s": whole.fastest <= SECONDS,
        f"within {GIB} GiB": whole.peak <= GIB,
        f"within {RATIO} times the SQL by hand": ratio <= RATIO,
        "the same table, to the last digit of 12": alike,
    }
    figures = {
        "contacts": options.contacts,
        "shares": {"measures": len(shares()), "ratio_of_cpu": round(ratio, 2)},
        "by hand": by_hand.to_json(),
        "levelfield": levelfield.to_json(),
        "parts": {which: runs.to_json() for which, runs in parts.items()},
        "targets": kept,
    }
    (work / "results.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    _print(by_hand, levelfield, parts, kept, ratio)
    raise SystemExit(0 if all(kept.values()) else 1)


def _print(
    by_hand: Runs, levelfield: Runs, parts: dict[str, Runs], kept: dict[str, bool], ratio: float
) -> None:
    """What each part took, the share of the two cores' budget, and what was to be reached."""
    named = {f"{len(shares())} shares by hand": by_hand, "the same by levelfield": levelfield}
    named |= {"all measures" if which == "all" else which: runs for which, runs in parts.items()}
    print(f"{'':24}{'cpu s':>8}{'share':>8}{'seconds':>9}{'GiB':>6}")
    for name, runs in named.items():
        share = runs.cpu / (2 * SECONDS)
        print(f"{name:24}{runs.cpu:8.1f}{share:8.0%}{runs.fastest:9.1f}{runs.peak:6.1f}")
    print(f"\nlevelfield takes {ratio:.2f} times the processor time of the SQL by hand.")
    for name, reached in kept.items():
        print(f"{'reached' if reached else 'MISSED':10}{name}")


def _alike(ours: Path, theirs: Path) -> bool:
    """Whether two files hold the same values: text alike, numbers to twelve digits."""
    numbers = ("numerator", "denominator", "value", "lower", "upper")
    rounded = ", ".join(f"round({name}, 12) AS {name}" for name in numbers)
    one, other = (
        f"(SELECT * REPLACE ({rounded}) FROM read_parquet('{file}'))" for file in (ours, theirs)
    )
    columns = ", ".join(f"a.{c} IS NOT DISTINCT FROM b.{c}" for c in (*numbers, "method", "flags"))
    same = columns.replace(", ", " AND ")
    rows, both = duckdb.sql(
        f"""SELECT greatest((SELECT count(*) FROM {one}), (SELECT count(*) FROM {other})),
        (SELECT count(*) FROM {one} AS a JOIN {other} AS b USING (lineage) WHERE {same})"""
    ).fetchall()[0]
    return bool(rows == both and rows > 0)


if __name__ == "__main__":
    main()
