"""The page of a statement: how each term is paid, in words."""

from dataclasses import replace
from pathlib import Path

from levelfield.payment import Statement
from levelfield.publish.pages.statements import statement_pages
from levelfield.publish.parts import Page
from made_up_site import made_up_site
from page_tables import texts
from spec.money_spec import pay

UNITS = """
    period | team_type | currency | error_class  | units
    each   | 12        | N02AF    |              | 4
    each   | 12        |          | NOT_ATTENDED | 7
"""


def page_of(found: Statement) -> Page:
    [page] = statement_pages(replace(made_up_site(empty=True), statements=(found,)))
    return page


def test_a_term_is_paid_by_words_and_not_by_its_code(tmp_path: Path) -> None:
    term = "terms: [{id: a, kind: cost_and_volume, services: others, fixed: 12, plan: 12}]"
    page = page_of(pay(tmp_path, term, UNITS, "2025-04"))
    assert texts(page.content["terms"])[0] == ["a", "cost and volume", "£1.00"]
