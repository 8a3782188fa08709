"""Commands about money: pay, shadow."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from levelfield import currencies, payment
from levelfield.cli.console import say, say_poor, show, show_queries
from levelfield.cli.options import (
    DEFAULT_HOME,
    EngineName,
    Format,
    HomeOption,
    JsonOption,
    QuietOption,
    ShowSqlOption,
)
from levelfield.core.money import format_pounds
from levelfield.home import Home
from levelfield.payment.scenarios import PlannedStatement
from levelfield.pipeline.statements import (
    find_contract,
    keep_plan,
    keep_shadow,
    keep_statement,
    naming,
    planned_statement,
)

ContractArgument = Annotated[
    str,
    typer.Argument(metavar="CONTRACT", help="A contract's YAML file, or the id of an example."),
]


def register(app: typer.Typer) -> None:
    """Add this module's commands to the application."""
    app.command("pay")(pay_command)
    app.command("shadow")(shadow_command)


def pay_command(
    contract: ContractArgument,
    period: Annotated[str, typer.Option(help="A month (2026-03) or the contract's year.")],
    plan: Annotated[
        Path | None,
        typer.Option(help="A plan file (month, service, currency, units): show the variance."),
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    show_sql: ShowSqlOption = False,
) -> None:
    """Print and write the itemised statement of a contract, exact to the penny."""
    file = find_contract(contract)
    agreed = payment.load_contract(file)
    if show_sql:
        for scheme in agreed.schemes:
            show_queries(
                EngineName.duckdb, currencies.group_and_count(currencies.load_scheme(scheme))
            )
        return
    opened = Home.open(home)
    with naming(file):
        made = opened.statement(agreed, period)
    planned = planned_statement(opened, agreed, period, plan) if plan else None
    written = keep_statement(opened, file, made)
    if plan and planned:
        keep_plan(opened, plan, planned)
    if as_json:
        lines = made.table().to_pylist()
        print(
            json.dumps(
                {
                    "contract": made.contract.id,
                    "period": period,
                    "lines": lines,
                    "total_pence": made.total_pence,
                    "notes": made.notes,
                    "flows": [asdict(flow) for flow in made.flows],
                    "data_quality": opened.standing(made.contract.provider, period).words,
                    "not_paid": {
                        "outside": made.outside,
                        "unclassed": made.unclassed,
                        "commissioner_unknown": made.commissioner_unknown,
                    },
                    **(_plan(planned) if planned else {}),
                },
                indent=2,
            )
        )
        return
    rows = [
        {
            "line": line.line,
            "term": line.term,
            "service": line.description,
            "currency": line.currency,
            "units": line.units,
            "price": format_pounds(line.price_pence),
            "amount": format_pounds(line.amount_pence),
            "key": line.lineage,
        }
        for line in made.lines
    ]
    print(f"{made.contract.title}: statement for {period}")
    found = opened.standing(made.contract.provider, period)
    print(f"Data quality: {found.words}.\n")
    say_poor(found, quiet)
    columns = ["line", "term", "service", "currency", "units", "price", "amount", "key"]
    show(rows, columns, Format.table)
    print(f"\nTotal: {format_pounds(made.total_pence)}")
    for note in made.notes:
        print(f"Note: {note}")
    if planned:
        _show_plan(planned)
    unit = currencies.load_scheme(made.contract.scheme).record.unit
    not_paid = {"no term covers their service": made.outside, "no currency": made.unclassed}
    for why, units in not_paid.items():
        if units:
            print(f"Not paid, {why}: {sum(units.values()):,} units, each a {unit}.")
    if made.commissioner_unknown:
        unknown = f"{made.commissioner_unknown:,} units of this provider, each a {unit}"
        print(f"Not paid, commissioner not known: {unknown}.")
    say(f"Written to {written} (CSV, Parquet, workbook). For the parties to the contract.", quiet)


def _plan(made: PlannedStatement) -> dict[str, object]:
    return {
        "plan_pence": made.plan.total_pence,
        "variance_pence": made.variance_pence,
        "plan_lines": [
            {
                **line._asdict(),
                "variance_units": line.variance_units,
                "variance_pence": line.variance_pence,
            }
            for line in made.lines
        ],
    }


def _show_plan(made: PlannedStatement) -> None:
    """Plan, actual and variance of each term and currency over the period."""
    rows = [
        {
            "term": line.term,
            "service": payment.service_name(line.service) if line.service else "",
            "currency": line.currency or "",
            "planned units": line.planned_units,
            "units": line.units,
            "plan": format_pounds(line.planned_pence),
            "actual": format_pounds(line.pence),
            "variance": format_pounds(line.variance_pence),
        }
        for line in made.over_months()
    ]
    print("\nPlan and actual:\n")
    show(rows, list(rows[0]), Format.table)
    print(
        f"\nPlan {format_pounds(made.plan.total_pence)}; actual "
        f"{format_pounds(made.actual.total_pence)}; variance {format_pounds(made.variance_pence)}."
    )


def shadow_command(
    contract: ContractArgument,
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Show a contract's year as it pays, beside all its activity at unit price."""
    opened = Home.open(home)
    file = find_contract(contract)
    agreed = payment.load_contract(file)
    with naming(file):
        made = opened.shadow(agreed)
    written = keep_shadow(opened, made)
    if as_json:
        print(
            json.dumps(
                {
                    "contract": made.contract.id,
                    "year": made.contract.year,
                    "missing": made.missing,
                    "paid_pence": made.paid_pence,
                    "activity_pence": made.activity_pence,
                    "difference_pence": made.difference_pence,
                    "shadow_terms": [asdict(one) for one in made.run],
                    "months": [
                        {
                            "term": m.term,
                            "kind": m.kind,
                            "period": m.period,
                            "units": m.units,
                            "paid_pence": m.paid_pence,
                            "activity_pence": m.activity_pence,
                            "difference_pence": m.difference_pence,
                        }
                        for m in made.months
                    ],
                },
                indent=2,
            )
        )
        return
    rows = [
        {
            "term": month.term,
            "kind": month.kind,
            "period": month.period,
            "units": month.units,
            "paid": format_pounds(month.paid_pence),
            "activity": format_pounds(month.activity_pence),
            "difference": format_pounds(month.difference_pence),
        }
        for month in made.months
    ]
    print(f"{made.contract.title}: paid beside activity, {made.contract.year}\n")
    show(rows, list(rows[0]), Format.table)
    print(
        f"\nPaid {format_pounds(made.paid_pence)}; the same activity at unit price "
        f"{format_pounds(made.activity_pence)}; difference {format_pounds(made.difference_pence)}."
    )
    if made.run:
        print(f"The contract's shadow terms would have paid {format_pounds(made.run_pence)}.")
    if made.missing:
        print(f"Left out on both sides, since there is no data: {', '.join(made.missing)}.")
    say(f"Written to {written}.", quiet)
