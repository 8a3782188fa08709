"""Commands that hold statements against others: reconcile, scenario, impact."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from levelfield import currencies, payment
from levelfield.cli.console import progress, say, show, show_queries
from levelfield.cli.grouped import read_choices
from levelfield.cli.options import (
    DEFAULT_HOME,
    EngineName,
    Format,
    HomeOption,
    JsonOption,
    QuietOption,
    ShowSqlOption,
    moment,
)
from levelfield.core.errors import UsageError
from levelfield.core.money import format_pounds
from levelfield.core.progress import Progress
from levelfield.home import SCHEME, Home
from levelfield.payment.scenarios import (
    CAUSES,
    Comparison,
    Draws,
    Effect,
    Impact,
    Interval,
    Outcome,
    Reconciliation,
    Side,
    Sweep,
    reconcile,
)
from levelfield.pipeline.earlier import earlier_inputs, flexed
from levelfield.pipeline.scenarios import (
    DefinitionSet,
    ImpactFile,
    Tell,
    keep_impact,
    keep_scenarios,
    read_scenarios,
    run_impact,
    run_scenarios,
)
from levelfield.pipeline.statements import find_contract, keep_changes

_BARS = 40
"""Letters that the longest bar of a bridge has on the terminal."""

_MOVED = 12
"""How many kinds of units that moved are printed."""


def register(app: typer.Typer) -> None:
    """Add this module's commands to the application."""
    app.command("reconcile")(reconcile_command)
    app.command("scenario")(scenario_command)
    app.command("impact")(impact_command)


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
    agreed = payment.load_contract(find_contract(contract))
    if from_primary and not any(given):
        made = flexed(opened, agreed, period)
        found = made.changes
    else:
        opened.statement(agreed, period)
        first = payment.load_contract(find_contract(from_contract or contract))
        since = from_period or period
        if from_primary or from_as_at:
            when = moment(from_as_at) if from_as_at else None
            inputs = earlier_inputs(opened, first, since, primary=from_primary, as_at=when)
        else:
            opened.statement(first, since)
            inputs = opened.payment_inputs(first)
        after = Side(agreed, period, opened.payment_inputs(agreed))
        found = reconcile(Side(first, since, inputs), after)
    written = keep_changes(opened, found)
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
    print(f"\nBefore {format_pounds(before.total_pence)}")
    for cause, pence in found.by_cause().items():
        print(f"  {cause}: {CAUSES[cause]}: {format_pounds(pence)}")
    print(f"After {format_pounds(after.total_pence)}")
    for cause in found.together:
        print(f"Not told apart from what follows it: {cause}.")


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
        found, swept = run_scenarios(opened, scenarios, _counting(tell))
        folder = keep_scenarios(opened, file, found, swept)
    if as_json:
        print(json.dumps({**_comparison(found), "sweep": _sweep(swept)}, indent=2, default=str))
        return
    _show_comparison(found, opened.names)
    if swept:
        _show_sweep(swept)
    say(f"Written to {folder} (CSV and workbook). For the parties to the contracts.", quiet)


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
        int, typer.Option(help="Draws of the months for intervals; 0 for none.", min=0, max=10_000)
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
    with progress("Assessing", quiet):
        found = run_impact(opened, asked, [payment.load_contract(one) for one in files])
        folder = keep_impact(opened, asked, files, found)
    if as_json:
        print(json.dumps(_impact(found), indent=2))
        return
    _show_impact(found, opened.names)
    say(f"Written to {folder} (CSV and workbook). For the parties to the contracts.", quiet)


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


def _counting(tell: Progress | None) -> Tell | None:
    if tell is None:
        return None
    return lambda done, total: tell("sweep", done, total)


def _comparison(found: Comparison) -> dict[str, object]:
    return {
        "title": found.title,
        "period": found.period,
        "draws": found.draws.model_dump() if found.draws else None,
        "base": {"id": found.base.id, "total_pence": found.base.total_pence},
        "others": [
            {
                "id": other.id,
                "total_pence": other.total_pence,
                "effect_pence": other.total_pence - found.base.total_pence,
                "interval_pence": found.total(other),
                "why": found.why(other),
                **{
                    f"by_{dimension}": [
                        {**vars(one), "effect_pence": one.effect_pence}
                        for one in found.effects(other, dimension)
                    ]
                    for dimension in ("provider", "commissioner", "service")
                },
            }
            for other in found.others
        ],
    }


def _sweep(swept: Sweep | None) -> list[dict[str, object]]:
    if swept is None:
        return []
    names = [one.set for one in swept.of.parameters]
    return [{**dict(zip(names, row.values, strict=True)), "pence": row.pence} for row in swept.rows]


