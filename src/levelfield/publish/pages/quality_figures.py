"""Data quality in tables: the dimensions, what stood in the fields, and who lacks months."""

from collections import defaultdict
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc
from markupsafe import Markup

from levelfield.core.dates import period_words
from levelfield.core.values import ALL, NATIONAL
from levelfield.disclosure import disclose
from levelfield.publish.cells import Record, number, public_cell
from levelfield.publish.parts import Cell, Row, Table, columns
from levelfield.publish.site_data import SiteData
from levelfield.publish.words import MISSING, figure, listed, whole
from levelfield.quality import inconsistent, load_dimensions, submitters

OF_MONTHS = ("dq_coverage", "dq_timeliness")
"""Dimensions that count months: nobody's care is in them, so they are shown as they are."""

SENT = ("valid", "other", "defaulted", "invalid", "missing")

MOST_FIELDS = 20

KEYS_BELOW = "The key of each figure stands below it."


def not_consistent(data: SiteData, period: str) -> list[str]:
    """A sentence that names who has not submitted all of a period, or nothing."""
    if data.matrix is None:
        return []
    few = inconsistent(submitters(data.matrix, period))
    if not few:
        return []
    named = [f"{data.name(one.provider)} ({one.words})" for one in few]
    return [
        f"Not consistent submitters over {period_words(period)}: {listed(named)}. Their missing "
        "months are in no figure, and never counted as zero."
    ]


def dimension_table(data: SiteData, pages: Mapping[str, str]) -> Table | None:
    """Each provider's dimensions and index over the year, as the public may see them.

    `pages` leads from a provider's code to its own page. Keys stand below the figures.
    """
    if data.quality is None or not data.quality.num_rows:
        return None
    values = _select(data.quality, period=str(data.year), stratifier=ALL)
    months = pc.is_in(values["measure"], pa.array(OF_MONTHS))
    shown, _ = disclose(values.filter(pc.invert(months)), "public")
    rows = [*shown.to_pylist(), *values.filter(months).to_pylist()]
    cells = {(row["org_code"], row["measure"]): row for row in rows}
    dimensions = list(load_dimensions().values())
    found = submitters(_matrix(data), str(data.year))
    head = columns(
        "Provider",
        "Maturity index #",
        *(f"{d.title} #" for d in dimensions),
        "Consistent submitter",
    )
    body: list[Row] = []
    for code in [*data.providers, NATIONAL]:
        name = Cell(data.name(code), pages.get(code, ""))
        if code == NATIONAL:
            name = Cell("All providers", kind="total")
        steady = found.get(code)
        said = "" if steady is None else "yes" if steady.consistent else f"no: {steady.words}"
        figures = [value_and_key(cells.get((code, d.id)), "percent") for d in dimensions]
        body.append((name, value_and_key(cells.get((code, "dqmi")), "index"), *figures, said))
    return Table("Dimensions of data quality over the year", head, tuple(body), note=KEYS_BELOW)


def value_and_key(row: Record | None, unit: str) -> Cell:
    """A figure of data quality with its key below it."""
    if row is None:
        return Cell(MISSING)
    value, flags = number(row["value"]), str(row["flags"]).split(";")
    text = "suppressed" if "suppressed" in flags else figure(value, unit)
    if unit == "index" and value is not None:
        text = f"{value:.0f}" if "rounded" in flags else f"{value:.1f}"
    key = Markup('<code class="lf-key lf-key--below">{}</code>').format(row["lineage"])
    return Cell(text, html=Markup("{} {}").format(text, key))


def field_table(data: SiteData) -> Table | None:
    """The expected fields of which most records lack an answer, over the year, all providers."""
    if data.field_quality is None or not data.field_quality.num_rows:
        return None
    totals: dict[tuple[str, str], dict[str, int]] = defaultdict(
        lambda: dict.fromkeys(("records", *SENT), 0)
    )
    for row in data.field_quality.to_pylist():
        if row["expected"] and row["period"] in _months(data):
            counts = totals[row["table_name"], row["field_name"]]
            for name in counts:
                counts[name] += row[name]
    keys = _field_keys(data)
    lacking = {place: _lacking(counts) for place, counts in totals.items() if counts["records"]}
    worst = sorted((p for p in lacking if lacking[p]), key=lambda p: (-lacking[p], p))[:MOST_FIELDS]
    head = columns(
        "Field", "Records #", "Valid #", "Other #", "Default #", "Invalid #", "Missing #", "Key"
    )
    body: tuple[Row, ...] = tuple(
        (
            Cell(place[1], note=place[0]),
            *(public_cell(totals[place][name]) for name in ("records", *SENT)),
            Cell(keys.get(".".join(place), MISSING), kind="key"),
        )
        for place in worst
    )
    return Table("Fields that lack most answers, all providers", head, body)


def _lacking(counts: Mapping[str, int]) -> float:
    """The share of records that hold no answer, in whole percent so that the order tells no more
    than the figures do."""
    without = counts["defaulted"] + counts["invalid"] + counts["missing"]
    return round(without / counts["records"], 2)


def _field_keys(data: SiteData) -> dict[str, str]:
    if data.quality is None:
        return {}
    rows = _select(
        data.quality,
        measure="dq_completeness",
        period=str(data.year),
        org_code=NATIONAL,
        stratifier="field",
    )
    return dict(zip(rows["stratum"].to_pylist(), rows["lineage"].to_pylist(), strict=True))


def exact_counts(row: Mapping[str, int]) -> tuple[str, ...]:
    """What stood in a field, for its party: records, then each kind."""
    return tuple(whole(row[name]) for name in ("records", *SENT))


def _select(values: pa.Table, **wanted: str) -> pa.Table:
    for name, text in wanted.items():
        values = values.filter(pc.equal(values[name], text))
    return values


def _matrix(data: SiteData) -> pa.Table:
    assert data.matrix is not None
    return data.matrix


def _months(data: SiteData) -> set[str]:
    return {str(month) for month in data.year.months}
