"""The calibration of the statistics, in small: what is seen agrees with theory.

The same in large, with the figures seen, is in benchmarks/calibration.
"""

import numpy as np
import pytest
from benchmarks.calibration.charts import rules_again
from benchmarks.calibration.checks import Check, share, table
from benchmarks.calibration.limits_again import crossing
from benchmarks.calibration.run import parts

from levelfield.statistics import funnel_power, xmr

PARTS = dict(parts(quick=True))


@pytest.mark.parametrize("title", PARTS)
def test_what_is_seen_agrees_with_theory(title: str) -> None:
    checks = PARTS[title]
    found = list(checks(np.random.default_rng(1)))
    differing = [one.what for one in found if not one.held]
    assert len(found) >= 6
    assert not differing, f"{title}: {differing}"


def test_a_difference_from_theory_is_told() -> None:
    """A check that cannot fail shows nothing."""
    assert share("as theory says", 0.05, 50, 1000).held
    assert not share("twice as many", 0.05, 100, 1000).held
    assert not Check("too few", 0.9, 0.8, 0.01, "at least").held
    assert Check("more than enough", 0.9, 0.99, 0.01, "at least").held
    assert "| twice as many | 5.000 | 10.000 | 0.689 | **differs** |" in table(
        "Title", [share("twice as many", 0.05, 100, 1000)]
    )


def test_the_rules_written_twice_find_the_same_series() -> None:
    values = np.random.default_rng(2).normal(size=(20_000, 36))
    chart, again = xmr(values, screen=False), rules_again(values)
    for name, flags in (
        ("outside limits", chart.outside),
        ("two of three near a limit", chart.two_of_three),
        ("shift of seven", chart.shift != 0),
        ("trend of seven", chart.trend != 0),
        ("any rule", chart.rule != 0),
    ):
        assert flags.any(axis=1).tolist() == again[name].tolist(), name


@pytest.mark.parametrize("tau2", [0.0, 0.0009, 0.02])
def test_the_power_that_is_stated_is_that_of_limits_reckoned_again(tau2: float) -> None:
    truth, sizes = np.array([[0.02], [0.1], [0.3]]), np.array([12.0, 50.0, 333.0, 4000.0])
    power = funnel_power("proportion", truth, sizes, 0.1, between_variance=tau2)
    below, above = crossing(truth, sizes, 0.1, tau2)
    assert power.lower == pytest.approx(below, rel=1e-9, abs=1e-15)
    assert power.upper == pytest.approx(above, rel=1e-9, abs=1e-15)
