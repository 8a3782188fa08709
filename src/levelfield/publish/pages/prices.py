"""Price lists: every price with its interval, what stands behind it and its verdict, and its steps.

Prices are those at the average place, of the year that a list is for. What providers lose or gain
by a list is theirs to see, and stands on no page.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from levelfield.core.dates import period_words
from levelfield.core.money import format_pounds
from levelfield.publish import charts
from levelfield.publish.pages.scheme_tables import CURRENCIES
from levelfield.publish.parts import Cell, Download, Figure, Page, Row, Table, columns
from levelfield.publish.site_data import SiteData
from levelfield.publish.words import MISSING, counted, listed, pounds_about, whole
from levelfield.tariff import AVERAGE_PLACE, CostReturnList, Price, PriceList, Verdict, prices_table

MOST_DRAWN = 25
"""The prices that a chart shows: those with the most pounds behind them."""

MOST_STEPPED = 200
"""The prices whose steps stand on a page, which would be too heavy with more: those with the most
pounds behind them, in the order of the list."""

_NAME = 40
"""Characters of a currency's title beside its bar."""

_VERDICTS: Mapping[Verdict, str] = {
    "sound": "sound",
    "caution": "with caution",
    "do not price": "not to be priced",
}


def price_pages(data: SiteData) -> Iterator[Page]:
    """Two pages a list: its prices, and the steps of each."""
    for made in data.price_lists:
        prices = [made.price(code, AVERAGE_PLACE, made.year) for code in made.currencies]
        stepped = {one.currency for one in _dearest(prices, MOST_STEPPED)}
        yield _page(made, prices, stepped)
        yield _steps_page(
            made, [one for one in prices if one.currency in stepped], len(prices) - len(stepped)
        )


def price_lists_table(data: SiteData) -> Table:
    """The price lists, for the page that leads to them."""
    rows: list[Row] = [
        (
            Cell(one.file.title, href=_path(one), note=one.file.status),
            period_words(str(one.year)),
            one.file.scheme,
            Cell(counted(len(one.currencies), "price"), href=_steps_path(one)),
        )
        for one in data.price_lists
    ]
    return Table("Price lists", columns("List", "For", "Scheme", "Steps"), tuple(rows))


def _path(made: PriceList) -> str:
    return f"prices/{made.file.id}.html"


def _steps_path(made: PriceList) -> str:
    return f"prices/{made.file.id}-steps.html"


def _page(made: PriceList, prices: Sequence[Price], stepped: Collection[str]) -> Page:
    file, csv = made.file, f"prices/{made.file.id}.csv"
    facts = [
        ("List", f"{file.id}, version {file.version}"),
        ("Scheme", file.scheme),
        ("Costs of", file.base_year),
        ("Published on", str(file.published_on)),
        ("Source", file.source),
    ]
    if isinstance(made, CostReturnList):
        came, used = made.accounts[0].came, made.accounts[-1].used
        facts.append(("Cost returns", f"{came.words} came in; {used.are('used')}"))
        if made.against_total is not None:
            facts.append(("Beside the total", made.against_total.words))
        facts.append(("Variance of cost explained", made.explained.words))
    return Page(
        path=_path(made),
        kind="prices",
        title=file.title,
        lead=file.status,
        section=CURRENCIES[1],
        trail=(CURRENCIES,),
        content={
            "prices": _prices(made, prices, stepped, csv),
            "facts": facts,
            "steps": _steps_path(made),
        },
        figures=(_figure(made, prices),),
        downloads=(Download(csv, prices_table(made)),),
    )


def _sentence(made: PriceList, prices: Sequence[Price]) -> str:
    verdicts: Counter[str] = Counter(price.verdict for price in prices)
    told = [f"{number} {_VERDICTS[v]}" for v in _VERDICTS if (number := verdicts[v])]
    known = sum(price.lower is not None for price in prices)
    whose = "all of them" if known == len(prices) else f"{known} of them" if known else "none"
    return (
        f"{counted(len(prices), 'price')} for {period_words(str(made.year))}: {listed(told)}; "
        f"an interval is known for {whose}."
    )


