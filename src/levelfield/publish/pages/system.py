"""The whole system at a glance: what changed this month, who stands out where, who submitted."""

from dataclasses import replace

from levelfield.benchmark import (
    News,
    NotComparable,
    Trend,
    method_words,
    news,
)
from levelfield.core.dates import period_words
from levelfield.publish.cells import Record, key_cell, number, records, value_cell
from levelfield.publish.icons import on_limits, variation_icon
from levelfield.publish.pages.coverage_grid import matrix_figure
from levelfield.publish.pages.measure_index import measure_path
from levelfield.publish.pages.system_rug import system_rug
from levelfield.publish.parts import Cell, Page, Row, Table, columns
from levelfield.publish.results import MeasureResults
from levelfield.publish.site_data import SiteData
from levelfield.publish.words import with_unit

MOST_NEWS = 25
"""New signals that the page lists; the measure pages and the months behind them have all."""

Found = dict[str, MeasureResults]


def system_page(data: SiteData, found: Found) -> Page:
    """One page on all providers and measures, from what the public may see."""
    matrix = matrix_figure(data)
    return Page(
        path="system/index.html",
        kind="system",
        title="The whole system at a glance",
        lead="What changed, who stands out where, and who submitted. Among so many figures some "
        "stand out by chance alone, so that each is held against all the others first.",
        section="system/index.html",
        content={
            "news": _news(data, found),
            "rug": system_rug(data, found) if found else None,
            "matrix": matrix,
            "period": period_words(data.period),
            "empty": "There are no values yet. Run levelfield build, then publish again.",
        },
        figures=(matrix,) if matrix else (),
    )


def _news(data: SiteData, found: Found) -> dict[str, object]:
    """The signals that are new in the last month held."""
    months = {str(month) for month in data.months}
    held = {p for one in found.values() for p in one.public["period"].to_pylist() if p in months}
    if not held:
        return {"sentence": "No month has a value yet.", "table": None, "method": ""}
    told = news({name: one.public_trends for name, one in found.items()}, max(held))
    if isinstance(told, NotComparable):
        return {"sentence": told.sentence, "table": None, "method": ""}
    rows = [row for row in records(told.points) if row["new"]]
    rows.sort(key=lambda row: (not row["remains"], number(row["q"]) or 0.0, str(row["lineage"])))
    return {
        "sentence": told.sentence,
        "table": _news_table(data, found, told, rows[:MOST_NEWS]) if rows else None,
        "method": method_words(told.method, told.parameters),
        "left": max(0, len(rows) - MOST_NEWS),
    }


def _news_table(data: SiteData, found: Found, told: News, rows: list[Record]) -> Table:
    head = columns(
        "Provider", "Measure", "Value #", "Before #", "Change", "All looked at together", "Key"
    )
    body: list[Row] = []
    for row in rows:
        one = found[str(row["measure"])]
        unit, value, before = one.reading.unit, number(row["value"]), number(row["before"])
        trend = one.public_trends[str(row["org_code"])]
        assert isinstance(trend, Trend)
        rising = (value or 0.0) >= (before or 0.0)
        body.append(
            (
                Cell(data.name(str(row["org_code"]))),
                Cell(one.measure.title, measure_path(one.measure.id)),
                replace(value_cell(row, unit), text=with_unit(number(row["value"]), unit, one.per)),
                with_unit(before, unit, one.per),
                Cell(
                    "",
                    html=variation_icon(str(row["variation"]), rising) + on_limits(trend),
                    note=str(row["rule"]),
                ),
                Cell("remains", kind="strong")
                if row["remains"]
                else Cell("may be chance", kind="quiet"),
                key_cell(row),
            )
        )
    month = period_words(str(told.parameters["month"]))
    return Table(f"New signals of {month}", head, tuple(body))
