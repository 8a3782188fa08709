"""The whole system at a glance: what changed this month, who stands out where, who submitted."""

from collections import Counter

from levelfield.benchmark import (
    Bars,
    Funnel,
    News,
    NotComparable,
    findings,
    method_words,
    news,
)
from levelfield.core.dates import period_words
from levelfield.publish.cells import Record, flags, key_cell, number, records, value_cell
from levelfield.publish.icons import variation_icon
from levelfield.publish.pages.coverage_grid import matrix_figure
from levelfield.publish.pages.measure_index import by_domain, measure_path
from levelfield.publish.pages.rug import Look, Rug, RugCell, RugRow
from levelfield.publish.parts import Cell, Page, Row, Table, columns
from levelfield.publish.results import MeasureResults
from levelfield.publish.site_data import SiteData
from levelfield.publish.words import MISSING, counted, figure, listed

MOST_NEWS = 25
"""New signals that the page lists; the measure pages and the months behind them have all."""

_LEGEND: tuple[tuple[Look, str, str], ...] = (
    ("b", "+", "better, also when all are looked at together"),
    ("c", "!", "worse, also when all are looked at together"),
    ("u", "≠", "unlike the rest, where neither way is better"),
    ("w", "×", "beyond the 95% limit, or an interval that leaves the median out: no finding here"),
    ("w", "·", "within"),
    ("w", "s", "suppressed"),
    ("w", MISSING, "no value"),
)

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
            "rug": _rug(data, found) if found else None,
            "matrix": matrix,
            "period": period_words(str(data.year)),
            "empty": "There are no values yet. Run levelfield build, then publish again.",
        },
        figures=(matrix,) if matrix else (),
    )


def _news(data: SiteData, found: Found) -> dict[str, object]:
    """The signals that are new in the last month held."""
    months = {str(month) for month in data.year.months}
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
        rising = (value or 0.0) >= (before or 0.0)
        body.append(
            (
                Cell(data.name(str(row["org_code"]))),
                Cell(one.measure.title, measure_path(one.measure.id)),
                value_cell(row, unit),
                figure(before, unit),
                Cell("", html=variation_icon(str(row["variation"]), rising), note=str(row["rule"])),
                Cell("remains", kind="strong")
                if row["remains"]
                else Cell("may be chance", kind="quiet"),
                key_cell(row),
            )
        )
    month = period_words(str(told.parameters["month"]))
    return Table(f"New signals of {month}", head, tuple(body))


def _rug(data: SiteData, found: Found) -> Rug:
    """Measures down, providers across: what stands out when all are looked at together."""
    codes = sorted(data.providers, key=lambda code: (len(code), code))
    told = findings({name: one.public_funnel for name, one in found.items()}, len(codes))
    points: dict[tuple[str, str], Record] = {}
    if not isinstance(told, NotComparable):
        points = {(str(r["measure"]), str(r["org_code"])): r for r in records(told.points)}
    groups = tuple(
        (
            domain.capitalize(),
            tuple(
                RugRow(one.measure.title, measure_path(one.measure.id), _cells(one, codes, points))
                for one in held
            ),
        )
        for domain, held in by_domain(found).items()
    )
    notes = [listed([f"{code} {data.name(code)}" for code in codes]) + "."]
    if not isinstance(told, NotComparable):
        notes.append(method_words(told.method, told.parameters))
    notes += _without_funnel(found)
    return Rug(
        "Providers by measure",
        told.sentence,
        tuple((code, data.name(code)) for code in codes),
        groups,
        _LEGEND,
        tuple(notes),
    )


def _without_funnel(found: Found) -> list[str]:
    """How many measures have no funnel, by the reason; nothing where all have one."""
    refused = [one.public_funnel for one in found.values()]
    # What follows the semicolon is how many organisations a measure happens to have.
    why = Counter(
        one.reason.removeprefix("No funnel: ").removesuffix(".").partition(";")[0]
        for one in refused
        if isinstance(one, NotComparable)
    )
    if not why:
        return []
    said = " ".join(f"{number}: {reason}." for reason, number in why.most_common())
    return [
        f"{counted(why.total(), 'measure')} without a funnel, so that nobody stands out in "
        f"{'it' if why.total() == 1 else 'them'}. {said} A suppressed value counts as none."
    ]


def _cells(
    one: MeasureResults, codes: list[str], points: dict[tuple[str, str], Record]
) -> tuple[RugCell, ...]:
    held = {str(row["org_code"]): row for row in records(one.held)}
    signals: dict[str, Record] = {}
    if isinstance(one.public_funnel, Funnel):
        signals = {str(row["org_code"]): row for row in records(one.public_funnel.points)}
    elif isinstance(one.public_bars, Bars):
        signals = {str(row["org_code"]): row for row in records(one.public_bars.points)}
    return tuple(
        _cell(one, held.get(code), signals.get(code), points.get((one.measure.id, code)))
        for code in codes
    )


def _cell(
    one: MeasureResults, row: Record | None, signal: Record | None, point: Record | None
) -> RugCell:
    if row is not None and "suppressed" in flags(row):
        return RugCell("s", "e")
    if row is None or row["value"] is None or signal is None:
        return RugCell(MISSING, "e")
    if point is not None and point["found"]:
        look = _look(number(point["z"]) or 0.0, one.reading.polarity)
        return RugCell("", look)
    return RugCell("·" if signal["kind"] == "within limits" else "×")


def _look(z: float, polarity: str) -> Look:
    if polarity == "none":
        return "u"
    return "b" if (z > 0) == (polarity == "higher") else "c"
