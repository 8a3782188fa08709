"""The command prices: what lists there are, their prices, and a price with its steps."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from levelfield import explain, tariff
from levelfield.cli.console import show
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
    if book is None and (holds_on is not None or as_at is not None):
        raise UsageError("--holds-on and --as-at ask for a day of a price book: add --book.")
    load = tariff.load_price_list if home is None else Home.open(home).lookups.price_list
    if book is not None:
        # The book stands for the list, so that what comes first is the currency.
        if currency is not None:
            raise UsageError("A price book says which list it is: name the currency alone.")
        currency = price_list
        asked = _of_book(tariff.load_price_book(book, load), holds_on, as_at, year)
    elif price_list is not None:
        found = load(_named(price_list))
        asked = _Asked(found, FinancialYear.parse(year) if year else found.year, None)
    else:
        _show_lists(form)
        return
    if returns and currency is None:
        raise UsageError("The returns behind a price: name a currency too.")
    if currency is None:
        _show_prices(asked, provider, form)
    elif not returns:
        _show_price(asked, asked.found.price(currency, provider, asked.year), form)
    if currency is not None and (returns or form is Format.table):
        _show_returns(asked, currency, form)
    if asked.entry is not None and form is Format.table:
        print(f"\n{_words(asked.entry)}")


class _Asked(NamedTuple):
    """The list that is asked for, the year of its prices, and its entry in a price book, if any."""

    found: tariff.PriceList
    year: FinancialYear
    entry: tariff.Entry | None

    @property
    def dates(self) -> dict[str, object]:
        """The entry as the columns that each row has beside its own, for machines."""
        if self.entry is None:
            return {}
        named = ("price_list", "holds_from", "holds_to", "published_on")
        return {name: getattr(self.entry, name) for name in named}


def _of_book(
    book: tariff.PriceBook, holds_on: datetime | None, as_at: datetime | None, year: str | None
) -> _Asked:
    """What a book has for a day, in the year of the day."""
    if holds_on is None:
        raise UsageError("A price book needs the day that is asked for: add --holds-on.")
    if year is not None:
        raise UsageError("The day says which year is meant: leave --year or --book out.")
    known = date.today() if as_at is None else as_at.date()
    entry = book.entry(known, holds_on.date())
    own_year = Month.of(holds_on.date()).financial_year
    return _Asked(book.lists[entry.price_list], own_year, entry)


def _words(entry: tariff.Entry) -> str:
    until = f" to {entry.holds_to}" if entry.holds_to else ""
    return (
        f"List of the price book: {entry.price_list}, holds from {entry.holds_from}{until}, "
        f"published on {entry.published_on}."
    )


def _show_lists(form: Format) -> None:
    rows = []
    for name in tariff.price_lists():
        file = tariff.load_price_list(name).file
        columns = ("id", "kind", "scheme", "title", "status")
        rows.append({column: getattr(file, column) for column in columns})
    show(rows, list(rows[0]), form)


def _show_prices(asked: _Asked, provider: str, form: Format) -> None:
    table = tariff.prices_table(asked.found, provider, asked.year)
    if form is not Format.table:
        rows = [row | asked.dates for row in table.to_pylist()]
        show(rows, [*table.column_names, *asked.dates], form)
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


def _show_price(asked: _Asked, price: tariff.Price, form: Format) -> None:
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
        show([row | asked.dates for row in rows], [*rows[0], *asked.dates], form)
        return
    where = f"for {price.provider}" if price.provider else "at the average place"
    print(f"{price.currency}, {price.year}, {where}: {format_pounds(price.pence)}\n")
    show(rows, list(rows[0]), form)
    print(f"\n{_interval(price.lower, price.upper)} {price.interval_note}".replace("\n ", "\n"))
    print(f"Verdict: {price.verdict}. {' '.join(price.cautions)}".rstrip())


def _show_returns(asked: _Asked, currency: str, form: Format) -> None:
    """The returns that the steps had before them, then those that were set aside when read."""
    groups = explain.returns_behind(asked.found, currency)
    if not groups and form is Format.table:
        print("\nReturns: none are at hand. The list is made of averages that others published.")
    for group in groups if form is Format.table else groups[:1]:
        if form is Format.table:
            print(f"\n{group.title}: {group.number:,}\n")
        dates = asked.dates if form is not Format.table else {}
        rows = [dict(zip(group.columns, row, strict=True)) | dates for row in group.rows]
        show(rows, [*group.columns, *dates], form)


def _interval(lower: int | None, upper: int | None) -> str:
    if lower is None or upper is None:
        return ""
    return f"{format_pounds(lower)} to {format_pounds(upper)}"


def _named(price_list: str) -> str | Path:
    file = Path(price_list)
    return file if file.suffix in (".yaml", ".yml") else price_list
