"""The page of a statement: how each term is paid, in words, and what is not paid in units."""

from dataclasses import replace
from pathlib import Path

from levelfield.currencies import load_scheme
from levelfield.payment import Statement
from levelfield.publish.pages.statements import statement_pages
from levelfield.publish.parts import Page
from made_up_site import made_up_site
from page_tables import texts
from spec.money_spec import pay

TERM = "terms: [{id: a, kind: cost_and_volume, services: others, fixed: 12, plan: 12}]"
UNKNOWN = "AGE_MISSING"
UNITS = """
    period | team_type | currency | error_class  | units
    each   | 12        | N02AF    |              | 4
    each   | 12        |          | NOT_ATTENDED | 7
"""


def page_of(found: Statement) -> Page:
    [page] = statement_pages(replace(made_up_site(empty=True), statements=(found,)))
    return page


def test_a_term_is_paid_by_words_and_not_by_its_code(tmp_path: Path) -> None:
    page = page_of(pay(tmp_path, TERM, UNITS, "2025-04"))
    assert texts(page.content["terms"])[0] == ["a", "cost and volume", "£1.00"]


def test_what_is_not_paid_is_named_by_the_unit_of_the_scheme(tmp_path: Path) -> None:
    """A year of care counts person-years, with error classes of its own."""
    agreed = pay(tmp_path, TERM, UNITS, "2025-04").contract
    years = agreed.model_copy(update={"scheme": "year-of-care"})
    found = replace(pay(tmp_path, TERM, UNITS, "2025-04"), contract=years, unclassed={UNKNOWN: 3})
    left = page_of(found).content["left_out"]
    assert left.columns[0].heading == "Units, each a person-year"
    title = load_scheme("year-of-care").classes[UNKNOWN].title
    assert texts(left) == [[title, "it has no currency", "3"]]
