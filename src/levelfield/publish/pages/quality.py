"""Coverage and data quality by provider: what arrived, in which window, and what was wrong."""

from collections import defaultdict
from typing import Literal

from levelfield.core.dates import period_words
from levelfield.core.values import NATIONAL
from levelfield.disclosure import default_rule, public_count
from levelfield.explain import quality_key
from levelfield.publish.cells import public_cell
from levelfield.publish.pages.coverage_grid import matrix_figure
from levelfield.publish.pages.provider_quality import quality_path
from levelfield.publish.pages.quality_figures import dimension_table, field_table
from levelfield.publish.parts import Cell, Page, Row, Table, columns
from levelfield.publish.site_data import SiteData
from levelfield.publish.words import short_month
from levelfield.quality import load_dimensions, load_index

TOP = 20
"""How many rules the page lists; the receipts of the submissions hold all."""

SEVERITIES = {
    "file": "file rejected",
    "group": "group rejected",
    "record": "record rejected",
    "warning": "warning",
}


_LOOKS: dict[str, Literal["", "quiet", "strong"]] = {
    "refresh": "quiet",
    "primary": "",
    "missing": "strong",
}


def quality_page(data: SiteData) -> Page:
    """One page for all providers. Counts of records are rounded like all counts below England."""
    matrix = matrix_figure(data)
    own = {code: quality_path(code) for code in data.providers}
    return Page(
        path="quality/index.html",
        kind="quality",
        title="Coverage and data quality",
        lead="Which months each provider has submitted and in time, how good the data are by six "
        "dimensions and one index, and the fields and rules behind most of the faults.",
        section="quality/index.html",
        figures=(matrix,) if matrix else (),
        content={
            "coverage": _coverage(data),
            "matrix": matrix,
            "dimensions": dimension_table(data, own),
            "formulas": _formulas(),
            "fields": field_table(data),
            "breaks": _breaks(data),
            "records": _records(data),
            "rules": _rules(data),
            "empty": "No submissions are loaded. Run levelfield load, then levelfield build.",
            "period": period_words(str(data.year)),
            "rule": default_rule(),
        },
    )


def _formulas() -> list[tuple[str, str]]:
    """Each dimension and the index in words."""
    index = load_index()
    dimensions = [(d.title, f"{d.question} {d.formula}.") for d in load_dimensions().values()]
    return [(index.title, f"{index.formula}. {index.caveats[0]}"), *dimensions]


def _breaks(data: SiteData) -> Table | None:
    """The breaks within the months shown, provider by provider."""
    months = {str(month) for month in data.year.months}
    body: tuple[Row, ...] = tuple(
        (
            Cell(period_words(one.period)),
            data.name(one.provider) if one.provider else "all",
            "a change of system or version, suspected" if one.suspected else one.words,
        )
        for one in data.breaks
        if one.period in months
    )
    head = columns("From", "Provider", "What changes")
    return Table("Breaks in series", head, body) if body else None


def _coverage(data: SiteData) -> Table:
    months = [str(month) for month in data.year.months]
    windows = {
        (row["provider"], row["period"]): str(row["submission_window"])
        for row in data.coverage.to_pylist()
    }
    head = columns("Provider", *(short_month(month) for month in months))
    rows: list[Row] = []
    for code in data.providers:
        found = [windows.get((code, month)) for month in months]
        cells = [Cell(window or "missing", kind=_LOOKS[window or "missing"]) for window in found]
        rows.append((Cell(data.name(code)), *cells))
    return Table("Window of the submission that is in use, by month", head, tuple(rows))


def _records(data: SiteData) -> Table:
    names = ("records_read", "records_rejected", "records_warned", "contacts")
    totals: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(names, 0))
    for row in data.coverage.to_pylist():
        for name in names:
            totals[row["provider"]][name] += row[name] or 0
    head = columns(
        "Provider", "Records read #", "Rejected #", "Accepted with a warning #", "Contacts #", "Key"
    )
    rows: list[Row] = [
        (
            Cell(data.name(code)),
            *(public_cell(totals[code][name]) for name in names),
            Cell(quality_key(code, data.snapshot), kind="key"),
        )
        for code in data.providers
    ]
    return Table("Records of the submissions in use", head, tuple(rows))


def _rules(data: SiteData) -> Table:
    counts: dict[tuple[str, str, str, str], int] = defaultdict(int)
    providers: dict[tuple[str, str, str, str], set[str]] = defaultdict(set)
    for one in data.findings:
        key = (one.rule, one.severity, f"{one.table} {one.field}".strip(), one.words)
        counts[key] += one.count
        providers[key].add(one.provider)
    head = columns("Rule", "What it does", "Where", "Records #", "Providers #", "Key")
    home = Cell(quality_key(NATIONAL, data.snapshot), kind="key")
    # In the order of what is shown, so that the order tells no more.
    top = sorted(counts, key=lambda key: (-(public_count(counts[key]) or 0), key))[:TOP]
    rows: list[Row] = [
        (
            Cell(key[0], note=key[3]),
            SEVERITIES[key[1]],
            key[2],
            public_cell(counts[key]),
            str(len(providers[key])),
            home,
        )
        for key in top
    ]
    return Table("Rules that were broken most often, all providers", head, tuple(rows))
