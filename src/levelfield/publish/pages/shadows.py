"""Shadows: what a contract pays beside the same activity at unit price. For the parties to it."""

from collections import defaultdict
from collections.abc import Iterator

from levelfield.core.dates import period_words
from levelfield.core.money import format_pounds
from levelfield.payment import Shadow, service_name, shadow_key
from levelfield.publish import charts
from levelfield.publish.breaks import HERE, crossed
from levelfield.publish.pages.statement_index import HOME, shadow_path
from levelfield.publish.pages.statements import left_out, total_row
from levelfield.publish.parts import Cell, Figure, Page, Row, Table, columns
from levelfield.publish.site_data import SiteData
from levelfield.publish.words import whole


def shadow_pages(data: SiteData) -> Iterator[Page]:
    """A page a shadow; the list of statements names them."""
    for shadow in data.shadows:
        yield _page(data, shadow)


def _page(data: SiteData, shadow: Shadow) -> Page:
    contract = shadow.contract
    year = period_words(contract.year)
    paid, activity = format_pounds(shadow.paid_pence), format_pounds(shadow.activity_pence)
    return Page(
        path=shadow_path(shadow),
        kind="shadow",
        title=f"{contract.title}: paid beside activity",
        lead=f"{year}: the contract pays {paid}; the same activity at unit price comes to "
        f"{activity}, {_difference(shadow.difference_pence)}.",
        audience="party",
        section="statements/index.html",
        trail=(HOME,),
        content={
            "services": _services(shadow),
            "left_out": left_out(shadow),
            "missing": [period_words(period) for period in shadow.missing],
        },
        figures=(_figure(data, shadow),),
    )


def _difference(pence: int) -> str:
    if pence == 0:
        return "the same"
    return f"{format_pounds(abs(pence))} {'more' if pence > 0 else 'less'}"


def _figure(data: SiteData, shadow: Shadow) -> Figure:
    own = shadow.contract
    months = [month.period for month in shadow.months]
    breaks = crossed(data, months, [own.provider], audience="party")
    paid: dict[str, int] = defaultdict(int)
    activity: dict[str, int] = defaultdict(int)
    for month in shadow.months:
        paid[month.period] += month.paid_pence
        activity[month.period] += month.activity_pence
    series = ("Paid", "Activity at unit price")
    drawing = charts.lines(
        [
            {"period": period, "series": name, "value": amounts[period] / 100}
            for name, amounts in zip(series, (paid, activity), strict=True)
            for period in amounts
        ],
        series,
        unit="number",
        value_title="Pounds a month",
        from_zero=True,
        breaks=breaks.months,
    )
    above = sum(activity[period] > paid[period] for period in paid)
    sentence = (
        f"Activity was worth more than what was paid in {above} of {len(paid)} months; over the "
        f"year it is worth {_difference(shadow.difference_pence)}."
    )
    rows: list[Row] = [
        (
            Cell(
                period_words(month.period),
                note=HERE if breaks.at(own.provider, month.period) else "",
            ),
            month.term,
            format_pounds(month.paid_pence),
            format_pounds(month.activity_pence),
            format_pounds(month.difference_pence),
            Cell(
                shadow_key(own.id, own.version, month.term, month.period, data.snapshot), kind="key"
            ),
        )
        for month in sorted(shadow.months, key=lambda month: month.period)
    ]
    head = columns("Month", "Term", "Paid #", "Activity #", "Difference #", "Key")
    note = "The chart and the totals of the year add up these lines."
    return Figure(
        f"shadow-{shadow.contract.id}",
        sentence,
        f"Line chart by month of what was paid and of the activity at unit price. {sentence}",
        drawing,
        Table("Paid beside activity, by month and term", head, tuple(rows), note=note),
        breaks.notes,
    )


def _services(shadow: Shadow) -> Table:
    units: dict[str, int] = defaultdict(int)
    pence: dict[str, int] = defaultdict(int)
    for one in shadow.services:
        units[one.service] += one.units
        pence[one.service] += one.activity_pence
    rows: list[Row] = [
        (Cell(service_name(service)), whole(units[service]), format_pounds(pence[service]))
        for service in sorted(pence, key=lambda service: -pence[service])
    ]
    total = format_pounds(shadow.activity_pence)
    rows.append(total_row("Total", whole(sum(units.values())), total))
    head = columns("Service", "Units #", "Activity at unit price #")
    note = (
        "The same activity as in the keyed lines by month and term, which name the services when "
        "they are explained."
    )
    return Table("Activity by service over the year", head, tuple(rows), note=note)
