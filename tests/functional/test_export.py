"""An export of a home asks for the values alone, and leaves what only the pages show."""

from pathlib import Path

import pytest

from levelfield import publish
from levelfield.home import Home
from levelfield.pipeline import site


def test_an_export_makes_no_review_or_statement_again(
    small_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    kept = ("kept_statements", "kept_reviews", "kept_reconciliations", "kept_impacts")
    with monkeypatch.context() as patched:
        for name in kept:
            patched.setattr(site, name, lambda home, name=name: asked.append(name))
        alone = site.export_values(small_home, tmp_path / "alone")
    assert asked == []
    whole = publish.export(site.site_data(small_home), tmp_path / "whole")
    assert (alone.values, alone.effect) == (whole.values, whole.effect)
    for name in ("values.csv", "adjusted.csv", "disclosure.txt"):
        one, other = (tmp_path / folder / name for folder in ("alone", "whole"))
        assert one.read_bytes() == other.read_bytes()
