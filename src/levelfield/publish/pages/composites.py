"""The pages of composites: a mean of several measures, always with its parts beside it."""

from collections.abc import Iterator

import pyarrow as pa

from levelfield.benchmark import Bars, all_peers, ordered_bars, reading_of_composite, select
from levelfield.core.dates import long_date, period_words
from levelfield.core.values import NATIONAL
from levelfield.disclosure import load_rules
from levelfield.measures import Composite, compose_values
from levelfield.publish.cells import interval_text, key_cell, records, shown_value, value_table
from levelfield.publish.comparisons import bars_figure
from levelfield.publish.pages.measure_index import HOME, Found, measure_path
from levelfield.publish.parts import Cell, Download, Figure, Page, Table, columns
from levelfield.publish.results import MeasureResults
from levelfield.publish.site_data import SiteData
from levelfield.publish.words import MISSING


def composite_pages(data: SiteData, found: Found) -> Iterator[Page]:
    """A page for each composite of which all parts have values.

    Composed of what the public may see of the parts: a part that is suppressed leaves no value.
    """
    for one in data.composites:
        parts = [found[name] for name in one.weights if name in found]
        if len(parts) == len(one.weights):
            yield _page(data, one, parts)


def _page(data: SiteData, one: Composite, parts: list[MeasureResults]) -> Page:
    values = compose_values(one, pa.concat_tables([part.public for part in parts]))
    # The last month held, where a part describes a moment; it sorts after its financial year.
    period = max(part.period for part in parts)
    now = select(values, measure=one.id, period=period)
    reading, csv = reading_of_composite(one), f"data/{one.id}.csv"
    held = select(now, measure=one.id, org_level="provider")
    bars = ordered_bars(held, reading, names=data.names)
    figures: tuple[Figure, ...] = ()
    rows = records(bars.points if isinstance(bars, Bars) else held)
    if isinstance(bars, Bars):
        name, title = f"{one.id}-bars", one.title
        figures = (bars_figure(name, bars, rows, reading, data.names, value_title=title),)
    national = next(iter(records(select(now, measure=one.id, org_level="national"))), None)
    return Page(
        path=measure_path(one.id),
        kind="composite",
        title=one.title,
        lead=one.purpose,
        section=HOME[1],
        trail=(HOME,),
        content={
            "composite": one,
            "period": period_words(period),
            "value": national and shown_value(national, "percent"),
            "interval": national and interval_text(national, "percent"),
            "key": national and national["lineage"],
            "peers": all_peers([str(row["org_code"]) for row in rows]).words,
            "not_compared": "" if isinstance(bars, Bars) else bars.reason,
            "parts": _parts(one, parts, period),
            "table": value_table(
                rows,
                "Provider",
                [Cell(data.name(str(row["org_code"]))) for row in rows],
                "percent",
                f"{one.title}, {period_words(period)}",
                csv,
                note=" ".join(
                    dict.fromkeys(load_rules()[part.measure.small_numbers].words for part in parts)
                ),
            ),
            "summary": _summary(one),
        },
        figures=figures,
        downloads=(Download(csv, values),),
    )


def _parts(one: Composite, parts: list[MeasureResults], period: str) -> Table:
    """Each part with its weight and everybody's value, so that nobody reads the mean alone."""
    body = []
    for part, result in zip(one.parts, parts, strict=True):
        row = result.row(result.public, NATIONAL, period)
        body.append(
            (
                Cell(result.measure.title, measure_path(part.measure), note=part.why),
                f"{one.weights[part.measure]:.0%}",
                shown_value(row, "percent") if row else MISSING,
                key_cell(row) if row else MISSING,
            )
        )
    caption = f"The parts, {period_words(period)}, all providers"
    return Table(caption, columns("Measure", "Weight #", "Value #", "Key"), tuple(body))


def _summary(one: Composite) -> list[tuple[str, str]]:
    better = {"higher": "Higher is better.", "lower": "Lower is better.", "none": "Neither."}
    return [
        ("Which way is better", better[one.polarity]),
        ("How it is shown", "The mean of its parts by weight; without one of them there is none."),
        ("Domain and theme", f"{one.domain}; {one.theme}"),
        ("Services", one.services),
        ("Source", one.source),
        ("Written by", one.authored_by),
        ("Checked by", one.checked_by or "nobody yet"),
        ("Reviewed", f"{long_date(one.reviewed_on)}; next on {long_date(one.next_review)}"),
        ("Version", f"{one.id}, version {one.version}"),
    ]
