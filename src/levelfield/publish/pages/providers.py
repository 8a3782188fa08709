"""A provider's own page: every measure, exact, what needs attention first. For the party."""

from collections.abc import Iterator

from markupsafe import Markup

from levelfield.core.dates import period_words
from levelfield.publish.breaks import crossed
from levelfield.publish.cells import interval_text, key_cell, number, value_cell
from levelfield.publish.comparisons import trend_figure
from levelfield.publish.composed import CompositeResults, composed
from levelfield.publish.icons import outlook_of, variation_of
from levelfield.publish.pages.measure_index import by_domain, measure_path
from levelfield.publish.pages.measures import value_title
from levelfield.publish.pages.peers import peers_path
from levelfield.publish.pages.provider_lines import Line, line_of
from levelfield.publish.pages.provider_spine import (
    adjusted_for,
    adjusted_value,
    composite_rows,
    measure_rows,
)
from levelfield.publish.pages.rug import Rug, RugRow, month_cells
from levelfield.publish.pages.spine import BY_ITS_MARK, NOTE, spine_sentence, spine_table
from levelfield.publish.parts import Cell, Figure, Page, Row, Table, columns
from levelfield.publish.results import MeasureResults
from levelfield.publish.site_data import SiteData
from levelfield.publish.strips import spark
from levelfield.publish.words import MISSING, counted, listed, short_month, unit_words, with_unit

HOME = ("Providers", "providers/index.html")

_TOO_FEW, _OVERLAP = "too few months", "months overlap"
"""Why there is no control chart: values that look back over several months share their data."""

_NO_NOTE = ("within limits", "between the limits")
"""What the position itself says already."""

MOST_CHARTS = 4
"""Control charts that a page draws in full; the rug has every month of every measure."""

_HEAD = columns("Measure", "Value #", "Among providers", "Trend", "Outlook", "Standard #", "Key")


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
    composites = tuple(composed(data, found).values())
    for code in data.providers:
        yield _page(data, found, composites, code)


def _page(
    data: SiteData,
    found: dict[str, MeasureResults],
    composites: tuple[CompositeResults, ...],
    code: str,
) -> Page:
    domains = {
        domain.capitalize(): [
            line_of(one, row, code) for one in held if (row := one.row(one.exact, code))
        ]
        for domain, held in by_domain(found).items()
    }
    domains = {title: lines for title, lines in domains.items() if lines}
    lines = [line for held in domains.values() for line in held]
    asking = sorted((line for line in lines if line.attention), key=lambda line: -line.attention)
    name, period = data.name(code), period_words(data.period)
    lead = (
        f"{len(asking)} of {counted(len(lines), 'measure')} ask for attention: a value worse than "
        "chance explains, a change for the worse, or a standard that will be missed."
        if asking
        else f"None of {counted(len(lines), 'measure')} asks for attention."
    )
    unjudged = sum(line.trend is None and line.one.reading.months == 1 for line in lines)
    if unjudged:
        lead += (
            f" In {'all' if unjudged == len(lines) else unjudged} of them the months are too few "
            "to judge a change, or whether a standard will be met."
        )
    spine = {
        title: list(measure_rows([(line.one, line.row, line.kind) for line in held], code))
        for title, held in domains.items()
    }
    spine["Composites"] = list(composite_rows(composites, code))
    places = [where for held in spine.values() for where, _ in held]
    charted = [line for line in asking if line.trend is not None]
    left = len(charted) - MOST_CHARTS
    return Page(
        path=provider_path(code),
        kind="provider",
        title=name,
        lead=lead,
        audience="party",
        section=HOME[1],
        trail=(HOME,),
        content={
            "period": period,
            "peers": peers_path(code),
            "attention": [
                (line.one.measure.title, measure_path(line.one.measure.id), listed([*line.reasons]))
                for line in asking
            ],
            "domains": [
                Table(f"{title}, {period}", _HEAD, tuple(_row(line, code) for line in held))
                for title, held in domains.items()
            ],
            "spine": [
                spine_table(f"Spine: {title}", [row for _, row in held])
                for title, held in spine.items()
                if held
            ],
            "spine_sentence": spine_sentence(places, name, BY_ITS_MARK),
            "spine_note": f"{NOTE} The keys of the values are in the tables of all measures.",
            "rug": _rug(data, code, domains) if lines else None,
            "more": f"{counted(left, 'more measure')} with months to chart: see the table above."
            if left > 0
            else "",
        },
        figures=tuple(_figure(data, line, code) for line in charted[:MOST_CHARTS]),
    )


