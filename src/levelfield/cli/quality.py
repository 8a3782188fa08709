"""Commands about data quality: what it is, a plan to improve it, and the plan held against it."""

from pathlib import Path
from typing import Annotated, Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
import typer

from levelfield import quality
from levelfield.cli.console import progress, say, show, show_arrow
from levelfield.cli.options import (
    DEFAULT_HOME,
    Format,
    FormatOption,
    HomeOption,
    PeriodOption,
    QuietOption,
)
from levelfield.core.errors import UsageError
from levelfield.core.periods import span
from levelfield.core.values import ALL
from levelfield.home import Home
from levelfield.pipeline.improvement import improvement_plan

Shown = Literal["dimensions", "fields", "coverage", "submitters", "breaks"]

_FIELD_COLUMNS = (
    "provider",
    "period",
    "table_name",
    "field_name",
    "records",
    "valid",
    "other",
    "defaulted",
    "invalid",
    "missing",
    "declared",
)
_MATRIX_COLUMNS = (
    "provider",
    "period",
    "state",
    "in_time",
    "first_received_on",
    "days_before_close",
    "submissions",
    "people",
    "contacts",
    "records_accepted",
    "records_revised",
)

commands = typer.Typer(
    help="Show the data quality of a home, plan how to improve it, and review the plan.",
    invoke_without_command=True,
    no_args_is_help=False,
)


def register(app: typer.Typer) -> None:
    """Add this module's commands to the application."""
    app.add_typer(commands, name="quality")


@commands.callback()
def quality_command(
    context: typer.Context,
    home: HomeOption = DEFAULT_HOME,
    provider: Annotated[str | None, typer.Option(help="One provider alone, by its code.")] = None,
    period: PeriodOption = None,
    what: Annotated[
        Shown,
        typer.Option(
            "--show",
            help="The dimensions and the maturity index; what stood in each field; which months "
            "are there; who submits consistently; breaks in series.",
        ),
    ] = "dimensions",
    form: FormatOption = Format.table,
) -> None:
    """Show the data quality of a home, exact, for the parties. Subcommands: plan, review."""
    if context.invoked_subcommand is not None:
        return
    opened = Home.open(home)
    if provider is not None and provider not in {s.provider for s in opened.active()}:
        raise UsageError(f"{home}: nothing of provider '{provider}' is held.")
    if what in ("dimensions", "fields"):
        period = period or _latest(opened)
    if period is not None:
        opened.require(period)
    if what == "dimensions":
        _show_dimensions(opened.data_quality(provider=provider, period=period), form)
    elif what == "fields":
        rows = _chosen(opened.fact("field_quality"), provider, period)
        rows = quality.with_declared(rows, quality.load_declared(opened.path))
        order = [(n, "ascending") for n in ("provider", "period", "table_name", "field_name")]
        show_arrow(rows.select(_FIELD_COLUMNS).sort_by(order), form)
    elif what == "coverage":
        rows = _chosen(opened.coverage_matrix(), provider, period)
        show_arrow(rows.select(_MATRIX_COLUMNS), form)
    elif what == "submitters":
        _show_submitters(_chosen(opened.coverage_matrix(), provider, None), period, form)
    else:
        _show_breaks(opened, provider, form)


@commands.command("plan")
def plan_command(
    context: typer.Context,
    provider: Annotated[str, typer.Argument(help="The provider, by its code.")],
    home: HomeOption = DEFAULT_HOME,
    out: Annotated[
        Path | None,
        typer.Option(help="The file to write, which must not exist. [default: plans in the home]"),
    ] = None,
    most: Annotated[int, typer.Option(min=1, help="How many faults to plan for.")] = 10,
    quiet: QuietOption = False,
) -> None:
    """Write a data quality improvement plan: the faults that cost most, to fill in and agree."""
    opened = Home.open(_named(context, home))
    with progress("Reckoning the pounds", quiet) as tell:
        plan, note = improvement_plan(opened, provider, most, tell)
    file = out or opened.path / quality.PLANS / f"{provider}-{plan.last}.yaml"
    quality.write_plan(plan, file)
    many = "1 fault" if len(plan.items) == 1 else f"{len(plan.items)} faults"
    say(
        f"{file}: {many} of {provider} {span(plan.first, plan.last)}, ranked by "
        f"{plan.ranked_by}.{note} Fill in an owner for each, and the targets and months that are "
        "agreed.",
        quiet,
    )


@commands.command("review")
def review_command(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The plan.")],
    home: HomeOption = DEFAULT_HOME,
    form: FormatOption = Format.table,
) -> None:
    """Hold the latest submission against a plan: met, on the way, no better or missed, per fault.

    Ends with 1 when a target was missed.
    """
    plan = quality.read_plan(file)
    found = quality.review_plan(Home.open(_named(context, home)).warehouse, plan)
    rows = [one.to_json() for one in found.progress]
    show(rows, list(rows[0]) if rows else ["rule", "status"], form)
    if "missed" in found.statuses:
        raise typer.Exit(1)


def _named(context: typer.Context, home: Path) -> Path:
    """The home that a subcommand is asked of, which may also be named before its own name."""
    source, above = context.get_parameter_source("home"), context.parent
    if above is None or (source is not None and source.name == "COMMANDLINE"):
        return home
    named: Path = above.params["home"]
    return named


def _latest(home: Home) -> str:
    if not home.months:
        raise UsageError(f"{home.path}: there is no data. Load submissions and build first.")
    return str(home.months[-1])


def _chosen(table: pa.Table, provider: str | None, period: str | None) -> pa.Table:
    """The rows of a provider and a month, or of the months of a financial year."""
    if provider is not None:
        table = table.filter(pc.equal(table["provider"], provider))
    if period is not None:
        months = [m for m in set(table["period"].to_pylist()) if period in quality.periods_of(m)]
        table = table.filter(pc.is_in(table["period"], pa.array(months, pa.string())))
    return table


def _show_dimensions(values: pa.Table, form: Format) -> None:
    kept = values.filter(pc.equal(values["stratifier"], ALL))
    if form is not Format.table:
        show_arrow(values, form)
        return
    columns = ("measure", "period", "org_code", "numerator", "denominator", "value", "flags")
    show_arrow(kept.select([*columns, "lineage"]), form)


def _show_submitters(matrix: pa.Table, period: str | None, form: Format) -> None:
    found = quality.submitters(matrix, period)
    rows: list[dict[str, Any]] = [
        {"provider": code, "consistent": one.consistent, "submitted": one.words}
        for code, one in sorted(found.items())
    ]
    show(rows, ["provider", "consistent", "submitted"], form)


def _show_breaks(home: Home, provider: str | None, form: Format) -> None:
    breaks = home.breaks()
    wanted = quality.breaks_of(breaks, provider) if provider else breaks
    rows = [
        {
            "from": one.period,
            "provider": one.provider or "all",
            "suspected": one.suspected,
            "what": one.words,
        }
        for one in wanted
    ]
    show(rows, ["from", "provider", "suspected", "what"], form)
