"""The sentence beside a plan names what made most of the difference in words a person knows."""

from pathlib import Path

import pytest

from levelfield.publish.pages.plans import plan_sentence
from spec.scenario_spec import run_plan

PRICES = "local_prices: {N02AF: 1.00, A08A1: 1.00, A08AG: 1.00, N12: 1.00}\n"
LINES = "lines: {nursing: {services: ['12', '40']}}\n"


def sentence(folder: Path, terms: str, plan: str, units: str, period: str = "2025-05") -> str:
    plan = "month | service | currency | units\n" + plan
    units = "period | team_type | currency | units\n" + units
    return plan_sentence(
        run_plan(folder, PRICES + LINES + f"terms: [{terms}]", plan, units, period)
    )


def test_a_service_counts_with_all_its_currencies(tmp_path: Path) -> None:
    """Each currency of physiotherapy moves less than the one of nursing, both together more."""
    found = sentence(
        tmp_path,
        "{id: care, kind: activity, services: ['12', '26']}",
        "each | 12 | N02AF | 10\neach | 26 | A08A1 | 10\neach | 26 | A08AG | 10",
        "each | 12 | N02AF | 15\neach | 26 | A08A1 | 14\neach | 26 | A08AG | 14",
    )
    assert found == (
        "£43.00 is £13.00 more than the plan of £30.00. Largest variance: Physiotherapy Service, "
        "£8.00."
    )


@pytest.mark.parametrize(
    ("care", "named"),
    [
        ("services: ['12']", "District Nursing Service"),
        ("services: ['12', '16', '40']", "District Nursing Service and 2 more (blended)"),
        ("services: others", "All services that no other term names (blended)"),
        ("currencies: [N02AF]", "District Nurse, Adult, Face to face (blended)"),
        ("line: nursing", "The line nursing (blended)"),
    ],
)
def test_a_sum_is_named_by_the_service_or_by_how_and_for_what_it_is_paid(
    tmp_path: Path, care: str, named: str
) -> None:
    found = sentence(
        tmp_path,
        f"{{id: t1, kind: blended, {care}, plan: 0, fixed_share: 0, variable_share: 1}}",
        "each | 12 | N02AF | 10",
        "each | 12 | N02AF | 5",
    )
    assert f"Largest variance: {named}, -£5.00." in found


def test_sums_of_one_name_are_told_apart_by_their_terms(tmp_path: Path) -> None:
    """Two terms share out the care of two services by currency: what they vary by does not mix."""
    paid = "kind: blended, services: ['12', '16'], plan: 0, fixed_share: 0, variable_share: 1"
    found = sentence(
        tmp_path,
        f"{{id: t1, {paid}, currencies: [N02AF]}}, {{id: t2, {paid}, currencies: [N12]}},"
        " {id: t3, kind: activity, services: ['26']}",
        "each | 12 | N02AF | 10\neach | 12 | N12 | 100\neach | 26 | A08A1 | 10",
        "each | 12 | N02AF | 70\neach | 12 | N12 | 41\neach | 26 | A08A1 | 12",
    )
    named = "District Nursing Service and 1 more (blended), term t1"
    assert found.endswith(f"Largest variance: {named}, £60.00.")


def test_sums_of_the_one_service_are_taken_together(tmp_path: Path) -> None:
    paid = "kind: blended, services: ['12'], plan: 0, fixed_share: 0, variable_share: 1"
    found = sentence(
        tmp_path,
        f"{{id: t1, {paid}, currencies: [N02AF]}}, {{id: t2, {paid}, currencies: [N12]}}",
        "each | 12 | N02AF | 10\neach | 12 | N12 | 10",
        "each | 12 | N02AF | 15\neach | 12 | N12 | 12",
    )
    assert found.endswith("Largest variance: District Nursing Service, £7.00.")


def test_a_sum_for_no_care_is_named_by_its_kind(tmp_path: Path) -> None:
    """In March all of the year is settled: twelve times what a month's care comes to."""
    goal = "{id: g, percent: 100, goals: [{id: a, title: t, share: 1, goal: {agreed: 1}}]}"
    found = sentence(
        tmp_path,
        "{id: t1, kind: activity, services: ['12']},"
        f" {{id: t2, kind: quality, of: [t1], groups: [{goal}]}}",
        "each | 12 | N02AF | 10",
        "each | 12 | N02AF | 15",
        "2026-03",
    )
    assert found.endswith("Largest variance: Quality, £60.00.")
