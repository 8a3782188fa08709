"""Where DuckDB puts what does not fit into memory."""

import tempfile

import pytest

from levelfield.core.errors import EngineError
from levelfield.engine import open_engine
from levelfield.warehouse import Warehouse, settle

LARGE = "SELECT range AS n, hash(range) AS h FROM range(3000000) ORDER BY h"


def test_a_build_spills_below_its_home(tmp_path, monkeypatch):
    """Nobody who sweeps takes it from a build that runs; what a stopped one left goes."""
    monkeypatch.chdir(tmp_path)
    warehouse = Warehouse.open(tmp_path / "home", create=True)
    spill = warehouse.spill()
    engine = open_engine(threads=1, memory="40MB", spill=spill)
    with warehouse.lock_home("building"):
        engine.create("large", LARGE)
        settle(warehouse)
        assert any(spill.iterdir())
    engine.close()
    assert not spill.exists()
    assert {path.name for path in tmp_path.iterdir()} == {"home"}
    spill.mkdir()
    settle(warehouse)
    assert not spill.exists()


def test_spills_into_the_folder_for_passing_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    passing = tmp_path / "passing"
    passing.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(passing))
    engine = open_engine(threads=1, memory="40MB")
    engine.create("large", LARGE)
    assert [path.name for path in tmp_path.iterdir()] == ["passing"]
    assert any(passing.glob("levelfield-*/*"))
    engine.close()
    assert not any(passing.iterdir())


def test_does_not_spill_unasked(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    engine = open_engine(threads=1, memory="40MB", spill=False)
    with pytest.raises(EngineError):
        engine.create("large", LARGE)
    assert not any(tmp_path.iterdir())
    engine.close()
