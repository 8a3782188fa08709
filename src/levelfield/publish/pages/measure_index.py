"""The list of all measures: by domain and theme, and by the service areas first asked for."""

from typing import get_args

from levelfield.benchmark import Trend
from levelfield.core.dates import period_words
from levelfield.core.values import NATIONAL
from levelfield.measures import Measure
from levelfield.measures.about import ServiceArea
from levelfield.publish.cells import key_cell, shown_value
from levelfield.publish.icons import variation_of
from levelfield.publish.pages.measure_definition import illustrative
from levelfield.publish.parts import Cell, Page, Row, Table, columns
from levelfield.publish.results import MeasureResults
from levelfield.publish.site_data import SiteData
from levelfield.publish.words import MISSING, counted, listed, with_unit

HOME = ("Measures", "measures/index.html")

Found = dict[str, MeasureResults]


def measure_path(measure_id: str) -> str:
    return f"measures/{measure_id}.html"


def by_domain(found: Found) -> dict[str, list[MeasureResults]]:
    """The measures with values by domain, within it by theme, both in the order of the alphabet."""
    held: dict[str, list[MeasureResults]] = {}
    for one in sorted(found.values(), key=lambda one: (one.measure.domain, one.measure.theme)):
        held.setdefault(one.measure.domain, []).append(one)
    return held


def anchor(words: str) -> str:
    """The place of a domain on a page."""
    return words.replace(",", "").replace(" ", "-")


def index_page(data: SiteData, found: Found) -> Page:
    """Every measure in its place, with its value, its standard and whether it changes."""
    period = period_words(data.period)
    domains = [
        {
            "title": domain[0].upper() + domain[1:],
            "anchor": anchor(domain),
            "themes": listed(list(dict.fromkeys(one.measure.theme for one in held))),
            "count": counted(len(held), "measure"),
            "table": _table(f"{domain[0].upper()}{domain[1:]}, {period}", held),
        }
        for domain, held in by_domain(found).items()
    ]
    return Page(
        path="measures/index.html",
        kind="measures",
        title="Measures",
        lead="Each measure says who counts, why it matters and how providers compare.",
        section="measures/index.html",
        content={
            "domains": domains,
            "areas": _areas(found),
            "composites": [
                (one.title, measure_path(one.id), one.purpose)
                for one in data.composites
                if set(one.weights) <= set(found)
            ],
            "without": _without(data, found),
            "empty": "There are no values yet. Run levelfield build, then publish again.",
        },
    )


def _table(caption: str, held: list[MeasureResults]) -> Table:
    head = columns("Measure", "Theme", "Value #", "Standard #", "Trend", "Key")
    rows: list[Row] = []
    for one in held:
        measure, row, trend = one.measure, one.row(one.public, NATIONAL), one.national_trend
        marked = "illustrative codes" if illustrative(measure) else ""
        rows.append(
            (
                Cell(
                    measure.title,
                    measure_path(measure.id),
                    note=" · ".join(filter(None, [measure.purpose, marked])),
                ),
                measure.theme.capitalize(),
                Cell(
                    shown_value(row, one.reading.unit),
                    note=", ".join(filter(None, [one.per, one.moment])),
                )
                if row
                else MISSING,
                with_unit(one.reading.standard, one.reading.unit, one.per),
                Cell(trend.variation, html=variation_of(trend))
                if isinstance(trend, Trend)
                else Cell("not shown", kind="quiet"),
                key_cell(row) if row else MISSING,
            )
        )
    return Table(caption, head, tuple(rows))


def _areas(found: Found) -> list[dict[str, object]]:
    """Each of the eight service areas with its measures, also those that have none here."""
    areas = []
    for area in get_args(ServiceArea):
        own = [one.measure for one in found.values() if area in one.measure.areas]
        areas.append(
            {
                "title": area.capitalize(),
                "measures": [(measure.title, measure_path(measure.id)) for measure in own],
            }
        )
    return areas


def _without(data: SiteData, found: Found) -> list[Measure]:
    """The measures of the library that this home has no values of."""
    return [measure for measure in data.measures if measure.id not in found] if found else []
