"""The worked examples in the docstrings of the statistics are true."""

import doctest
import importlib
import pkgutil

import pytest

from levelfield import statistics

MODULES = [info.name for info in pkgutil.iter_modules(statistics.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples_hold(name: str) -> None:
    module = importlib.import_module(f"levelfield.statistics.{name}")
    assert doctest.testmod(module).failed == 0


def test_every_public_function_has_an_example() -> None:
    functions = [getattr(statistics, name) for name in statistics.__all__]
    plain = [f.__name__ for f in functions if type(f).__name__ == "function"]
    assert [name for name in plain if ">>>" not in (getattr(statistics, name).__doc__ or "")] == []
