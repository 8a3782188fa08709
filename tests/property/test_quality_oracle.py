"""Random homes: the matrix and the maturity index as the queries and as plain Python have them."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from levelfield.core.periods import Month
from levelfield.core.values import ALL
from levelfield.datasets.windows import windows
from levelfield.engine import Engine, open_engine
from levelfield.facts import load_fact
from levelfield.quality import coverage_matrix, evaluate, load_index, submitters
from oracles import quality as oracle

MONTHS = [str(Month(2025, 10).plus(n)) for n in range(8)]
ITEMS = load_index().items[:5]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    opened = open_engine("duckdb", threads=1)
    yield opened
    opened.close()


def home(random: Random) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Coverage and field quality of up to four providers, with months and fields left out."""
    coverage, fields = [], []
    for provider in ("ZA1", "ZA2", "ZA3", "ZA4"):
        for month in MONTHS:
            if random.random() < 0.3:
                continue
            close = windows(Month.parse(month)).primary_close
            first = close + timedelta(days=random.randint(-20, 20))
            coverage.append(
                {
                    "provider": provider,
                    "period": month,
                    "submission_window": random.choice(["primary", "refresh"]),
                    "first_received_at": f"{first}T12:00:00",
                    "received_at": f"{first}T12:00:00",
                    "primary_close": close,
                    "submissions": 1,
                    "people": random.choice([0, 9, 10, 500]),
                }
            )
            for item in ITEMS:
                counts = [random.choice([0, 0, 1, 7, 100]) for _ in range(5)]
                names = ("valid", "other", "defaulted", "invalid", "missing")
                place = {"table_name": item.table, "field_name": item.field, "expected": True}
                row = {"provider": provider, "period": month, "records": sum(counts)}
                fields.append(row | place | dict(zip(names, counts, strict=True)))
    return coverage, fields


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_matrix_and_index_agree_with_the_oracle(engine: Engine, seed: int) -> None:
    rows, fields = home(Random(seed))
    if not rows:
        return
    coverage = pa.Table.from_pylist(rows, schema=load_fact("coverage").arrow_schema())
    engine.view("coverage", coverage)
    for name, drawn in (("field_quality", fields), ("table_quality", [])):
        engine.view(name, pa.Table.from_pylist(drawn, schema=load_fact(name).arrow_schema()))
    held = sorted({str(row["period"]) for row in rows})
    months = [month for month in MONTHS if held[0] <= month <= held[-1]]

    found = coverage_matrix(engine, coverage)
    expected = oracle.matrix(rows, months)
    assert {
        (row["provider"], row["period"]): (row["state"], bool(row["in_time"]))
        for row in found.to_pylist()
    } == expected

    # Whoever lacks a month, or has one with fewer than ten people, submits inconsistently.
    people = {(row["provider"], row["period"]): int(str(row["people"])) for row in rows}
    for code, one in submitters(found).items():
        assert one.consistent == all(people.get((code, month), 0) >= 10 for month in months)

    values = evaluate(engine, "oracle", coverage, only="dqmi")
    thresholds = {(item.table, item.field): item.threshold_percent for item in ITEMS}
    for row in values.to_pylist():
        code, period = row["org_code"], row["period"]
        own = sorted(str(r["period"]) for r in rows if r["provider"] == code)
        of_period = [m for m in months if period in (m, str(Month.parse(m).financial_year))]
        since_first = [month for month in of_period if month >= own[0]]
        again = oracle.index(fields, code, since_first, own, thresholds)
        assert row["stratifier"] == ALL
        if again is None:
            assert row["value"] is None
        else:
            assert row["value"] == pytest.approx(float(again), abs=1e-9)
