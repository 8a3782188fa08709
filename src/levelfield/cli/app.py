"""The commands, gathered from their modules."""

from collections.abc import Sequence
from importlib import import_module
from typing import Annotated

import typer

from levelfield import __version__

MODULES = {
    "check": ("check",),
    "load": ("load",),
    "status": ("status",),
    "retention": ("retract", "restore", "destroy"),
    "quality": ("quality",),
    "returns": ("returns",),
    "results": ("build", "measure"),
    "group": ("group",),
    "benchmark": ("benchmark",),
    "money": ("pay", "shadow"),
    "reconcile": ("reconcile",),
    "scenarios": ("scenario", "impact"),
    "prices": ("prices",),
    "tariff": ("tariff",),
    "reprice": ("reprice",),
    "review": ("review", "guards"),
    "site": ("publish", "export", "explain", "demo"),
    "simulate": ("simulate",),
}
"""The modules of commands, in the order of the help, and what each of them adds."""


def application(arguments: Sequence[str] = ()) -> typer.Typer:
    """The command line: with the one module that the arguments call for, else with all.

    A check is over in seconds, and to load the rooms of all the other commands would take as long.
    """
    called = arguments[0] if arguments else ""
    wanted = [module for module, commands in MODULES.items() if called in commands]
    made = typer.Typer(
        name="levelfield",
        help="From a community provider's monthly submission to a fair price and a defensible "
        "decision. Figures made here are not official statistics.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    made.callback()(_options)
    for module in wanted or MODULES:
        import_module(f"levelfield.cli.{module}").register(made)
    return made


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"levelfield {__version__}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    # The text of the application's help is given where it is made.
    del version
