"""The pages of price lists: every price with what stands behind it, and steps that lead to it."""

from datetime import datetime

import pytest

from levelfield.core.money import format_pounds
from levelfield.publish import SiteData
from levelfield.publish.pages.prices import MOST_DRAWN, MOST_STEPPED, price_lists_table, price_pages
from levelfield.publish.parts import Cell, Page, Table
from levelfield.publish.render import render
from levelfield.tariff import AVERAGE_PLACE, READ, CostReturnList
from made_up_site import made_up_site

SITE = {
    "title": "A simulated system",
    "simulated": True,
    "generated_at": datetime(2026, 4, 20, 9, 30),
    "year": "2025-26",
}
MADE, NATIONAL = "prices/fictional-2026-27", "prices/ncc-2024-25"
LONG = "prices/community-contact-2024-25"


@pytest.fixture(scope="module")
def data() -> SiteData:
    return made_up_site(empty=True)


@pytest.fixture(scope="module")
def pages(data: SiteData) -> dict[str, Page]:
    return {page.path: page for page in price_pages(data)}


def texts(table: object) -> list[list[str]]:
    assert isinstance(table, Table)
    return [[cell.text if isinstance(cell, Cell) else cell for cell in row] for row in table.rows]


def test_every_list_has_its_pages_and_is_listed(data: SiteData, pages: dict[str, Page]) -> None:
    led = {c.href for row in price_lists_table(data).rows for c in row if isinstance(c, Cell)}
    assert led - {""} == set(pages)
    assert all(page.audience == "public" for page in pages.values())


def test_every_price_stands_as_the_list_gives_it(data: SiteData, pages: dict[str, Page]) -> None:
    for made in data.price_lists:
        page = pages[f"prices/{made.file.id}.html"]
        rows = texts(page.content["prices"])
        assert [row[0] for row in rows] == list(made.currencies)
        for code, pounds, interval, *_, verdict in rows:
            price = made.price(code, AVERAGE_PLACE, made.year)
            assert (pounds, verdict) == (format_pounds(price.pence), price.verdict)
            if price.lower is None or price.upper is None:
                assert interval == "–"
            else:
                assert interval == f"{format_pounds(price.lower)} to {format_pounds(price.upper)}"


def test_a_list_says_what_it_spends_beside_its_total(
    data: SiteData, pages: dict[str, Page]
) -> None:
    for made in data.price_lists:
        facts = dict(pages[f"prices/{made.file.id}.html"].content["facts"])
        if isinstance(made, CostReturnList):
            assert made.against_total is not None
            assert facts["Beside the total"] == made.against_total.words
            used = sum(row.cost for row in made.rows) - sum(
                one.cost or 0 for one in made.returns_aside if one.step != READ
            )
            assert facts["Cost returns"].endswith(f" and {format_pounds(used)} are used")
        else:
            assert "Beside the total" not in facts


def test_the_download_holds_every_price(data: SiteData, pages: dict[str, Page]) -> None:
    (download,) = pages[f"{MADE}.html"].downloads
    table = pages[f"{MADE}.html"].content["prices"]
    assert isinstance(table, Table)
    assert table.csv == download.path
    assert download.table["currency"].to_pylist() == [row[0] for row in texts(table)]


def test_steps_follow_one_another_and_end_at_the_price(
    data: SiteData, pages: dict[str, Page]
) -> None:
    for made in data.price_lists:
        told = pages[f"prices/{made.file.id}-steps.html"].content["prices"]
        assert isinstance(told, list)
        assert [one["code"] for one in told] == list(made.currencies[:MOST_STEPPED])
        for one in told:
            rows = texts(one["table"])
            price = made.price(one["code"], AVERAGE_PLACE, made.year)
            assert [row[0] for row in rows] == [step.name for step in price.steps]
            assert [row[1] for row in rows] == ["", *(row[3] for row in rows[:-1])]
            assert rows[-1][3] == format_pounds(price.pence)
            assert [row[4] for row in rows] == [step.note for step in price.steps]
            assert all(reason in one["sentence"] for reason in price.cautions)


def test_the_chart_shows_the_dearest_bases_and_says_so(pages: dict[str, Page]) -> None:
    (figure,) = pages[f"{MADE}.html"].figures
    assert figure.table is not None
    assert len(figure.table.rows) == MOST_DRAWN
    assert figure.sentence in figure.alternative
    assert figure.sentence.startswith("95 prices for April 2026 to March 2027: ")
    assert any("95% interval from 1,000 draws" in note for note in figure.notes)


def test_a_list_without_intervals_says_why(pages: dict[str, Page]) -> None:
    (figure,) = pages[f"{NATIONAL}.html"].figures
    assert "an interval is known for none" in figure.sentence
    assert any(note.startswith("No interval can be given") for note in figure.notes)


def test_a_long_list_has_the_steps_of_some_and_says_where_the_others_are(
    pages: dict[str, Page],
) -> None:
    page = pages[f"{LONG}.html"]
    table = page.content["prices"]
    assert isinstance(table, Table)
    led = [row[0].href for row in table.rows if isinstance(row[0], Cell)]
    assert (len(led), led.count("")) == (640, 440)
    assert "Of 440 other prices levelfield prices" in pages[f"{LONG}-steps.html"].lead
    assert "Of " not in pages[f"{NATIONAL}-steps.html"].lead
    (figure,) = page.figures
    assert "Drawn: the first 25, since no pounds behind them are known." in figure.notes


def test_every_page_stays_light(pages: dict[str, Page]) -> None:
    for page in pages.values():
        assert len(render(page, SITE).encode()) < 500_000, page.path
