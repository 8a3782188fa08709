"""One series of a published data set as the site holds it: its rows, its table, its source."""

from dataclasses import dataclass

from levelfield.core.dates import period_words
from levelfield.core.values import ALL, ENGLAND
from levelfield.publish.cells import Record, key_cell, records, value_cell
from levelfield.publish.parts import Cell, Row, Table, columns
from levelfield.publish.site_data import SiteData
from levelfield.published import PublishedDataset, Series, published_dataset

UNITS = {"proportion": "percent", "count": "number", "days": "days"}
_HEADINGS = {"proportion": "Share", "count": "Number", "days": "Days"}


@dataclass(frozen=True)
class PublishedSeries:
    """`england` are the rows of England by period and stratum, `providers` those of providers."""

    dataset: PublishedDataset
    series: Series
    england: list[Record]
    providers: list[Record]

    @property
    def source(self) -> str:
        """Where the figures come from and how they are rounded, to stand under a chart."""
        return (
            f"Source: {self.dataset.publisher}, {self.dataset.title} ({self.dataset.status}). "
            f"Rounding: {self.dataset.rounding}."
        )

    def england_table(self) -> Table:
        """England's figures with their keys."""
        by_group = any(row["stratum"] != ALL for row in self.england)
        heading = f"{_HEADINGS[self.series.unit]} #"
        head = columns("Period", *(["Group"] if by_group else []), heading, "Key")
        body: list[Row] = [
            (
                Cell(period_words(str(row["period"]))),
                *([str(row["stratum"])] if by_group else []),
                value_cell(row, UNITS[self.series.unit]),
                key_cell(row),
            )
            for row in self.england
        ]
        place = "" if self.series.title.endswith("England") else ", England"
        return Table(f"{self.series.title}{place}", head, tuple(body))


def published_series(data: SiteData, dataset_id: str, measure: str) -> PublishedSeries:
    """The series of a measure; the site must hold the data set."""
    dataset = published_dataset(dataset_id)
    rows = [row for row in records(data.published[dataset_id]) if row["measure"] == measure]
    return PublishedSeries(
        dataset,
        dataset.find_series(measure),
        [row for row in rows if row["org_code"] == ENGLAND],
        [row for row in rows if row["org_level"] == "provider"],
    )