def _impact(found: Impact) -> dict[str, object]:
    return {
        **_comparison(found.comparison),
        "differences": [one._asdict() for one in found.differences],
        "kept_total_pence": found.kept_total,
        "moved_in_all": [one._asdict() for one in found.moved_in_all()],
        "moved": [{**one._asdict(), "units": one.units} for one in found.moved],
    }


def _show_comparison(found: Comparison, names: Mapping[str, str]) -> None:
    print(f"{found.title}, {found.period}")
    for other in found.others:
        _show_other(found, other, names)


def _show_other(found: Comparison, other: Outcome, names: Mapping[str, str]) -> None:
    base, effect = found.base, other.total_pence - found.base.total_pence
    print(
        f"\n{other.title}: {format_pounds(other.total_pence)}, against "
        f"{format_pounds(base.total_pence)} ({base.title}); effect {format_pounds(effect)}"
        f"{_limits(found.total(other))}.\n"
    )
    show(_bars(found, other), ["step", "pounds", "bar"], Format.table)
    for dimension in ("provider", "commissioner", "service"):
        print()
        rows = [_effect_row(one, names) for one in found.effects(other, dimension)]
        show(rows, [dimension, "base", "amount", "effect", "share", "interval"], Format.table)
    if found.draws:
        print(
            f"\nIntervals: {found.draws.confidence:.0%} percentile, {found.draws.replicates} "
            f"replicates, {' and '.join(found.draws.of)} drawn anew, seed {found.draws.seed}."
        )


def _bars(found: Comparison, other: Outcome) -> list[dict[str, object]]:
    """A waterfall in letters: totals from the left, steps where they begin and end."""
    levels = found.bridge_of_causes(other).levels()
    most = max(max(start, end) for _, start, end in levels) or 1
    rows: list[dict[str, object]] = []
    for place, (name, start, end) in enumerate(levels):
        total = place in (0, len(levels) - 1)
        left, right = (round(_BARS * at / most) for at in sorted((start, end)))
        letter = "#" if total else ("+" if end >= start else "-")
        bar = " " * left + letter * max(right - left, int(start != end))
        rows.append({"step": name, "pounds": format_pounds(end - start), "bar": bar})
    return rows


def _effect_row(one: Effect, names: Mapping[str, str]) -> dict[str, object]:
    name = names.get(one.code, one.code)
    if one.dimension == "service":
        name = payment.service_name(one.code) if one.code else "of no one service"
    return {
        one.dimension: name,
        "base": format_pounds(one.base_pence),
        "amount": format_pounds(one.pence),
        "effect": format_pounds(one.effect_pence),
        "share": "" if one.share is None else f"{one.share:+.1%}",
        "interval": _limits(one.interval).strip(),
    }


def _limits(interval: Interval | None) -> str:
    if interval is None:
        return ""
    return f" ({format_pounds(interval.lower)} to {format_pounds(interval.upper)})"


def _show_sweep(swept: Sweep) -> None:
    print(f"\nSweep of {swept.title}; the base pays {format_pounds(swept.base_pence)}.\n")
    titles = [one.title for one in swept.of.parameters]
    rows: Sequence[dict[str, object]] = [
        {
            **dict(zip(titles, row.values, strict=True)),
            "amount": format_pounds(row.pence),
            "effect": format_pounds(row.pence - swept.base_pence),
        }
        for row in swept.rows
    ]
    show(rows, [*titles, "amount", "effect"], Format.table)


def _show_impact(found: Impact, names: Mapping[str, str]) -> None:
    _show_comparison(found.comparison, names)
    print("\nWhat differs:")
    for one in found.differences:
        print(f"  {one.what}: {one.before}, then {one.after}. {one.meaning}".rstrip())
    rows: list[dict[str, object]] = [
        {
            "units of": f"{one.kind} {one.code}",
            "before": one.before,
            "after": one.after,
            "moved": f"{one.units:+,}",
        }
        for one in found.moved_in_all()[:_MOVED]
    ]
    print("\nUnits that moved most:\n")
    show(rows, ["units of", "before", "after", "moved"], Format.table)
    if found.kept_total:
        print("\nIf the total were kept, prices being scaled:\n")
        rows = [
            {
                "provider": names.get(one.code, one.code),
                "before": format_pounds(one.base_pence),
                "after": format_pounds(found.kept_total.get(one.code, 0)),
                "effect": format_pounds(found.kept_total.get(one.code, 0) - one.base_pence),
            }
            for one in found.comparison.effects(found.after, "provider")
        ]
        show(rows, ["provider", "before", "after", "effect"], Format.table)
