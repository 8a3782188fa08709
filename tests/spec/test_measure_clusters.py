"""Sums of what goes together: pounds of a team, days in bed of a ward, posts of a staff group."""

import numpy as np
import pytest
from scipy import stats

from levelfield.statistics import clustered_ratio_interval, wilson_interval
from spec.made_up_measure import counted, made_up, when
from spec.tables import assert_rows

title = "Intervals of sums whose rows go together"

COSTS = """
    provider | period  | team_type | cost_pounds | contacts | contact_hours
    ZA1      | 2026-03 | 12        | 100         | 2        | 1
    ZA1      | 2026-03 | 16        | 210         | 4        | 3.5
    ZA1      | 2026-03 | 20        | 290         | 6        | 0
    ZA1      | 2026-03 | 26        | 420         | 8        | 8
"""


def over_costs(statistic, numerator, denominator):
    return made_up(
        statistic,
        unit="report",
        fact="costs",
        interval="clustered",
        numerator=when("TRUE", sum=numerator),
        denominator=when("TRUE", sum=denominator),
    )


def test_a_ratio_of_sums_takes_each_row_as_one_observation(engine):
    """1,020 pounds for 20 contacts: Student's interval of the linearised ratio, 3 degrees."""
    found = counted(engine, over_costs("ratio", "cost_pounds", "contacts"), COSTS)
    pounds, contacts = np.array([100, 210, 290, 420]), np.array([2, 4, 6, 8])
    apart = pounds - 51 * contacts
    error = np.sqrt(4 / 3 * (apart**2).sum()) / 20
    half = stats.t.ppf(0.975, 3) * error
    expect = f"""
        period  | org_code | stratifier | numerator | denominator | value | lower | upper
        2026-03 | ZA1      | all        | 1020      | 20          | 51    | {51 - half} | {51 + half}
    """
    rows = found.filter(
        np.array([r["org_code"] == "ZA1" and r["period"] == "2026-03" for r in found.to_pylist()])
    )
    assert_rows(rows, expect, tolerance=1e-9)


def test_one_row_alone_has_no_interval_of_a_ratio(engine):
    """A single team of one quarter: the value stands, and nothing says how sure it is."""
    one = "\n".join(COSTS.strip().splitlines()[:2])
    found = counted(engine, over_costs("ratio", "cost_pounds", "contacts"), one)
    row = next(r for r in found.to_pylist() if r["org_code"] == "ZA1" and r["period"] == "2026-03")
    assert (row["value"], row["lower"], row["upper"]) == (50, None, None)


def test_a_proportion_of_sums_is_worth_fewer_units_than_it_adds_up(engine):
    """12.5 of 20, in rows that differ: the interval is far wider than that of single units, and
    wider still as four rows hardly tell how they vary."""
    found = counted(engine, over_costs("proportion", "contact_hours", "contacts"), COSTS)
    row = next(r for r in found.to_pylist() if r["org_code"] == "ZA1" and r["period"] == "2026-03")
    hours, contacts = np.array([1, 3.5, 0, 8]), np.array([2, 4, 6, 8])
    apart = hours - 0.625 * contacts
    worth = 0.625 * 0.375 / (4 / 3 * (apart**2).sum() / 20**2)
    assert worth == pytest.approx(2.9145, rel=1e-4)
    worth *= (stats.norm.isf(0.025) / stats.t.isf(0.025, 3)) ** 2
    lower, upper = wilson_interval(0.625 * worth, worth)
    assert (row["numerator"], row["denominator"], row["value"]) == (12.5, 20, 0.625)
    assert (row["lower"], row["upper"]) == pytest.approx((lower, upper), rel=1e-9)


def test_teams_that_are_all_alike_leave_no_doubt():
    """The same quotient in every row: the interval of a ratio is that quotient."""
    assert clustered_ratio_interval(3, 60, 6, 1400, 140, 14) == pytest.approx((10, 10))


def test_nothing_below_the_line_has_no_interval():
    assert np.isnan(clustered_ratio_interval(3, 0, 0, 0, 0, 0)).all()


def test_the_interval_holds_the_truth_as_often_as_it_says():
    """Of 4,000 samples of 40 teams, 95% of the intervals hold the true cost of a contact."""
    rng = np.random.default_rng(20261122)
    contacts = rng.gamma(4, 100, (4_000, 40))
    pounds = contacts * rng.normal(50, 10, contacts.shape)
    lower, upper = clustered_ratio_interval(
        np.full(4_000, 40),
        pounds.sum(1),
        contacts.sum(1),
        (pounds**2).sum(1),
        (pounds * contacts).sum(1),
        (contacts**2).sum(1),
    )
    held = np.mean((lower <= 50) & (upper >= 50))
    assert 0.93 < held < 0.96


def test_where_sums_are_not_meant_the_language_says_so():
    with pytest.raises(
        ValueError, match="the interval of a proportion is 'wilson', or 'clustered'"
    ):
        made_up("proportion", numerator=when("TRUE"), interval="clustered")
    with pytest.raises(ValueError, match="'clustered' is compared by 'bars'"):
        made_up(
            "proportion",
            unit="report",
            fact="costs",
            interval="clustered",
            comparison="funnel",
            numerator=when("TRUE", sum="contacts"),
            denominator=when("TRUE", sum="contacts"),
        )
