"""The pages of published data sets: what stands on them once, and what is under a chart."""

import re
from datetime import datetime

import pytest

from levelfield.publish.pages.england import england_pages
from levelfield.publish.parts import Page
from levelfield.publish.render import render
from made_up_site import made_up_site

SITE = {
    "title": "A simulated system",
    "simulated": True,
    "generated_at": datetime(2026, 4, 20, 9, 30),
    "year": "2025-26",
}
LABELS = re.compile(r'role="region" aria-label="([^"]*)"')


@pytest.fixture(scope="module")
def pages() -> dict[str, Page]:
    return {page.path: page for page in england_pages(made_up_site())}


def test_no_two_regions_of_a_page_have_one_name(pages: dict[str, Page]) -> None:
    for path, page in pages.items():
        named = LABELS.findall(render(page, SITE))
        assert len(set(named)) == len(named), path


def test_a_table_that_stands_under_its_chart_is_given_once(pages: dict[str, Page]) -> None:
    page = pages["england/community_waits_national_trend.html"]
    assert len(page.figures) == 1
    assert LABELS.findall(render(page, SITE)) == [
        "People on the waiting list in England",
        "Providers due to report a waiting list that did not, England",
    ]
