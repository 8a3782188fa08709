"""The page of a block review: what it says is what the review holds."""

from dataclasses import replace

import pytest

from levelfield.core.money import format_pounds
from levelfield.publish import SiteData
from levelfield.publish.pages.reviews import review_pages
from levelfield.publish.pages.statement_index import index_page
from levelfield.publish.parts import Cell, Page
from levelfield.publish.render import render
from made_up_reviews import made_up_review
from made_up_site import made_up_contract, made_up_inputs, made_up_site
from page_tables import pence, texts

SITE = {"title": "A made-up system", "simulated": True, "year": "2025-26"}


@pytest.fixture(scope="module")
def data() -> SiteData:
    empty = made_up_site(empty=True)
    return replace(empty, reviews=(made_up_review(made_up_contract(), made_up_inputs()),))


@pytest.fixture(scope="module")
def page(data: SiteData) -> Page:
    [found] = review_pages(data)
    return found


def test_the_bridge_by_line_sums_to_the_penny(data: SiteData, page: Page) -> None:
    *lines, total = texts(page.content["by_line"])
    assert len(lines) == len(data.reviews[0].lines) == 3
    for row in (*lines, total):
        given, *steps, priced = map(pence, row[1:])
        assert given + sum(steps) == priced
    for column, shown in enumerate(total[1:], start=1):
        assert sum(pence(row[column]) for row in lines) == pence(shown)
    assert pence(total[-1]) == data.reviews[0].steps.end


def test_every_finding_stands_with_its_pounds_interval_and_evidence(
    data: SiteData, page: Page
) -> None:
    text = render(page, {**SITE, "generated_at": data.generated_at})
    for one in data.reviews[0].findings:
        assert one.pence, f"{one.rule}: the made-up block has nothing to show"
        assert one.told in text
        for sentence in (one.question, *one.evidence, one.interval_note, one.confidence_why):
            assert sentence.replace("'", "&#39;") in text
        assert all(example in text for example in one.examples)
    assert "A post was empty." in text
    assert text.count("none yet") == 3
    assert "Not to be passed on or published" in text


def test_an_upper_bound_is_told_as_one(data: SiteData, page: Page) -> None:
    [row] = [row for row in texts(page.content["summary"]) if row[0].startswith("Care by two")]
    bound = data.reviews[0].finding("UN-4").pence
    assert bound is not None
    assert row[1] == f"at most {format_pounds(bound)}"


def test_the_lead_says_what_was_paid_and_the_largest_question(data: SiteData, page: Page) -> None:
    made = data.reviews[0]
    most = max(made.findings, key=lambda one: abs(one.pence or 0))
    assert format_pounds(made.steps.start) in page.lead
    assert format_pounds(made.steps.end) in page.lead
    assert most.title.lower() in page.lead


def test_a_finding_without_pounds_says_so_and_is_no_nought(data: SiteData) -> None:
    made = data.reviews[0]
    unknown = replace(made.finding("UN-5"), pence=None, lower=None, upper=None, parts=())
    reviews = (replace(made, findings=(unknown,)),)
    [page] = review_pages(replace(data, reviews=reviews))
    assert texts(page.content["summary"])[0][1:3] == ["cannot be put into pounds", "–"]
    assert "largest question" not in page.lead


def test_records_show_each_field_with_its_origin(page: Page) -> None:
    first = page.content["records"][0]["table"]
    rows = {row[0]: row[1:] for row in texts(first)}
    assert rows["Patients"] == ["–", "not collected"]
    assert rows["Commissioner"] == ["ZC001", "present"]


def test_the_downloads_are_the_tables_of_the_review(data: SiteData, page: Page) -> None:
    names = {download.path.rpartition("-")[2]: download.table for download in page.downloads}
    assert names.keys() == {"findings.csv", "parts.csv", "bridge.csv", "records.csv"}
    rules, pounds = (names["findings.csv"][name].to_pylist() for name in ("rule", "pence"))
    found = dict(zip(rules, pounds, strict=True))
    assert found == {one.rule: one.pence for one in data.reviews[0].findings}


def test_the_list_of_statements_names_the_review(data: SiteData, page: Page) -> None:
    listed = index_page(data)
    linked = [
        cell.href
        for table in listed.content["tables"]
        for row in table.rows
        for cell in row
        if isinstance(cell, Cell)
    ]
    assert linked == [page.path]
