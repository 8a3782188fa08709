"""The pages of composites: a mean of several measures, always with its parts beside it."""

from collections.abc import Iterator

from levelfield.benchmark import Bars, all_peers
from levelfield.core.dates import long_date, period_words
from levelfield.core.values import NATIONAL
from levelfield.disclosure import load_rules
from levelfield.measures import Composite
from levelfield.publish.cells import (
    Record,
    flags,
    interval_text,
    key_cell,
    records,
    shown_value,
    value_table,
    why_not_given,
)
from levelfield.publish.comparisons import bars_figure
from levelfield.publish.composed import CompositeResults, composed
from levelfield.publish.pages.measure_index import HOME, Found, measure_path
from levelfield.publish.parts import Cell, Download, Figure, Page, Table, columns
from levelfield.publish.results import MeasureResults
from levelfield.publish.site_data import SiteData
from levelfield.publish.words import MISSING


def composite_pages(data: SiteData, found: Found) -> Iterator[Page]:
    """A page for each composite of which all parts have values."""
    for made in composed(data, found).values():
        yield _page(data, made)


def _page(data: SiteData, made: CompositeResults) -> Page:
    one, period, bars = made.composite, made.period, made.bars
    csv = f"data/{one.id}.csv"
    figures: tuple[Figure, ...] = ()
    rows = records(bars.points if isinstance(bars, Bars) else made.held)
    if isinstance(bars, Bars):
        name, title = f"{one.id}-bars", made.title
        figures = (bars_figure(name, bars, rows, made.reading, data.names, value_title=title),)
    national = made.row(made.public, NATIONAL)
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
            "parts": _parts(one, made.parts, period),
            "table": value_table(
                rows,
                "Provider",
                [Cell(data.name(str(row["org_code"])), note=_why_none(made, row)) for row in rows],
                "percent",
                f"{one.title}, {period_words(period)}",
                csv,
                note=_rules(made),
            ),
            "summary": _summary(one),
        },
        figures=figures,
        downloads=(Download(csv, made.public),),
    )


def _rules(made: CompositeResults) -> str:
    """What the parts' rules did to the figures, each said once."""
    rules = (load_rules()[part.measure.small_numbers].words for part in made.parts)
    return " ".join(dict.fromkeys(rules))


def _why_none(made: CompositeResults, row: Record) -> str:
    """Which part leaves a provider without a value, and why; empty where it has one."""
    if row["value"] is not None or "suppressed" in flags(row):
        return ""
    reasons = []
    for part in made.parts:
        own = part.row(part.public, str(row["org_code"]), made.period)
        if own is not None and own["value"] is None:
            why = "suppressed" if "suppressed" in flags(own) else why_not_given(own)
            reasons.append(f"{part.measure.title}: {why or 'nothing to count'}")
    return f"No value, since a part has none. {'; '.join(reasons)}."


def _parts(one: Composite, parts: tuple[MeasureResults, ...], period: str) -> Table:
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
