"""An engine of a home reads the facts that were asked for, and no other."""

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from levelfield.facts import load_facts
from levelfield.home import Home
from levelfield.warehouse import Warehouse


@pytest.mark.parametrize(
    ("read", "found"),
    [(None, set(load_facts())), ((), set()), (["coverage", "contact"], {"coverage", "contact"})],
)
def test_an_engine_reads_what_was_asked_for(
    tmp_path: Path, read: Iterable[str] | None, found: set[str]
) -> None:
    home = Home(Warehouse.open(tmp_path / "home", create=True))
    with closing(home.engine(read=read)) as engine:
        names = engine.query("SELECT view_name FROM duckdb_views() WHERE NOT internal")
    assert set(names["view_name"].to_pylist()) == found
