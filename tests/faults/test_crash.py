"""A fault at every write, sync and rename: no torn state, no lost acknowledgement.

strace disturbs the system calls themselves, so nothing is mocked: whoever makes them (Python,
SQLite, Arrow, DuckDB) is met, and with them ways that nobody thought of. An ordinary run takes a
sample. All of them, on two cores, with a table of how many there were:

    python -m pytest tests/faults/test_crash.py --every-fault -n 2 --dist worksteal
"""

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from faults.crash.count import FAULTS
from faults.crash.laboratory import Experiment, Laboratory, Mode, sample
from faults.crash.power import unsafe_moments
from faults.crash.steps import STEPS

ORDINARY: dict[Mode, int] = {"kill": 10, "EIO": 3, "ENOSPC": 3}
"""About how many points of each step an ordinary run disturbs, besides some renames."""


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    if shutil.which("strace") is None:
        if os.environ.get("CI"):
            pytest.fail("strace is needed: apt-get install strace")
        pytest.skip("no strace here: apt-get install strace")
    with Laboratory(tmp_path_factory.mktemp("crash")) as opened:
        yield opened


@pytest.fixture(scope="module")
def experiments(laboratory: Laboratory) -> dict[str, Experiment]:
    return {step: Experiment(laboratory, step) for step in STEPS}


@pytest.mark.parametrize("mode", ["kill", "EIO", "ENOSPC"])
@pytest.mark.parametrize("step", STEPS)
def test_the_home_is_the_old_world_or_the_new(
    experiments: dict[str, Experiment],
    step: str,
    mode: Mode,
    pytestconfig: pytest.Config,
    record_property: Callable[[str, object], None],
) -> None:
    experiment = experiments[step]
    assert experiment.after.exists()
    # A disk that is full neither syncs, renames nor removes any worse for it.
    kinds = ("write", "make") if mode == "ENOSPC" else ("write", "sync", "rename", "remove", "make")
    points = [point for point in experiment.points if point.kind in kinds]
    if not pytestconfig.getoption("--every-fault", default=False):
        # A build takes many times as long as the others.
        points = sample(points, ORDINARY[mode] // (2 if step == "build" else 1))
    for point in points:
        experiment.disturb(point, mode)
    record_property(FAULTS, (step, mode, dict(Counter(point.kind for point in points))))


@pytest.mark.parametrize("step", ["load", "supersede", "destroy"])
def test_a_disk_that_can_only_be_read_is_said(
    experiments: dict[str, Experiment], step: str
) -> None:
    experiment = experiments[step]
    first = next(point for point in experiment.points if point.kind == "make")
    experiment.disturb(first, "EROFS")


@pytest.mark.parametrize("step", STEPS)
def test_nothing_that_counts_would_be_lost_in_a_power_cut(
    experiments: dict[str, Experiment], step: str
) -> None:
    """A process that is killed loses nothing that the system has; a power cut does."""
    experiment = experiments[step]
    moments = unsafe_moments(experiment.log, experiment.after, experiment.names_before)
    assert {moment for moment, _ in moments} >= {"commit", "end"}
    assert [(moment, lost) for moment, lost in moments if lost] == []
