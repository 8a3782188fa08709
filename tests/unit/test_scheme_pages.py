"""The pages of the currency schemes: every row told, counts as the public may see them, reasons."""

from dataclasses import replace
from datetime import datetime

import pytest

from levelfield.currencies import load_scheme, schemes
from levelfield.pipeline.site import worked_examples
from levelfield.publish import SiteData
from levelfield.publish.pages.scheme_tables import rule_words
from levelfield.publish.pages.schemes import scheme_pages, schemes_table
from levelfield.publish.parts import Cell, Page, Table
from levelfield.publish.render import render
from made_up_site import made_up_site

SITE = {
    "title": "A simulated system",
    "simulated": True,
    "generated_at": datetime(2026, 4, 20, 9, 30),
    "year": "2025-26",
}
NCC = "currencies/ncc-2024-25.html"


@pytest.fixture(scope="module")
def data() -> SiteData:
    return made_up_site()


@pytest.fixture(scope="module")
def pages(data: SiteData) -> dict[str, Page]:
    return {page.path: page for page in scheme_pages(data)}


def texts(table: object) -> list[list[str]]:
    assert isinstance(table, Table)
    return [[cell.text if isinstance(cell, Cell) else cell for cell in row] for row in table.rows]


def test_every_scheme_has_its_pages_and_the_list_leads_to_them(
    data: SiteData, pages: dict[str, Page]
) -> None:
    assert len(pages) == 2 * len(schemes()) == 12
    led = {c.href for row in schemes_table(data).rows for c in row if isinstance(c, Cell)} - {""}
    assert led == set(pages)


@pytest.mark.parametrize("name", schemes())
def test_every_row_stands_in_the_tables_in_its_order_and_in_words(
    pages: dict[str, Page], name: str
) -> None:
    page, scheme = pages[f"currencies/{name}-tables.html"], load_scheme(name)
    tables = page.content["tables"]
    assert isinstance(tables, list)
    told = [row[0] for table in tables for row in table.rows]
    assert [cell.text for cell in told] == [rule.id for rule in scheme.rules]
    for cell, rule in zip(told, scheme.rules, strict=True):
        assert cell.note.endswith(".")
        assert rule.outcome in cell.note


def test_a_row_in_words_names_its_codes() -> None:
    scheme = load_scheme("ncc-2024-25")
    assert rule_words(scheme, scheme.rule("team-12-1")) == (
        "Team type is District Nursing Service (12), age group is adult and mode is face to face: "
        "N02AF, District Nurse, Adult, Face to face."
    )
    assert rule_words(scheme, scheme.rule("gap-mode-1")).startswith(
        "Team type is one of 22 codes and mode is missing: no currency, “"
    )


def test_an_example_says_which_row_fired_and_why_no_earlier_one_did(pages: dict[str, Page]) -> None:
    found = pages[NCC].content["examples"]
    assert isinstance(found, list)
    first = found[0]["records"][0]
    assert first["sentence"] == ("C1 of ZA1, 2025-04: N02AF, District Nurse, Adult, Face to face.")
    assert first["fired"].startswith("Row team-12-1 fired: team type is District Nursing Service")
    assert first["passed"][0] == (
        "check-attendance-1 did not: attendance is attended, and it asks that attendance is not "
        "attended."
    )
    assert any("staff group is not recorded" in said for said in first["passed"])
    assert found[1]["under"] == ["missing_attendance is attended"]


@pytest.mark.parametrize("name", schemes())
def test_an_example_gives_what_the_scheme_expects_of_it(name: str) -> None:
    """The pages explain the examples that the specs run: same records, same classes."""
    for worked in worked_examples()[name]:
        drawn = [line.split("|") for line in worked.example.expect.strip().splitlines()]
        head = [cell.strip() for cell in drawn[0]]
        wanted = [dict(zip(head, (c.strip() for c in row), strict=True)) for row in drawn[1:]]
        got = {(one.record_id, one.fired.outcome) for one in worked.whys}
        for row in wanted:
            outcome = row.get("currency") or row.get("error_class")
            if outcome:
                assert (row["record_id"], outcome) in got, worked.example.title


