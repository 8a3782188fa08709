"""Commands about what is kept: retract, restore, destroy."""

import sys
from datetime import date
from typing import Annotated

import typer

from levelfield import warehouse
from levelfield.cli.console import say, show
from levelfield.cli.options import DEFAULT_HOME, Format, HomeOption
from levelfield.core.errors import UsageError
from levelfield.warehouse import Submission, Warehouse, standing, total

SubmissionArgument = Annotated[
    str, typer.Argument(metavar="SUBMISSION", help="Its id, or the beginning of it.")
]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why; kept in the catalogue.")]


def register(app: typer.Typer) -> None:
    """Add this module's commands to the application."""
    app.command("retract")(retract_command)
    app.command("restore")(restore_command)
    app.command("destroy")(destroy_command)


def retract_command(
    submission: SubmissionArgument, reason: ReasonOption, home: HomeOption = DEFAULT_HOME
) -> None:
    """Let a submission count no more; its records stay, and the one before it becomes active."""
    opened = Warehouse.open(home)
    found = warehouse.find_submission(opened, submission)
    warehouse.retract(opened, found, reason)
    _say_active(opened, found, "retracted")


def restore_command(
    submission: SubmissionArgument, reason: ReasonOption, home: HomeOption = DEFAULT_HOME
) -> None:
    """Let a retracted submission count again."""
    opened = Warehouse.open(home)
    found = warehouse.find_submission(opened, submission)
    warehouse.restore(opened, found, reason)
    _say_active(opened, found, "restored")


def destroy_command(
    reason: ReasonOption,
    submissions: Annotated[
        list[str] | None, typer.Argument(metavar="[SUBMISSION]", help="Ids of submissions.")
    ] = None,
    expired: Annotated[
        bool, typer.Option("--expired", help="All that are past the home's retention period.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Remove submissions for good, with all facts and results that hold their records."""
    opened = Warehouse.open(home)
    if bool(submissions) == expired:
        raise UsageError("Name the submissions to destroy, or say --expired: one of the two.")
    # What an interrupted run has begun is finished, whatever comes next.
    warehouse.settle(opened)
    if expired:
        rule, found = warehouse.retention_rule(opened), warehouse.expired(opened, date.today())
    else:
        named = [warehouse.find_submission(opened, name) for name in submissions or []]
        rule, found = warehouse.BY_HAND, list({s.id: s for s in named}.values())
    if not found:
        say("No submission is past the retention period. Nothing has been destroyed.")
        return
    _confirm(found, {s.id for s in opened.active()}, yes)
    warehouse.destroy(opened, found, reason, rule)
    records = total(counts for s in found for counts in s.counts.values()).read
    say(
        f"Destroyed {len(found)} submission{'s' if len(found) > 1 else ''} of {records:,} records, "
        f"with the facts and results that held them. Build again: levelfield build --home {home}"
    )


def _confirm(found: list[Submission], active: set[str], yes: bool) -> None:
    rows = [
        {
            "submission": s.id,
            "provider": s.provider,
            "period": s.period,
            "window": s.window,
            "state": standing(s, active),
            "records": total(s.counts.values()).read,
        }
        for s in found
    ]
    show(rows, list(rows[0]), Format.table)
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError("Nothing has been destroyed. To destroy these for good, add --yes.")
    typer.confirm("Destroy these for good?", abort=True, err=True)


def _say_active(opened: Warehouse, changed: Submission, word: str) -> None:
    place = f"{changed.provider} {changed.period}"
    active = [s.id for s in opened.active() if f"{s.provider} {s.period}" == place]
    now = f"{active[0]} is active" if active else "no submission is active"
    say(
        f"{changed.id} is {word}. For {place} {now}. "
        f"Build again: levelfield build --home {opened.home}"
    )
