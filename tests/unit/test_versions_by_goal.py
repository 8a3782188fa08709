"""Two versions of an outcomes framework over one year: the pounds of each indicator."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from levelfield.payment import load_contract
from levelfield.payment.scenarios import (
    Reconciliation,
    Side,
    by_goal,
    goals_table,
    reconcile,
    write_tables,
)
from levelfield.publish import Changed
from levelfield.publish.pages.reconciled import reconciled_pages
from levelfield.publish.parts import Cell
from made_up_site import made_up_site
from spec.money_spec import contract_file, inputs

UNITS = "period | team_type | currency | units\n each | 26 | A08A1 | 1"
TERMS = """
    terms:
      - {id: care, kind: activity, services: others}
      - id: outcomes
        kind: outcomes
        first_year: 2025-26
        at_risk_percent: [10]
        values: {2025-26: 10000}
        paid: clawed_back
        points: 100
        domains:
          - id: d
            title: D
            points: 100
            outcomes:
              - id: o
                title: O
                points: 100
                indicators:
                  - {id: home, title: At home, points: 60, goal: {measure: home,
                     method: linear, floor: 0.70, target: 0.80}}
                  - {id: old, title: The old one, points: 40, goal: {measure: ucr, target: 0.70}}
"""
VALUES = """
    measure | period  | numerator | denominator | value
    home    | 2025-26 | 75        | 100         | 0.75
    ucr     | 2025-26 | 90        | 100         | 0.90
"""


@pytest.fixture
def made(tmp_path: Path) -> Reconciliation:
    """£1,000 at risk. `home` is harder to reach, and another indicator takes the place of `old`."""
    other = TERMS.replace("target: 0.80", "target: 0.95").replace("id: old", "id: new")
    other = other.replace("The old one", "The new one").replace("target: 0.70}", "target: 0.95}")
    sides = []
    for text in (TERMS, other):
        contract = load_contract(contract_file(tmp_path, text))
        sides.append(Side(contract, "2025-26", inputs(UNITS, VALUES)))
    return reconcile(*sides)


def test_the_pounds_of_each_indicator_under_both(made: Reconciliation) -> None:
    """£600 × 5 of 10 points, then × 5 of 25; £400 for `old`, and none for `new`."""
    found = {one.goal: one for one in by_goal(made)}
    pence = {goal: (one.before_pence, one.after_pence) for goal, one in found.items()}
    assert pence == {
        "on-account": (100_000, 100_000),
        "home": (30_000, 12_000),
        "new": (None, 0),
        "settled": (-100_000, -100_000),
        "old": (40_000, None),
    }
    assert found["home"].after == "At home: home is 0.7500; earns 20.0%"
    assert sum(one.difference_pence for one in found.values()) == made.difference_pence == -58_000


def test_care_is_no_goal(tmp_path: Path) -> None:
    terms = "terms: [{id: care, kind: activity, services: others}]"
    side = Side(load_contract(contract_file(tmp_path, terms)), "2025-26", inputs(UNITS))
    assert list(by_goal(reconcile(side, side))) == []


def test_goals_as_a_file_and_on_the_page(made: Reconciliation, tmp_path: Path) -> None:
    write_tables(tmp_path, goals=goals_table(made))
    with (tmp_path / "goals.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["goal"]: row for row in csv.DictReader(stream)}
    assert rows["home"]["difference_pence"] == "-18000"
    assert rows["old"]["after_pence"] == ""
    change = Changed("c", "last year", "last year", made)
    [page] = reconciled_pages(replace(made_up_site(empty=True), changes=(change,)))
    table = page.content["goals"]
    shown = {row[0].text: row for row in table.rows if isinstance(row[0], Cell)}
    assert shown["old"][1:] == ("outcomes", "£400.00", "none", "-£400.00")
    assert set(shown) == set(rows) == {one.goal for one in by_goal(made)}
