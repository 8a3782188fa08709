"""Adjusted values of rounded counts: their interval holds those of all counts behind them."""

from itertools import product

import numpy as np
import pyarrow as pa
import pytest

from levelfield.benchmark import Adjusted, Reading
from levelfield.core.values import VALUE_SCHEMA
from levelfield.disclosure import default_rule
from levelfield.publish.adjusted import adjusted_for
from levelfield.statistics import poisson_interval, wilson_interval

CODES = ("ZA1", "ZA2")
COUNTED, SIZE, EXPECTED, OVERALL = 40, 60, 35, 0.5


def exact(expected: float) -> Adjusted:
    points = pa.Table.from_pylist(
        [{"org_code": code, "expected": expected, "information": 2 * expected} for code in CODES]
    )
    parameters = {"adjusted for": "age band"}
    return Adjusted(points, pa.table({}), OVERALL, None, "made up", parameters, "")


def held(flags: str) -> pa.Table:
    rows = [
        {"measure": "m", "org_code": code, "numerator": COUNTED, "denominator": SIZE}
        | {"value": COUNTED / SIZE, "flags": flags}
        for code in CODES
    ]
    return pa.Table.from_pylist(rows, schema=VALUE_SCHEMA)


def adjusted(reading: Reading, flags: str) -> dict[str, float]:
    found = adjusted_for(exact(EXPECTED), held(flags), OVERALL, reading, default_rule(), {})
    assert found is not None
    row: dict[str, float] = found.points.to_pylist()[0]
    return row


@pytest.mark.parametrize("statistic", ["proportion", "rate"])
def test_the_interval_holds_those_of_all_counts_behind_rounded_ones(statistic: str) -> None:
    share = statistic == "proportion"
    reading = Reading(statistic, "percent" if share else "rate", "higher")  # type: ignore[arg-type]
    shown = adjusted(reading, "rounded")
    for count, expected in product(range(COUNTED - 2, COUNTED + 3), range(33, 38)):
        if share:
            low, high = (bound * SIZE for bound in wilson_interval(count, SIZE))
        else:
            low, high = poisson_interval(count)
        assert shown["adjusted_lower"] <= float(low) / expected * OVERALL + 1e-12
        assert shown["adjusted_upper"] >= min(1.0, float(high) / expected * OVERALL) - 1e-12
    assert shown["adjusted"] == pytest.approx(COUNTED / EXPECTED * OVERALL)


def test_an_exact_count_is_not_taken_for_a_rounded_one() -> None:
    reading = Reading("proportion", "percent", "higher")
    own, shown = adjusted(reading, ""), adjusted(reading, "rounded")
    assert own["adjusted_lower"] > shown["adjusted_lower"]
    low = float(np.asarray(wilson_interval(COUNTED, SIZE).lower)) * SIZE / 37 * OVERALL
    assert own["adjusted_lower"] == pytest.approx(low)


def test_the_information_rests_on_rounded_events_and_the_mix_alone() -> None:
    assert adjusted(Reading("proportion", "percent", "higher"), "rounded")["information"] == 70


def test_one_provider_is_not_adjusted() -> None:
    alone = held("rounded").slice(0, 1)
    reading = Reading("proportion", "percent", "higher")
    assert adjusted_for(exact(EXPECTED), alone, OVERALL, reading, default_rule(), {}) is None


def test_only_who_moves_by_more_than_rounding_may_is_said_to_move() -> None:
    """40 of 60 over 35 expected, times 50%, is 57.1%: between 51.4% and 63.6%, and never 66.7%."""
    reading = Reading("proportion", "percent", "higher")
    found = adjusted_for(exact(35), held("rounded"), OVERALL, reading, default_rule(), {"ZA1": "A"})
    assert found is not None
    assert found.sentence == (
        "Adjusted for age band, 2 of 2 providers move by more than rounding may, A most: from "
        "66.7% to 57.1%."
    )
    same = adjusted_for(exact(30), held("rounded"), OVERALL, reading, default_rule(), {})
    assert same is not None
    assert same.sentence == (
        "Adjusted for age band, none of 2 providers moves by more than rounding may."
    )
