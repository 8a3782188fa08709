"""England as published: other people's statistics, drawn as far as they bear."""

from collections.abc import Callable, Iterator

from levelfield.publish.pages.england_compared import (
    activity_by_age,
    long_waits,
    one_service_compared,
)
from levelfield.publish.pages.england_over_time import two_hour_response, waiting_list
from levelfield.publish.pages.england_series import published_series
from levelfield.publish.parts import Cell, Download, Figure, Page, Table, columns
from levelfield.publish.site_data import SiteData
from levelfield.published import (
    PublishedDataset,
    published_dataset,
)

HOME = ("England, as published", "england/index.html")


def dataset_path(dataset_id: str) -> str:
    return f"england/{dataset_id}.html"


def england_pages(data: SiteData) -> Iterator[Page]:
    """The list of published data sets, and a page for each."""
    held = [published_dataset(name) for name in data.published]
    rows = tuple(
        (Cell(one.title, dataset_path(one.id)), one.publisher, one.covers, one.status)
        for one in held
    )
    head = columns("Publication", "Publisher", "Covers", "Status")
    yield Page(
        path="england/index.html",
        kind="list",
        title="England, as published",
        lead="Statistics of NHS England, read as they were published. None is counted by us.",
        section="england/index.html",
        content={
            "tables": [Table("Published data sets", head, rows)] if rows else [],
            "empty": "No published data set is at hand.",
        },
    )
    for one in held:
        yield _page(data, one)


def _page(data: SiteData, dataset: PublishedDataset) -> Page:
    csv = f"data/{dataset.id}.csv"
    drawn = tuple(figure for draw in _DRAWN.get(dataset.id, ()) if (figure := draw(data)))
    # A table that lies below its chart is not given a second time.
    below = {figure.table.caption for figure in drawn if figure.table}
    tables = list(_tables(data, dataset))
    return Page(
        path=dataset_path(dataset.id),
        kind="dataset",
        title=dataset.title,
        lead=f"Published by {dataset.publisher}. Covers {dataset.covers}.",
        section="england/index.html",
        trail=(HOME,),
        content={
            "dataset": dataset,
            "tables": [table for table in tables if table.caption not in below],
            "names_england": bool(tables),
            "csv": csv,
        },
        figures=drawn,
        downloads=(Download(csv, data.published[dataset.id]),),
    )


def _tables(data: SiteData, dataset: PublishedDataset) -> Iterator[Table]:
    """England's figures, one table a measure; those of all organisations are in the CSV file."""
    for measure in dict.fromkeys(series.measure for series in dataset.series):
        held = published_series(data, dataset.id, measure)
        if held.england:
            yield held.england_table()


_DRAWN: dict[str, tuple[Callable[[SiteData], Figure | None], ...]] = {
    "ucr_2h_2024-25": (two_hour_response,),
    "community_waits_national_trend": (waiting_list,),
    "community_waits_by_service_2025-03": (long_waits, one_service_compared),
    "csds_activity_2025-03": (activity_by_age,),
}
"""The figures of a data set's page; the others have tables."""
