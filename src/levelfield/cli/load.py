"""The command `load`: submissions into a home."""

import json
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, get_args

import typer

from levelfield import intake
from levelfield.cli.console import progress, say
from levelfield.cli.options import (
    DEFAULT_HOME,
    HomeOption,
    JsonOption,
    MappingOption,
    QuietOption,
    RulesOption,
    moment,
    sent_path,
)
from levelfield.core.errors import UsageError, WarehouseError
from levelfield.core.processes import PROCESSES
from levelfield.intake.faults import ALL_FAILED
from levelfield.pipeline.load import Loaded, Outcome, load
from levelfield.pipeline.lookups import find_lookups, register_lookups
from levelfield.warehouse import Warehouse, is_home, require_place

EXIT_CODES = ((3, ("failed",)), (2, ("unreadable",)), (1, ("refused", "destroyed")))
"""The gravest of what became of the submissions decides."""


def register(app: typer.Typer) -> None:
    """Add this module's command to the application."""
    app.command("load")(load_command)


def load_command(
    paths: Annotated[
        list[Path],
        typer.Argument(parser=sent_path, help="Submissions, or folders that hold some."),
    ],
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
        datetime | None,
        typer.Option(
            parser=moment, metavar="MOMENT", help="When received; default: when it was created."
        ),
    ] = None,
    mapping: MappingOption = None,
    rules: RulesOption = None,
    again: Annotated[
        bool, typer.Option("--again", help="Take back what has been destroyed.")
    ] = False,
    processes: Annotated[int, typer.Option(min=1, help="Processes to load with.")] = PROCESSES,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Load submissions into a home: each is committed whole or refused whole."""
    if received is not None and received > datetime.now():
        raise UsageError(f"--received {received} is yet to come. Give the moment of receipt.")
    key = intake.PseudonymKey.from_file(key_file, home)
    settings = intake.load_settings(rules) if rules else None
    for sentence in settings.ended if settings else ():
        say(sentence, quiet)
    passed_over = partial(say, quiet=quiet)
    sources = [s for path in paths for s in intake.find_submissions(path, passed_over)]
    if mapping is not None:
        extract = intake.load_extract(mapping)
        sources = [part for source in sources for part in intake.split_extract(source, extract)]
    require_place(home.resolve())
    found = find_lookups(home.resolve(), lookups, paths, needed=mapping is None)
    if lookups is not None and found is not None and is_home(home):
        register_lookups(Warehouse.open(home), found)
    held = _held(home)
    with progress("Loading", quiet) as tell:
        try:
            loaded = load(
                sources,
                home,
                lookups=found,
                key=key,
                received=received,
                again=again,
                settings=settings,
                processes=processes,
                progress=tell,
            )
        except KeyboardInterrupt:
            # Asked of the home: what a process had begun was finished after the stop.
            # A home that was still being made tells nothing.
            with suppress(WarehouseError):
                say(_before_the_stop(_held(home) - held, len(sources)), quiet)
            raise
    if as_json:
        rows = [
            {
                "path": str(x.source),
                "outcome": x.outcome,
                **({"message": " ".join(x.message.splitlines())} if x.message else {}),
                **(x.report.to_json() if x.report else {}),
            }
            for x in loaded
        ]
        print(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        _show_loaded(loaded, quiet)
    for code, outcomes in EXIT_CODES:
        if any(x.outcome in outcomes for x in loaded):
            raise typer.Exit(code)


def _held(home: Path) -> int:
    """How many submissions a home holds; none where there is no home yet."""
    return len(Warehouse.open(home).submissions()) if is_home(home) else 0


def _before_the_stop(committed: int, of: int) -> str:
    told = f"Committed before the stop: {committed:,} of {of:,}."
    if committed >= of:
        return f"{told} There is no rest to load."
    return f"{told} Run the same command again for the rest: what is here is passed over."


def _show_loaded(loaded: list[Loaded], quiet: bool) -> None:
    counts = {outcome: sum(x.outcome == outcome for x in loaded) for outcome in get_args(Outcome)}
    say(", ".join(f"{count} {outcome}" for outcome, count in counts.items() if count) + ".", quiet)
    for x in loaded:
        if x.report and x.outcome == "committed":
            for look in x.report.looks:
                say(f"Look: {x.source}: {look}")
        if x.outcome in ("unreadable", "failed"):
            say(f"{x.outcome.capitalize()}: {x.message}")
            continue
        if x.outcome == "refused" and x.report:
            why = _why_refused(x.report)
            say(f"Refused: {x.source}: {why} See: levelfield check {x.source}")
        for line in x.message.splitlines():
            say(f"Look: {x.source}: {line}")


def _why_refused(report: intake.Report) -> str:
    """What refuses a submission; where a table has lost all its records, what took most of them."""
    refuses = next(f for f in report.findings if f.severity == "reject_file")
    told = _in_its_place(refuses)
    took = ("reject_group", "reject_record")
    causes = [f for f in report.findings if f.table == refuses.table and f.severity in took]
    if refuses.rule != ALL_FAILED or not causes:
        return told
    most = max(causes, key=lambda finding: finding.count)
    return f"{told} Most often, in {most.count:,}: {_in_its_place(most)}"


def _in_its_place(finding: intake.Finding) -> str:
    where = ".".join(part for part in (finding.table, finding.field) if part)
    return f"{where}: {finding.message}" if where else finding.message
