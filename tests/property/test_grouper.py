"""The grouper's SQL against a plain-Python reading of the same tables."""

import itertools

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from levelfield.currencies import UNIT_SCHEMA, Scheme, group, load_scheme
from levelfield.engine import Engine, compose, open_engine
from oracles import contacts as c
from oracles.grouper import group_contact, tables
from property.cases import cases

ROWS = tables()
SCHEME = load_scheme("ncc-2024-25")


def grouped(engine: Engine, scheme: Scheme, contacts: list[dict]) -> list[dict]:
    """Units in the order of the contacts."""
    named = [contact | {"care_contact_id": f"C{i:06d}"} for i, contact in enumerate(contacts)]
    engine.view("contact", c.table(named))
    sql = compose(group(scheme), "SELECT * FROM unit ORDER BY record_id")
    table = engine.query(sql)
    assert table.schema.names == UNIT_SCHEMA.names
    return table.to_pylist()


def differences(units: list[dict], contacts: list[dict], **choices: object) -> list[tuple]:
    expected = [group_contact(contact, ROWS, **choices) for contact in contacts]
    found = [{key: unit[key] for key in expected[0]} for unit in units]
    return [x for x in zip(contacts, expected, found, strict=True) if x[1] != x[2]]


@given(
    st.lists(c.contacts(), min_size=35, max_size=70),
    st.sampled_from(["left_out", "attended"]),
    st.sampled_from(["one_to_one", "error"]),
    st.integers(15, 20),
)
@cases(in_a_draw=35)  # a case is a contact
def test_the_sql_gives_every_contact_the_class_of_the_tables(
    contacts: list[dict], attendance: str, group_unknown: str, child_to_age: int
) -> None:
    choices = {
        "missing_attendance": attendance,
        "group_unknown": group_unknown,
        "child_to_age": child_to_age,
    }
    engine = open_engine("duckdb", threads=1)
    units = grouped(engine, SCHEME.with_parameters(**choices), contacts)
    engine.close()
    assert len(units) == len(contacts)
    assert all((u["currency"] is None) != (u["error_class"] is None) for u in units)
    assert not differences(units, contacts, **choices)


def every_team_and_staff_group() -> list[dict]:
    """A fixed set that fires most rows: each team and staff group by age, mode and group."""
    keys = [{"team_type": t} for t in [*c.TEAMS, None]]
    keys += [{"staff_group": s, "team_type": "45"} for s in c.STAFF]
    return [
        c.contact(**key, age_years=age, consultation_mechanism=mode, group_therapy_indicator=group)
        for key, age, mode, group in itertools.product(
            keys, (5, 50, None), ("01", "02", None), ("Y", "N")
        )
    ]


@pytest.mark.parametrize("name", ["duckdb", "spark"])
def test_both_engines_agree_with_the_tables(name: str) -> None:
    contacts = every_team_and_staff_group()
    engine = open_engine(name)
    units = grouped(engine, SCHEME, contacts)
    assert not differences(units, contacts)


def test_known_codes_never_reach_the_last_row() -> None:
    engine = open_engine("duckdb")
    units = grouped(engine, SCHEME, every_team_and_staff_group())
    engine.close()
    assert "NO_RULE" not in {unit["error_class"] for unit in units}


def test_the_unit_schema_is_what_the_query_gives() -> None:
    engine = open_engine("duckdb")
    engine.view("contact", c.table([c.contact(team_type="12")]))
    assert engine.query(compose(group(SCHEME))).cast(UNIT_SCHEMA).num_rows == 1
    assert pa.types.is_string(UNIT_SCHEMA.field("rule").type)
    engine.close()
