"""The command reprice: what the past costs by the prices that were known on another day."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from levelfield import tariff
from levelfield.cli.console import say, show, show_arrow
from levelfield.cli.options import (
    DEFAULT_HOME,
    Format,
    FormatOption,
    HomeOption,
    PeriodOption,
    QuietOption,
    moment,
)
from levelfield.core.errors import UsageError
from levelfield.core.money import format_pounds
from levelfield.home import Home


def register(app: typer.Typer) -> None:
    """Add this module's command to the application."""
    app.command("reprice")(reprice_command)


def reprice_command(
    book: Annotated[Path, typer.Argument(metavar="BOOK", help="The YAML file of a price book.")],
    from_as_at: Annotated[
        datetime,
        typer.Option(parser=moment, metavar="DAY", help="The earlier day, as in 2026-04-01."),
    ],
    as_at: Annotated[
        datetime | None,
        typer.Option(parser=moment, metavar="DAY", help="The later day; today if none."),
    ] = None,
    provider: Annotated[str, typer.Option(help="The units of one provider; all if none.")] = "",
    period: PeriodOption = None,
    home: HomeOption = DEFAULT_HOME,
    form: FormatOption = Format.table,
    quiet: QuietOption = False,
) -> None:
    """Price a home's units by what a price book knew on two days, and itemise the difference."""
    opened = Home.open(home)
    before, after = from_as_at.date(), (as_at or datetime.now()).date()
    if before > after:
        raise UsageError(
            f"The earlier day, {before}, is after the later one, {after}: exchange --from-as-at "
            "and --as-at."
        )
    found = opened.reprice(book, before, after, provider, period)
    if form is not Format.table:
        show_arrow(found.table(), form)
        return
    _show_changed(found)
    say("For the parties. Every line, changed or not: --format csv.", quiet)


def _show_changed(found: tariff.Repricing) -> None:
    """The lines that changed, what was left out, and the whole in a sentence."""
    rows = [
        {
            "provider": line.provider,
            "period": line.period,
            "currency": line.currency,
            "units": line.units,
            "before": format_pounds(line.price_before),
            "after": format_pounds(line.price_after),
            "difference": format_pounds(line.difference),
            "lists": f"{line.before} → {line.after}",
            "because of": _few(line.steps),
        }
        for line in found.lines
        if line.difference
    ]
    if rows:
        show(rows, list(rows[0]), Format.table)
        print()
    print(found.words)


def _few(steps: tuple[str, ...]) -> str:
    """The first steps by name: two lists of different kinds have hardly one in common."""
    more = f" and {len(steps) - 3} more" if len(steps) > 3 else ""
    return ", ".join(steps[:3]) + more
