"""A home built on Spark holds the same facts, values and units as one built on DuckDB."""

import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from levelfield import facts
from levelfield.engine import open_engine
from levelfield.home import Home
from levelfield.pipeline.build import build
from levelfield.warehouse import Results


@pytest.fixture(scope="module")
def spark_home(small_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The submissions of the small home, built on Spark into a home of its own."""
    home = tmp_path_factory.mktemp("spark") / "home"
    shutil.copytree(small_home.path, home)
    shutil.rmtree(home / "facts")
    shutil.rmtree(home / "results")
    opened = Home.open(home)
    opened.warehouse.catalogue.switch_facts([], opened.warehouse.catalogue.fact_folders())
    build(opened.warehouse, open_engine("spark", threads=2))
    return opened


def sorted_rows(table: pa.Table) -> pa.Table:
    order = [(name, "ascending") for name in table.column_names]
    return table.combine_chunks().sort_by(order)


@pytest.mark.slow
@pytest.mark.parametrize("fact", list(facts.load_facts()))
def test_every_fact_is_the_same(small_home, spark_home, fact):
    ours, theirs = (sorted_rows(home.fact(fact)) for home in (small_home, spark_home))
    # A block's ledger is sent by the quarter, and the two months hold no whole one.
    assert ours.num_rows > 0 or fact == "service_lines"
    assert ours.equals(theirs.select(ours.column_names).cast(ours.schema))


@pytest.mark.slow
def test_every_value_is_the_same(small_home, spark_home):
    """Counts, values, bounds, flags and keys alike: bounds are worked out once, from counts."""
    assert small_home.values().num_rows > 1000
    assert small_home.values().equals(spark_home.values())


@pytest.mark.slow
def test_every_unit_of_care_is_the_same(small_home, spark_home):
    def units(home: Home) -> pa.Table:
        engine = open_engine()
        folder = Results(home.path).folder / "units-ncc-2024-25"
        files = sorted(folder.glob("*.parquet"))
        engine.view_files("units", files, pq.read_schema(files[0]))
        return sorted_rows(engine.query("SELECT * FROM units"))

    ours, theirs = units(small_home), units(spark_home)
    assert ours.num_rows == small_home.fact("contact").num_rows
    assert ours.equals(theirs.select(ours.column_names).cast(ours.schema))


@pytest.mark.slow
def test_every_statement_is_the_same(small_home, spark_home):
    from levelfield import payment

    contract = payment.load_contract(payment.example_contracts()[0])
    ours, theirs = (home.statement(contract, "2026-03") for home in (small_home, spark_home))
    assert ours.total_pence == theirs.total_pence > 0
    assert ours.table().equals(theirs.table())


def test_facts_stay_readable_without_us(small_home):
    """Plain Parquet: a reader that knows nothing of levelfield can open a fact."""
    import pyarrow.parquet as pq

    files = sorted(Path(small_home.path / "facts" / "contact").rglob("*.parquet"))
    rows = sum(pq.read_table(file).num_rows for file in files)
    assert rows == small_home.fact("contact").num_rows > 0
