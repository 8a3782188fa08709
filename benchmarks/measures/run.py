"""How fast many measures are counted, beside SQL by hand for the same table.

Run it with `python -m benchmarks.measures.run --work FOLDER`.

Everything runs as a whole process, from Parquet to Parquet, on two threads. Of the shares SQL by
hand gives the same table; of all measures it gives the counts, means and quantiles alone, while
levelfield goes on to intervals, flags and keys. Prints a table and writes it with all figures to
results.json there. Ends with exit code 1 when a target is missed or the tables differ.
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
    counts = work / "counts.parquet"
    hand = [*python, "benchmarks.measures.counts_by_hand", *files, "--out", counts]
    counted = Runs([measure(hand, work / "hand.log")])
    all_ratio = whole.cpu / counted.cpu
    # Processor time decides, since other work on the machine makes seconds longer.
    ratio = levelfield.cpu / by_hand.cpu
    kept = {
        f"{len(measures())} measures in {SECONDS} s": whole.fastest <= SECONDS,
        f"within {GIB} GiB": whole.peak <= GIB,
        f"within {RATIO} times the SQL by hand": ratio <= RATIO,
        "the same table, to the last digit of 12": alike,
        f"all within {RATIO} times the counts by hand": all_ratio <= RATIO,
        "the same counts, means and quantiles": _counts_alike(work / "all.parquet", counts),
    }
    figures = {
        "contacts": options.contacts,
        "shares": {"measures": len(shares()), "ratio_of_cpu": round(ratio, 2)},
        "by hand": by_hand.to_json(),
        "counts by hand": {**counted.to_json(), "ratio_of_cpu": round(all_ratio, 2)},
        "levelfield": levelfield.to_json(),
        "parts": {which: runs.to_json() for which, runs in parts.items()},
        "targets": kept,
    }
    (work / "results.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    sides = {f"{len(shares())} shares by hand": by_hand, "the same by levelfield": levelfield}
    _print(sides | {"counts of all by hand": counted}, parts, kept)
    print(
        f"\nlevelfield takes {ratio:.2f} times the processor time of the SQL by hand for the same"
    )
    print(f"table of shares, and {all_ratio:.2f} times that of the counts of all measures.")
    raise SystemExit(0 if all(kept.values()) else 1)


def _print(sides: dict[str, Runs], parts: dict[str, Runs], kept: dict[str, bool]) -> None:
    """What each part took, the share of the two cores' budget, and what was to be reached."""
    named = sides | {
        "all measures" if which == "all" else which: runs for which, runs in parts.items()
    }
    print(f"{'':24}{'cpu s':>8}{'share':>8}{'seconds':>9}{'GiB':>6}")
    for name, runs in named.items():
        share = runs.cpu / (2 * SECONDS)
        print(f"{name:24}{runs.cpu:8.1f}{share:8.0%}{runs.fastest:9.1f}{runs.peak:6.1f}")
    print()
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


def _counts_alike(ours: Path, counts: Path) -> bool:
    """Whether both count the same: every row by hand is one of ours with its figures, and ours has
    no other but those without a denominator. Gaps and slopes are held together by their parts."""
    keys = "measure, period, org_level, org_code, stratifier, stratum"
    rows, same, others = duckdb.sql(
        f"""WITH hand AS (FROM read_parquet('{counts}') WHERE measure NOT LIKE '%_slope.%'),
        ours AS (
          FROM read_parquet('{ours}')
          WHERE denominator > 0 AND measure NOT LIKE '%_slope' AND measure NOT LIKE '%_gap'
        )
        SELECT (SELECT count(*) FROM hand),
          (SELECT count(*) FROM hand JOIN ours USING ({keys})
           WHERE hand.numerator IS NOT DISTINCT FROM ours.numerator
             AND hand.denominator = ours.denominator
             AND coalesce(abs(hand.value - ours.value) < 1e-9, true)),
          (SELECT count(*) FROM ours)"""
    ).fetchall()[0]
    return bool(rows == same == others and rows > 0)


if __name__ == "__main__":
    main()
