"""Where DuckDB puts what does not fit into memory."""

import pytest

from levelfield.core.errors import EngineError
from levelfield.engine import open_engine

LARGE = "SELECT range AS n, hash(range) AS h FROM range(3000000) ORDER BY h"


def test_spills_below_the_folder_that_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    home = tmp_path / "home"
    (home / "staging").mkdir(parents=True)
    engine = open_engine(threads=1, memory="40MB", spill=home / "staging")
    engine.create("large", LARGE)
    [folder] = (home / "staging").iterdir()
    assert folder.name.startswith("_spill-")
    assert any(folder.iterdir())
    engine.close()
    assert not any((home / "staging").iterdir())
    assert {path.name for path in tmp_path.iterdir()} == {"home"}


def test_spills_into_the_folder_for_passing_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    engine = open_engine(threads=1, memory="40MB")
    engine.create("large", LARGE)
    assert not any(tmp_path.iterdir())
    engine.close()


def test_does_not_spill_unasked(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    engine = open_engine(threads=1, memory="40MB", spill=False)
    with pytest.raises(EngineError):
        engine.create("large", LARGE)
    assert not any(tmp_path.iterdir())
    engine.close()
