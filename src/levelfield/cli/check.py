"""The command `check`: what a submission would come to, before it is sent."""

import json
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from levelfield.cli.check_told import tell_check
from levelfield.cli.console import progress, say, show
from levelfield.cli.options import (
    Format,
    JsonOption,
    MappingOption,
    QuietOption,
    RulesOption,
    moment,
    sent_path,
)
from levelfield.home import Home
from levelfield.intake import Examined, Source, load_settings
from levelfield.pipeline.check import check
from levelfield.pipeline.check_files import refuse_report_folder, write_report
from levelfield.pipeline.check_parts import Part, check_parts, choose, find_parts, folders
from levelfield.publish import CheckData
from levelfield.warehouse import is_home


def register(app: typer.Typer) -> None:
    """Add this module's command to the application."""
    app.command("check")(check_command)


def check_command(
    context: typer.Context,
    path: Annotated[
        Path,
        typer.Argument(
            parser=sent_path,
            help="A submission: a folder, a zip or a single file; or several of them.",
        ),
    ],
    home: Annotated[
        Path | None,
        typer.Option(envvar="LEVELFIELD_HOME", help="A home with earlier submissions to compare."),
    ] = None,
    rules: RulesOption = None,
    mapping: MappingOption = None,
    provider: Annotated[
        str | None, typer.Option(help="Of several submissions those of this provider.")
    ] = None,
    period: Annotated[
        str | None, typer.Option(help="Of several submissions those of this month (2026-03).")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="A folder for the report: page, workbook, JSON and Parquet; of several "
            "submissions a folder for each in it."
        ),
    ] = None,
    received: Annotated[
        datetime | None,
        typer.Option(
            parser=moment,
            metavar="MOMENT",
            help="When it is (to be) received; decides the window.",
        ),
    ] = None,
    with_preview: Annotated[
        bool, typer.Option("--preview/--no-preview", help="Say what is at stake, in pounds.")
    ] = True,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Check a submission as it would be on loading. Nothing leaves this computer.

    Several submissions, and an extract of several months or providers, get a line each; choose one
    with --provider and --period to see it in full.
    """
    if out is not None:
        refuse_report_folder(out, path, home)
    settings = load_settings(rules) if rules is not None else None
    in_full = partial(
        check,
        home=_home(context, home, quiet),
        settings=settings,
        received=received,
        with_preview=with_preview,
    )
    sources = find_parts(path, mapping, partial(say, quiet=quiet))
    if len(sources) > 1 or provider or period:
        with progress("Checking", quiet) as tell:
            parts = check_parts(sources, settings=settings, received=received, progress=tell)
        if provider or period:
            parts = choose(parts, provider, period)
        if len(parts) > 1:
            _several(parts, in_full, out, as_json, quiet)
        sources = [part.source for part in parts]
    with progress("Checking", quiet) as tell:
        data, examined = in_full(sources[0], progress=tell)
    # Written first: whoever reads the terminal may stop reading.
    files = write_report(data, examined, out) if out is not None else []
    if as_json:
        print(json.dumps(data.to_json(), indent=2, ensure_ascii=False))
    elif not quiet or out is None:
        tell_check(data)
    if out is not None:
        say(f"The report is in {out}: {', '.join(file.name for file in files)}.", quiet)
    if data.report.status == "rejected":
        raise typer.Exit(1)


def _several(
    parts: list[Part],
    in_full: Callable[[Source], tuple[CheckData, Examined]],
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> NoReturn:
    """Tell several submissions in a line each, and write the report of each; ends with what the
    gravest of them ends with."""
    if out is not None:
        named = folders(parts)
        with progress("Writing reports", quiet) as tell:
            for number, (name, part) in enumerate(named):
                if tell is not None:
                    tell(name, number, len(named))
                write_report(*in_full(part.source), out / name)
    if as_json:
        print(json.dumps([part.to_json() for part in parts], indent=2, ensure_ascii=False))
    elif not quiet or out is None:
        rows = [part.row() for part in parts]
        show(rows, list(rows[0]), Format.table)
    for part in parts:
        if part.report is None:
            say(part.message)
    there = f"The reports are in {out}, a folder for each." if out else _ONE_IN_FULL
    say(there, quiet)
    statuses = {part.status for part in parts}
    raise typer.Exit(2 if "unreadable" in statuses else 1 if "rejected" in statuses else 0)


_ONE_IN_FULL = (
    "To see one in full, choose it with --provider and --period. To write the report of each, name "
    "a folder with --out."
)


def _home(context: typer.Context, home: Path | None, quiet: bool) -> Home | None:
    """The home, if one is named. One from the environment need not exist yet, which is said."""
    source = context.get_parameter_source("home")
    from_environment = source is not None and source.name == "ENVIRONMENT"
    if home is not None and from_environment and not is_home(home):
        say(f"LEVELFIELD_HOME names {home}, where no home is: compared with nothing.", quiet)
        return None
    return None if home is None else Home.open(home)
