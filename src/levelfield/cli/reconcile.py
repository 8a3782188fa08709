"""The command reconcile: what changed between two statements, and why."""

import json
from typing import Annotated

import typer

from levelfield import payment
from levelfield.cli.console import say, show
from levelfield.cli.options import DEFAULT_HOME, Format, HomeOption, JsonOption, QuietOption, moment
from levelfield.core.errors import UsageError
from levelfield.core.money import format_pounds
from levelfield.home import Home
from levelfield.payment.scenarios import CAUSES, Reconciliation, by_goal
from levelfield.pipeline.reconciling import Asked, keep_reconciliation, run_reconciliation
from levelfield.pipeline.statements import find_contract


def register(app: typer.Typer) -> None:
    """Add this module's command to the application."""
    app.command("reconcile")(reconcile_command)


def reconcile_command(
    contract: Annotated[
        str,
        typer.Argument(metavar="CONTRACT", help="A contract's YAML file, or the id of an example."),
    ],
    period: Annotated[str, typer.Option(help="A month (2026-03) or the contract's year.")],
    from_period: Annotated[
        str | None, typer.Option(help="Hold it against this earlier month or year.")
    ] = None,
    from_contract: Annotated[
        str | None, typer.Option(help="Hold it against this contract, as of an earlier version.")
    ] = None,
    from_primary: Annotated[
        bool, typer.Option("--from-primary", help="Hold freeze against flex: primary submissions.")
    ] = False,
    from_as_at: Annotated[
        str | None,
        typer.Option(help="Hold it against what had been received by this day or moment."),
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Say what changed between two statements and why; the items sum to the difference."""
    given = (from_period, from_contract, from_as_at)
    if not any(given) and not from_primary:
        raise UsageError(
            "There is nothing to hold the statement against. Name --from-primary, --from-as-at, "
            "--from-period or --from-contract."
        )
    if from_primary and from_as_at:
        raise UsageError("--from-primary and --from-as-at are two earlier states. Name one.")
    opened = Home.open(home)
    files = find_contract(from_contract or contract), find_contract(contract)
    asked = Asked(
        period=period,
        from_period=from_period or period,
        from_primary=from_primary,
        from_as_at=moment(from_as_at) if from_as_at else None,
    )
    found = run_reconciliation(opened, asked, *map(payment.load_contract, files))
    written = keep_reconciliation(opened, asked, *files, found)
    if as_json:
        print(json.dumps(_changes(found), indent=2))
        return
    _show_changes(found)
    say(f"Written to {written}. For the parties to the contract.", quiet)


def _changes(found: Reconciliation) -> dict[str, object]:
    return {
        "before": {"period": found.before.period, "total_pence": found.before.total_pence},
        "after": {"period": found.after.period, "total_pence": found.after.total_pence},
        "difference_pence": found.difference_pence,
        "by_cause": found.by_cause(),
        "together_with_the_next": list(found.together),
        "items": [item._asdict() for item in found.items],
        "goals": [
            {**one._asdict(), "difference_pence": one.difference_pence} for one in by_goal(found)
        ],
    }


def _show_changes(found: Reconciliation) -> None:
    before, after = found.before, found.after
    print(f"{after.contract.title}: what changed, {before.period} to {after.period}\n")
    rows = [
        {
            "cause": item.cause,
            "term": item.term,
            "service": payment.service_name(item.service) if item.service else "",
            "currency": item.currency or "",
            "units": f"{item.units:+,}" if item.units else "",
            "difference": format_pounds(item.pence),
        }
        for item in found.items
    ]
    show(rows, ["cause", "term", "service", "currency", "units", "difference"], Format.table)
    goals = [
        {
            "term": one.term,
            "goal": one.goal,
            "before": _pounds(one.before_pence),
            "after": _pounds(one.after_pence),
            "difference": format_pounds(one.difference_pence),
        }
        for one in by_goal(found)
    ]
    if goals:
        print("\nGoal by goal:\n")
        show(goals, ["term", "goal", "before", "after", "difference"], Format.table)
    print(f"\nBefore {format_pounds(before.total_pence)}")
    for cause, pence in found.by_cause().items():
        print(f"  {cause}: {CAUSES[cause]}: {format_pounds(pence)}")
    print(f"After {format_pounds(after.total_pence)}")
    for cause in found.together:
        print(f"Not told apart from what follows it: {cause}.")


def _pounds(pence: int | None) -> str:
    return "none" if pence is None else format_pounds(pence)
