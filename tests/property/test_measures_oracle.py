"""Measures counted by SQL agree with the same measures counted in plain Python."""

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from levelfield.engine import open_engine
from levelfield.facts import load_fact
from levelfield.measures import evaluate, find_measure
from oracles.measures import attended, count, count_persons, missed, within_two_hours

MONTHS = ("2026-02", "2026-03", "2026-04")
ENGINE = open_engine("duckdb", threads=1)


def some(*values: object) -> st.SearchStrategy[object]:
    """One of a few values, or nothing."""
    return st.sampled_from([*values, None])


PERSONAL = {
    "provider": st.sampled_from(["ZA1", "ZA2"]),
    "period": st.sampled_from(MONTHS),
    "commissioner": some("QZZ01", "QZZ02"),
    "team_type": some("12", "26"),
    "age_band": some("0-4", "85+"),
    "sex": some("female", "male", "not known"),
    "ethnic_group": some("White", "Not known"),
    "deprivation_fifth": some("1", "5"),
}
CONTACTS = st.fixed_dictionaries(
    {**PERSONAL, "attendance_status": some(*"234567"), "person_id": st.sampled_from("ABCDE")}
)
CLOCKS = st.fixed_dictionaries(
    {
        **PERSONAL,
        "waiting_time_measurement_type": some("05", "06"),
        "first_of_referral": st.booleans(),
        "end_period": some(*MONTHS, "2026-01"),
        "timing": st.sampled_from(["timed", "untimed", "negative", "running"]),
        "minutes": some(-1, 0, 1, 119, 120, 121, 9999),
        "rejected_before_stop": some(True, False),
    }
)


def check(measure_id, records, expected):
    """Every cell that either side knows, with its two counts."""
    measure = find_measure(measure_id)
    schema = load_fact(measure.fact).arrow_schema()
    columns = {
        field.name: pa.array([record.get(field.name) for record in records], field.type)
        for field in schema
    }
    ENGINE.view(measure.fact, pa.table(columns, schema=schema))
    held = [(provider, month) for provider in ("ZA1", "ZA2") for month in MONTHS]
    coverage = pa.table(
        {
            "provider": [provider for provider, _ in held],
            "period": [month for _, month in held],
            "submission_window": ["refresh"] * len(held),
        }
    )
    found = {
        tuple(row[key] for key in ("period", "org_level", "org_code", "stratifier", "stratum")): (
            row["numerator"],
            row["denominator"],
        )
        for row in evaluate(ENGINE, measure, "oracle", coverage).to_pylist()
    }
    assert found == expected


@settings(deadline=None, max_examples=40)
@given(st.lists(CONTACTS, max_size=40))
def test_did_not_attend(records):
    check("dna_rate", records, count(records, MONTHS, lambda r: r["period"], missed))


@settings(deadline=None, max_examples=40)
@given(st.lists(CLOCKS, max_size=40))
def test_two_hour_response(records):
    check("ucr_2h", records, count(records, MONTHS, lambda r: r["end_period"], within_two_hours))


@settings(deadline=None, max_examples=40)
@given(st.lists(CONTACTS, max_size=40))
def test_contacts_per_person(records):
    check("contacts_per_person", records, count_persons(records, MONTHS, attended))
