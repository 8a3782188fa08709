import pytest

from spec.made_up_measure import counted, everybody, made_up, when, without

title = "What each statistic makes of the rows"


@pytest.fixture
def whole(engine):
    """The values of everybody in March 2026, by measure and part."""

    def count(statistic, given, **keys):
        return everybody(counted(engine, made_up(statistic, **keys), given))

    return count


def near(row, value, lower, upper):
    found = [row["value"], row["lower"], row["upper"]]
    return found == [pytest.approx(x, rel=1e-9) for x in (value, lower, upper)]


def test_a_mean_over_rows(whole):
    """Of 4, 7, 5, 8 and 6 minutes, with Student's interval; a
    total of minutes is no count, so the numerator stays empty."""
    found = whole(
        "mean",
        """
        care_contact_duration
        4
        7
        5
        8
        6
        """,
        observation={"value": "care_contact_duration", "words": "minutes", "unit": "minutes"},
    )["made_up"]
    assert (found["numerator"], found["denominator"]) == (None, 5)
    assert near(found, 6, 4.036756838522439, 7.963243161477561)
    assert found["method"] == "Student's t over rows, 95%"


def test_a_mean_may_be_below_nought_and_no_whole_number(whole):
    """Thirds are taken to four decimals: change scores of -1/3 and -2/3."""
    found = whole(
        "mean",
        """
        activities
        1
        2
        """,
        observation={"value": "-activities / 3.0", "words": "change", "unit": "score"},
    )["made_up"]
    assert found["value"] == pytest.approx(-0.5, abs=1e-12)


FALLS = """
    activity_type | activities | care_contact_duration | sex
    bed days      |            | 400                   | female
    bed days      |            | 100                   | male
    fall          | 2          |                       | female
    fall          | 1          |                       |
"""


def test_a_rate_takes_its_events_from_other_rows_than_its_exposure(whole):
    """Three falls in 500 bed days, per 1,000; the exact interval, since there are fewer than 10."""
    keys = {
        "unit": "report",
        "denominator": when("activity_type = 'bed days'", sum="care_contact_duration"),
        "numerator": when("activity_type = 'fall'", sum="activities"),
        "multiplier": 1000,
        "per": "bed days",
    }
    found = whole("rate", FALLS, **keys)["made_up"]
    assert (found["numerator"], found["denominator"]) == (3, 500)
    assert near(found, 6, 1.2373442457912027, 17.534546139484647)
    women = whole("rate", FALLS, initial_population=when("sex = 'female'"), **keys)["made_up"]
    assert (women["numerator"], women["denominator"], women["value"]) == (2, 400, 5)
    known = whole("rate", FALLS, exclusions=without("sex = 'male'"), **keys)["made_up"]
    assert (known["numerator"], known["denominator"]) == (3, 400)


def test_events_where_nothing_was_at_risk_make_no_rate(whole):
    """The count is shown; a rate would divide by nought."""
    found = whole(
        "rate",
        """
        activity_type
        fall
        """,
        denominator=when("activity_type = 'bed days'"),
        numerator=when("activity_type = 'fall'"),
        per="bed days",
    )["made_up"]
    assert (found["numerator"], found["denominator"]) == (1, 0)
    assert (found["value"], found["lower"], found["upper"]) == (None, None, None)


def test_a_ratio_is_of_two_counts_that_need_not_overlap(whole):
    """Two follow-ups to three first contacts: the interval is that of two in five, as odds."""
    given = """
        consultation_type
        01
        01
        01
        02
        02
    """
    found = whole(
        "ratio",
        given,
        denominator=when("consultation_type = '01'"),
        numerator=when("consultation_type = '02'"),
    )["made_up"]
    assert (found["numerator"], found["denominator"]) == (2, 3)
    assert near(found, 2 / 3, 0.1332995732422874, 3.334177549365558)


CHECKS = """
    age_years | immunisation_same_day | hearing_screen_same_day
    1         | true                  | true
    1         | true                  | false
    1         | true                  |
    9         | true                  |
    9         | false                 |
              | true                  | true
"""
PARTS = {
    "components": [
        {"applies": "age_years < 18", "met": "immunisation_same_day", "words": "immunised"},
        {"applies": "age_years < 2", "met": "hearing_screen_same_day", "words": "screened"},
    ]
}


def test_all_or_nothing_asks_for_every_part_that_applies(whole):
    """Of five children two had all that they need; what is not known was not done. Whoever needs
    nothing, since the age is not known, is not counted."""
    found = whole("all_or_nothing", CHECKS, **PARTS)["made_up"]
    assert (found["numerator"], found["denominator"], found["value"]) == (2, 5, 0.4)
    assert found["method"] == "Wilson score, 95%"


def test_opportunity_counts_the_parts(whole):
    """Eight parts applied to the five children, and five were done. Parts of one child go together,
    so the interval is wider than that of five in eight would be."""
    found = whole("opportunity", CHECKS, **PARTS)["made_up"]
    assert (found["numerator"], found["denominator"], found["value"]) == (5, 8, 0.625)
    assert (found["lower"], found["upper"]) == (
        pytest.approx(0.25, abs=0.06),
        pytest.approx(0.89, abs=0.06),
    )


def test_a_median_of_scores_has_no_long_end(whole):
    """The 90th percentile is for times: of scores the quartiles are enough."""
    observation = {"value": "activities", "words": "a score", "unit": "score"}
    given = """
        activities
        1
        2
        4
    """
    found = whole("median", given, observation=observation)
    assert {name: row["value"] for name, row in found.items()} == {
        "made_up": 2,
        "made_up.lower_quartile": 1.5,
        "made_up.upper_quartile": 3,
    }


SCORES = """
    deprivation_fifth | activities | attendance_status
    1                 | 30         | 3
    2                 | 26         | 3
    3                 | 25         | 5
    4                 | 21         | 5
    5                 | 18         | 5
                      | 99         | 3
"""
OBSERVED = {"observation": {"value": "activities", "words": "a score", "unit": "score"}}


def test_a_slope_of_means_over_the_five_groups(whole):
    """The line through 30, 26, 25, 21 and 18 falls by 14.5 from the most to the least deprived; who
    lives nobody knows where is in no group."""
    found = whole("slope", SCORES, **OBSERVED)["made_up"]
    assert (found["numerator"], found["denominator"]) == (None, 5)
    assert near(found, -14.5, -18.50449045067184, -10.49550954932813)


def test_a_slope_of_shares(whole):
    """All of the two most deprived and none of the others: by least squares over 0.1, 0.3 … 0.9."""
    found = whole("slope", SCORES, numerator=when("attendance_status = '3'"))["made_up"]
    assert found["value"] == pytest.approx(-1.5)


def test_a_slope_needs_all_five_groups(whole):
    found = whole(
        "slope", SCORES.replace("5                 | 18", "4                 | 18"), **OBSERVED
    )
    assert (found["made_up"]["denominator"], found["made_up"]["value"]) == (5, None)