def _figure(made: PriceList, prices: Sequence[Price]) -> Figure:
    drawn = _dearest(prices, MOST_DRAWN)
    bars: list[charts.Row] = [
        {
            "name": f"{one.currency}: {_short(made.title(one.currency))}",
            "value": one.pence / 100,
            "lower": None if one.lower is None else one.lower / 100,
            "upper": None if one.upper is None else one.upper / 100,
            "label": f"{format_pounds(one.pence)}, {one.verdict}",
        }
        for one in drawn
    ]
    sentence = _sentence(made, prices)
    note = dict.fromkeys(one.interval_note for one in drawn)
    rows: list[Row] = [
        (
            Cell(one.currency, note=made.title(one.currency)),
            format_pounds(one.pence),
            _interval(one),
            "" if one.base_cost_pence is None else pounds_about(one.base_cost_pence),
            one.verdict,
        )
        for one in drawn
    ]
    head = columns("Currency", "Price #", "Interval #", "Cost behind it #", "Verdict")
    most = _most(drawn)
    return Figure(
        f"prices-{made.file.id}",
        sentence,
        f"Bar chart of prices with their intervals, {most}. {sentence}",
        charts.bars(bars, unit="number", value_title="Pounds for one unit", lines=[]),
        Table(f"Prices of {most}", head, tuple(rows)),
        (f"Drawn: {most}.", *note),
    )


def _dearest(prices: Sequence[Price], most: int) -> list[Price]:
    """The prices with the most pounds behind them, the most first."""
    return sorted(prices, key=lambda one: -(one.base_cost_pence or 0))[:most]


def _most(chosen: Sequence[Price]) -> str:
    """Which prices `_dearest` has chosen; where nobody knows the pounds, the first of the list."""
    if any(one.base_cost_pence for one in chosen):
        return f"the {len(chosen)} with the most pounds behind them, the most first"
    return f"the first {len(chosen)}, since no pounds behind them are known"


def _prices(made: PriceList, prices: Sequence[Price], stepped: Collection[str], csv: str) -> Table:
    rows: list[Row] = [
        (
            Cell(
                one.currency,
                href=f"{_steps_path(made)}#{one.currency}" if one.currency in stepped else "",
                note=made.title(one.currency),
            ),
            format_pounds(one.pence),
            _interval(one),
            _known(one.providers),
            _known(one.units),
            Cell(one.verdict, note=" ".join(one.cautions)),
        )
        for one in prices
    ]
    head = columns("Currency", "Price #", "Interval #", "Providers #", "Units #", "Verdict")
    note = (
        f"A dash is not known, never zero. levelfield prices {made.file.id} CODE prints the steps "
        "of one price, and of a provider's with --provider; prices are definitions and have no key."
    )
    return Table(f"Every price, {made.year}, at the average place", head, tuple(rows), csv, note)


def _steps_page(made: PriceList, prices: Sequence[Price], others: int) -> Page:
    also = (
        f" Of {counted(others, 'other price')} levelfield prices {made.file.id} CODE prints them."
        if others
        else ""
    )
    return Page(
        path=_steps_path(made),
        kind="price_steps",
        title=f"Steps of each price: {made.file.title}",
        lead="From a unit cost to the one rounding, at the average place: what each step found, "
        f"what it left, and why.{also}",
        section=CURRENCIES[1],
        trail=(CURRENCIES, (made.file.title, _path(made))),
        content={
            "prices": [
                {
                    "code": one.currency,
                    "title": f"{one.currency}, {made.title(one.currency)}: "
                    f"{format_pounds(one.pence)}",
                    "sentence": _behind(one),
                    "table": _steps(one),
                }
                for one in prices
            ]
        },
    )


def _behind(one: Price) -> str:
    """The verdict on a price with its reasons, its interval and what stands behind it."""
    reasons = f" {' '.join(one.cautions)}" if one.cautions else ""
    behind = [
        counted(number, word)
        for number, word in ((one.providers, "provider"), (one.units, "unit"))
        if number is not None
    ]
    interval = f" Interval: {_interval(one)}." if one.lower is not None else ""
    return f"Verdict: {one.verdict}.{reasons}{interval} {one.interval_note}" + (
        f" Behind it: {listed(behind)}." if behind else ""
    )


def _steps(one: Price) -> Table:
    rows: list[Row] = []
    before = ""
    for step in one.steps:
        after = f"£{step.pounds:,.4f}" if step is not one.steps[-1] else format_pounds(one.pence)
        rows.append((Cell(step.name), before, step.how, after, step.note))
        before = after
    head = columns("Step", "Before #", "Factor #", "After #", "Why")
    return Table(f"Steps of {one.currency}", head, tuple(rows))


def _interval(one: Price) -> str:
    if one.lower is None or one.upper is None:
        return MISSING
    return f"{format_pounds(one.lower)} to {format_pounds(one.upper)}"


def _known(number: int | None) -> str:
    return MISSING if number is None else whole(number)


def _short(title: str) -> str:
    return title if len(title) <= _NAME else f"{title[: _NAME - 1].rstrip()}…"
