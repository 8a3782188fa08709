"""The command prices: what lists there are, their prices, and a price with its steps."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from levelfield import explain, tariff
from levelfield.cli.console import show, show_arrow
from levelfield.cli.options import Format, FormatOption, moment
from levelfield.core.errors import UsageError
from levelfield.core.money import format_pounds
from levelfield.core.periods import FinancialYear, Month
from levelfield.home import Home

_DayOption = Annotated[
    datetime | None, typer.Option(parser=moment, metavar="DAY", help="A day, as in 2026-04-01.")
]


def register(app: typer.Typer) -> None:
    """Add this module's command to the application."""
    app.command("prices")(prices_command)


def prices_command(
    price_list: Annotated[
        str | None, typer.Argument(metavar="LIST", help="A list's id or YAML file; all if none.")
    ] = None,
    currency: Annotated[str | None, typer.Argument(help="A currency, for its steps.")] = None,
    provider: Annotated[str, typer.Option(help="Whose price; the average place if none.")] = "",
    year: Annotated[str | None, typer.Option(help="The year of the activity: 2025-26.")] = None,
    book: Annotated[
        Path | None, typer.Option(help="A price book, for the list that holds on a day.")
    ] = None,
    holds_on: _DayOption = None,
    as_at: _DayOption = None,
    returns: Annotated[
        bool,
        typer.Option("--returns", help="The cost returns behind a price, not its steps."),
    ] = False,
    home: Annotated[
        Path | None, typer.Option(help="A home, for its providers' factors and its own lists.")
    ] = None,
    form: FormatOption = Format.table,
) -> None:
    """Print the price lists, the prices of one, or one price with its steps and cost returns.

    With a price book the day says which list and which year is meant.
    """
    entry = None
    if book is not None:
        # The book stands for the list, so that what comes first is the currency.
        if currency is not None:
            raise UsageError("A price book says which list it is: name the currency alone.")
        if holds_on is None:
            raise UsageError("A price book needs the day that is asked for: add --holds-on.")
        if year is not None:
            raise UsageError("The day says which year is meant: leave --year or --book out.")
        currency, year = price_list, str(Month.of(holds_on.date()).financial_year)
        known = as_at.date() if as_at is not None else date.today()
        opened = tariff.load_price_book(book, factors=_factors(home))
        found = opened.price_list(known, holds_on.date())
        entry = opened.entry(known, holds_on.date())
    elif holds_on is not None or as_at is not None:
        raise UsageError("--holds-on and --as-at ask for a day of a price book: add --book.")
    elif price_list is None:
        _show_lists(form)
        return
    else:
        named = _named(price_list)
        if home is not None and isinstance(named, str):
            found = Home.open(home).lookups.price_list(named)
        else:
            found = tariff.load_price_list(named, _factors(home))
    asked = FinancialYear.parse(year) if year else found.year
    if currency is None:
        if returns:
            raise UsageError("The returns behind a price: name a currency too.")
        _show_prices(found, provider, asked, form)
        return
    price = found.price(currency, provider, asked)
    if not returns:
        _show_price(price, form)
        if entry is not None and form is Format.table:
            dates = f"holds from {entry.holds_from}, published on {entry.published_on}"
            print(f"List of the price book: {entry.price_list}, {dates}.")
    if returns or form is Format.table:
        _show_returns(found, currency, form)


def _show_lists(form: Format) -> None:
    rows = []
    for name in tariff.price_lists():
        file = tariff.load_price_list(name).file
        columns = ("id", "kind", "scheme", "title", "status")
        rows.append({column: getattr(file, column) for column in columns})
    show(rows, list(rows[0]), form)


def _show_prices(found: tariff.PriceList, provider: str, year: FinancialYear, form: Format) -> None:
    table = tariff.prices_table(found, provider, year)
    if form is not Format.table:
        show_arrow(table, form)
        return
    rows = [
        {
            "currency": row["currency"],
            "price": format_pounds(row["price_pence"]),
            "interval": _interval(row["lower_pence"], row["upper_pence"]),
            "providers": row["providers"],
            "units": row["units"],
            "verdict": row["verdict"],
            "reasons": row["reasons"],
        }
        for row in table.to_pylist()
    ]
    show(rows, list(rows[0]), form)


def _show_price(price: tariff.Price, form: Format) -> None:
    rows = [
        {
            "step": step.name,
            "factor": step.how,
            "pounds": f"{step.pounds:,.6f}",
            "note": step.note,
        }
        for step in price.steps
    ]
    if form is not Format.table:
        show(rows, list(rows[0]), form)
        return
    where = f"for {price.provider}" if price.provider else "at the average place"
    print(f"{price.currency}, {price.year}, {where}: {format_pounds(price.pence)}\n")
    show(rows, list(rows[0]), form)
    print(f"\n{_interval(price.lower, price.upper)} {price.interval_note}".replace("\n ", "\n"))
    print(f"Verdict: {price.verdict}. {' '.join(price.cautions)}".rstrip())


def _show_returns(found: tariff.PriceList, currency: str, form: Format) -> None:
    """The returns that the steps had before them, then those that were set aside when read."""
    groups = explain.returns_behind(found, currency)
    if not groups and form is Format.table:
        print("\nReturns: none are at hand. The list is made of averages that others published.")
    for group in groups if form is Format.table else groups[:1]:
        if form is Format.table:
            print(f"\n{group.title}: {group.number:,}\n")
        rows = [dict(zip(group.columns, row, strict=True)) for row in group.rows]
        show(rows, list(group.columns), form)


def _interval(lower: int | None, upper: int | None) -> str:
    if lower is None or upper is None:
        return ""
    return f"{format_pounds(lower)} to {format_pounds(upper)}"


def _named(price_list: str) -> str | Path:
    file = Path(price_list)
    return file if file.suffix in (".yaml", ".yml") else price_list


def _factors(home: Path | None) -> Mapping[str, Decimal]:
    return {} if home is None else Home.open(home).lookups.factors
