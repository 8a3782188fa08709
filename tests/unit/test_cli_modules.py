"""Each command is found in the module that is loaded for it alone."""

import pytest
import typer

from levelfield.cli.app import MODULES, application


def commands(app: typer.Typer) -> set[str]:
    return set(typer.main.get_command(app).commands)


@pytest.mark.parametrize(("module", "named"), MODULES.items())
def test_a_module_adds_the_commands_that_it_is_named_for(
    module: str, named: tuple[str, ...]
) -> None:
    assert commands(application([named[0]])) == set(named)


def test_without_a_command_there_are_all() -> None:
    every = {name for named in MODULES.values() for name in named}
    assert commands(application()) == commands(application(["--help"])) == every
