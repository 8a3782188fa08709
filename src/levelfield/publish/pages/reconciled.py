"""What changed between two statements, and why. For the parties to the contract alone."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa

from levelfield.core.dates import period_words
from levelfield.core.money import format_pounds
from levelfield.currencies import Scheme
from levelfield.payment import Contract, bridge, service_name
from levelfield.payment.scenarios import CAUSES, Cause, Item, Reconciliation, by_goal
from levelfield.publish.pages.statement_index import HOME, changed_path
from levelfield.publish.pages.statements import total_row
from levelfield.publish.pages.sums import sum_names
from levelfield.publish.parts import Cell, Download, Figure, Page, Row, Table, columns
from levelfield.publish.site_data import Changed, SiteData
from levelfield.publish.waterfall import bridge_figure

_SUMS = (
    "The items sum to the difference of the two statements, to the penny. The keyed lines of each "
    "explain its sum."
)
_MONTHS = "The keyed lines of the two statements sum to these amounts."
_GOALS = (
    "What is paid on account and taken back of it stands beside the goals, so that the rows of a "
    "term sum to what it pays. None: the statement does not know the goal."
)
_HOW = (
    "From the one statement to the other one thing is exchanged at a time, and the contract is "
    "paid again after each: an item is the difference between two such statements. Quantities come "
    "first, at the old prices, then prices at the new quantities. Another order would share out "
    "the same sum in another way."
)


def reconciled_pages(data: SiteData) -> Iterator[Page]:
    """A page for each two statements; the list of statements names them."""
    for one in data.changes:
        yield _page(data, one)


def _page(data: SiteData, one: Changed) -> Page:
    made = one.made
    contract = made.after.contract
    csv = f"for-the-party/changed-{one.name}.csv"
    items = pa.Table.from_pylist([item._asdict() for item in made.items])
    return Page(
        path=changed_path(one),
        kind="reconciled",
        title=f"{contract.title}: what changed",
        lead=_lead(made),
        audience="party",
        section="statements/index.html",
        trail=(HOME,),
        content={
            "headlines": [
                ("Before", format_pounds(made.before.total_pence)),
                ("After", format_pounds(made.after.total_pence)),
                ("Difference", format_pounds(made.difference_pence)),
            ],
            "facts": [
                ("Before", f"{one.before}; {_version(made.before.contract)}"),
                ("After", f"{one.after}; {_version(contract)}"),
                ("Commissioner", data.name(contract.commissioner)),
                ("Provider", data.name(contract.provider)),
            ],
            "how": _HOW,
            "together": [CAUSES[cause] for cause in made.together],
            "months": _months(made),
            "goals": _goals(made),
            "causes": [_items(cause, made, data.scheme) for cause in made.by_cause()],
            "csv": csv if made.items else "",
        },
        figures=tuple(_figures(one)),
        downloads=(Download(csv, items),) if made.items else (),
    )


def _version(contract: Contract) -> str:
    return f"contract {contract.id}, version {contract.version}"


def _lead(made: Reconciliation) -> str:
    before, after = made.before.total_pence, made.after.total_pence
    if not made.items:
        return f"Nothing changed: {format_pounds(after)} before and after."
    causes = made.by_cause()
    most = max(causes, key=lambda cause: abs(causes[cause]))
    why = f"Most of what changed is {most} ({CAUSES[most]}), {format_pounds(causes[most])}."
    if before == after:
        return f"{format_pounds(after)}, as before, though its parts changed. {why}"
    more = "more" if after > before else "less"
    share = f" ({abs(after - before) / abs(before):.1%})" if before else ""
    return (
        f"{format_pounds(after)}, which is {format_pounds(abs(after - before))}{share} {more} than "
        f"{format_pounds(before)} before. {why}"
    )


def _figures(one: Changed) -> Iterator[Figure]:
    """Why, then for which care; nothing where nothing changed."""
    made = one.made
    if not made.items:
        return
    before, after = made.before.total_pence, made.after.total_pence
    causes = {f"{cause.capitalize()}: {CAUSES[cause]}": p for cause, p in made.by_cause().items()}
    yield bridge_figure(
        f"changed-{one.name}-why",
        bridge("Before", before, causes, "After", after),
        f"Why: from {format_pounds(before)} to {format_pounds(after)}, cause by cause.",
        "by cause",
        table_note=_SUMS,
    )
    services: Counter[str] = Counter()
    sums = sum_names(made.before.contract, made.after.contract)
    for item in made.items:
        services[_service(item, sums)] += item.pence
    steps = {name: pence for name, pence in services.items() if pence}
    most = max(services, key=lambda name: abs(services[name]))
    yield bridge_figure(
        f"changed-{one.name}-care",
        bridge("Before", before, steps, "After", after),
        f"For which care: most changes for {most}, {format_pounds(services[most])}.",
        "by service",
        table_note=_SUMS,
    )


def _service(item: Item, sums: Mapping[tuple[str, str], str]) -> str:
    return service_name(item.service) if item.service else sums[item.term, item.kind]


def _items(cause: Cause, made: Reconciliation, scheme: Scheme | None) -> dict[str, object]:
    """The items of a cause, the largest first."""
    names = scheme.currencies if scheme else {}
    sums = sum_names(made.before.contract, made.after.contract)
    items = sorted(
        (item for item in made.items if item.cause == cause), key=lambda item: -abs(item.pence)
    )
    total = format_pounds(sum(item.pence for item in items))
    rows: list[Row] = [
        (
            Cell(_service(item, sums), note=names.get(item.currency or "", "")),
            item.term,
            item.currency or item.kind.replace("_", " "),
            f"{item.units:+,}" if item.units else "",
            format_pounds(item.pence),
        )
        for item in items
    ]
    rows.append(total_row("Total", "", "", "", total))
    title = f"{cause.capitalize()}: {CAUSES[cause]}"
    head = columns("What", "Term", "Paid by", "Units #", "Difference #")
    return {"title": f"{title}, {total}", "table": Table(title, head, tuple(rows), note=_SUMS)}


def _months(made: Reconciliation) -> Table | None:
    """Both statements of one period, month by month; None for two periods or one month."""
    if made.before.period != made.after.period:
        return None
    sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for place, statement in enumerate((made.before, made.after)):
        for line in statement.lines:
            sums[line.period][place] += line.amount_pence
    if len(sums) < 2:
        return None
    rows: list[Row] = [
        (Cell(period_words(month)), *_pounds(*sums[month])) for month in sorted(sums)
    ]
    totals = _pounds(made.before.total_pence, made.after.total_pence)
    rows.append(total_row("Total", *totals))
    head = columns("Month", "Before #", "After #", "Difference #")
    return Table("Before and after by month", head, tuple(rows), note=_MONTHS)


def _goals(made: Reconciliation) -> Table | None:
    """Both statements goal by goal; None where no term pays by goals."""
    rows: list[Row] = [
        (
            Cell(one.goal, note=one.after or one.before),
            one.term,
            *(
                "none" if p is None else format_pounds(p)
                for p in (one.before_pence, one.after_pence)
            ),
            format_pounds(one.difference_pence),
        )
        for one in by_goal(made)
    ]
    head = columns("Goal", "Term", "Before #", "After #", "Difference #")
    return Table("Before and after by goal", head, tuple(rows), note=_GOALS) if rows else None


def _pounds(before: int, after: int) -> Sequence[str]:
    return [format_pounds(one) for one in (before, after, after - before)]
