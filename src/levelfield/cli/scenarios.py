"""Commands that hold statements against others: scenario, impact."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from levelfield import currencies, payment
from levelfield.cli.console import progress, say, show_queries
from levelfield.cli.grouped import read_choices
from levelfield.cli.options import (
    DEFAULT_HOME,
    EngineName,
    HomeOption,
    JsonOption,
    QuietOption,
    ShowSqlOption,
)
from levelfield.cli.scenarios_shown import (
    comparison_json,
    impact_json,
    show_comparison,
    show_impact,
    show_sweep,
    sweep_json,
)
from levelfield.core.errors import UsageError
from levelfield.home import SCHEME, Home
from levelfield.payment.scenarios import Draws
from levelfield.pipeline.scenarios import (
    DefinitionSet,
    ImpactFile,
    keep_impact,
    keep_scenarios,
    read_scenarios,
    run_impact,
    run_scenarios,
)
from levelfield.pipeline.statements import find_contract


def register(app: typer.Typer) -> None:
    """Add this module's commands to the application."""
    app.command("scenario")(scenario_command)
    app.command("impact")(impact_command)


def scenario_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A scenario's YAML file.")],
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    show_sql: ShowSqlOption = False,
) -> None:
    """Pay contracts as they are and as they might be, and say who gains, who loses and why."""
    scenarios = read_scenarios(file)
    if show_sql:
        for one in (scenarios.base, *scenarios.others):
            schemes = {name for contract in one.contracts for name in contract.schemes}
            for name in sorted(schemes):
                _show_grouping(name, one.choices.get(name, {}))
        return
    opened = Home.open(home)
    with progress("Paying", quiet) as tell:
        found, swept = run_scenarios(opened, scenarios, tell)
        folder = keep_scenarios(opened, file, found, swept)
    if as_json:
        print(
            json.dumps(
                {**comparison_json(found), "sweep": sweep_json(swept)}, indent=2, default=str
            )
        )
        return
    show_comparison(found, opened.lookups.names)
    if swept:
        show_sweep(swept)
    say(f"Written to {folder} (CSV, Parquet, workbook). For the parties to the contracts.", quiet)


def impact_command(
    period: Annotated[str, typer.Option(help="A month (2026-03) or a financial year (2025-26).")],
    contract: Annotated[
        list[str] | None,
        typer.Option(
            help="A contract's file or the id of an example; repeatable. Without any, all "
            "care is priced by activity."
        ),
    ] = None,
    scheme: Annotated[str | None, typer.Option(help="Another currency scheme.")] = None,
    price_list: Annotated[str | None, typer.Option(help="Another price list.")] = None,
    missing_attendance: Annotated[
        str | None,
        typer.Option(help="Another rule on missing attendance: left_out or attended."),
    ] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option(help="Another choice of a scheme, as in child_to_age=16; repeatable."),
    ] = None,
    from_parameter: Annotated[
        list[str] | None,
        typer.Option(help="A choice of the definitions before; repeatable."),
    ] = None,
    replicates: Annotated[
        int,
        typer.Option(
            help="Replicates for intervals, the months drawn anew in each; 0 for none.",
            min=0,
            max=10_000,
        ),
    ] = 0,
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    show_sql: ShowSqlOption = False,
) -> None:
    """Hold one set of definitions against another: who gains, who loses, what moved and why."""
    choices = read_choices(parameter or [])
    if missing_attendance is not None:
        choices["missing_attendance"] = missing_attendance
    before = read_choices(from_parameter or [])
    asked = _asked(period, scheme or "", price_list or "", choices, before, replicates)
    files = [find_contract(name) for name in contract or []]
    if show_sql:
        agreed = [payment.load_contract(one) for one in files]
        schemes = dict.fromkeys(name for one in agreed for name in one.schemes)
        for name in schemes or [SCHEME]:
            _show_grouping(name, before)
            _show_grouping(scheme or name, choices)
        return
    opened = Home.open(home)
    with progress("Assessing", quiet) as tell:
        found = run_impact(opened, asked, [payment.load_contract(one) for one in files], tell)
        folder = keep_impact(opened, asked, files, found)
    if as_json:
        print(json.dumps(impact_json(found), indent=2))
        return
    show_impact(found, opened.lookups.names)
    say(f"Written to {folder} (CSV, Parquet, workbook). For the parties to the contracts.", quiet)


def _asked(
    period: str,
    scheme: str,
    price_list: str,
    choices: Mapping[str, int | str],
    before: Mapping[str, int | str],
    replicates: int,
) -> ImpactFile:
    """What an assessment is asked; its id and title are made of what differs."""
    named = {"scheme": scheme, "price_list": price_list, **choices}
    said = [f"{name.replace('_', ' ')} {value}" for name, value in named.items() if value != ""]
    said += [f"from {name.replace('_', ' ')} {value}" for name, value in before.items()]
    if not said:
        raise UsageError(
            "There is nothing to assess. Name what is to be otherwise: --scheme, --price-list, "
            "--missing-attendance or --parameter."
        )
    name = re.sub(r"[^a-z0-9]+", "-", f"{period} {' '.join(said)}".lower()).strip("-")
    return ImpactFile(
        id=name,
        title=f"Impact of {', '.join(said)}",
        period=period,
        before=DefinitionSet(title="As it is", parameters=dict(before)),
        after=DefinitionSet(
            title=f"With {', '.join(said)}",
            scheme=scheme,
            price_list=price_list,
            parameters=dict(choices),
        ),
        draws=Draws(replicates=replicates) if replicates else None,
    )


def _show_grouping(scheme: str, choices: Mapping[str, int | str]) -> None:
    """How units come to be: no query but the grouping runs for a statement."""
    known = currencies.load_scheme(scheme)
    own = {name: value for name, value in choices.items() if name in known.parameters}
    chosen = ", ".join(f"{k} = {v}" for k, v in own.items()) or "as the scheme has its parameters"
    print(f"-- {scheme}, {chosen}")
    show_queries(EngineName.duckdb, currencies.group_and_count(known.with_parameters(**own)))
