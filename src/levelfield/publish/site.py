"""A whole site: data in, a folder of pages out, complete or not at all."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pyarrow import csv

from levelfield.core.progress import Progress
from levelfield.disclosure import Effect
from levelfield.publish.drawing import draw, pictures
from levelfield.publish.folder import new_folder
from levelfield.publish.pages.about import about_page, keys_page
from levelfield.publish.pages.composites import composite_pages
from levelfield.publish.pages.currencies import currency_page
from levelfield.publish.pages.england import england_pages
from levelfield.publish.pages.home import home_page
from levelfield.publish.pages.impacts import impact_pages
from levelfield.publish.pages.measures import measure_pages
from levelfield.publish.pages.peers import PeerPages
from levelfield.publish.pages.prices import price_pages
from levelfield.publish.pages.provider_quality import provider_quality_pages
from levelfield.publish.pages.providers import HOME as PROVIDERS
from levelfield.publish.pages.providers import provider_pages
from levelfield.publish.pages.quality import quality_page
from levelfield.publish.pages.reconciled import reconciled_pages
from levelfield.publish.pages.reviews import review_pages
from levelfield.publish.pages.scenarios import scenario_pages
from levelfield.publish.pages.schemes import scheme_pages
from levelfield.publish.pages.shadows import shadow_pages
from levelfield.publish.pages.statement_index import index_page
from levelfield.publish.pages.statements import statement_pages
from levelfield.publish.pages.system import system_page
from levelfield.publish.parts import Page
from levelfield.publish.render import render, write_style
from levelfield.publish.results import MeasureResults, results
from levelfield.publish.site_data import SiteData
from levelfield.publish.style import classes_of

NARROW = "-narrow"
"""The ending of a chart that is drawn for a phone."""


@dataclass(frozen=True)
class PublishResult:
    """What was written: the first page, how many of each, and what was suppressed."""

    index: Path
    pages: int
    charts: int
    downloads: int
    effect: Effect


def publish(
    data: SiteData, out: Path, progress: Progress | None = None, *, png: bool = False
) -> PublishResult:
    """Write the site of `data` to the folder `out`, replacing a site that is there.

    `progress` is told how many charts are drawn and how many there are. `png` writes each chart as
    a picture as well, which no page shows: it offers them. Raises UsageError
    when `out` holds something else than a site; whatever happens, an old site stays until the new
    one is complete.
    """
    found, effect = results(data)
    pages = list(_pages(data, found, effect))
    site = {
        "title": data.title,
        "simulated": data.simulated,
        "generated_at": data.generated_at,
        "year": str(data.year),
        "png": png,
    }
    charts = _charts(pages)
    downloads = {download.path: download for page in pages for download in page.downloads}
    with new_folder(out, "site") as folder:
        worn: set[str] = set()
        for page in pages:
            text = render(page, site)
            worn |= classes_of(text)
            _write(folder / page.path, text)
        write_style(folder, worn)
        for download in downloads.values():
            target = folder / download.path
            target.parent.mkdir(parents=True, exist_ok=True)
            csv.write_csv(download.table, target)
        drawn = dict(zip(charts, draw(list(charts.values()), progress), strict=True))
        for path, svg in drawn.items():
            _write(folder / path, svg)
        if png:
            _write_pictures(folder, [path for path in drawn if NARROW not in path], drawn)
    # Each chart is drawn twice: for a page and for a phone.
    return PublishResult(out / "index.html", len(pages), len(charts) // 2, len(downloads), effect)


def _pages(data: SiteData, found: dict[str, MeasureResults], effect: Effect) -> Iterator[Page]:
    yield home_page(data, found)
    yield from england_pages(data)
    yield system_page(data, found)
    yield from measure_pages(data, found)
    yield from composite_pages(data, found)
    yield from provider_pages(data, found)
    yield from PeerPages(data, found).pages((PROVIDERS,))
    yield quality_page(data)
    yield from provider_quality_pages(data)
    yield currency_page(data)
    yield from scheme_pages(data)
    yield from price_pages(data)
    yield index_page(data)
    yield from statement_pages(data)
    yield from shadow_pages(data)
    yield from scenario_pages(data)
    yield from impact_pages(data)
    yield from review_pages(data)
    yield from reconciled_pages(data)
    yield about_page(data, found, effect)
    yield keys_page(data, found)


def _charts(pages: list[Page]) -> dict[str, str]:
    """The specification of each chart by its path in the site, once where pages share it."""
    return {
        page.chart_path(figure, ending): specification
        for page in pages
        for figure in page.figures
        for ending, specification in (
            ("", figure.drawing.wide),
            (NARROW, figure.drawing.narrow),
        )
    }


def _write_pictures(folder: Path, paths: list[str], drawn: dict[str, str]) -> None:
    for path, picture in zip(paths, pictures([drawn[path] for path in paths]), strict=True):
        (folder / path).with_suffix(".png").write_bytes(picture)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
