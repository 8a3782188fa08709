"""Whether the check finds what the simulator planted: `python benchmarks/planted.py`.

Simulates twelve providers for twelve months (or as many as asked for), checks every submission, and
compares what was found with the truth, row by row and rule by rule. Recall is the share of the
planted defects that were found under their rule at their row; precision the share of all findings
that have a cause in the truth: a planted defect, what follows from one, or what the provider leaves
out by habit. Prints a table by rule and writes the counts as JSON with `--json FILE`.
Target: both one, and every rule planted.
"""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from levelfield import intake
from levelfield.simulate import simulate
from levelfield.simulate.planting.choices import all_rules
from levelfield.simulate.planting.spoil_file import FILE_FAULTS
from levelfield.simulate.truth import TRUTH, Place, read_truth


def found_in(folder: Path) -> tuple[str, set[Place]]:
    """All that a check of one submission reports."""
    (source,) = intake.find_submissions(folder)
    places = {
        (fault.table, row, fault.rule)
        for fault in intake.examine(source).faults
        for row in fault.rows.tolist() or [0]
    }
    return f"{folder.parent.name}/{folder.name}", places


def compare(out: Path, processes: int) -> dict[str, object]:
    """The counts of one comparison; submissions with a fault of the file are held against it only.

    Such a file is refused, or every row is found faulty for the same cause.
    """
    known, of_file = read_truth(out), {fault.rule for fault in FILE_FAULTS}
    totals: Counter[str] = Counter()
    planted: Counter[str] = Counter()
    hit: Counter[str] = Counter()
    without_cause: Counter[str] = Counter()
    folders = sorted((out / "submissions").glob("*/*"))
    with ProcessPoolExecutor(processes) as pool:
        for submission, found in pool.map(found_in, folders):
            expected = known[submission]
            spoilt = {place for place in expected["defects"] if place[2] in of_file}
            if spoilt:
                expected = {name: spoilt if name == "defects" else set() for name in TRUTH}
                found = found & spoilt
            everything = set().union(*expected.values())
            planted.update(rule for _, _, rule in expected["defects"])
            hit.update(rule for _, _, rule in expected["defects"] & found)
            without_cause.update(rule for _, _, rule in found - everything)
            totals["findings"] += len(found)
            totals["with a cause"] += len(found & everything)
            for name in TRUTH:
                totals[name] += len(expected[name])
                totals[f"{name} found"] += len(expected[name] & found)
    return {
        "submissions": len(folders),
        **totals,
        "recall": totals["defects found"] / max(1, totals["defects"]),
        "precision": totals["with a cause"] / max(1, totals["findings"]),
        "rules planted": len(planted),
        "rules never planted": sorted((all_rules() | of_file) - planted.keys()),
        "planted by rule": dict(sorted(planted.items())),
        "missed by rule": dict(sorted((planted - hit).items())),
        "without cause by rule": dict(sorted(without_cause.items())),
    }


def show(result: dict[str, object]) -> None:
    planted, missed = result["planted by rule"], result["missed by rule"]
    assert isinstance(planted, dict)
    assert isinstance(missed, dict)
    width = max(map(len, planted), default=0)
    print(f"{'rule':{width}}  planted  found")
    for rule, count in planted.items():
        print(f"{rule:{width}} {count:8,} {count - missed.get(rule, 0):6,}")
    for name, value in result.items():
        if not isinstance(value, dict):
            print(f"{name}: {value}")
    print(f"without cause by rule: {result['without cause by rule']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--providers", type=int, default=12)
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--defects", type=float, default=0.01)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--file-faults", type=int, default=len(FILE_FAULTS))
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "simulated"
        started = time.monotonic()
        simulate(
            out, providers=asked.providers, months=asked.months, seed=asked.seed,
            defects=asked.defects, scale=asked.scale, file_faults=asked.file_faults,
            processes=asked.processes,
        )  # fmt: skip
        simulated = time.monotonic()
        result = compare(out, asked.processes)
        result["seconds to simulate"] = round(simulated - started, 1)
        result["seconds to check"] = round(time.monotonic() - simulated, 1)
    show(result)
    if asked.json:
        asked.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    sound = result["recall"] == 1 and result["precision"] == 1 and not result["rules never planted"]
    sys.exit(0 if sound else 1)


if __name__ == "__main__":
    main()
