"""The command `check`: what a submission would come to, before it is sent."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
from levelfield.core.errors import SubmissionError
from levelfield.core.processes import PROCESSES
from levelfield.home import Home
from levelfield.intake import Examined, Source, load_settings
from levelfield.pipeline.check import check
from levelfield.pipeline.check_files import refuse_report_folder, write_report
from levelfield.pipeline.check_parts import (
    Part,
    check_parts,
    choose,
    find_parts,
    folders,
    told_apart,
)
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
            help="A submission: a folder, a zip or a single file; or a folder that holds several.",
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
        processes=PROCESSES,
    )
    with _as_json_too(path, as_json):
        sources = find_parts(path, mapping, partial(say, quiet=quiet))
    if len(sources) > 1 or provider or period:
        with progress("Checking", quiet) as tell:
            parts = check_parts(sources, settings=settings, received=received, progress=tell)
        if provider or period:
            parts = choose(parts, provider, period)
        if len(parts) > 1:
            _several(parts, in_full, path, out, as_json, quiet)
        sources = [part.source for part in parts]
    with progress("Checking", quiet) as tell, _as_json_too(sources[0].path, as_json):
        data, examined = in_full(sources[0], progress=tell)
    # Written first: whoever reads the terminal may stop reading.
    files = write_report(data, examined, out) if out is not None else []
    if as_json:
        print(json.dumps(data.to_json(), indent=2, ensure_ascii=False))
    elif not quiet or out is None:
        tell_check(data)
    if out is not None:
        say(f"The report is in {out}: {', '.join(file.name for file in files)}.", quiet)
    if data.report.status == "refused":
        raise typer.Exit(1)


@contextmanager
def _as_json_too(path: Path, as_json: bool) -> Iterator[None]:
    """With `as_json` what cannot be read is told as an object too, beside the message."""
    try:
        yield
    except SubmissionError as error:
        if as_json:
            told = {"path": str(path), "message": str(error), "status": "unreadable"}
            print(json.dumps(told, indent=2, ensure_ascii=False))
        raise


def _several(
    parts: list[Part],
    in_full: Callable[[Source], tuple[CheckData, Examined]],
    path: Path,
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> NoReturn:
    """Tell several submissions in a line each, and write the report of each; ends with what the
    gravest of them ends with."""
    named = folders(parts) if out is not None else []
    if out is not None:
        with progress("Writing reports", quiet) as tell:
            for number, (name, part) in enumerate(named):
                if tell is not None:
                    tell(name, number, len(named))
                write_report(*in_full(part.source), out / name)
    if as_json:
        print(json.dumps([part.to_json() for part in parts], indent=2, ensure_ascii=False))
    elif not quiet or out is None:
        written = {id(part): {"report": name} for name, part in named}
        rows = [part.row(path) | written.get(id(part), {}) for part in parts]
        show(rows, [*parts[0].row(path), *(["report"] if named else [])], Format.table)
    for part in parts:
        if part.report is None:
            say(part.message)
    one_in_full = _BY_MONTH if told_apart(parts) else _BY_FILE
    there = f"The reports are in {out}, a folder for each." if out else f"{one_in_full} {_ALL}"
    say(there, quiet)
    statuses = {part.status for part in parts}
    raise typer.Exit(2 if "unreadable" in statuses else 1 if "refused" in statuses else 0)


_BY_MONTH = "To see one in full, choose it with --provider and --period."
_BY_FILE = "Some are of the same provider and month: to see one in full, check its file alone."
_ALL = "To write the report of each, name a folder with --out."


def _home(context: typer.Context, home: Path | None, quiet: bool) -> Home | None:
    """The home, if one is named. One from the environment need not exist yet, which is said."""
    source = context.get_parameter_source("home")
    from_environment = source is not None and source.name == "ENVIRONMENT"
    if home is not None and from_environment and not is_home(home):
        say(f"LEVELFIELD_HOME names {home}, where no home is: compared with nothing.", quiet)
        return None
    return None if home is None else Home.open(home)
