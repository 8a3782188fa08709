"""A small home that many tests may read: simulated, loaded, built, with one statement kept."""

import os
from pathlib import Path

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
    # Imported here, since most tests need none of it.
    from levelfield import intake, payment
    from levelfield.engine import open_engine
    from levelfield.pipeline.build import build
    from levelfield.pipeline.load import load
    from levelfield.pipeline.returns import load_returns
    from levelfield.pipeline.statements import keep_statement
    from levelfield.simulate import simulate

    root: Path = tmp_path_factory.mktemp("small")
    source = root / "simulated"
    simulate(source, providers=2, months=2, scale=0.01, first_month="2026-02", processes=1)
    load(
        intake.find_submissions(source / "submissions"),
        root / "home",
        lookups=source / "lookups",
        key=intake.PseudonymKey.of(None),
    )
    home = Home.open(root / "home")
    load_returns(sorted((source / "returns").glob("*.csv")), home)
    build(home.warehouse, open_engine())
    contract = payment.example_contracts()[0]
    statement = home.statement(payment.load_contract(contract), "2026-03")
    keep_statement(home, contract, statement)
    return home