def _row(line: Line, code: str) -> Row:
    one, row, trend, unit = line.one, line.row, line.trend, line.one.reading.unit
    change = outlook = Cell(_TOO_FEW if one.reading.months == 1 else _OVERLAP, kind="quiet")
    if one.reading.standard is None:
        outlook = Cell("no standard", kind="quiet")
    if trend is not None:
        small = spark(*(trend.points[name].to_pylist() for name in ("value", "kind", "rule")))
        icon = Markup("{}{}").format(variation_of(trend), small)
        change = Cell(trend.variation, html=icon)
        if trend.assurance:
            outlook = Cell(trend.assurance, html=outlook_of(trend))
        elif one.reading.standard is not None:
            outlook = Cell(MISSING)
    value = value_cell(row, unit)
    text = with_unit(number(row["value"]), unit)
    interval = interval_text(row, unit)
    adjusted = adjusted_value(one, code)
    notes = [one.per, one.moment, value.note, "" if interval == MISSING else interval]
    if adjusted:
        held = with_unit(number(adjusted["adjusted"]), unit)
        notes.append(f"{held} adjusted for {adjusted_for(one)}")
    return (
        Cell(one.measure.title, measure_path(one.measure.id), note=listed([*line.reasons])),
        Cell(text, note=" · ".join(filter(None, notes))),
        Cell(line.position, note="" if line.kind in _NO_NOTE else line.kind),
        change,
        outlook,
        with_unit(one.reading.standard, unit, one.per),
        key_cell(row),
    )


def _rug(data: SiteData, code: str, domains: dict[str, list[Line]]) -> Rug:
    """The last twelve months of every measure of a provider, with the signals of its charts."""
    months = [str(month) for month in data.months[-12:]]
    groups = tuple(
        (
            title,
            tuple(
                RugRow(
                    line.one.measure.title,
                    measure_path(line.one.measure.id),
                    month_cells(line.one, code, months, line.trend),
                    unit_words(line.one.reading.unit, line.one.per),
                )
                for line in held
            ),
        )
        for title, held in domains.items()
    )
    cells = [cell for _, rows in groups for row in rows for cell in row.cells if cell.look != "e"]
    better, worse = (sum(cell.look == look for cell in cells) for look in ("b", "c"))
    sentence = (
        f"Of {counted(len(cells), 'month')} with a value, {better:,} are signals for the better "
        f"and {worse:,} for the worse; the others move as chance moves them, or have too few "
        "months to tell."
    )
    return Rug(
        f"{data.name(code)}: every measure by month",
        sentence,
        tuple((short_month(month), "") for month in months),
        groups,
        (
            ("b", "+", "a signal for the better"),
            ("c", "!", "a signal for the worse"),
            ("u", "≠", "a signal where neither way is better"),
            ("w", "7", "no signal"),
        ),
        (
            "Values in the unit of each measure. * few stand behind it. – no value. A dotted line "
            "before a month: the series breaks there. Each month is looked at by four "
            "rules: among so many months some signals are there by chance alone.",
            *crossed(data, months, [code], audience="party").notes,
        ),
    )


def _figure(data: SiteData, line: Line, code: str) -> Figure:
    one = line.one
    assert line.trend is not None
    months = line.trend.points["period"].to_pylist()
    return trend_figure(
        f"{code}-{one.measure.id}",
        line.trend,
        one.reading,
        f"{one.measure.title}: {data.name(code)}",
        value_title=value_title(one),
        breaks=crossed(data, months, [code], one.measure.id, audience="party"),
    )
