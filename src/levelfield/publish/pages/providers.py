"""A provider's own page: every measure, exact, what needs attention first. For the party."""

from collections.abc import Iterator

from levelfield.benchmark import Bars, Funnel, NotComparable, Trend
from levelfield.core.dates import period_words
from levelfield.publish.breaks import crossed
from levelfield.publish.cells import interval_text, key_cell, number, value_cell
from levelfield.publish.comparisons import trend_figure
from levelfield.publish.icons import assurance_icon
from levelfield.publish.pages.home import trend_cell
from levelfield.publish.pages.measures import measure_path, value_title
from levelfield.publish.parts import Cell, Figure, Page, Row, Table, columns
from levelfield.publish.results import MeasureResults, Record
from levelfield.publish.site_data import SiteData
from levelfield.publish.words import MISSING, UNITS, counted, figure

HOME = ("Providers", "providers/index.html")

_POSITIONS = {
    2: "Above the 99.8% limit",
    1: "Above the 95% limit",
    0: "Within limits",
    -1: "Below the 95% limit",
    -2: "Below the 99.8% limit",
}


_NO_NOTE = ("within limits", "between the limits")
"""What the position itself says already."""


def provider_path(code: str) -> str:
    """Pages for a party lie in a folder of their own, to be left out of what the public reads."""
    return f"for-the-party/{code}.html"


def provider_pages(data: SiteData, found: dict[str, MeasureResults]) -> Iterator[Page]:
    """The list of providers, and each one's own page."""
    rows: list[Row] = [
        (Cell(data.name(code), provider_path(code)), code) for code in data.providers
    ]
    yield Page(
        path="providers/index.html",
        kind="list",
        title="Providers",
        lead="Each provider's own page is exact and marked for the party. Measure pages compare "
        "providers for everybody, with small numbers suppressed.",
        section="providers/index.html",
        content={
            "tables": [Table("Providers with data", columns("Provider", "Code"), tuple(rows))]
            if rows
            else [],
            "empty": "No submissions are loaded. Run levelfield load, then levelfield build.",
        },
    )
    for code in data.providers:
        yield _page(data, found, code)


def _page(data: SiteData, found: dict[str, MeasureResults], code: str) -> Page:
    lines = [_line(one, row, code) for one in found.values() if (row := one.row(one.exact, code))]
    lines.sort(key=lambda line: -line[0])
    name, period = data.name(code), period_words(str(data.year))
    needs = sum(attention > 0 for attention, _ in lines)
    lead = (
        f"{counted(needs, 'measure')} of {len(lines)} ask for attention: a value worse than chance "
        "explains, a change for the worse, or a standard that will be missed."
        if needs
        else f"None of {counted(len(lines), 'measure')} asks for attention."
    )
    head = columns("Measure", "Value #", "Standard #", "Among providers", "Trend", "Outlook", "Key")
    return Page(
        path=provider_path(code),
        kind="provider",
        title=name,
        lead=lead,
        audience="party",
        section="providers/index.html",
        trail=(HOME,),
        content={
            "table": Table(f"{name}, {period}", head, tuple(row for _, row in lines)),
            "code": code,
        },
        figures=tuple(_figures(data, found, code)),
    )


def _line(one: MeasureResults, row: Record, code: str) -> tuple[int, Row]:
    """How much attention the measure asks for, and its row of the table, with the reasons."""
    unit = one.reading.unit
    position, kind = _position(one, code)
    trend = _trend(one, code)
    reasons: list[tuple[int, str]] = []
    if kind == "worse":
        reasons.append((3, "worse than chance explains"))
    change, outlook = Cell("too few months", kind="quiet"), Cell("no standard", kind="quiet")
    if trend is not None:
        change = trend_cell(trend)
        if trend.variation == "special cause concern":
            reasons.append((2, "getting worse"))
        if trend.assurance:
            outlook = Cell(trend.assurance, html=assurance_icon(trend.assurance))
        if trend.assurance == "fail":
            reasons.append((1, "will miss the standard"))
    value = value_cell(row, unit)
    text = value.text if unit == "percent" else f"{value.text} {UNITS[unit]}".strip()
    interval = interval_text(row, unit)
    notes = [one.moment, value.note, "" if interval == MISSING else interval]
    title = Cell(
        one.measure.title,
        measure_path(one.measure.id),
        note=", ".join(reason for _, reason in reasons),
    )
    return sum(weight for weight, _ in reasons), (
        title,
        Cell(text, note=" · ".join(filter(None, notes))),
        figure(one.reading.standard, unit),
        Cell(position, note="" if kind in _NO_NOTE else kind),
        change,
        outlook,
        key_cell(row),
    )


def _position(one: MeasureResults, code: str) -> tuple[str, str]:
    """Where a provider lies among its peers, with the uncertainty, and what that means."""
    main = one.comparison.main if one.comparison else NotComparable("No comparison.")
    if isinstance(main, NotComparable):
        return main.reason, "within limits"
    point = next((p for p in main.points.to_pylist() if p["org_code"] == code), None)
    if point is None or point["kind"] is None:
        return "No value", "within limits"
    kind = str(point["kind"])
    if isinstance(main, Funnel):
        return _POSITIONS[int(point["signal"])], kind
    return _beside(main, number(point["lower"]), number(point["upper"])), kind


def _beside(found: Bars, lower: float | None, upper: float | None) -> str:
    if lower is not None and lower > found.reference:
        return "Interval above the median"
    if upper is not None and upper < found.reference:
        return "Interval below the median"
    return "Interval holds the median" if lower is not None else "No interval"


def _trend(one: MeasureResults, code: str) -> Trend | None:
    found = one.comparison.trends.get(code) if one.comparison else None
    return found if isinstance(found, Trend) else None


def _figures(data: SiteData, found: dict[str, MeasureResults], code: str) -> Iterator[Figure]:
    for one in found.values():
        trend = _trend(one, code)
        if trend is not None:
            who = f"{one.measure.title}: {data.name(code)}"
            months = trend.points["period"].to_pylist()
            yield trend_figure(
                f"{code}-{one.measure.id}",
                trend,
                one.reading,
                who,
                value_title=value_title(one.measure),
                breaks=crossed(data, months, [code], one.measure.id, audience="party"),
            )