def test_counts_are_rounded_and_those_of_a_parent_hold_its_codes(
    data: SiteData, pages: dict[str, Page]
) -> None:
    rows = {row[0]: row for row in texts(pages[NCC].content["codes"])}
    assert data.counts is not None
    exact = sum(r["units"] for r in data.counts.to_pylist() if r["currency"] == "N02AF")
    shown = int(rows["N02AF"][3].replace(",", ""))
    assert shown % 5 == 0
    assert abs(shown - exact) < 3
    assert int(rows["COMMUNITY"][3].replace(",", "")) >= shown
    (figure,) = pages[NCC].figures
    assert figure.sentence in figure.alternative
    assert figure.table is not None
    assert [row[0] for row in texts(figure.table)][:2] == ["Direct currency", "Nearest currency"]


def test_a_small_count_is_suppressed(data: SiteData) -> None:
    assert data.counts is not None
    row = data.counts.slice(0, 1).to_pylist()[0] | {"currency": "N15AF", "units": 3}
    few = type(data.counts).from_pylist(
        [row | {"currency": "N02AF", "units": 900}, row], schema=data.counts.schema
    )
    page = next(p for p in scheme_pages(replace(data, counts=few)) if p.path == NCC)
    rows = {row[0]: row for row in texts(page.content["codes"])}
    assert rows["N15AF"][3] == "suppressed"
    assert rows["N02AF"][3] == "900"


def test_a_scheme_that_nobody_counted_says_why_it_shows_no_units(pages: dict[str, Page]) -> None:
    for path, page in pages.items():
        if page.kind == "scheme":
            table = page.content["codes"]
            assert isinstance(table, Table)
            assert (len(table.columns) == 5) == (path == NCC)
    (said,) = told(pages["currencies/single-episode.html"])
    assert said.startswith("No units are at hand: this home holds no referral.")


def test_every_scheme_that_was_counted_is_judged(data: SiteData) -> None:
    """Coverage, stability and the cost explained: or, where nobody knows the cost, why not."""
    assert data.counts is not None
    rows = [
        row | {"currency": row["currency"] and "A12-OTH", "error_class": "NOT_ATTENDED"}
        if row["currency"] is None
        else row | {"currency": "A12-OTH" if row["provider"] == "ZA1" else "A20"}
        for row in data.counts.to_pylist()
    ]
    other = type(data.counts).from_pylist(rows, schema=data.counts.schema)
    found = scheme_pages(replace(data, other_counts={"community-contact": other}))
    page = next(p for p in found if p.path == "currencies/community-contact.html")
    (figure,) = page.figures
    assert "units have a currency, each unit a care contact." in figure.sentence
    assert "“Not attended”" in figure.sentence
    months, providers, cost = told(page)
    assert months.startswith("Between months the mix of classes has an association of 0.0")
    # Whoever is not ZA1 has another class: the mixes differ far more than months do.
    assert float(providers.split("association of ")[1][:4]) > 0.5
    assert cost.startswith("How much of the variance of cost the classes explain cannot be said")
    assert cost.endswith("Published classes of palliative care explain 17% to 21%.")
    few = other.slice(0, 1).to_pylist()[0] | {"units": 2}
    small = type(other).from_pylist([few], schema=other.schema)
    found = scheme_pages(replace(data, other_counts={"community-contact": small}))
    page = next(p for p in found if p.path == "currencies/community-contact.html")
    assert told(page) == ["There are too few units to show any."]


def test_cost_explained_stands_where_there_are_cost_returns(pages: dict[str, Page]) -> None:
    cost = told(pages[NCC])[2]
    assert cost.startswith("By the cost returns of the list fictional-2026-27: 95 classes explain")
    assert "Published classes of palliative care explain 17% to 21%." in cost


def told(page: Page) -> list[str]:
    judged = page.content["judged"]
    assert isinstance(judged, list)
    return judged


def test_a_home_without_units_still_shows_its_schemes() -> None:
    page = next(p for p in scheme_pages(made_up_site(empty=True)) if p.path == NCC)
    assert page.figures == ()
    assert page.content["examples"]


def test_every_page_stays_light(pages: dict[str, Page]) -> None:
    for page in pages.values():
        assert len(render(page, SITE).encode()) < 500_000, page.path
