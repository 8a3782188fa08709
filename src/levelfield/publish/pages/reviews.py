"""Reviews of block contracts: what a block buys, with findings and a bridge. For the parties."""

from collections.abc import Iterator

import pyarrow as pa

from levelfield.commissioning.block_review import (
    PARTY,
    STEPS,
    Finding,
    LineFigures,
    LineRecord,
    Review,
    tables,
)
from levelfield.core.dates import long_date, period_words
from levelfield.core.money import format_pounds, round_half_away
from levelfield.payment import service_name
from levelfield.publish.pages.statement_index import HOME, review_path
from levelfield.publish.pages.statements import total_row
from levelfield.publish.parts import Cell, Download, Figure, Page, Row, Table, columns
from levelfield.publish.site_data import SiteData
from levelfield.publish.waterfall import bridge_figure
from levelfield.publish.words import MISSING, listed, whole

_UNITED = "The steps sum to the difference of the totals, to the penny, for each line and for all."
_FIELDS = "A record is closed when every field has a value, or a reason why it has none."


def review_pages(data: SiteData) -> Iterator[Page]:
    """A page a review; the list of statements names them."""
    for made in data.reviews:
        yield _page(data, made)


def _page(data: SiteData, made: Review) -> Page:
    contract, steps = made.contract, made.steps
    stem = f"for-the-party/review-{contract.id}"
    rows = {f"{stem}-{name}.csv": rows for name, rows in tables(made).items() if rows}
    return Page(
        path=review_path(made),
        kind="review",
        title=f"{contract.title}: what the block buys",
        lead=_lead(made),
        audience="party",
        section="statements/index.html",
        trail=(HOME,),
        content={
            "party": PARTY,
            "headlines": [
                ("Paid by the block", format_pounds(steps.start)),
                ("Priced activity", format_pounds(steps.end)),
                ("Between them", format_pounds(steps.start - steps.end)),
            ],
            "facts": _facts(data, made),
            "by_line": _bridge_table(made),
            "summary": _summary(made),
            "findings": [_finding(one) for one in made.findings],
            "lines": _lines(made),
            "closed": _closed(made),
            "records": [_record(record) for record in made.records],
            "files": [(path, path.removeprefix(f"{stem}-")) for path in rows],
        },
        figures=(_figure(made),),
        downloads=tuple(Download(path, pa.Table.from_pylist(of)) for path, of in rows.items()),
    )


def _facts(data: SiteData, made: Review) -> list[tuple[str, str]]:
    contract, scope = made.contract, made.scope
    left = [period_words(str(month)) for month in scope.left_out]
    return [
        ("Contract", f"{contract.id}, version {contract.version}"),
        ("Commissioner", data.name(contract.commissioner)),
        ("Provider", data.name(contract.provider)),
        ("Months", _months(made)),
        *([("Left out", f"{listed(left)}: their quarter is not held whole")] if left else []),
        ("Price list", contract.price_list),
        ("Data quality", made.standing.words),
        ("Drawn up", long_date(data.generated_at)),
    ]


def _months(made: Review) -> str:
    months = made.scope.months
    return f"{period_words(str(months[0]))} to {period_words(str(months[-1]))}"


def _lead(made: Review) -> str:
    """What was paid and bought, and the finding with the most pounds."""
    steps, contract = made.steps, made.contract
    said = [
        f"{_months(made)}: the block paid {format_pounds(steps.start)} for activity that is worth "
        f"{format_pounds(steps.end)} at the prices of {contract.price_list}."
    ]
    known = [one for one in made.findings if one.pence]
    if known:
        most = max(known, key=lambda one: abs(one.pence or 0))
        said.append(f"The largest question: {most.title.lower()}, {most.told}.")
    return " ".join(said)


def _figure(made: Review) -> Figure:
    steps = made.steps
    most = max(STEPS, key=lambda name: abs(steps.steps[name]))
    way = "off" if steps.steps[most] > 0 else "more"
    sentence = (
        "From what the block paid to what its activity is worth: the largest step is "
        f"“{STEPS[most]}”, {format_pounds(abs(steps.steps[most]))} {way}."
    )
    name = f"review-{made.contract.id}"
    return bridge_figure(name, steps.bridge(), sentence, notes=made.notes, table_note=_UNITED)


