"""Statements: what a contract pays, line by line. For the parties to the contract."""

from collections import defaultdict
from collections.abc import Iterator

from levelfield.core.dates import long_date, period_words
from levelfield.core.money import format_pounds
from levelfield.currencies import Scheme, load_scheme
from levelfield.payment import Shadow, Statement, service_name
from levelfield.publish.breaks import crossed
from levelfield.publish.pages.plans import plan_figure, plan_tables
from levelfield.publish.pages.statement_index import HOME, statement_path, statement_title
from levelfield.publish.parts import Cell, Download, Page, Row, Table, columns
from levelfield.publish.site_data import SiteData
from levelfield.publish.words import whole
from levelfield.quality import standing
from levelfield.tariff import Price

ADDED_UP = "The totals add up the keyed lines below."
PRICED = "The key of each line at this price explains these steps."
NOT_PAID = "No keyed line holds these units: they add nothing to the totals."


def statement_pages(data: SiteData) -> Iterator[Page]:
    """A page a statement; the list of statements names them."""
    for statement in data.statements:
        yield _statement_page(data, statement)


def _statement_page(data: SiteData, statement: Statement) -> Page:
    contract = statement.contract
    csv = f"for-the-party/statement-{contract.id}-{statement.period}.csv"
    total = format_pounds(statement.total_pence)
    planned = [one for one in data.planned if one.actual.lines == statement.lines]
    return Page(
        path=statement_path(statement),
        kind="statement",
        title=statement_title(statement),
        lead=f"What {data.name(contract.commissioner)} pays {data.name(contract.provider)}.",
        audience="party",
        section="statements/index.html",
        trail=(HOME,),
        content={
            "facts": [
                ("Contract", f"{contract.id}, version {contract.version}"),
                ("Commissioner", data.name(contract.commissioner)),
                ("Provider", data.name(contract.provider)),
                ("Period", period_words(statement.period)),
                ("Price list", contract.price_list),
                *_standing(data, statement),
                ("Drawn up", long_date(data.generated_at)),
            ],
            "total": total,
            "plan_tables": [t for one in planned for t in plan_tables(one, data.scheme)],
            "terms": _terms(statement),
            "lines": _lines(statement, data.scheme, csv),
            "notes": statement.notes,
            "left_out": left_out(statement),
            "prices": [_price(price) for price in statement.prices.values()],
        },
        figures=tuple(plan_figure(one) for one in planned),
        downloads=(Download(csv, statement.table()),),
    )


def _standing(data: SiteData, statement: Statement) -> list[tuple[str, str]]:
    """How good and how late the data are that the statement counts, and what breaks in them."""
    provider, period = statement.contract.provider, statement.period
    broken = crossed(data, [period], [provider], audience="party").notes
    said = [("What breaks", note) for note in broken]
    if data.quality is None or data.matrix is None:
        return said
    words = standing(data.quality, data.matrix, provider, period).words
    return [("Data quality", words), *said]


def _terms(statement: Statement) -> Table:
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for line in statement.lines:
        sums[line.term, line.kind] += line.amount_pence
    rows: list[Row] = [
        (Cell(term), kind.replace("_", " "), format_pounds(amount))
        for (term, kind), amount in sums.items()
    ]
    rows.append(total_row("Total", "", format_pounds(statement.total_pence)))
    head = columns("Term", "Paid by", "Amount #")
    return Table("Total by term", head, tuple(rows), note=ADDED_UP)


def _lines(statement: Statement, scheme: Scheme | None, csv: str) -> Table:
    head = columns("Line", "What", "Currency", "Units #", "Price #", "Amount #", "Key")
    names = scheme.currencies if scheme else {}
    rows: list[Row] = [
        (
            Cell(str(line.line)),
            Cell(line.description, note=names.get(line.currency or "", "")),
            line.currency or line.kind.replace("_", " "),
            whole(line.units),
            format_pounds(line.price_pence),
            format_pounds(line.amount_pence),
            Cell(line.lineage, kind="key"),
        )
        for line in statement.lines
    ]
    total = format_pounds(statement.total_pence)
    rows.append(total_row("Total", "", "", "", "", total, ""))
    return Table("Lines", head, tuple(rows), csv, note="The total adds up the keyed lines.")


def _price(price: Price) -> dict[str, object]:
    """A price taken apart: its steps, its interval or why there is none, and its cautions."""
    rows: list[Row] = [
        (
            Cell(step.name, note=step.note),
            step.how,
            f"£{step.pounds:,.4f}",
        )
        for step in price.steps
    ]
    head = columns("Step", "Factor #", "Pounds #")
    interval = price.interval_note
    if price.lower is not None and price.upper is not None:
        interval = f"Interval: {format_pounds(price.lower)} to {format_pounds(price.upper)}."
    return {
        "title": f"{price.currency}: {format_pounds(price.pence)}",
        "table": Table(f"{price.currency}, step by step", head, tuple(rows), note=PRICED),
        "notes": [interval, *price.cautions],
    }


def total_row(*texts: str) -> Row:
    """The last row of a table of amounts."""
    return tuple(Cell(text, kind="total") for text in texts)


def left_out(made: Statement | Shadow) -> Table:
    """The units of the contract's scheme that no amount holds, and why."""
    scheme = load_scheme(made.contract.scheme)
    rows: list[Row] = [
        (Cell(service_name(service)), "no term of the contract covers it", whole(units))
        for service, units in made.outside.items()
    ]
    for name, units in made.unclassed.items():
        rows.append((Cell(scheme.classes[name].title), "it has no currency", whole(units)))
    if made.commissioner_unknown:
        unknown = whole(made.commissioner_unknown)
        rows.append((Cell("All services of this provider"), "commissioner not known", unknown))
    head = columns(f"Units, each a {scheme.record.unit}", "Why", "Number #")
    return Table("Units that are not paid", head, tuple(rows), note=NOT_PAID)
