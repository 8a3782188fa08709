"""The command benchmark: providers held against their peers, their past, and like with like."""

from typing import Annotated, Any, Literal

import pyarrow.compute as pc
import typer

from levelfield import benchmark, measures
from levelfield.cli import benchmark_shown as shown
from levelfield.cli.benchmark_asked import Asked, ask, codes_of
from levelfield.cli.console import say, show
from levelfield.cli.options import (
    DEFAULT_HOME,
    Format,
    FormatOption,
    HomeOption,
    JsonOption,
    PeriodOption,
)
from levelfield.core.errors import UsageError
from levelfield.core.values import ALL
from levelfield.home import Home

Shown = Literal["providers", "ranks", "adjusted", "equity", "panel", "guards", "peers"]


def register(app: typer.Typer) -> None:
    """Add this module's command to the application."""
    app.command("benchmark")(benchmark_command)


def benchmark_command(
    measure_id: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID]", help="A measure, such as dna_rate; without one, what stands out of all."
        ),
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    period: PeriodOption = None,
    what: Annotated[
        Shown,
        typer.Option(
            "--show",
            help="Each provider with funnel, trend and signals; ranks with their interval; crude "
            "beside adjusted values; differences between groups of people; the same providers "
            "over time; what makes them unlike; who is compared.",
        ),
    ] = "providers",
    peers: Annotated[
        str,
        typer.Option(
            help="all; type, region or nearest (of --provider); codes joined by commas; or a file "
            "with one code a line."
        ),
    ] = "all",
    provider: Annotated[
        str | None, typer.Option(help="Whose peers, and whose equity, by its code.")
    ] = None,
    without: Annotated[str, typer.Option(help="Providers to leave out, joined by commas.")] = "",
    service: Annotated[
        str | None, typer.Option(help="Compare within one service alone, by its team type.")
    ] = None,
    consistent: Annotated[
        bool,
        typer.Option("--consistent", help="Compare consistent submitters alone; name the others."),
    ] = False,
    form: FormatOption = Format.table,
    as_json: JsonOption = False,
) -> None:
    """Compare providers on a measure: with whom, how, and what stands in the way."""
    form = Format.json if as_json else form
    if measure_id is None:
        if what != "providers" or peers != "all" or provider or without or service or consistent:
            raise UsageError("Name the measure: without one, all providers are compared on all.")
        _show_all(Home.open(home), period, form)
        return
    measure = measures.find_measure(measure_id)
    opened = Home.open(home)
    if period:
        opened.require(period)
    asked = ask(opened, measure, period, service, consistent, codes_of(without), peers, provider)
    if what == "providers":
        _show_providers(asked, form)
    elif what == "guards":
        _show(shown.guards(asked.guards), asked, form)
    elif what == "peers":
        _show(shown.peers(asked.chosen, opened.lookups.organisations), asked, form)
    elif what == "equity":
        of = ("provider", provider) if provider else ("national", "ALL")
        _show(
            shown.equity(asked.all_values, asked.reading, measure.id, asked.period, of), asked, form
        )
    elif what == "panel":
        found = benchmark.matched_panel(
            asked.compared, asked.reading, measure=measure.id, period=asked.period
        )
        _show(shown.panel(found), asked, form)
    elif what == "ranks":
        _show(
            shown.ranks(asked.rows, asked.everybody, asked.reading, opened.lookups.names),
            asked,
            form,
        )
    else:
        if service:
            raise UsageError("Within one service there is no service mix: leave --service out.")
        counts = None
        if measure.adjustment:
            counted = opened.mix(measure, asked.period)
            counts = benchmark.counts_of_successors(counted, opened.lookups.successions)
        found_adjusted = benchmark.adjust(
            measure, asked.rows, asked.compared, counts, asked.reading, opened.lookups.names
        )
        _show(shown.adjusted(found_adjusted, asked.reading, opened.lookups.names), asked, form)


