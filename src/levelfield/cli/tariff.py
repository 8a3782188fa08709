"""The command tariff: a price list made from cost returns."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from levelfield import tariff
from levelfield.cli.console import say, show
from levelfield.cli.options import Format, JsonOption, QuietOption
from levelfield.core.money import format_pounds
from levelfield.home import Home

MOST_ROWS = 5
"""The rows set aside when they were read that are printed one by one."""

MOST_ASIDE = 20
"""The lines of what steps set aside of a provider that are printed: those with the most pounds."""

MOST_KEPT = 3
"""The returns of a provider that could not be reconciled and are printed; --json has them all."""


def register(app: typer.Typer) -> None:
    """Add this module's command to the application."""
    app.command("tariff")(tariff_command)


def tariff_command(
    definition: Annotated[
        Path, typer.Argument(metavar="LIST", help="The YAML file of a list from cost returns.")
    ],
    out: Annotated[
        Path | None, typer.Option(help="A folder for the files; new files replace old ones.")
    ] = None,
    home: Annotated[
        Path | None,
        typer.Option(help="A home, for its providers' factors and submitted contacts."),
    ] = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Make a price list from cost returns: print what each step did, and write its files.

    The steps that the list names are taken in this order: reconcile, exclude, market_forces,
    completeness, trim, level, credibility, monotone, scale, chain, smooth. Rounding comes last.
    """
    if home is None:
        made = tariff.load_cost_returns(definition, {})
    else:
        opened = Home.open(home)
        submitted = opened.counts(tariff.scheme_of(definition))
        made = tariff.load_cost_returns(definition, opened.lookups.factors, submitted)
    if as_json:
        print(json.dumps(tariff.summary(made), indent=2, ensure_ascii=False))
    else:
        _show_made(made)
    if out is not None:
        written = tariff.write_price_list(made, definition, out)
        say(f"Wrote {', '.join(file.name for file in written)} to {out}.", quiet)


def _show_made(made: tariff.CostReturnList) -> None:
    print(f"{made.file.title}\n{made.file.status}\n")
    rows = [
        {
            "step": one.step,
            "the list spends": format_pounds(one.pence),
            "than before": one.words,
        }
        for one in made.spent
    ]
    show(rows, list(rows[0]), Format.table)
    if made.against_total is not None:
        print(f"\n{made.against_total.words}")
    _show_aside(made)
    verdicts = Counter(made.verdict(code)[0] for code in made.currencies)
    kinds = ", ".join(f"{number} {verdict}" for verdict, number in verdicts.items())
    plural = "" if len(made.currencies) == 1 else "s"
    print(f"\n{len(made.currencies)} price{plural} of {made.file.for_year}: {kinds}.")
    print(f"{made.explained.words}\n")
    risks = [one for one in made.at_risk if not one.currency]
    columns = ["provider", "cost", "at the list", "paid too little", "paid too much"]
    show(
        [
            dict(zip(columns, (one.provider, *map(format_pounds, _risk(one))), strict=True))
            for one in risks
        ],
        columns,
        Format.table,
    )
    print(
        "\nPaid too little: what a provider would lose were prices as far too low as their "
        "intervals allow; too much: what it would be overpaid were they as far too high."
    )


def _show_aside(made: tariff.CostReturnList) -> None:
    """What came in and what is used, the first rows that were set aside when they were read, and
    what the steps set aside of each provider."""
    used = made.accounts[-1].used
    print(f"\nReturns: {made.accounts[0].came.words} came in; {used.are('used')}.")
    read = [one for one in made.set_aside if one.step == tariff.READ]
    for row in read[:MOST_ROWS]:
        print(f"Set aside: {row.file}, row {row.row}: {row.reason}. {row.remedy}")
    if len(read) > MOST_ROWS:
        print(f"And {len(read) - MOST_ROWS:,} rows more; set-aside.csv has them all.")
    for code, tally in made.left_out.items():
        print(f"No return of {code or 'no provider'} is used: {tally.are('set aside')}.")
    _show_kept(made.kept_as_they_are)
    by_steps = [one for one in made.aside_by_provider if one.step != tariff.READ]
    if not by_steps:
        return
    least = sorted((one.aside.cost for one in by_steps), reverse=True)[:MOST_ASIDE][-1]
    shown = [one for one in by_steps if one.aside.cost >= least]
    rows = [
        {
            "set aside by": one.step,
            "provider": one.provider,
            "returns": f"{'all ' if one.aside.rows == one.of else ''}{one.aside.rows} of {one.of}",
            "units": f"{one.aside.units:,.0f}",
            "cost": format_pounds(one.aside.cost),
            "why": one.why,
        }
        for one in shown
    ]
    print()
    show(rows, list(rows[0]), Format.table)
    if len(by_steps) > len(shown):
        print(f"And {len(by_steps) - len(shown):,} with fewer pounds; --json has them all.")
    for step, remedy in dict.fromkeys((one.step, one.remedy) for one in by_steps):
        print(f"{step}: {remedy}")


def _show_kept(kept: Sequence[tariff.Unreconciled]) -> None:
    """The returns that could not be reconciled, provider by provider, the furthest apart first."""
    of: dict[str, list[tariff.Unreconciled]] = {}
    for one in kept:
        of.setdefault(one.provider, []).append(one)
    for provider, own in of.items():
        plural = "" if len(own) == 1 else "s"
        told = "; ".join(one.words for one in own[:MOST_KEPT])
        more = f"; and {len(own) - MOST_KEPT:,} more" if len(own) > MOST_KEPT else ""
        print(f"Not reconciled: {len(own):,} return{plural} of {provider}: {told}{more}.")


def _risk(one: tariff.AtRisk) -> tuple[int, int, int, int]:
    return one.cost, one.paid, one.under, one.over
