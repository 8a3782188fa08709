"""Laws of statements held against others, over random contracts and units.

`LEVELFIELD_CASES=1000` runs each law as often; the default is quick.
"""

import os
from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from levelfield.core.money import share_out
from levelfield.payment import statement
from levelfield.payment.scenarios import (
    CAUSES,
    Comparison,
    Outcome,
    Plan,
    Side,
    bridge,
    flex_and_freeze,
    reconcile,
    with_plan,
)
from levelfield.payment.scenarios.plan import Planned
from property.test_payment import MONTHS, contract, given_inputs, prices, table, terms, units

CASES = settings(max_examples=int(os.environ.get("LEVELFIELD_CASES", "40")), deadline=None)


def side(its_terms: list[dict], rows: list[dict], period: str, snapshot: str = "s") -> Side:
    inputs = replace(given_inputs(table(rows), prices()), snapshot=snapshot)
    return Side(contract(its_terms), period, inputs)


@given(terms(), units(), units())
@CASES
def test_a_rerun_on_restated_data_moves_the_total_by_exactly_the_items(
    its_terms: list[dict], first: list[dict], restated: list[dict]
) -> None:
    before = side(its_terms, first, "2025-04", "first")
    after = side(its_terms, restated, "2025-04", "again")
    found = flex_and_freeze(before.contract, "2025-04", before.inputs, after.inputs)
    difference = after.statement.total_pence - before.statement.total_pence
    assert sum(item.pence for item in found.changes.items) == difference
    assert sum(month.difference_pence for month in found.months) == difference
    assert {item.cause for item in found.changes.items} <= {"data"}
    # Each item is the difference of the lines that it is about.
    for item in found.changes.items:
        if item.currency:
            sums = [
                sum(
                    line.amount_pence
                    for line in made.statement.lines
                    if (line.term, line.service, line.currency)
                    == (item.term, item.service, item.currency)
                )
                for made in (before, after)
            ]
            assert item.pence == sums[1] - sums[0]


@given(terms(), terms(), units("2025-04"), units("2025-05"), st.booleans())
@CASES
def test_what_changed_between_two_months_sums_to_the_difference(
    old: list[dict], new: list[dict], april: list[dict], may: list[dict], same: bool
) -> None:
    new = old if same else new
    before, after = side(old, april, "2025-04"), side(new, april + may, "2025-05")
    found = reconcile(before, after)
    assert sum(item.pence for item in found.items) == found.difference_pence
    assert sum(found.by_cause().values()) == found.difference_pence
    causes = list(found.by_cause())
    assert causes == [cause for cause in CAUSES if cause in causes]
    built = bridge(
        "April", found.before.total_pence, found.by_cause(), "May", found.after.total_pence
    )
    assert built.levels()[-2][2] == built.end == found.after.total_pence


@given(terms(), units("2025-04"), st.integers(2, 50))
@CASES
def test_more_of_the_same_care_is_activity_and_nothing_else(
    its_terms: list[dict], april: list[dict], times: int
) -> None:
    may = [row | {"period": "2025-05", "units": row["units"] * times} for row in april]
    before, after = side(its_terms, april, "2025-04"), side(its_terms, april + may, "2025-05")
    found = reconcile(before, after)
    assert set(found.by_cause()) <= {"activity"}


@given(terms(), units("2025-04"), st.data())
@CASES
def test_splitting_a_months_rows_changes_no_total(
    its_terms: list[dict], april: list[dict], data: st.DataObject
) -> None:
    """Units counted in two parts of a month are those of the month."""
    parts = []
    for row in april:
        first = data.draw(st.integers(0, row["units"]))
        parts += [row | {"units": first}, row | {"units": row["units"] - first}]
    whole, split = side(its_terms, april, "2025-04"), side(its_terms, parts, "2025-04")
    assert whole.statement.total_pence == split.statement.total_pence
    assert whole.by_place() == split.by_place()
    assert not reconcile(whole, split).items


@given(terms(), units("2025-04"), st.data())
@CASES
def test_care_moved_between_months_changes_no_total_of_the_year(
    its_terms: list[dict], april: list[dict], data: st.DataObject
) -> None:
    """Blocks and activity know of no month within the year: what is split off into others stays
    paid."""
    year = april + [row | {"period": month, "units": 0} for month in MONTHS[1:] for row in april]
    parts = []
    for row in april:
        first = data.draw(st.integers(0, row["units"]))
        month = data.draw(st.sampled_from(MONTHS))
        parts += [row | {"units": first}, row | {"period": month, "units": row["units"] - first}]
    spread = [row | {"units": 0} for row in year] + parts
    one, other = side(its_terms, year, "2025-26"), side(its_terms, spread, "2025-26")
    assert one.statement.total_pence == other.statement.total_pence


@given(terms(), units("2025-04"))
@CASES
def test_places_sum_to_the_statement(its_terms: list[dict], april: list[dict]) -> None:
    one = side(its_terms, april, "2025-04")
    assert sum(one.by_place().values()) == one.statement.total_pence


@given(terms(), units("2025-04"), units("2025-04"))
@CASES
def test_plan_and_actual_sum_to_their_statements(
    its_terms: list[dict], planned: list[dict], actual: list[dict]
) -> None:
    agreed = contract(its_terms)
    plan: Counter[Planned] = Counter()
    for row in planned:
        service = row["team_type"] or "none"
        if row["currency"] and agreed.term_of(service, row["currency"]):
            plan[Planned("2025-04", service, row["currency"], agreed.scheme)] += row["units"]
    if not plan:
        return
    inputs = given_inputs(table(actual), prices())
    found = with_plan(agreed, "2025-04", Plan(plan, "p"), inputs)
    assert found.actual.lines == statement(agreed, "2025-04", inputs).lines
    assert sum(line.planned_pence for line in found.lines) == found.plan.total_pence
    assert sum(line.pence for line in found.lines) == found.actual.total_pence
    assert sum(line.variance_pence for line in found.lines) == found.variance_pence
    care = sum(
        row["units"]
        for row in actual
        if row["currency"] and agreed.term_of(row["team_type"] or "none", row["currency"])
    )
    assert sum(line.variance_units for line in found.lines) == care - sum(plan.values())


@given(terms(), terms(), units("2025-04"))
@CASES
def test_effects_and_bridges_end_at_the_total(
    old: list[dict], new: list[dict], april: list[dict]
) -> None:
    base = Outcome("base", "Base", (side(old, april, "2025-04"),))
    other = Outcome("other", "Other", (side(new, april, "2025-04"),))
    found = Comparison("t", "2025-04", base, (other,))
    difference = other.total_pence - base.total_pence
    for dimension in ("provider", "commissioner", "service"):
        assert sum(one.effect_pence for one in found.effects(other, dimension)) == difference
        assert found.bridge_of(other, dimension, str).levels()[-1][2] == other.total_pence
    assert sum(found.why(other).values()) == difference
    assert found.bridge_of_causes(other).end == other.total_pence


@given(
    st.integers(-(10**9), 10**9),
    st.dictionaries(st.integers(), st.integers(0, 10**6), min_size=1).filter(
        lambda weights: any(weights.values())
    ),
)
@CASES
def test_parts_that_are_shared_out_sum_and_miss_their_share_by_less_than_one(
    total: int, weights: dict[int, int]
) -> None:
    parts = share_out(total, weights)
    assert sum(parts.values()) == total
    whole = sum(weights.values())
    assert all(abs(parts[key] * whole - total * weights[key]) < whole for key in weights)
