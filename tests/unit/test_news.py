"""What changed this month over many control charts, and what of it chance alone would show."""

import numpy as np
import pyarrow as pa
import pytest

from levelfield.benchmark import News, NotComparable, Reading, Trend, news, trend
from levelfield.core.periods import Month
from levelfield.core.values import VALUE_SCHEMA

READING = Reading("proportion", "percent", "higher")
FIRST = Month(2025, 1)
LAST = str(FIRST.plus(14))


def chart(values: list[float], code: str = "ZA1", flags: dict[int, str] | None = None) -> Trend:
    rows = [
        {
            **dict.fromkeys(VALUE_SCHEMA.names),
            "measure": "made_up",
            "period": str(FIRST.plus(n)),
            "org_code": code,
            "value": value,
            "flags": (flags or {}).get(n, ""),
        }
        for n, value in enumerate(values)
    ]
    found = trend(pa.Table.from_pylist(rows, schema=VALUE_SCHEMA), READING)
    assert isinstance(found, Trend)
    return found


def told(*charts: Trend) -> News:
    found = news({"made_up": {str(n): one for n, one in enumerate(charts)}}, LAST)
    assert isinstance(found, News)
    return found


STEADY = [0.70, 0.71, 0.69, 0.70, 0.72, 0.70, 0.69, 0.71, 0.70, 0.71, 0.69, 0.70, 0.71, 0.70]


def test_a_month_far_from_all_before_is_new_and_remains() -> None:
    found = told(chart([*STEADY, 0.50]), chart([*STEADY, 0.70]))
    rows = found.points.to_pylist()
    assert [row["new"] for row in rows] == [True, False]
    assert [row["remains"] for row in rows] == [True, False]
    assert rows[0]["before"] == pytest.approx(np.mean(STEADY))
    assert (found.looked_at, found.new, found.remaining) == (2, 1, 1)
    assert found.sentence == (
        "In March 2026 1 of 2 control charts shows a signal that was not there the month before; "
        "1 of them remains when all charts are looked at together."
    )


def test_the_p_value_is_that_of_one_new_observation() -> None:
    # By hand: (x - mean) / (s sqrt(1 + 1/14)) on 13 degrees of freedom.
    (row,) = told(chart([*STEADY, 0.68])).points.to_pylist()
    t = (0.68 - np.mean(STEADY)) / (np.std(STEADY, ddof=1) * np.sqrt(15 / 14))
    # A table of t has 2.160 for 5% and 2.650 for 2%, both sides taken together.
    assert -2.650 < t < -2.160
    assert 0.02 < row["p"] < 0.05


def test_a_signal_of_the_month_before_is_no_news() -> None:
    (row,) = told(chart([*STEADY[:-1], 0.50, 0.49])).points.to_pylist()
    assert row["variation"] == "special cause concern"
    assert not row["new"]


def test_among_many_charts_a_weak_signal_does_not_remain() -> None:
    rng = np.random.default_rng(1)
    charts = [chart(rng.normal(0.7, 0.02, 15).tolist(), f"Z{n}") for n in range(200)]
    found = told(*charts)
    # Nothing changes in any of them, and yet some rules are broken.
    assert found.new > 0
    assert found.remaining == 0


def test_a_stretch_of_few_months_is_not_held_against_them() -> None:
    broken = chart([*STEADY[:-1], 0.4, 0.5], flags={13: "break in series"})
    (row,) = told(broken).points.to_pylist()
    assert row["p"] is None
    assert not row["remains"]


def test_months_that_do_not_vary_say_nothing_of_the_next() -> None:
    (row,) = told(chart([0.7] * 14 + [0.6])).points.to_pylist()
    assert row["p"] is None
    assert row["before"] == pytest.approx(0.7)


def test_charts_that_end_earlier_are_left_out() -> None:
    found = news({"made_up": {"ZA1": chart(STEADY), "ZA2": NotComparable("Too short.")}}, LAST)
    assert found == NotComparable("No control chart reaches March 2026.")