def _bridge_table(made: Review) -> Table:
    """The steps of each line, and of all."""
    own = [name for name in STEPS if name != "unallocated"]
    rows: list[Row] = [
        (
            _line(line.line),
            format_pounds(line.start),
            *(format_pounds(-line.steps[name]) for name in own),
            format_pounds(line.end),
        )
        for line in made.steps.lines
    ]
    given = sum(line.start for line in made.steps.lines)
    totals = (given, *(-made.steps.steps[name] for name in own), made.steps.end)
    rows.append(total_row("All lines", *map(format_pounds, totals)))
    heads = ("Service line", "Given to the line #", *(f"{STEPS[name]} #" for name in own))
    head = columns(*heads, "Priced activity #")
    return Table("The bridge by service line", head, tuple(rows), note=_UNITED)


def _summary(made: Review) -> Table:
    rows: list[Row] = [
        (
            Cell(one.title, note=one.rule),
            one.pounds,
            one.interval or MISSING,
            one.confidence,
            one.action,
        )
        for one in made.findings
    ]
    head = columns("Finding", "Pounds #", "Interval #", "Confidence", "May lead to")
    return Table("Four questions", head, tuple(rows))


def _finding(one: Finding) -> dict[str, object]:
    rows: list[Row] = [
        (
            _line(part.line) if part.is_line else Cell(part.line),
            _pounds(part.pence),
            f"{_pounds(part.lower)} to {_pounds(part.upper)}" if part.lower is not None else "",
            part.evidence,
        )
        for part in sorted(one.parts, key=lambda part: -abs(part.pence or 0))
    ]
    head = columns("Part", "Pounds #", "Interval #", "Evidence")
    return {
        "id": one.rule,
        "title": f"{one.title} ({one.rule})",
        "told": one.told,
        "question": one.question,
        "evidence": one.evidence,
        "how": f"Interval: {one.interval_note}",
        "trust": f"Confidence is {one.confidence}: {one.confidence_why}. Data: {one.grade}.",
        "action": f"May lead to: {one.action}.",
        "reply": one.reply,
        "parts": Table(f"{one.rule}, part by part", head, tuple(rows)),
        "examples": one.examples,
    }


def _lines(made: Review) -> Table:
    rows: list[Row] = [_line_row(line) for line in made.lines]
    heads = ("Service line", "Contacts #", "Of own people #", "Spent #", "Cost of a contact #")
    head = columns(*heads, "Price of the same #", "Cost to price #", "Priced activity #")
    note = (
        "Contacts are attended ones of all people whose commissioner is known; cost is over all of "
        "them, with lost contacts put back. The price of the same is the mean of the line's own "
        "mix in the contract's list, moved to the provider's place."
    )
    return Table("What each service line does, costs and is worth", head, tuple(rows), note=note)


def _line_row(line: LineFigures) -> Row:
    cost, price = line.unit_cost, line.priced.mean_pence
    spent = Cell(_pounds(line.spent), note="imputed" if line.spent_imputed else "")
    return (
        _line(line.line),
        whole(line.contacts),
        whole(line.own),
        spent,
        _pounds(None if cost is None else round_half_away(cost)),
        _pounds(None if price is None else round_half_away(price)),
        f"{cost / price:.2f}" if cost is not None and price else MISSING,
        format_pounds(line.priced.pence),
    )


def _closed(made: Review) -> str:
    closed = sum(record.closed for record in made.records)
    return f"{closed} of {len(made.records)} records are closed. {_FIELDS}"


def _record(record: LineRecord) -> dict[str, object]:
    rows: list[Row] = [
        (Cell(name.replace("_", " ").capitalize()), entry.value or MISSING, entry.origin)
        for name, entry in record.entries.items()
    ]
    title = f"{service_name(record.line)} ({record.line})"
    head = columns("Field", "Value", "Status")
    told = f"{title}: {record.settled} of {len(record.entries)} fields settled"
    return {"title": told, "table": Table(f"Record of {title}", head, tuple(rows))}


def _line(code: str) -> Cell:
    return Cell(service_name(code), note=code)


def _pounds(pence: int | None) -> str:
    return MISSING if pence is None else format_pounds(pence)