def _show_providers(asked: Asked, form: Format) -> None:
    stratifier, stratum = asked.stratum
    compared = benchmark.benchmark(
        asked.compared,
        asked.reading,
        measure=asked.measure.id,
        period=asked.period,
        stratifier=stratifier,
        stratum=stratum,
        spread_from=asked.everybody,
        names=asked.home.lookups.names,
    )
    rows = compared.rows()
    if form is not Format.table:
        _remark_guards(asked)
        if isinstance(compared.main, benchmark.NotComparable):
            say(f"{compared.sentence}{_hint(asked)}")
        show(rows, list(rows[0]), form)
        return
    said = f"{compared.sentence}{_hint(asked)}"
    print(f"{asked.measure.title}, {compared.period}\n{said}\n")
    show(rows, [name for name in rows[0] if not name.endswith("_method")], form)
    print(f"\nInterval: {rows[0]['interval_method']}. {compared.method}")
    trends = [one for one in compared.trends.values() if isinstance(one, benchmark.Trend)]
    if trends:
        words = benchmark.method_words(trends[0].method, common_parameters(trends))
        print(f"Variation and assurance: {words}")
    _print_guards(asked)


def _show_all(opened: Home, period: str | None, form: Format) -> None:
    """What stands out on the page of every measure that bears a funnel, for a machine all of it."""
    if period:
        opened.require(period)
    everything = opened.values(org_level="provider", stratifier=ALL)
    drawn: dict[str, benchmark.Funnel | benchmark.NotComparable] = {}
    for measure in measures.load_measures().values():
        chosen = period or opened.latest_period(measure, everything)
        reading = benchmark.reading_of_measure(measure, chosen)
        held = benchmark.select(everything, measure=measure.id, period=chosen)
        rows = benchmark.with_predecessors(held, opened.lookups.successions, reading)
        if rows.num_rows:
            drawn[measure.id] = benchmark.funnel(rows, reading, names=opened.lookups.names)
    found = benchmark.findings(drawn, pc.count_distinct(everything["org_code"]).as_py())
    if isinstance(found, benchmark.NotComparable):
        raise UsageError(found.reason)
    points = found.points.sort_by([(name, "ascending") for name in ("q", "measure", "org_code")])
    columns = ["measure", "period", "org_code", "numerator", "denominator", "value"]
    columns += ["z", "p", "q", "found", "flags", "lineage"]
    if form is not Format.table:
        show(points.to_pylist(), columns, form)
        return
    print(f"{found.sentence}\n")
    show(points.filter(pc.fill_null(points["found"], False)).to_pylist(), columns, form)
    print(f"\n{benchmark.method_words(found.method, found.parameters)}")


def _show(found: shown.Shown, asked: Asked, form: Format) -> None:
    if not found.rows:
        raise UsageError(f"{found.sentence}{_hint(asked)}")
    if form is not Format.table:
        _remark_guards(asked)
        show(found.rows, found.columns, form)
        return
    print(f"{asked.measure.title}, {asked.period}\n{found.sentence}\n")
    show(found.rows, found.columns, form)
    for title, rows in found.more:
        print(f"\n{title}")
        show(rows, list(rows[0]), form)
    if found.method:
        print(f"\n{found.method}")
    _print_guards(asked)


def _hint(asked: Asked) -> str:
    """How to compare within one service what is not compared as a whole; else nothing."""
    if asked.reading.comparison == "none" or not benchmark.forbidden(asked.rows, asked.reading):
        return ""
    return " Name it with --service."


def _print_guards(asked: Asked) -> None:
    print(f"Compared: {asked.chosen.group.words}. {benchmark.guard_words(asked.guards)}")


def _remark_guards(asked: Asked) -> None:
    say(f"Compared: {asked.chosen.group.words}. {benchmark.guard_words(asked.guards)}")


def common_parameters(trends: list[benchmark.Trend]) -> dict[str, Any]:
    """The parameters that all of several trends share; one may have some that others lack."""
    shared = set.intersection(*(set(one.parameters) for one in trends))
    first = {name: value for name, value in trends[0].parameters.items() if name in shared}
    return {
        name: value
        for name, value in first.items()
        if all(one.parameters[name] == value for one in trends)
    }
