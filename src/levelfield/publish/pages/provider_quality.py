"""A provider's own page of data quality, exact: month by month, item by item, field by field."""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from levelfield.core.dates import period_words
from levelfield.core.values import ALL
from levelfield.publish.breaks import HERE, crossed
from levelfield.publish.pages.coverage_grid import square_kind
from levelfield.publish.pages.quality_figures import (
    KEYS_BELOW,
    exact_counts,
    value_and_key,
)
from levelfield.publish.parts import Cell, Download, Page, Row, Table, columns
from levelfield.publish.site_data import SiteData
from levelfield.publish.words import MISSING, figure
from levelfield.quality import CONTRADICTED, breaks_of, load_dimensions, submitters

TRAIL = ("Coverage and data quality", "quality/index.html")


def quality_path(code: str) -> str:
    """Beside the provider's other pages for the party."""
    return f"for-the-party/{code}-quality.html"


def provider_quality_pages(data: SiteData) -> Iterator[Page]:
    """A page for each provider; none without the tables of data quality."""
    if data.quality is None or data.field_quality is None or data.matrix is None:
        return
    for code in data.providers:
        yield _page(data, code)


def _page(data: SiteData, code: str) -> Page:
    assert data.matrix is not None
    name, path = data.name(code), f"for-the-party/{code}-fields.csv"
    found = submitters(_own(data.matrix, "provider", code), str(data.year))[code]
    steady = "a consistent submitter" if found.consistent else "not a consistent submitter"
    fields = _fields(data, code)
    tables = [_months(data, code), _breaks(data, code), _latest(data, code, fields, path)]
    return Page(
        path=quality_path(code),
        kind="list",
        title=f"{name}: data quality",
        lead=f"Over {period_words(str(data.year))} {name} was {steady}: {found.words}.",
        audience="party",
        section="quality/index.html",
        trail=(TRAIL,),
        content={"tables": [table for table in tables if table is not None], "empty": ""},
        downloads=(Download(path, fields),),
    )


def _own(table: pa.Table, column: str, code: str) -> pa.Table:
    return table.filter(pc.equal(table[column], code))


def _months(data: SiteData, code: str) -> Table:
    """Index, dimensions, receipt and revision of each month of the year; missing ones say so."""
    values = _own(data.quality, "org_code", code)
    values = values.filter(pc.equal(values["stratifier"], ALL))
    cells = {(row["period"], row["measure"]): row for row in values.to_pylist()}
    dimensions = [d for d in load_dimensions().values() if d.by]
    head = columns(
        "Month",
        "Submission",
        "Days before the close #",
        "Revised by refresh #",
        "Maturity index #",
        *(f"{d.title} #" for d in dimensions),
    )
    months = [str(month) for month in data.year.months]
    breaks = crossed(data, months, [code], audience="party")
    body: list[Row] = []
    for row in _own(data.matrix, "provider", code).to_pylist():
        period = row["period"]
        if period not in months:
            continue
        kind = square_kind(row)
        days = row["days_before_close"]
        revised = cells.get((period, "dq_timeliness.records_revised"))
        body.append(
            (
                Cell(period_words(period), note=HERE if breaks.at(code, period) else ""),
                Cell(kind, kind="strong" if kind in ("missing", "late") else ""),
                MISSING if days is None else f"{days:,}".replace("-", "−"),
                MISSING if revised is None else f"{figure(revised['value'], 'percent')}",
                value_and_key(cells.get((period, "dqmi")), "index"),
                *(value_and_key(cells.get((period, d.id)), "percent") for d in dimensions),
            )
        )
    return Table(f"{data.name(code)} by month", head, tuple(body), note=KEYS_BELOW)


def _breaks(data: SiteData, code: str) -> Table | None:
    own = [one for one in breaks_of(data.breaks, code) if one.provider]
    if not own:
        return None
    body: tuple[Row, ...] = tuple(
        (Cell(period_words(one.period)), one.words, "suspected" if one.suspected else "recorded")
        for one in own
    )
    head = columns("From", "What changes", "How it is known")
    return Table("Breaks in series: what comes before is not comparable", head, body)


def _fields(data: SiteData, code: str) -> pa.Table:
    order = [(name, "ascending") for name in ("period", "table_name", "field_name")]
    return _own(data.field_quality, "provider", code).drop(["submission_id"]).sort_by(order)


def _latest(data: SiteData, code: str, fields: pa.Table, csv: str) -> Table | None:
    """What stood in the fields that every record should fill, in the last month held."""
    if not fields.num_rows:
        return None
    last = max(fields["period"].to_pylist())
    keys, flags = {}, {}
    for row in _own(data.quality, "org_code", code).to_pylist():
        if (row["period"], row["stratifier"]) == (last, "field"):
            # A field that need not be filled has no completeness, but may be declared and sent.
            flags[row["stratum"]] = row["flags"]
            if row["measure"] == "dq_completeness":
                keys[row["stratum"]] = row["lineage"]
    head = columns(
        "Field", "Records #", "Valid #", "Other #", "Default #", "Invalid #", "Missing #", "Key"
    )
    body: list[Row] = []
    for row in _own(fields, "period", last).to_pylist():
        place = f"{row['table_name']}.{row['field_name']}"
        said = [s for s in _DECLARED if s in str(flags.get(place, "")).split(";")]
        if (not row["expected"] and not said) or row["table_name"] == "CYP000Header":
            continue
        note = ", ".join([row["table_name"], *said])
        key = Cell(keys.get(place, MISSING), kind="key")
        body.append((Cell(row["field_name"], note=note), *exact_counts(row), key))
    return Table(f"What stood in the fields, {period_words(last)}", head, tuple(body), csv)


_DECLARED = ("not collected", "not shared", "partly collected", CONTRADICTED)
"""What a provider may have declared of a field, as flags have it."""
