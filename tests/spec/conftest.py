"""The `spec` fixture: each spec runs on every engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from levelfield.core.money import format_pounds
from levelfield.engine import Engine, open_engine
from levelfield.tariff.files import aside_table, prices_table, trace_table
from spec import fact_spec, money_spec, scenario_spec
from spec import tariff_spec as tariffs
from spec.quality_spec import MatrixSpec, QualitySpec
from spec.tables import assert_rows


@pytest.fixture(scope="session")
def duckdb_engine() -> Iterator[Engine]:
    engine = open_engine("duckdb", threads=2)
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def spark_engine() -> Iterator[Engine]:
    engine = open_engine("spark", threads=2)
    # For a handful of rows, compiling code and planning anew on the way cost more than they save.
    engine._session.conf.set("spark.sql.codegen.wholeStage", "false")
    engine._session.conf.set("spark.sql.codegen.factoryMode", "NO_CODEGEN")
    engine._session.conf.set("spark.sql.adaptive.enabled", "false")
    engine._session.conf.set("spark.sql.shuffle.partitions", "1")
    yield engine
    engine.close()


@pytest.fixture(params=["duckdb", "spark"])
def engine(request: pytest.FixtureRequest) -> Engine:
    return request.getfixturevalue(f"{request.param}_engine")


class Spec:
    """Runs a spec on one engine and compares what comes out with what is drawn."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def __call__(self, *, fact: str, given: dict[str, str], expect: str) -> None:
        assert_rows(fact_spec.run(self.engine, fact, given), expect)


@pytest.fixture
def spec(engine: Engine) -> Spec:
    return Spec(engine)


class CurrencySpec:
    """Drawn contacts, and the currency or error class of each, on one engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def __call__(self, *, contacts: str, expect: str, **parameters: object) -> None:
        assert_rows(money_spec.group_contacts(self.engine, contacts, parameters), expect)


@pytest.fixture
def currency_spec(engine: Engine) -> CurrencySpec:
    return CurrencySpec(engine)


class PaymentSpec:
    """A contract's terms and counted units, and the lines of its statement."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(
        self, *, terms: str, units: str, period: str, expect: str, total: str, **more: str
    ) -> None:
        found = money_spec.pay(self.folder, terms, units, period, **more)
        assert_rows(found.table(), expect)
        assert format_pounds(found.total_pence) == total


class ChangesSpec:
    """Two statements, and what lies between them; `total` is the difference."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(
        self,
        *,
        terms: str,
        before: str,
        after: str,
        periods: str,
        expect: str,
        total: str,
        then: str = "",
        restated: bool = False,
    ) -> None:
        found = scenario_spec.run_changes(
            self.folder, terms, before, after, periods, then, restated
        )
        assert_rows(scenario_spec.changes_table(found), expect)
        assert format_pounds(found.difference_pence) == total


@pytest.fixture
def changes_spec(tmp_path: Path) -> ChangesSpec:
    return ChangesSpec(tmp_path)


class PlanSpec:
    """A statement beside its plan; `total` is the variance."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(
        self, *, terms: str, plan: str, units: str, period: str, expect: str, total: str
    ) -> None:
        found = scenario_spec.run_plan(self.folder, terms, plan, units, period)
        assert_rows(scenario_spec.plan_table(found), expect)
        assert format_pounds(found.variance_pence) == total


@pytest.fixture
def plan_spec(tmp_path: Path) -> PlanSpec:
    return PlanSpec(tmp_path)


@pytest.fixture
def payment_spec(tmp_path: Path) -> PaymentSpec:
    return PaymentSpec(tmp_path)


class TariffSpec:
    """Drawn cost returns and the steps of a list, and the prices, trace or rows set aside."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *, returns: str, steps: str, expect: str, **more: str) -> None:
        trace, aside = more.pop("trace", None), more.pop("set_aside", None)
        made = tariffs.make_list(self.folder, returns, steps, **more)
        assert_rows(prices_table(made), expect, tolerance=1e-9)
        if trace is not None:
            assert_rows(tariffs.of_returns(trace_table(made)), trace, tolerance=1e-6)
        if aside is not None:
            assert_rows(aside_table(made), aside)


@pytest.fixture
def tariff_spec(tmp_path: Path) -> TariffSpec:
    return TariffSpec(tmp_path)


@pytest.fixture
def quality_spec(engine: Engine) -> QualitySpec:
    return QualitySpec(engine)


@pytest.fixture
def matrix_spec(engine: Engine) -> MatrixSpec:
    return MatrixSpec(engine)
