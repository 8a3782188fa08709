"""The home page: England as published first, then the system whose data are at hand."""

from collections.abc import Callable, Iterator

import pyarrow.compute as pc

from levelfield.benchmark import Trend
from levelfield.core.dates import period_words
from levelfield.core.values import NATIONAL
from levelfield.explain import quality_key
from levelfield.publish.cells import key_cell, public_text, shown_value
from levelfield.publish.icons import variation_of
from levelfield.publish.pages.england_compared import (
    activity_by_age,
    long_waits,
)
from levelfield.publish.pages.england_over_time import two_hour_response, waiting_list
from levelfield.publish.pages.measure_index import measure_path
from levelfield.publish.pages.statement_index import (
    changed_path,
    review_path,
    scenario_path,
    statement_path,
)
from levelfield.publish.parts import Cell, Figure, Page, Table, columns
from levelfield.publish.results import MeasureResults
from levelfield.publish.site_data import SiteData
from levelfield.publish.words import MISSING, whole, with_unit

_ENGLAND: dict[str, Callable[[SiteData], Figure]] = {
    "ucr_2h_2024-25": two_hour_response,
    "community_waits_national_trend": waiting_list,
    "community_waits_by_service_2025-03": long_waits,
    "csds_activity_2025-03": activity_by_age,
}

_HEADINGS = {
    "england-two-hour": "Two-hour response",
    "england-waiting-list": "Waiting list",
    "england-long-waits": "Long waits, service by service",
    "england-activity": "Who provides care",
}


PROVISIONAL = (
    "Trend: whether the months show a change. Limits that stand on fewer than fifteen months are "
    "provisional."
)


def home_page(data: SiteData, found: dict[str, MeasureResults]) -> Page:
    """The first page, with the figures of England that are held."""
    figures = tuple(draw(data) for name, draw in _ENGLAND.items() if name in data.published)
    return Page(
        path="index.html",
        kind="home",
        title="Community health services, figure by figure",
        lead="What providers submit each month, turned into figures that can be walked back to the "
        "records and the rule that made them.",
        content={
            "headings": _HEADINGS,
            "headlines": _headlines(data),
            "key": quality_key(NATIONAL, data.snapshot) if data.providers else "",
            "table": _measures(data, found),
            "money": list(_money(data)),
        },
        figures=figures,
    )


def _headlines(data: SiteData) -> list[tuple[str, str]]:
    """Big figures of the system and what each one is; those of care and records are rounded."""
    coverage = data.coverage

    def total(column: str) -> str:
        return public_text(pc.sum(coverage[column]).as_py() or 0)

    return [
        (str(len(data.providers)), "providers"),
        (whole(coverage.num_rows), "monthly submissions in use"),
        (total("contacts"), "care contacts accepted"),
        (total("records_rejected"), "records rejected, with reasons"),
        (str(len(data.statements) + len(data.statements_left_out)), "statements drawn up"),
    ]


def _money(data: SiteData) -> Iterator[tuple[str, str]]:
    """The first of each kind of page about money, with its title."""
    for planned in data.planned[:1]:
        contract = planned.actual.contract
        yield f"Plan beside actual: {contract.title}", statement_path(planned.actual)
    for name, compared, _ in data.scenarios[:1]:
        yield f"Who gains and who loses: {compared.title}", scenario_path(name)
    for review in data.reviews[:1]:
        yield f"What a block buys: {review.contract.title}", review_path(review)
    for changed in data.changes[:1]:
        title = changed.made.after.contract.title
        yield f"What changed and why: {title}", changed_path(changed)


def _measures(data: SiteData, found: dict[str, MeasureResults]) -> Table:
    head = columns("Measure", "Value #", "Standard #", "Trend", "Key")
    rows = []
    for one in found.values():
        row = one.row(one.public, NATIONAL)
        trend = one.national_trend
        rows.append(
            (
                Cell(one.measure.title, measure_path(one.measure.id)),
                Cell(
                    shown_value(row, one.reading.unit) if row else MISSING,
                    note=", ".join(filter(None, [one.per, one.moment])),
                ),
                with_unit(one.reading.standard, one.reading.unit, one.per),
                Cell(trend.variation, html=variation_of(trend))
                if isinstance(trend, Trend)
                else Cell("not shown", kind="quiet"),
                key_cell(row) if row else "–",
            )
        )
    return Table(f"All providers, {period_words(data.period)}", head, tuple(rows), note=PROVISIONAL)
