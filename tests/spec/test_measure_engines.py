"""All measures over one random set of facts: the two engines count the same."""

import random

import pyarrow as pa
import pytest

from levelfield.core import drawn
from levelfield.core.periods import Month
from levelfield.engine import Engine
from levelfield.facts import load_fact
from levelfield.measures import Measure, evaluate_all, load_measures
from levelfield.measures.examples import example_table

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
        given = drawn.names(example.given)
        for name, values in example_table(measure, example).to_pydict().items():
            if name in given and name not in ("provider", "person_id"):
                found.setdefault(name, []).extend(values)
    return found


def random_fact(measures: list[Measure], seed: int, count: int = 1500) -> pa.Table:
    """Rows of a fact in equal parts for each of its measures."""
    chance = random.Random(seed)
    schema = load_fact(measures[0].fact).arrow_schema()

    def cell(column: pa.Field, known: dict[str, list[object]]) -> object:
        if column.name == "person_id":
            return f"{chance.randrange(300):032x}"
        if column.name.endswith("period"):
            return str(chance.choice(MONTHS))
        if column.name in known:
            return chance.choice(known[column.name])
        if pa.types.is_boolean(column.type):
            return chance.choice([True, False, None])
        return None

    rows = []
    for measure in measures:
        known = choices(measure)
        own = max(count // len(measures), 300)
        rows += [{column.name: cell(column, known) for column in schema} for _ in range(own)]
    return pa.Table.from_pylist(rows, schema=schema)


def counted(
    engine: Engine, measures: list[Measure], ground: list[Measure] | None = None
) -> dict[str, pa.Table]:
    """The values of each measure by its id, over rows that fit the measures of `ground`."""
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
    engine.view(measures[0].fact, random_fact(ground or measures, seed=1))
    values = evaluate_all(engine, measures, "random", coverage)
    return {measure.id: table for measure, table in values}


BY_FACT: dict[str, list[Measure]] = {}
for one in load_measures().values():
    BY_FACT.setdefault(one.fact, []).append(one)


@pytest.mark.parametrize("measures", BY_FACT.values(), ids=BY_FACT.keys())
def test_engines_agree(duckdb_engine, spark_engine, measures):
    """Every value, bound, flag and key is the same, to the last digit."""
    ours, theirs = counted(duckdb_engine, measures), counted(spark_engine, measures)
    assert set(ours) == {measure.id for measure in measures}
    for name, values in ours.items():
        assert values.num_rows > 30
        assert values.equals(theirs[name])


@pytest.mark.parametrize("measures", BY_FACT.values(), ids=BY_FACT.keys())
def test_counted_together_or_alone(duckdb_engine, measures):
    """What a measure comes to, and its keys, do not depend on those that share its scan."""
    together = counted(duckdb_engine, measures)
    for measure in measures[::3]:
        alone = counted(duckdb_engine, [measure], measures)[measure.id]
        assert alone.equals(together[measure.id])
    keys = pa.concat_tables(together.values())["lineage"].to_pylist()
    assert len(set(keys)) == len(keys)
