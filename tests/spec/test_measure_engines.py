"""All measures over one random set of facts: the two engines count the same."""

import random

import pyarrow as pa
import pytest

from levelfield.core.periods import Month
from levelfield.engine import Engine
from levelfield.facts import load_fact
from levelfield.measures import Measure, evaluate, load_measures
from levelfield.measures.examples import example_table, read_rows

title = "Two engines, one result"

MONTHS = [Month.parse("2025-04").plus(n) for n in range(12)]
PROVIDERS = ("ZA1", "ZA2", "ZA3")
CHOICES: dict[str, list[object]] = {
    "provider": [*PROVIDERS],
    "commissioner": ["QZZ01", "QZZ02", None],
    "team_type": ["12", "16", None],
    "age_band": ["0-4", "45-64", "85+", None],
    "sex": ["female", "male", "not known"],
    "ethnic_group": ["White", "Asian", "Not stated", "Not known"],
    "deprivation_fifth": ["1", "3", "5", None],
    "staff_group": ["N02", None],
    "consultation_mechanism": ["01", "02", None],
    "source_of_referral": ["01", "22", None],
}
"""What may stand in columns that every measure reads."""


def choices(measure: Measure) -> dict[str, list[object]]:
    """What may stand in each column: what stands there in the measure's examples, and CHOICES.

    So every boundary that the examples show is met, in combinations that they do not show.
    """
    found = {name: [*values] for name, values in CHOICES.items()}
    for example in measure.examples:
        drawn = read_rows(example.given, measure.id)[0].keys()
        for name, values in example_table(measure, example).to_pydict().items():
            if name in drawn and name not in ("provider", "person_id"):
                found.setdefault(name, []).extend(values)
    return found


def random_fact(measure: Measure, seed: int, count: int = 1500) -> pa.Table:
    chance, known = random.Random(seed), choices(measure)

    def cell(column: pa.Field) -> object:
        if column.name == "person_id":
            return f"{chance.randrange(300):032x}"
        if column.name.endswith("period"):
            return str(chance.choice(MONTHS))
        if column.name in known:
            return chance.choice(known[column.name])
        if pa.types.is_boolean(column.type):
            return chance.choice([True, False, None])
        return None

    schema = load_fact(measure.fact).arrow_schema()
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
    engine.view(measure.fact, random_fact(measure, seed=1))
    return evaluate(engine, measure, "random", coverage)


@pytest.mark.parametrize("measure", load_measures().values(), ids=lambda measure: measure.id)
def test_engines_agree(duckdb_engine, spark_engine, measure):
    """Every value, bound, flag and key is the same, to the last digit."""
    ours, theirs = counted(duckdb_engine, measure), counted(spark_engine, measure)
    assert ours.num_rows > 100
    assert ours.equals(theirs)
