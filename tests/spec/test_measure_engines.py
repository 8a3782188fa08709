"""All measures over one random set of facts: the two engines count the same."""

import random
from datetime import date

import pyarrow as pa
import pytest

from levelfield.core.periods import Month
from levelfield.engine import Engine
from levelfield.facts import load_fact
from levelfield.measures import Measure, evaluate, load_measures

title = "Two engines, one result"

MONTHS = [Month.parse("2025-04").plus(n) for n in range(12)]
PROVIDERS = ("ZA1", "ZA2", "ZA3")
CHOICES: dict[str, list[object]] = {
    "provider": [*PROVIDERS],
    "commissioner": ["QZZ01", "QZZ02", None],
    "team_type": ["12", "16", "26", "54", None],
    "age_band": ["0-4", "45-64", "85+", None],
    "sex": ["female", "male", "not known"],
    "ethnic_group": ["White", "Asian", "Not stated", "Not known"],
    "deprivation_fifth": ["1", "3", "5", None],
    "attendance_status": [*"2345556677", None],
    "waiting_time_measurement_type": ["05", "05", "06"],
    "timing": ["timed", "timed", "untimed", "negative", "running"],
    "minutes": [0, 60, 120, 121, 400, None],
    "hours_running": [5, 23, 24, None],
    "wait_days": [-1, 0, 3, 3, 8, 40, 126, 200],
    "days_open": [10, 126, 127, 180, 400],
    "days_since_contact": [0, 100, 180, 181, None],
    "state": ["open", "closed", "rejected"],
    "referral_request_received_date": [date(2025, 3, 31), date(2025, 11, 5)],
    "first_contact_date": [date(2026, 1, 5), None],
    "first_period": ["2025-04", "2025-11"],
}


def random_fact(name: str, seed: int, count: int = 1500) -> pa.Table:
    chance = random.Random(seed)

    def cell(column: pa.Field) -> object:
        if column.name in CHOICES:
            return chance.choice(CHOICES[column.name])
        if column.name == "person_id":
            return f"{chance.randrange(300):032x}"
        if column.name.endswith("period"):
            return str(chance.choice(MONTHS))
        if pa.types.is_boolean(column.type):
            return chance.choice([True, False, None])
        return None

    schema = load_fact(name).arrow_schema()
    rows = [{column.name: cell(column) for column in schema} for _ in range(count)]
    return pa.Table.from_pylist(rows, schema=schema)


def counted(engine: Engine, measure: Measure) -> pa.Table:
    held = [(provider, str(month)) for provider in PROVIDERS for month in MONTHS]
    coverage = pa.table(
        {
            "provider": [provider for provider, _ in held],
            "period": [month for _, month in held],
            "submission_window": [
                "refresh" if month < "2026-03" else "primary" for _, month in held
            ],
        }
    )
    engine.view(measure.fact, random_fact(measure.fact, seed=1))
    return evaluate(engine, measure, "random", coverage)


@pytest.mark.parametrize("measure", load_measures().values(), ids=lambda measure: measure.id)
def test_engines_agree(duckdb_engine, spark_engine, measure):
    """Every value, bound, flag and key is the same, to the last digit."""
    ours, theirs = counted(duckdb_engine, measure), counted(spark_engine, measure)
    assert ours.num_rows > 100
    assert ours.equals(theirs)
