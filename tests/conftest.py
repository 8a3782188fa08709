"""A small home that many tests may read: simulated, loaded, built, with one statement kept."""

import os
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from levelfield.home import Home

# How long a case takes says more of the machine's other work than of the code.
# The same cases on every run, so that a change is judged by itself; LEVELFIELD_CASES draws anew.
settings.register_profile(
    "shared",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="LEVELFIELD_CASES" not in os.environ,
)
settings.load_profile("shared")

# Spark's Java lives for a few minutes and reads a few rows: the slower compiler costs it half.
os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")


@pytest.fixture(scope="session")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Two providers, February and March 2026, a few hundred contacts.

    It is shared: a test that changes something copies `small_home.path` first.
    """
    from levelfield import payment
    from levelfield.pipeline.statements import keep_statement

    home = _built(
        tmp_path_factory.mktemp("small"), providers=2, months=2, scale=0.01, first_month="2026-02"
    )
    contract = payment.example_contracts()[0]
    statement = home.statement(payment.load_contract(contract), "2026-03")
    keep_statement(home, contract, statement)
    return home


@pytest.fixture(scope="session")
def year_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The year 2025-26 of one provider, a few hundred contacts; shared like `small_home`."""
    return _built(tmp_path_factory.mktemp("year"), providers=1, months=12, scale=0.005)


def _built(root: Path, **simulated: Any) -> Home:
    """A home with what was simulated: submissions, look-ups and the national returns."""
    # Imported here, since most tests need none of it.
    from levelfield import intake
    from levelfield.engine import open_engine
    from levelfield.pipeline.build import build
    from levelfield.pipeline.load import load
    from levelfield.pipeline.returns import load_returns
    from levelfield.simulate import simulate

    source = root / "simulated"
    simulate(source, processes=1, **simulated)
    load(
        intake.find_submissions(source / "submissions"),
        root / "home",
        lookups=source / "lookups",
        key=intake.PseudonymKey.of(None),
    )
    home = Home.open(root / "home")
    load_returns(sorted((source / "returns").glob("*.csv")), home)
    with closing(open_engine()) as engine:
        build(home.warehouse, engine)
    return home
