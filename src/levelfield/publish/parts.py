"""The parts of a page: tables, figures and the page itself. Templates draw them, nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pyarrow as pa
from markupsafe import Markup

from levelfield.publish.charts import Drawing

Audience = Literal["public", "party"]


@dataclass(frozen=True)
class Column:
    """A column: numbers stand right."""

    heading: str
    numeric: bool = False


@dataclass(frozen=True)
class Cell:
    """A cell: `text`, or `html` in its place; `href` is a path of the site; `note` stands below."""

    text: str
    href: str = ""
    note: str = ""
    html: Markup | None = None
    kind: Literal["", "key", "total", "quiet", "strong"] = ""


Row = tuple[Cell | str, ...]


@dataclass(frozen=True)
class Table:
    """A table with a caption; the first cell of a row is its header."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    csv: str = ""
    """The path of the site under which the same figures can be downloaded."""
    note: str = ""


def columns(*headings: str) -> tuple[Column, ...]:
    """Columns by heading; one that ends in `#` holds numbers."""
    return tuple(
        Column(heading.removesuffix("#").strip(), heading.endswith("#")) for heading in headings
    )


@dataclass(frozen=True)
class Figure:
    """A chart with the sentence that says what it shows, its text alternative and its table.

    `name` is the stem of the chart's files, unique in the site.
    """

    name: str
    sentence: str
    alternative: str
    drawing: Drawing
    table: Table | None = None
    notes: tuple[str, ...] = ()
    """Method and parameters, source, and what is not shown."""


@dataclass(frozen=True)
class Download:
    """A table that is written as CSV at a path of the site."""

    path: str
    table: pa.Table


@dataclass(frozen=True)
class Page:
    """One page: `path` within the site, `kind` (the template's name), and what it shows."""

    path: str
    kind: str
    title: str
    lead: str = ""
    audience: Audience = "public"
    section: str = ""
    """The entry of the navigation to which the page belongs: its path."""
    trail: tuple[tuple[str, str], ...] = ()
    """Breadcrumbs from the home page: title and path."""
    content: Mapping[str, object] = field(default_factory=dict)
    figures: tuple[Figure, ...] = ()
    downloads: tuple[Download, ...] = ()

    def chart_path(self, figure: Figure, ending: str = "", kind: str = "svg") -> str:
        """Where a figure of this page is drawn: charts of a party lie with its pages."""
        folder = "for-the-party/charts" if self.audience == "party" else "charts"
        return f"{folder}/{figure.name}{ending}.{kind}"
