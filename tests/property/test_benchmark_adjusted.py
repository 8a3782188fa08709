"""What holds of every adjustment and comparison, whatever the counts."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compared import drawn_values
from levelfield.benchmark import Adjusted, NotComparable, Panel, Reading, matched_panel, standardise
from levelfield.benchmark.model import c_statistic

SHARE = Reading("proportion", "percent", "lower")
RATE = Reading("rate", "rate", "lower", multiplier=1000)


@st.composite
def economies(draw: st.DrawFn) -> tuple[pa.Table, pa.Table]:
    """A few organisations and strata, with counts and their totals."""
    cells = []
    for n in range(draw(st.integers(2, 6))):
        for stratum in range(draw(st.integers(1, 4))):
            size = draw(st.integers(0, 500))
            cells.append((f"Z{n}", str(stratum), float(draw(st.integers(0, size))), float(size)))
    names = ["org_code", "band", "numerator", "denominator"]
    counts = pa.table(dict(zip(names, zip(*cells, strict=True), strict=True)))
    whole = counts.group_by("org_code").aggregate([("numerator", "sum"), ("denominator", "sum")])
    lines = [
        f"{row['org_code']} | {row['numerator_sum']} | {row['denominator_sum']}"
        for row in whole.to_pylist()
    ]
    return drawn_values("\n".join(["org_code | numerator | denominator", *lines])), counts


@given(economies(), st.sampled_from([SHARE, RATE]))
def test_everybody_together_has_as_many_events_as_expected(economy, reading: Reading) -> None:
    values, counts = economy
    found = standardise(values, counts, reading, by=["band"])
    if isinstance(found, NotComparable):
        return
    assert isinstance(found, Adjusted)
    observed, expected, ratio, lower, upper = (
        np.array(found.points[name].to_pylist(), dtype=float)
        for name in ("observed", "expected", "ratio", "ratio_lower", "ratio_upper")
    )
    # Whoever has no event expected has none either: every stratum it has is without any.
    assert np.nansum(observed) == pytest.approx(np.nansum(expected))
    known = ~np.isnan(ratio)
    assert np.all(lower[known] <= ratio[known] * (1 + 1e-9))
    assert np.all(ratio[known] <= upper[known] * (1 + 1e-9))


@given(economies())
def test_one_stratum_adjusts_nothing(economy) -> None:
    values, counts = economy
    one = counts.set_column(1, "band", pa.array(["all"] * counts.num_rows))
    for way in ("direct", "indirect"):
        found = standardise(values, one, SHARE, by=["band"], way=way)
        if isinstance(found, NotComparable):
            continue
        for row in found.points.to_pylist():
            if row["adjusted"] is not None:
                assert row["adjusted"] == pytest.approx(row["value"])


@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=20
    )
)
def test_turning_every_risk_round_turns_the_c_statistic_round(cells) -> None:
    predicted, events, others = (np.array(part, dtype=float) for part in zip(*cells, strict=True))
    found = c_statistic(predicted, events, others)
    if np.isnan(found):
        assert not events.sum() or not others.sum()
        return
    assert c_statistic(-predicted, events, others) == pytest.approx(1 - found)
    assert 0 <= found <= 1


@given(
    st.lists(st.lists(st.integers(1, 99), min_size=3, max_size=3), min_size=2, max_size=8),
    st.sampled_from([SHARE, RATE]),
)
def test_who_stays_throughout_is_chained_to_the_crude_figure(months, reading: Reading) -> None:
    lines = [
        f"Z{n} | 2025-{month + 1:02} | {count} | 100"
        for month, counts in enumerate(months)
        for n, count in enumerate(counts)
    ]
    values = drawn_values("\n".join(["org_code | period | numerator | denominator", *lines]))
    found = matched_panel(values, reading, measure="seen")
    assert isinstance(found, Panel)
    assert found.points["value"].to_numpy() == pytest.approx(found.points["crude"].to_numpy())
