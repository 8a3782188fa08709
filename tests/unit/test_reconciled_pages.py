"""The page of what changed between two statements: its parts sum to the difference."""

from dataclasses import replace
from pathlib import Path

import pytest

from levelfield.core.money import format_pounds
from levelfield.publish import Changed, SiteData
from levelfield.publish.pages.reconciled import reconciled_pages
from levelfield.publish.pages.statement_index import index_page
from levelfield.publish.parts import Page
from levelfield.publish.render import render
from made_up_scenarios import made_up_change
from made_up_site import made_up_contract, made_up_inputs, made_up_site
from page_tables import pence, texts
from spec.scenario_spec import run_changes

SITE = {"title": "A made-up system", "simulated": True, "year": "2025-26"}


@pytest.fixture(scope="module")
def data() -> SiteData:
    change = made_up_change(made_up_contract(), made_up_inputs())
    return replace(made_up_site(empty=True), changes=(change,), left_out=("reviews/old",))


@pytest.fixture(scope="module")
def page(data: SiteData) -> Page:
    [found] = reconciled_pages(data)
    return found


def test_the_items_sum_to_the_difference(data: SiteData, page: Page) -> None:
    [change] = data.changes
    totals = []
    for one in page.content["causes"]:
        *items, total = (pence(row[-1]) for row in texts(one["table"]))
        assert sum(items) == total
        totals.append(total)
    assert len(totals) == 2
    assert sum(totals) == change.made.difference_pence != 0


def test_each_waterfall_leads_from_the_one_total_to_the_other(data: SiteData, page: Page) -> None:
    [change] = data.changes
    assert len(page.figures) == 2
    for figure in page.figures:
        first, *steps, last = texts(figure.table)
        assert pence(first[2]) == change.made.before.total_pence
        assert pence(last[2]) == change.made.after.total_pence
        assert sum(pence(row[1]) for row in steps) == change.made.difference_pence


def test_the_months_of_one_year_sum_to_the_statements(page: Page) -> None:
    *months, total = texts(page.content["months"])
    assert len(months) == 12
    for column in (1, 2, 3):
        assert sum(pence(row[column]) for row in months) == pence(total[column])


def test_the_lead_names_totals_and_the_largest_cause(data: SiteData, page: Page) -> None:
    made = data.changes[0].made
    for amount in (made.after.total_pence, made.before.total_pence, made.difference_pence):
        assert format_pounds(amount) in page.lead
    assert "Most of what changed is data (what is known of the care)" in page.lead


def test_a_sum_is_named_by_what_it_is_for(page: Page) -> None:
    """Not by the id of its term, which says nothing to a reader."""
    [dearer] = [one for one in page.content["causes"] if one["table"].caption.startswith("Terms")]
    named = "District Nursing Service and 1 more (block)"
    assert texts(dearer["table"])[0][:3] == [named, "nursing", "block"]
    assert named in [row[0] for row in texts(page.figures[1].table)]


def test_the_sums_of_a_term_whose_kind_changed_keep_their_names(
    data: SiteData, tmp_path: Path
) -> None:
    """And two sums of one name are told apart by their terms."""
    block = "kind: block, services: ['12', '16'], annual: "
    blended = "kind: blended, services: ['12', '16'], fixed_share: 1, variable_share: 0, plan: "
    units = "period | team_type | currency | units\neach | 26 | A08A1 | 1"
    made = run_changes(
        tmp_path,
        f"terms: [{{id: a, {block} 120, currencies: [N02AF]}},"
        f" {{id: b, {block} 120, currencies: [N12]}}]",
        units,
        units,
        "2025-04",
        f"terms: [{{id: a, {blended} 240, currencies: [N02AF]}},"
        f" {{id: b, {block} 360, currencies: [N12]}}]",
        restated=False,
    )
    [page] = reconciled_pages(replace(data, changes=(Changed("kind", "one", "two", made),)))
    care = "District Nursing Service and 1 more"
    steps = [tuple(row[:2]) for row in texts(page.figures[1].table)[1:-1]]
    assert sorted(steps) == [
        (f"{care} (blended)", "£20.00"),
        (f"{care} (block), term a", "-£10.00"),
        (f"{care} (block), term b", "£20.00"),
    ]


def test_nothing_that_changed_is_said_and_draws_nothing(data: SiteData) -> None:
    [change] = data.changes
    same = replace(change.made, before=change.made.after, items=())
    still = Changed("still", "one", "the same", same)
    [page] = reconciled_pages(replace(data, changes=(still,)))
    assert page.lead.startswith("Nothing changed: £")
    assert page.figures == ()
    text = render(page, {**SITE, "generated_at": data.generated_at})
    assert "Item by item" not in text


def test_what_was_taken_together_is_told(data: SiteData) -> None:
    [change] = data.changes
    made = replace(change.made, together=("price",))
    [page] = reconciled_pages(replace(data, changes=(replace(change, made=made),)))
    text = render(page, {**SITE, "generated_at": data.generated_at})
    assert "Not told apart from what follows it: what a unit costs." in text


def test_the_list_names_the_page_and_what_is_without_one(data: SiteData, page: Page) -> None:
    tables = {table.caption: table for table in index_page(data).content["tables"]}
    [row] = tables["What changed"].rows
    assert row[0].href == page.path
    assert row[1:] == ("the year, as first received", "the year, as it is held now")
    assert texts(tables["Without a page"])[0][0] == "reviews/old"
