"""How fast intake is, beside a script by hand and the open engine.

Run it with `python -m benchmarks.intake.run --work FOLDER`.

Everything runs as a whole process on files that are made first, in the folder given by --work.
Prints a table of targets, and writes it with all figures to results.md and results.json there.
Ends with exit code 1 when a target is missed.
"""

import argparse
import json
import os
import platform
import shutil
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.intake.contenders import (
    ByHand,
    Contender,
    Found,
    Levelfield,
    OpenEngine,
    Outcome,
    compile_ours,
    make_engine,
    truth,
    write_lookups,
    write_settings,
)
from benchmarks.intake.generate import Made, generate
from benchmarks.intake.measure import Runs
from benchmarks.intake.report import Target, at_least, at_most, is_true, markdown

PARTS = ("alone", "month", "forms", "large")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="folder for data and results")
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=4, help="of levelfield and of the script")
    parser.add_argument("--engine-runs", type=int, default=2)
    parser.add_argument(
        "--parts", nargs="+", choices=PARTS, default=list(PARTS[:3]), help="'large' takes 10 GB"
    )
    options = parser.parse_args()
    work: Path = options.work
    work.mkdir(parents=True, exist_ok=True)
    write_lookups(work)
    compile_ours()
    figures: dict[str, Any] = {"machine": _machine()}
    targets: list[Target] = []
    if "alone" in options.parts:
        targets += _alone(work, options, figures)
    if "month" in options.parts or "forms" in options.parts:
        found, reached = _month(work, options, figures)
        targets += reached
        if "forms" in options.parts:
            targets += _forms(work, options, figures, found)
    if "large" in options.parts:
        targets += _large(work, 10 * options.contacts, figures)
    figures["targets"] = [target.to_json() for target in targets]
    (work / "results.json").write_text(json.dumps(figures, indent=2) + "\n")
    (work / "results.md").write_text(markdown(figures, targets))
    print(markdown(figures, targets))
    raise SystemExit(0 if all(target.kept for target in targets) else 1)


def _alone(work: Path, options: argparse.Namespace, figures: dict[str, Any]) -> list[Target]:
    """The contact table alone: the three in turn, on the same file."""
    made = _make(work, "alone", options.contacts, whole=False)
    contenders: dict[str, Contender] = {
        "levelfield": Levelfield(work, write_settings(work)),
        "by hand": ByHand(work),
        "engine": OpenEngine(work),
    }
    if options.engine_runs:
        make_engine(work)
    last: dict[str, Outcome] = {}
    usages: dict[str, list[Any]] = {name: [] for name in contenders}
    for turn in range(max(options.runs, options.engine_runs)):
        for name, contender in contenders.items():
            if turn < (options.engine_runs if name == "engine" else options.runs):
                last[name] = contender.run(made.source, memory=turn == 0)
                usages[name].append(last[name].usage)
    runs = {name: Runs(used) for name, used in usages.items() if used}
    planted = truth(made.truth)
    found = {name: outcome.found() for name, outcome in last.items()}
    kept = {name: outcome.accepted() for name, outcome in last.items()}
    figures["alone"] = _described(made) | {
        "planted": len(planted),
        "findings": {name: len(rows) for name, rows in found.items()},
        "accepted": {name: len(rows) for name, rows in kept.items()},
        "runs": {name: run.to_json() for name, run in runs.items()},
    }
    ours, hand = runs["levelfield"], runs["by hand"]
    targets = [
        at_most("contact table: times the hand-written time", ours.fastest / hand.fastest, 1.5),
        is_true("contact table: equal findings by row and field", _all_equal(found, planted)),
        is_true("contact table: equal accepted rows", _all_equal(kept, kept["by hand"])),
    ]
    if "engine" in runs:
        times = runs["engine"].fastest / ours.fastest
        targets.insert(1, at_least("contact table: times faster than the engine", times, 33))
    return targets


def _month(
    work: Path, options: argparse.Namespace, figures: dict[str, Any]
) -> tuple[Found, list[Target]]:
    """A whole provider-month as CSV, all rules on: what was found, and the targets."""
    made = _make(work, "month", options.contacts, whole=True)
    runs, outcome = _loads(work, made, options.runs)
    planted, found = truth(made.truth), outcome.found()
    rows = sum(made.rows.values())
    figures["month"] = _described(made) | {
        "planted": len(planted),
        "planted_found": len(planted & found),
        "findings": len(found),
        "runs": {"levelfield": runs.to_json()},
    }
    return found, [
        at_least("provider-month: records a second", rows / runs.fastest, 250_000),
        at_most("provider-month: peak GiB", runs.peak, 3),
        is_true("provider-month: all planted faults found", planted <= found),
    ]


def _forms(
    work: Path, options: argparse.Namespace, figures: dict[str, Any], csv_found: Found
) -> list[Target]:
    """The same month in other forms, held against the CSV."""
    csv = figures["month"]["runs"]["levelfield"]
    targets = []
    for form in ("parquet", "xml", "nested-xml"):
        made = _make(work, f"month-{form}", options.contacts, whole=True, form=form)
        runs, outcome = _loads(
            work, made, min(2, options.runs) if form == "nested-xml" else options.runs
        )
        found, planted = outcome.found(), truth(made.truth)
        figures[f"month-{form}"] = _described(made) | {
            "findings": len(found),
            "runs": {"levelfield": runs.to_json()},
        }
        shutil.rmtree(made.folder)
        if form != "parquet":
            times, more = runs.fastest / csv["seconds_min"], runs.peak - csv["peak_gib"]
            targets.append(at_most(f"{form}: times the CSV time", times, 6))
            targets.append(at_most(f"{form}: GiB above the CSV", more, 1))
        if form != "nested-xml":
            targets.append(is_true(f"{form}: the findings of the CSV", found == csv_found))
        else:
            # Rows come in another order there, so that only the numbers can be compared.
            told = _by_rule(planted) <= _by_rule(found)
            targets.append(is_true(f"{form}: all planted faults found", told))
    return targets


def _large(work: Path, contacts: int, figures: dict[str, Any]) -> list[Target]:
    made = _make(work, "large", contacts, whole=True)
    runs, _ = _loads(work, made, 1)
    figures["large"] = _described(made) | {"runs": {"levelfield": runs.to_json()}}
    return [at_most(f"{contacts:,} contacts: peak GiB", runs.peak, 4)]


def _loads(work: Path, made: Made, times: int) -> tuple[Runs, Outcome]:
    outcomes = [Levelfield(work).run(made.source, memory=turn == 0) for turn in range(times)]
    return Runs([outcome.usage for outcome in outcomes]), outcomes[-1]


def _make(work: Path, name: str, contacts: int, *, whole: bool, form: str = "csv") -> Made:
    folder = work / name
    shutil.rmtree(folder, ignore_errors=True)
    return generate(folder, contacts, whole=whole, form=form)


def _by_rule(found: Found) -> Counter[tuple[str, str, str]]:
    return Counter((table, rule, field) for table, _, rule, field in found)


def _all_equal(sets: Mapping[str, set[Any]], wanted: set[Any]) -> bool:
    return all(found == wanted for found in sets.values())


def _described(made: Made) -> dict[str, Any]:
    return {"rows": sum(made.rows.values()), "megabytes": round(made.bytes / 1e6, 1)}


def _machine() -> str:
    gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return f"{os.cpu_count()} cores, {gib:.0f} GiB, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
