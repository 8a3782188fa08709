import pytest

from spec.measure_spec import MeasureSpec

title = "What a measure reckons from its counts"


@pytest.fixture
def measure_spec(engine) -> MeasureSpec:
    return MeasureSpec(engine)


def test_a_median_comes_with_its_quartiles(measure_spec):
    """And a time with the 90th percentile, since its long end matters. The numerator is empty, since a median is no quotient; the denominator counts the waits."""
    measure_spec(
        measure="wait_first_contact",
        given="""
            first_contact_period | first_period | first_contact_date | referral_request_received_date | wait_days
            2026-03              | 2026-03      | 2026-03-03         | 2026-03-01                     | 2
            2026-03              | 2026-03      | 2026-03-05         | 2026-03-01                     | 4
            2026-03              | 2026-03      | 2026-03-09         | 2026-03-01                     | 8
            2026-03              | 2026-03      | 2026-03-17         | 2026-03-01                     | 16
            2026-03              | 2026-03      | 2026-03-31         | 2026-03-01                     | 30
        """,
        where={"period": "2026-03", "org_level": "national", "stratifier": "all"},
        expect="""
            measure                           | numerator | denominator | value | lower | method
            wait_first_contact                |           | 5           | 8     |       | median, interval from order statistics, 95%
            wait_first_contact.lower_quartile |           | 5           | 4     |       | lower quartile, interval from order statistics, 95%
            wait_first_contact.p90            |           | 5           | 24.4  | 8     | 90th percentile, interval from order statistics, 95%
            wait_first_contact.upper_quartile |           | 5           | 16    | 4     | upper quartile, interval from order statistics, 95%
        """,
    )


def test_a_proportion_has_wilsons_interval(measure_spec):
    """Even none of two has an upper bound far from nought."""
    measure_spec(
        measure="dna_rate",
        given="""
            attendance_status
            5
            6
        """,
        where={"period": "2026-03", "org_level": "provider", "stratifier": "all"},
        expect="""
            value | lower | upper          | method
            0     | 0     | 0.657619772493 | Wilson score, 95%
        """,
    )


def test_a_mean_per_person_differs_between_persons(measure_spec):
    """Contacts of one, two and three: Student's interval with two degrees of freedom."""
    measure_spec(
        measure="contacts_per_person",
        given="""
            person_id
            A
            B
            B
            C
            C
            C
        """,
        where={"period": "2026-03", "org_level": "provider", "stratifier": "all"},
        expect="""
            numerator | denominator | value | lower | upper          | method
            6         | 3           | 2     | 0     | 4.484137712288 | Student's t over persons, 95%
        """,
    )


GAP = """
    period  | deprivation_fifth | attendance_status | sex
    2025-04 | 1                 | 3                 | female
    2026-03 | 1                 | 5                 | female
    2026-03 | 5                 | 5                 | female
    2026-03 | 5                 | 5                 | male
    2026-03 | 3                 | 3                 | male
"""


def test_a_gap_is_the_first_group_minus_the_second(measure_spec):
    """Over twelve months: one of two missed in the most deprived fifth, none in the least."""
    measure_spec(
        measure="dna_gap",
        given=GAP,
        where={"period": "2026-03", "org_level": "national", "stratifier": "all"},
        expect="""
            measure                | numerator | denominator | value | method
            dna_gap                |           | 4           | 0.5   | difference of two proportions, Newcombe's hybrid score, 95%
            dna_gap.most_deprived  | 1         | 2           | 0.5   | Wilson score, 95%
            dna_gap.least_deprived | 0         | 2           | 0     | Wilson score, 95%
        """,
    )


def test_a_gap_needs_both_groups(measure_spec):
    """Only the least deprived fifth has men: there is no gap, and no number that looks like one."""
    measure_spec(
        measure="dna_gap",
        given=GAP,
        where={
            "period": "2026-03",
            "org_level": "national",
            "stratifier": "sex",
            "stratum": "male",
        },
        expect="""
            measure                | numerator | denominator | value
            dna_gap                |           | 1           |
            dna_gap.most_deprived  | 0         | 0           |
            dna_gap.least_deprived | 0         | 1           | 0
        """,
    )


def test_rolling_months_need_a_full_year(measure_spec):
    """Before twelve months are held there is no rolling figure, only the year so far."""
    measure_spec(
        measure="dna_gap",
        given=GAP,
        where={"measure": "dna_gap", "org_level": "national", "stratifier": "all"},
        coverage="""
            provider | period  | submission_window
            ZA1      | 2025-06 | refresh
            ZA1      | 2026-03 | refresh
        """,
        expect="""
            period  | denominator | flags
            2025-26 | 4           | incomplete;missing attendance left out;not official;small number
        """,
    )
