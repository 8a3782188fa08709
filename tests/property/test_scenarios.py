"""Laws of statements held against others, over random contracts of every kind of term."""

from collections import Counter
from dataclasses import replace
from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st

from levelfield.core.money import share_out
from levelfield.payment import bridge, statement
from levelfield.payment.scenarios import (
    CAUSES,
    Cause,
    Comparison,
    Outcome,
    Plan,
    Reconciliation,
    Side,
    flex_and_freeze,
    reconcile,
    with_plan,
)
from levelfield.payment.scenarios.plan import Planned
from made_up_contracts import MONTHS, Drawn, drawn_contracts, randoms, results_of, units_of
from made_up_terms import YEAR
from property.cases import cases
from property.test_payment import contract, given_inputs, prices, table, terms, units

periods = st.sampled_from([*MONTHS, MONTHS[-1], MONTHS[-1], YEAR])
"""A month, March more often than others since what is settled once a year is settled then from all
of it, or the year."""


def side(drawn: Drawn, period: str = YEAR, snapshot: str = "s") -> Side:
    return Side(drawn.contract, period, replace(drawn.inputs, snapshot=snapshot))


def holds(found: Reconciliation) -> None:
    """The items, the causes and the bridge each account for all of the difference."""
    difference = found.after.total_pence - found.before.total_pence
    assert sum(item.pence for item in found.items) == difference
    causes = found.by_cause()
    assert sum(causes.values()) == difference
    assert list(causes) == [cause for cause in CAUSES if cause in causes]
    steps = {str(cause): pence for cause, pence in causes.items()}
    built = bridge("a", found.before.total_pence, steps, "b", found.after.total_pence)
    assert built.levels()[-2][2] == found.after.total_pence


@given(drawn_contracts(), randoms, periods)
@cases()
def test_a_rerun_on_restated_data_moves_the_total_by_exactly_the_items(
    drawn: Drawn, random: Random, period: str
) -> None:
    restated = replace(drawn, units=units_of(random))
    again = replace(restated.inputs, snapshot="restated")
    found = flex_and_freeze(drawn.contract, period, drawn.inputs, again)
    holds(found.changes)
    assert set(found.changes.by_cause()) <= {"data"}
    assert found.freeze.total_pence == statement(drawn.contract, period, again).total_pence
    difference = found.freeze.total_pence - found.flex.total_pence
    assert sum(month.difference_pence for month in found.months) == difference
    # Each item is the difference of exactly the lines that it is about.
    lines: Counter[tuple[str, str, str | None, str | None]] = Counter()
    for sign, made in ((-1, found.flex), (1, found.freeze)):
        for line in made.lines:
            lines[line.term, line.kind, line.service, line.currency] += sign * line.amount_pence
    for item in found.changes.items:
        assert item.pence == lines[item.term, item.kind, item.service, item.currency]


@given(drawn_contracts(), drawn_contracts(), periods, st.sampled_from(["s", "another"]))
@cases()
def test_whatever_changes_the_items_sum_to_the_difference(
    one: Drawn, other: Drawn, period: str, snapshot: str
) -> None:
    holds(reconcile(side(one, period), side(other, period, snapshot)))


@given(drawn_contracts(), st.permutations(MONTHS), randoms)
@cases()
def test_what_changes_between_two_months_sums_to_the_difference(
    drawn: Drawn, months: list[str], random: Random
) -> None:
    later = replace(drawn, units=units_of(random), values=results_of(random))
    holds(reconcile(side(drawn, months[0]), side(later, months[1])))


@given(
    drawn_contracts(),
    randoms,
    st.integers(2, 9),
    periods,
    st.sampled_from(["definitions", "data", "population", "quality"]),
)
@cases()
def test_each_change_alone_has_its_own_cause(
    drawn: Drawn, random: Random, times: int, period: str, cause: Cause
) -> None:
    people = {band: count * times for band, count in drawn.people.items()}
    changed = {
        "definitions": replace(drawn, units=units_of(random)),
        "data": replace(drawn, units=units_of(random)),
        "population": replace(drawn, people=people),
        "quality": replace(drawn, values=results_of(random)),
    }
    before = side(drawn, period)
    # What is not said to change is the very same.
    same = {"values": before.inputs.values} if cause != "quality" else {}
    after = side(changed[cause], period, "restated" if cause == "data" else "s")
    after = replace(after, inputs=replace(after.inputs, **same))
    found = reconcile(before, after)
    holds(found)
    assert set(found.by_cause()) <= {cause}


