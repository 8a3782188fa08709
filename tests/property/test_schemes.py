"""Each scheme over random facts: total, unique, as its files say; phases tile a person's time."""

from collections import defaultdict
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levelfield.currencies import explain_record, group, load_scheme, phases, read_by, schemes
from levelfield.engine import Engine, compose, open_engine
from oracles.facts import facts
from oracles.schemes import SchemeOracle
from property.cases import cases

ROWS = 800
"""Records of each fact in one draw. A case of the laws below is a record, or a person's time."""

LEAST, LEAST_PEOPLE = 200, 100
"""The fewest records and people that a draw gives."""


EXPLAINED = 5
"""Records of each scheme in one draw that are explained."""


def opened(scheme: str, seed: int, rows: int = ROWS) -> Engine:
    engine = open_engine("duckdb", threads=1)
    for name, table in facts(read_by(load_scheme(scheme)), seed, rows).items():
        if name == "person":
            # The last day of the month is what it is, and a person has one row a month.
            engine.view("drawn_person", table)
            ends = "CAST(add_days(CAST(period || '-01' AS DATE), 31) AS DATE)"
            columns = ", ".join(
                f"add_days({ends}, -CAST(day({ends}) AS INTEGER)) AS period_end"
                if column == "period_end"
                else column
                for column in table.column_names
            )
            engine.create("person", f"SELECT {columns} FROM drawn_person")
        else:
            engine.view(name, table)
    return engine


@pytest.mark.parametrize("name", schemes())
@given(seed=st.integers(0, 2**32 - 1), data=st.data())
@cases(in_a_draw=LEAST)
def test_every_record_has_the_one_class_that_the_files_say(
    name: str, seed: int, data: st.DataObject
) -> None:
    scheme = load_scheme(name)
    choices = {
        parameter: data.draw(st.sampled_from(p.choices))
        for parameter, p in scheme.parameters.items()
        if p.choices
    }
    scheme = scheme.with_parameters(**choices)
    engine = opened(name, seed)
    queries = group(scheme)
    record = scheme.record
    keys = f"provider, period, {record.id} AS record_id"
    source = engine.query(compose(queries, f"SELECT *, {keys} FROM {record.table}")).to_pylist()
    units = engine.query(compose(queries)).to_pylist()
    engine.close()
    oracle = SchemeOracle(name, **choices)
    expected = defaultdict(list)
    for row in source:
        expected[row["provider"], row["period"], row["record_id"]].append(row)
    assert len(units) == len(source) >= LEAST
    for unit in units:
        place = (unit["provider"], unit["period"], unit["record_id"])
        [row] = expected.pop(place)
        assert (unit["currency"] is None) != (unit["error_class"] is None)
        said = oracle.outcome(row)
        assert {k: unit[k] for k in said} == said
    assert not expected


@given(st.integers(0, 2**32 - 1))
@cases(in_a_draw=LEAST_PEOPLE)
def test_phases_tile_a_persons_time(seed: int) -> None:
    engine = opened("needs-segments", seed, rows=1200)
    scheme = load_scheme("needs-segments")
    queries = phases(scheme)
    found = engine.query(
        compose(queries, "SELECT * FROM phase ORDER BY provider, person_id, first_day")
    ).to_pylist()
    final = "SELECT provider, person_id, since, until FROM watched WHERE since <= until"
    watched = engine.query(compose(queries, final)).to_pylist()
    engine.close()
    times = defaultdict(list)
    for phase in found:
        assert phase["days"] == (phase["last_day"] - phase["first_day"]).days + 1 > 0
        times[phase["provider"], phase["person_id"]].append(phase)
    assert len(times) == len(watched) >= LEAST_PEOPLE
    for who in watched:
        own = times[who["provider"], who["person_id"]]
        assert (own[0]["first_day"], own[-1]["last_day"]) == (who["since"], who["until"])
        for one, following in pairwise(own):
            assert following["first_day"] == one["last_day"] + timedelta(days=1)
            assert (following["currency"], following["error_class"]) != (
                one["currency"],
                one["error_class"],
            )


@given(st.integers(0, 2**32 - 1))
# Ninety records in the suite, since an explanation runs the queries of the scheme for each.
@cases(90, in_a_draw=EXPLAINED * len(schemes()))
def test_a_record_is_explained_by_the_row_that_fired(seed: int) -> None:
    for name in schemes():
        engine = opened(name, seed, rows=30)
        scheme = load_scheme(name)
        for unit in engine.query(compose(group(scheme))).to_pylist()[:EXPLAINED]:
            [why] = explain_record(
                engine, scheme, unit["record_id"], unit["provider"], unit["period"]
            )
            assert why.fired.id == unit["rule"]
            assert [p.rule.number for p in why.passed_over] == list(range(1, why.fired.number))
        engine.close()


def test_more_need_is_never_in_a_lower_tier() -> None:
    """Tiers of the year of care rise with conditions, frailty, contacts and services."""
    oracle = SchemeOracle("year-of-care")
    ranks = load_scheme("year-of-care").code_list

    def rank(age: int, conditions: int, frailty: int | None, contacts: int, services: int) -> int:
        record = {
            "age_years": age,
            "conditions": conditions,
            "frailty": frailty,
            "costed_contacts": contacts,
            "services": services,
        }
        found = ranks[str(oracle.outcome(record)["currency"])].rank
        assert found is not None
        return found

    needs = [
        (age, conditions, frailty, contacts, services)
        for age in (5, 80)
        for conditions in (0, 1, 3)
        for frailty in (None, 2, 4, 6, 8)
        for contacts in (1, 10, 40)
        for services in (1, 2, 3)
    ]
    for one in needs:
        for other in needs:
            more = all((x or 0) >= (y or 0) for x, y in zip(one[1:], other[1:], strict=True))
            if one[0] == other[0] and more:
                assert rank(*one) >= rank(*other)
