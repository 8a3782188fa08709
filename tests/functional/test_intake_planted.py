"""The simulator writes down all that a check must find: it is found, and nothing besides.

The truth knows the defect of a row, what follows from it in other rows, and what a provider leaves
out by habit. The same comparison at twelve providers and twelve months is benchmarks/planted.py.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from levelfield import intake
from levelfield.datasets import load_dataset
from levelfield.intake.rules.catalogue import contract_rules
from levelfield.intake.rules.rule import load_rules
from levelfield.simulate import simulate
from levelfield.simulate.planting.choices import all_rules
from levelfield.simulate.planting.spoil_file import FILE_FAULTS
from levelfield.simulate.truth import Place, read_truth


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("simulated") / "out"
    simulate(out, providers=3, months=3, seed=2, defects=0.04, scale=0.5, processes=1)
    return out


def checked(out: Path) -> Iterator[tuple[str, intake.Examined, set[Place]]]:
    """Every submission, examined, with all that was found in it; row 0 stands for the file."""
    for source in intake.find_submissions(out / "submissions"):
        examined = intake.examine(source)
        places = {
            (fault.table, row, fault.rule)
            for fault in examined.faults
            for row in fault.rows.tolist() or [0]
        }
        yield f"{source.path.parent.name}/{source.path.name}", examined, places


def test_all_that_is_in_the_truth_is_found_and_nothing_else(simulated: Path) -> None:
    known = read_truth(simulated)
    for submission, examined, found in checked(simulated):
        assert examined.accepted
        expected: set[Place] = set().union(*known[submission].values())
        assert (submission, expected - found) == (submission, set())
        assert (submission, found - expected) == (submission, set())


def test_every_rule_of_a_record_is_planted(simulated: Path) -> None:
    planted = {rule for names in read_truth(simulated).values() for _, _, rule in names["defects"]}
    assert all_rules() - planted == set()


def test_no_rule_is_without_a_defect() -> None:
    """A rule looks at records, or at the file as a whole; each kind has its own way to plant."""
    version = load_dataset().version
    rules = contract_rules(version).keys() | {rule.id for rule in load_rules(version).rules}
    assert rules - all_rules() - {fault.rule for fault in FILE_FAULTS} == set()


def test_files_with_a_fault_of_the_file_are_found_and_no_others(tmp_path: Path) -> None:
    faults = len(FILE_FAULTS)
    simulate(
        tmp_path / "out", providers=3, months=-(-faults // 3), defects=0.0, scale=0.05,
        file_faults=faults, processes=1,
    )  # fmt: skip
    known = read_truth(tmp_path / "out")
    planted = set()
    for submission, _, found in checked(tmp_path / "out"):
        expected = known[submission]["defects"]
        assert expected <= found
        assert bool(found) == bool(expected)
        planted |= {rule for _, _, rule in expected}
    assert planted == {fault.rule for fault in FILE_FAULTS}


def test_without_defects_there_is_nothing_to_be_found(tmp_path: Path) -> None:
    simulate(tmp_path / "out", providers=2, months=2, seed=3, defects=0.0, scale=0.5, processes=1)
    assert [found for _, _, found in checked(tmp_path / "out") if found] == []