@given(terms(), units("2025-04"), st.integers(2, 50))
@cases()
def test_more_of_the_same_care_is_activity_and_nothing_else(
    its_terms: list[dict], april: list[dict], times: int
) -> None:
    may = [row | {"period": "2025-05", "units": row["units"] * times} for row in april]
    agreed = contract(its_terms)
    inputs = [given_inputs(table(rows), prices()) for rows in (april, april + may)]
    found = reconcile(Side(agreed, "2025-04", inputs[0]), Side(agreed, "2025-05", inputs[1]))
    assert set(found.by_cause()) <= {"activity"}


@given(drawn_contracts(), randoms, periods)
@cases()
def test_units_counted_in_two_parts_are_those_of_the_month(
    drawn: Drawn, random: Random, period: str
) -> None:
    parts = []
    for row in drawn.units:
        first = random.randint(0, row["units"])
        parts += [
            {**row, "units": first, "size": 0, "excess": 0},
            {**row, "units": row["units"] - first},
        ]
    whole, split = side(drawn, period), side(replace(drawn, units=parts), period)
    assert whole.statement.total_pence == split.statement.total_pence
    assert whole.by_place() == split.by_place()
    assert not reconcile(whole, split).items


@given(drawn_contracts(), drawn_contracts(), periods)
@cases()
def test_places_effects_and_bridges_account_for_the_totals(
    one: Drawn, other: Drawn, period: str
) -> None:
    base, changed = (
        Outcome(name, name, (side(drawn, period),))
        for name, drawn in (("base", one), ("other", other))
    )
    assert sum(base.amounts.values()) == base.total_pence
    found = Comparison("t", period, base, (changed,))
    difference = changed.total_pence - base.total_pence
    for dimension in ("provider", "commissioner", "service"):
        assert sum(e.effect_pence for e in found.effects(changed, dimension)) == difference
        assert found.bridge_of(changed, dimension, str).levels()[-1][2] == changed.total_pence
    assert sum(found.why(changed).values()) == difference
    assert found.bridge_of_causes(changed).end == changed.total_pence


@given(drawn_contracts(), randoms)
@cases()
def test_plan_and_actual_sum_to_their_statements(drawn: Drawn, random: Random) -> None:
    agreed = drawn.contract
    plan: Counter[Planned] = Counter()
    for row in units_of(random):
        month, service = MONTHS[row["month"]], row["service"]
        covered = agreed.term_of(service, row["currency"], row["scheme"])
        if covered and covered.by_month:
            plan[Planned(month, service, row["currency"], row["scheme"])] += row["units"]
    assume(plan)
    planned = {scheme for _, _, _, scheme in plan}
    for scheme in planned:
        # A plan has every month, if only with nothing in it.
        of = next(one for one in plan if one.scheme == scheme)
        for month in MONTHS:
            plan[of._replace(period=month)] += 0
    found = with_plan(agreed, YEAR, Plan(plan, "p"), drawn.inputs)
    assert found.actual.lines == statement(agreed, YEAR, drawn.inputs).lines
    assert sum(line.planned_pence for line in found.lines) == found.plan.total_pence
    assert sum(line.pence for line in found.lines) == found.actual.total_pence
    assert sum(line.variance_pence for line in found.lines) == found.variance_pence
    over = found.over_months()
    assert sum(line.variance_pence for line in over) == found.variance_pence
    assert sum(line.units for line in over) == sum(line.units for line in found.lines)


@given(
    st.integers(-(10**9), 10**9),
    st.dictionaries(st.integers(), st.integers(0, 10**6), min_size=1).filter(
        lambda weights: any(weights.values())
    ),
)
@cases()
def test_parts_that_are_shared_out_sum_and_miss_their_share_by_less_than_one(
    total: int, weights: dict[int, int]
) -> None:
    parts = share_out(total, weights)
    assert sum(parts.values()) == total
    whole = sum(weights.values())
    assert all(abs(parts[key] * whole - total * weights[key]) < whole for key in weights)
