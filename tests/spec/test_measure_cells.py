import pytest

from spec.measure_spec import MeasureSpec

title = "Where a measure is counted: organisations, periods and strata"


@pytest.fixture
def measure_spec(engine) -> MeasureSpec:
    return MeasureSpec(engine)


TWO_PROVIDERS = """
    provider | commissioner | team_type | sex    | attendance_status
    ZA1      | QZZ01        | 12        | female | 5
    ZA1      | QZZ01        | 12        | male   | 3
    ZA1      | QZZ02        | 26        | female | 5
    ZA2      | QZZ01        | 12        |        | 7
    ZA2      |              |           | male   | 5
"""


def test_every_level_adds_up(measure_spec):
    """Providers add up to everybody, and so do commissioners, the unknown one among them."""
    measure_spec(
        measure="dna_rate",
        given=TWO_PROVIDERS,
        where={"period": "2026-03", "stratifier": "all"},
        expect="""
            org_level    | org_code  | numerator | denominator | value
            national     | ALL       | 2         | 5           | 0.4
            commissioner | QZZ01     | 2         | 3           | 0.6666666667
            commissioner | QZZ02     | 0         | 1           | 0
            commissioner | not known | 0         | 1           | 0
            provider     | ZA1       | 1         | 3           | 0.3333333333
            provider     | ZA2       | 1         | 2           | 0.5
        """,
    )


@pytest.mark.parametrize(
    ("stratifier", "expect"),
    [
        (
            "service",
            """
            stratum   | numerator | denominator
            12        | 2         | 3
            26        | 0         | 1
            not known | 0         | 1
            """,
        ),
        (
            "sex",
            """
            stratum   | numerator | denominator
            female    | 0         | 2
            male      | 1         | 2
            not known | 1         | 1
            """,
        ),
    ],
)
def test_strata_add_up_to_the_total(measure_spec, stratifier, expect):
    """What is not known is a stratum of its own and never dropped, so strata add up."""
    measure_spec(
        measure="dna_rate",
        given=TWO_PROVIDERS,
        where={"period": "2026-03", "org_level": "national", "stratifier": stratifier},
        expect=expect,
    )


def test_months_and_financial_years(measure_spec):
    """A month stands for itself and a financial year for its twelve months."""
    measure_spec(
        measure="dna_rate",
        given="""
            period  | attendance_status
            2025-04 | 3
            2026-03 | 5
            2026-03 | 5
        """,
        where={"org_level": "provider", "stratifier": "all"},
        expect="""
            period  | numerator | denominator
            2025-04 | 1         | 1
            2026-03 | 0         | 2
            2025-26 | 1         | 3
        """,
    )


def test_a_person_counts_once_in_a_period(measure_spec):
    """Seen in two months by two providers: once in each cell, whatever its size."""
    measure_spec(
        measure="contacts_per_person",
        given="""
            provider | period  | person_id | team_type
            ZA1      | 2026-02 | A         | 12
            ZA1      | 2026-03 | A         | 12
            ZA2      | 2026-03 | A         | 26
            ZA2      | 2026-03 | B         | 26
        """,
        where={"stratifier": "all"},
        coverage="""
            provider | period  | submission_window
            ZA1      | 2026-02 | refresh
            ZA1      | 2026-03 | refresh
            ZA2      | 2026-03 | refresh
        """,
        expect="""
            period  | org_level    | org_code  | numerator | denominator | value
            2026-02 | national     | ALL       | 1         | 1           | 1
            2026-02 | commissioner | not known | 1         | 1           | 1
            2026-02 | provider     | ZA1       | 1         | 1           | 1
            2026-03 | national     | ALL       | 3         | 2           | 1.5
            2026-03 | commissioner | not known | 3         | 2           | 1.5
            2026-03 | provider     | ZA1       | 1         | 1           | 1
            2026-03 | provider     | ZA2       | 2         | 2           | 1
            2025-26 | national     | ALL       | 4         | 2           | 2
            2025-26 | commissioner | not known | 4         | 2           | 2
            2025-26 | provider     | ZA1       | 2         | 1           | 2
            2025-26 | provider     | ZA2       | 2         | 2           | 1
        """,
    )


def test_a_person_of_two_services_counts_in_both(measure_spec):
    """Contacts of services add up to all contacts; persons of services need not."""
    measure_spec(
        measure="contacts_per_person",
        given="""
            person_id | team_type
            A         | 12
            A         | 26
        """,
        where={"period": "2026-03", "org_level": "national", "stratifier": "service"},
        expect="""
            stratum | numerator | denominator
            12      | 1         | 1
            26      | 1         | 1
        """,
    )


def test_missing_attendance_is_a_parameter_that_is_said(measure_spec):
    """A contact without an attendance code is left out or counts as attended, and a flag says so."""
    given = """
        attendance_status | sex
        3                 | male
                          | male
    """
    where = {"period": "2026-03", "org_level": "national", "stratifier": "all"}
    measure_spec(
        measure="dna_rate",
        given=given,
        where=where,
        expect="""
            numerator | denominator | flags
            1         | 1           | missing attendance left out;not official;small number
        """,
    )
    measure_spec(
        measure="dna_rate",
        given=given,
        where=where,
        missing_attendance="attended",
        expect="""
            numerator | denominator | flags
            1         | 2           | missing attendance counted as attended;not official;small number
        """,
    )


def test_a_provisional_or_missing_month_is_flagged(measure_spec):
    """What rests on a primary submission is provisional; a month that is not held is incomplete."""
    measure_spec(
        measure="ucr_2h_unmeasured",
        given="""
            provider | period  | start_period | waiting_time_measurement_type | first_of_referral | timing
            ZA1      | 2026-02 | 2026-02      | 05                            | true              | timed
            ZA1      | 2026-03 | 2026-03      | 05                            | true              | timed
            ZA2      | 2026-03 | 2026-03      | 05                            | true              | timed
        """,
        where={"stratifier": "all"},
        coverage="""
            provider | period  | submission_window
            ZA1      | 2026-02 | refresh
            ZA1      | 2026-03 | primary
            ZA2      | 2026-03 | refresh
        """,
        expect="""
            period  | org_level    | org_code  | flags
            2026-02 | national     | ALL       | incomplete;not official;small number
            2026-02 | commissioner | not known | incomplete;not official;small number
            2026-02 | provider     | ZA1       | not official;small number
            2026-03 | national     | ALL       | not official;provisional;small number
            2026-03 | commissioner | not known | not official;provisional;small number
            2026-03 | provider     | ZA1       | not official;provisional;small number
            2026-03 | provider     | ZA2       | not official;small number
            2025-26 | national     | ALL       | incomplete;not official;provisional;small number
            2025-26 | commissioner | not known | incomplete;not official;provisional;small number
            2025-26 | provider     | ZA1       | incomplete;not official;provisional;small number
            2025-26 | provider     | ZA2       | incomplete;not official;small number
        """,
    )
