"""The command `check`: what a submission would come to, before it is sent."""

import json
import shutil
import textwrap
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from levelfield.cli.console import progress, say
from levelfield.cli.options import JsonOption, MappingOption, QuietOption, RulesOption
from levelfield.home import Home
from levelfield.pipeline.check import check
from levelfield.pipeline.check_files import refuse_report_folder, write_report
from levelfield.publish import CheckData, CostedFinding, check_plan, check_words
from levelfield.publish.changes import Comparison

SHOWN = 6
"""Findings that the terminal tells; the report has all of them."""

NARROW, WIDE = 40, 100


def register(app: typer.Typer) -> None:
    """Add this module's command to the application."""
    app.command("check")(check_command)


def check_command(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="A submission: a folder, a zip or a single file.")],
    home: Annotated[
        Path | None,
        typer.Option(envvar="LEVELFIELD_HOME", help="A home with earlier submissions to compare."),
    ] = None,
    rules: RulesOption = None,
    mapping: MappingOption = None,
    out: Annotated[
        Path | None,
        typer.Option(help="A folder for the report: page, workbook, JSON and Parquet."),
    ] = None,
    received: Annotated[
        datetime | None, typer.Option(help="When it is (to be) received; decides the window.")
    ] = None,
    with_preview: Annotated[
        bool, typer.Option("--preview/--no-preview", help="Say what is at stake, in pounds.")
    ] = True,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Check a submission as it would be on loading. Nothing leaves this computer."""
    if out is not None:
        refuse_report_folder(out, path, home)
    opened = _home(context, home)
    with progress("Checking", quiet) as tell:
        data, examined = check(
            path,
            home=opened,
            rules=rules,
            mapping=mapping,
            received=received,
            with_preview=with_preview,
            progress=tell,
        )
    if as_json:
        print(json.dumps(data.to_json(), indent=2, ensure_ascii=False))
    elif not quiet or out is None:
        _tell(data, min(shutil.get_terminal_size().columns, WIDE))
    if out is not None:
        files = write_report(data, examined, out)
        say(f"The report is in {out}: {', '.join(file.name for file in files)}.", quiet)
    if data.report.status == "rejected":
        raise typer.Exit(1)


def _home(context: typer.Context, home: Path | None) -> Home | None:
    """The home, if one is named. One from the environment need not exist yet."""
    source = context.get_parameter_source("home")
    from_environment = source is not None and source.name == "ENVIRONMENT"
    if home is None or (from_environment and not home.exists()):
        return None
    return Home.open(home)


def _tell(data: CheckData, width: int) -> None:
    width = max(width, NARROW)
    report = data.report
    who = f"{report.provider} {report.period} {report.window}".strip() or data.name
    _say(f"{who}: {check_words.outcome(data)}.", width)
    for loss in check_words.losses(report):
        _say(f"Look: {loss}", width)
    _say(check_words.records_words(report), width)
    _say(check_words.stake_words(data.stake) if data.stake else data.stake_note, width)
    _say(data.days_left, width)
    _say(data.becomes, width)
    for sentence in (*data.settings, *data.declared):
        _say(sentence, width)
    if data.review is not None:
        print()
        _say(check_plan.review_words(data.review), width)
        for item in data.review.progress[:SHOWN]:
            _say(check_plan.progress_words(item), width, "  ")
        _more(len(data.review.progress) - SHOWN, "fault of the plan", width)
    _compared(data.comparison, width)
    for place, one in enumerate(data.causes[:SHOWN], start=1):
        _finding(place, one, width)
    _more(len(data.causes) - SHOWN, "kind of finding", width)
    if data.consequences:
        fell = sum(one.finding.count for one in data.consequences)
        print()
        _say(f"{fell:,} records have no fault of their own and fell with others.", width)


def _compared(found: Comparison, width: int) -> None:
    """What differs from earlier submissions and from published figures."""
    if found.changes or found.breaks:
        print()
        _say(found.against, width)
        for line in found.breaks:
            _say(line, width)
        for line in found.told:
            _say(line, width, "  ")
        _more(found.untold, "change", width)
    if found.published:
        print()
    for sentence in found.published_words:
        _say(sentence, width)


def _finding(place: int, one: CostedFinding, width: int) -> None:
    finding = one.finding
    print()
    _say(f"{place}. {check_words.heading(one)}", width, "", "   ")
    _say(check_words.harm(one), width, "   ")
    _say(check_words.first_records(one), width, "   ")
    if finding.remedy:
        _say(f"To do: {finding.remedy}", width, "   ")
    where = ".".join(part for part in (finding.table, finding.field) if part)
    grade = finding.severity.replace("_", " ")
    _say(" ".join(filter(None, (f"({grade}, {finding.rule})", where))), width, "   ")


def _more(left: int, what: str, width: int) -> None:
    if left > 0:
        first, of, rest = what.partition(" of ")
        plural = f"{first}s{of}{rest}"
        print()
        _say(f"and {left:,} more {plural if left > 1 else what}: --out FOLDER tells all.", width)


def _say(text: str, width: int, indent: str = "", then: str | None = None) -> None:
    """Print a paragraph, its first line indented by `indent` and the others by `then`."""
    if text:
        later = indent if then is None else then
        print(textwrap.fill(text, width, initial_indent=indent, subsequent_indent=later))
