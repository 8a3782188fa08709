import pyarrow.compute as pc
import pytest

from spec.made_up_measure import counted, everybody, made_up, when, without

title = "What each key of a measure leaves out or lets in"

MISSED = when("attendance_status IN ('3', '7')")

CONTACTS = """
    attendance_status | sex    | age_years
    3                 | female | 70
    3                 | female | 3
    3                 | male   | 70
    5                 | female | 70
    5                 | female | 3
    5                 | male   | 3
    5                 |        | 70
"""


@pytest.fixture
def one(engine):
    """The numerator and denominator of everybody."""

    def count(given=CONTACTS, statistic="proportion", **keys):
        row = everybody(counted(engine, made_up(statistic, **keys), given))["made_up"]
        return row["numerator"], row["denominator"]

    return count


def test_the_initial_population_bounds_both_sides(one):
    """Women only, in numerator and denominator; who is of no known sex is not among them."""
    assert one(initial_population=when("sex = 'female'"), numerator=MISSED) == (2, 4)


def test_an_exclusion_leaves_a_row_out_whatever_it_is(one):
    """Children count nowhere, missed or not."""
    assert one(exclusions=without("age_years < 18"), numerator=MISSED) == (2, 4)


def test_an_exception_leaves_a_row_out_only_if_it_is_not_in_the_numerator(one):
    """The child that was missed stays; the two that came leave the denominator."""
    assert one(exceptions=without("age_years < 18"), numerator=MISSED) == (3, 5)


def test_a_numerator_exclusion_stays_in_the_denominator(one):
    """The missed child is no hit any more, and still one of the seven."""
    assert one(numerator_exclusions=without("age_years < 18"), numerator=MISSED) == (2, 7)


def test_an_exception_asks_whether_the_numerator_was_met_before_its_exclusions(one):
    """A row that met it stays in the denominator, also where it leaves the numerator."""
    both = without("age_years < 18")
    assert one(numerator_exclusions=both, exceptions=both, numerator=MISSED) == (2, 5)


@pytest.mark.parametrize("key", ["exclusions", "exceptions", "numerator_exclusions"])
def test_a_condition_over_an_empty_column_is_not_met(one, key):
    """Of the row without a sex nobody can say that it is a man's: it is not left out."""
    given = """
        attendance_status | sex
        3                 |
        5                 |
    """
    assert one(given=given, numerator=MISSED, **{key: without("sex = 'male'")}) == (1, 2)


def test_rows_that_hold_counts_are_added_up(one):
    """A return of 30 answers of 100 and one of 20 of 50."""
    given = """
        activities | care_contact_duration
        30         | 100
        20         | 50
    """
    assert one(given=given, **REPORT) == (50, 150)


REPORT = {
    "unit": "report",
    "denominator": when("TRUE", sum="care_contact_duration"),
    "numerator": when("TRUE", sum="activities"),
}


def test_a_return_whose_counts_cannot_be_right_is_left_out_and_said(engine):
    """More hits than there were, or fewer than none: it counts on no side, and every figure that it
    would have been part of says so. A return without one of its counts has nothing to observe."""
    values = counted(
        engine,
        made_up(**REPORT, minimum_denominator=1),
        """
        provider | activities | care_contact_duration
        ZA1      | 30         | 100
        ZA1      | 101        | 100
        ZA1      | -1         | 100
        ZA1      | 5          |
        ZA1      |            | 5
        ZA2      | 9          | 1
        """,
    )
    rows = values.filter(pc.equal(values["period"], "2026-03")).to_pylist()
    found = {
        row["org_code"]: (row["numerator"], row["denominator"], row["value"], row["flags"])
        for row in rows
    }
    wrong = "not official;wrong counts left out"
    assert found["ALL"] == (30, 100, 0.3, wrong)
    assert found["ZA1"] == (30, 100, 0.3, wrong)
    assert found["ZA2"] == (0, 0, None, "not official;small number;wrong counts left out")


def test_a_stratum_that_nobody_knows_is_one_stratum(engine):
    """All three contacts are of an unknown service: the stratum says so, and is everything."""
    values = counted(
        engine,
        made_up(numerator=MISSED, stratifiers=["service"]),
        """
        attendance_status
        3
        5
        5
        """,
    )
    rows = [row for row in values.to_pylist() if row["stratifier"] == "service"]
    assert {row["stratum"] for row in rows} == {"not known"}
    assert {(row["numerator"], row["denominator"]) for row in rows} == {(1, 3)}


@pytest.mark.parametrize(
    ("stratifier", "column"),
    [
        ("staff_group", "staff_group"),
        ("medium", "consultation_mechanism"),
        ("source_of_referral", "source_of_referral"),
    ],
)
def test_each_stratifier_reads_its_column(engine, stratifier, column):
    values = counted(
        engine,
        made_up(numerator=MISSED, stratifiers=["sex", stratifier]),
        f"""
        attendance_status | {column}
        3                 | 01
        5                 | 02
        """,
    )
    found = {
        row["stratum"]: row["numerator"]
        for row in values.to_pylist()
        if (row["stratifier"], row["org_level"], row["period"])
        == (stratifier, "national", "2026-03")
    }
    assert found == {"01": 1, "02": 0}


COVERED = """
    provider | period  | submission_window
    ZA1      | 2026-01 | refresh
    ZA1      | 2026-02 | refresh
    ZA1      | 2026-03 | refresh
"""
THREE_MONTHS = """
    period  | attendance_status
    2026-01 | 3
    2026-02 | 3
    2026-03 | 3
"""


def flags(engine, **keys):
    measure = made_up(numerator=MISSED, minimum_denominator=1, **keys)
    values = counted(engine, measure, THREE_MONTHS, COVERED)
    return {
        row["period"]: set(row["flags"].split(";")) - {"not official", "incomplete"}
        for row in values.to_pylist()
        if row["org_level"] == "national"
    }


def test_the_last_months_stay_provisional_whatever_their_window(engine):
    """Two months still fill up; the year that they belong to with them."""
    said = {"missing attendance left out"}
    assert flags(engine, provisional_months=2) == {
        "2026-01": said,
        "2026-02": said | {"provisional"},
        "2026-03": said | {"provisional"},
        "2025-26": said | {"provisional"},
    }


def test_a_break_flags_what_it_runs_through(engine):
    """New from 1 February: the first month that means it begins anew, and the year mixes two."""
    said = {"missing attendance left out"}
    breaks = [{"from": "2026-02-01", "why": "a new form"}]
    broken = said | {"break in series"}
    assert flags(engine, breaks=breaks) == {
        "2026-01": said,
        "2026-02": broken,
        "2026-03": said,
        "2025-26": broken,
    }
    at_the_start = flags(engine, breaks=[{"from": "2026-01-01", "why": "a new form"}])
    assert at_the_start["2026-01"] == said
    rolling = flags(engine, breaks=breaks, months=2)
    assert (rolling["2026-02"], rolling["2026-03"]) == (broken, said)
    looking_back = flags(engine, breaks=breaks, history=1)
    assert (looking_back["2026-02"], looking_back["2026-03"]) == (broken, said)
    within = flags(engine, breaks=[{"from": "2026-02-15", "why": "a new form"}])
    assert (within["2026-01"], within["2026-02"]) == (said, broken)
