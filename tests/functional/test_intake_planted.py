"""The simulator writes down every defect that it plants: each is found, under its rule and row."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from levelfield import intake
from levelfield.simulate import simulate

CONSEQUENCES = {
    "G-NO-PARENT": "the records below a rejected one fall with it",
    "G-KEY-DUP": "the true record falls with the one that took its identifier",
}
Planted = dict[tuple[str, str], set[int]]


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("simulated") / "out"
    simulate(out, providers=2, months=2, seed=7, defects=0.02, scale=0.3, processes=1)
    return out


def submissions(simulated: Path) -> Iterator[tuple[intake.Examined, Planted]]:
    truth: dict[tuple[str, ...], Planted] = defaultdict(lambda: defaultdict(set))
    with (simulated / "truth" / "defects.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            key = (row["provider"], row["period"], row["window"])
            truth[key][row["table"], row["expected_rule"]].add(int(row["row"]))
    for source in intake.find_submissions(simulated / "submissions"):
        examined = intake.examine(source)
        report = intake.report(examined)
        yield examined, truth[report.provider, report.period, report.window]


def test_every_planted_defect_is_found(simulated: Path) -> None:
    """A date cannot be held against its parent's when that is unreadable: then the row falls."""
    planted_rows = 0
    for examined, planted in submissions(simulated):
        found = defaultdict(set)
        for fault in examined.faults:
            found[fault.table, fault.rule].update(fault.rows.tolist())
        for (table, rule), rows in planted.items():
            missed = rows - found[table, rule]
            if rule.startswith("X-"):
                missed -= found[table, "G-NO-PARENT"]
            assert not missed, (table, rule, missed)
        planted_rows += sum(len(rows) for rows in planted.values())
    assert planted_rows > 500


def test_nothing_is_rejected_without_a_cause(simulated: Path) -> None:
    """Every rejection has a defect in its own row or in its parent's.

    Warnings are left out: the simulator leaves fields blank, as providers do.
    """
    for examined, planted in submissions(simulated):
        assert examined.accepted
        faulty = {(table, row) for (table, _), rows in planted.items() for row in rows}
        for fault in examined.faults:
            if not examined.rules[fault.rule].rejects or fault.rule in CONSEQUENCES:
                continue
            checked = examined.tables[fault.table]
            for row in fault.rows.tolist():
                cause = {(fault.table, row)}
                if checked.parent_row is not None:
                    parent = int(checked.parent_row[row - 1]) + 1
                    cause.add((checked.table.parent or "", parent))
                assert cause & faulty, (fault.rule, fault.table, row)
