"""Commands about returns: which kinds there are, their layouts, check, load."""

from pathlib import Path
from typing import Annotated

import typer

from levelfield import returns
from levelfield.cli.console import say, show
from levelfield.cli.options import (
    DEFAULT_HOME,
    Format,
    FormatOption,
    HomeOption,
    QuietOption,
    sent_path,
)
from levelfield.core.errors import UsageError
from levelfield.home import Home
from levelfield.pipeline.returns import check_return, load_returns

commands = typer.Typer(
    help="Counts that are not in CSDS: list the kinds, show a layout, check and load returns.",
    invoke_without_command=True,
    no_args_is_help=False,
)

FilesArgument = Annotated[
    list[Path], typer.Argument(parser=sent_path, help="CSV or Parquet files, each of one kind.")
]
KindOption = Annotated[
    str | None,
    typer.Option("--kind", help="The kind. [default: that by which the file's name begins]"),
]


def register(app: typer.Typer) -> None:
    """Add this module's commands to the application."""
    app.add_typer(commands, name="returns")


@commands.callback()
def returns_command(context: typer.Context, form: FormatOption = Format.table) -> None:
    """List the kinds of return. Subcommands: layout, check, load."""
    if context.invoked_subcommand is not None:
        return
    rows = [
        {"kind": one.id, "every": one.every, "title": one.title, "row": one.row}
        for one in returns.load_layouts().values()
    ]
    show(rows, ["kind", "every", "title", "row"], form)


@commands.command("layout")
def layout_command(
    kind: Annotated[str, typer.Argument(help="The kind of return.")],
    template: Annotated[
        Path | None,
        typer.Option(help="Also write an empty file to fill in; it must not exist."),
    ] = None,
    form: FormatOption = Format.table,
) -> None:
    """Show the columns of a return and what each means; write an empty one."""
    layout = returns.find_layout(kind)
    if template is not None:
        if template.exists():
            raise UsageError(f"{template} is there already. Name another file.")
        template.write_text(returns.template(layout), encoding="utf-8")
        say(f"Wrote {template}: fill in a row for each of what a row is. {layout.row}")
    show(returns.guide_rows(layout), ["column", "holds", "needed", "meaning"], form)


@commands.command("check")
def check_command(
    files: FilesArgument,
    kind: KindOption = None,
    home: Annotated[
        Path | None,
        typer.Option(help="A home that knows the providers. [default: any code will do]"),
    ] = None,
    quiet: QuietOption = False,
) -> None:
    """Check returns; nothing is kept. Ends with 1 when one of them would be refused."""
    opened = Home.open(home) if home is not None else None
    found = [check_return(file, kind, opened) for file in files]
    for read in found:
        if read.faults:
            _show_faults(read, "Would be refused")
        else:
            say(f"Sound: {read.file}, {_what(read)}.", quiet)
    if any(read.faults for read in found):
        raise typer.Exit(1)


@commands.command("load")
def load_command(
    files: FilesArgument,
    kind: KindOption = None,
    home: HomeOption = DEFAULT_HOME,
    quiet: QuietOption = False,
) -> None:
    """Load returns into a home: each is taken whole or refused whole.

    A return counts for the providers and months of which it has rows, in place of an earlier one.
    Ends with 1 when one was refused.
    """
    loaded = load_returns(files, Home.open(home), kind)
    for one in loaded:
        if one.outcome == "refused":
            _show_faults(one.read, "Refused")
        elif one.outcome == "already here":
            since = f", of which {one.replaced:,} count no more" if one.replaced else ""
            say(f"Already here: {one.read.file}, {_what(one.read)}{since}.", quiet)
        else:
            instead = f", in place of what {one.replaced:,} had" if one.replaced else ""
            say(f"Loaded: {one.read.file}, {_what(one.read)}{instead}.", quiet)
    if any(one.outcome == "committed" for one in loaded):
        say(f"Build again: levelfield build --home {home}", quiet)
    if any(one.outcome == "refused" for one in loaded):
        raise typer.Exit(1)


def _what(read: returns.ReadReturn) -> str:
    rows, parts = read.rows.num_rows, len(read.parts)
    return (
        f"{read.layout.id}: {rows:,} row{'s' if rows != 1 else ''} of {parts:,} "
        f"provider-month{'s' if parts != 1 else ''}"
    )


def _show_faults(read: returns.ReadReturn, word: str) -> None:
    say(f"{word}: {read.file}, as {read.layout.id}:")
    for fault in read.faults:
        say(f"  {fault.words}")
