"""The command `load`: submissions into a home."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from levelfield import intake
from levelfield.cli.console import progress, remarks, say
from levelfield.cli.options import (
    DEFAULT_HOME,
    HomeOption,
    JsonOption,
    MappingOption,
    QuietOption,
    RulesOption,
)
from levelfield.pipeline.load import Loaded, load, register_lookups
from levelfield.warehouse import Warehouse


def register(app: typer.Typer) -> None:
    """Add this module's command to the application."""
    app.command("load")(load_command)


def load_command(
    paths: Annotated[list[Path], typer.Argument(help="Submissions, or folders that hold some.")],
    home: HomeOption = DEFAULT_HOME,
    lookups: Annotated[
        Path | None,
        typer.Option(help="Folder with postcodes.csv and practices.csv; kept in the home."),
    ] = None,
    key_file: Annotated[
        Path | None,
        typer.Option(envvar="LEVELFIELD_KEY_FILE", help="The pseudonym key, kept out of the home."),
    ] = None,
    received: Annotated[
        datetime | None, typer.Option(help="When received; default: when the file was created.")
    ] = None,
    mapping: MappingOption = None,
    rules: RulesOption = None,
    again: Annotated[
        bool, typer.Option("--again", help="Take back what has been destroyed.")
    ] = False,
    processes: Annotated[int, typer.Option(min=1, help="Processes to load with.")] = 2,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Load submissions into a home: each is committed whole or refused whole."""
    key = intake.PseudonymKey.from_file(key_file, home)
    settings = intake.load_settings(rules) if rules else None
    sources = [source for path in paths for source in intake.find_submissions(path)]
    if mapping is not None:
        extract = intake.load_extract(mapping)
        sources = [part for source in sources for part in intake.split_extract(source, extract)]
    warehouse = Warehouse.open(home, create=True)
    look_in = register_lookups(warehouse, lookups, paths)
    with progress("Loading", quiet) as tell:
        loaded = load(
            sources,
            warehouse,
            lookups=look_in,
            key=key,
            received=received,
            again=again,
            settings=settings,
            processes=processes,
            progress=tell,
        )
    if as_json:
        rows = [
            {
                "path": str(x.source),
                "outcome": x.outcome,
                **({"message": x.message} if x.message else {}),
                **(x.report.to_json() if x.report else {}),
            }
            for x in loaded
        ]
        print(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        _show_loaded(loaded, quiet)
    if any(x.outcome == "unreadable" for x in loaded):
        raise typer.Exit(2)
    if any(x.outcome in ("refused", "destroyed") for x in loaded):
        raise typer.Exit(1)


def _show_loaded(loaded: list[Loaded], quiet: bool) -> None:
    counts = {
        outcome: sum(x.outcome == outcome for x in loaded)
        for outcome in ("committed", "already here", "refused", "unreadable", "destroyed")
    }
    say(", ".join(f"{count} {outcome}" for outcome, count in counts.items() if count) + ".", quiet)
    for x in loaded:
        if x.report and x.outcome == "committed":
            for loss in x.report.losses:
                remarks.print(f"Look: {x.source}: {loss}", markup=False)
        if x.outcome == "unreadable":
            remarks.print(f"Unreadable: {x.message}", markup=False)
        elif x.message:
            remarks.print(f"Look: {x.source}: {x.message}", markup=False)
        elif x.outcome == "refused" and x.report:
            first = x.report.findings[0].message
            remarks.print(
                f"Refused: {x.source}: {first} See: levelfield check {x.source}", markup=False
            )
