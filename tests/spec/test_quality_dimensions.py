import pytest

from levelfield.core.values import ALL
from levelfield.quality import Dimension, evaluate, load_dimensions
from spec.quality_spec import draw

title = "Dimensions of data quality"

EXAMPLES = [
    pytest.param(dimension, number, id=f"{dimension.id}: {example.title}")
    for dimension in load_dimensions().values()
    for number, example in enumerate(dimension.examples)
    if dimension.fact != "expected_month"
]


@pytest.mark.parametrize(("dimension", "number"), EXAMPLES)
def test_example(engine, dimension: Dimension, number: int):
    """Each example counts to what its file says."""
    example = dimension.examples[number]
    coverage = draw(engine, {dimension.fact: example.given})
    found = evaluate(engine, "spec", coverage, only=dimension.id).to_pylist()
    (row,) = [
        r
        for r in found
        if (r["measure"], r["org_code"], r["stratifier"], r["period"])
        == (dimension.id, "ZA1", ALL, "2026-03")
    ]
    assert (row["numerator"], row["denominator"]) == (example.numerator, example.denominator)


def test_levels(quality_spec):
    """A figure is counted for each provider and for all, by table and field, by month and year."""
    quality_spec(
        given={
            "field_quality": """
                provider | period  | table_name | field_name     | records | valid | other | defaulted | invalid | missing
                ZA1      | 2026-02 | CYP001MPI  | EthnicCategory | 10      | 8     | 0     | 0         | 0       | 2
                ZA1      | 2026-03 | CYP001MPI  | EthnicCategory | 10      | 9     | 0     | 0         | 0       | 1
                ZA2      | 2026-03 | CYP001MPI  | EthnicCategory | 20      | 20    | 0     | 0         | 0       | 0
            """,
        },
        where={"measure": "dq_completeness", "stratifier": "field"},
        expect="""
            period  | org_level | org_code | stratum                  | numerator | denominator | value
            2026-02 | provider  | ZA1      | CYP001MPI.EthnicCategory | 8         | 10          | 0.8
            2026-03 | provider  | ZA1      | CYP001MPI.EthnicCategory | 9         | 10          | 0.9
            2026-03 | provider  | ZA2      | CYP001MPI.EthnicCategory | 20        | 20          | 1
            2025-26 | provider  | ZA1      | CYP001MPI.EthnicCategory | 17        | 20          | 0.85
            2025-26 | provider  | ZA2      | CYP001MPI.EthnicCategory | 20        | 20          | 1
            2026-02 | national  | ALL      | CYP001MPI.EthnicCategory | 8         | 10          | 0.8
            2026-03 | national  | ALL      | CYP001MPI.EthnicCategory | 29        | 30          | 0.966666666667
            2025-26 | national  | ALL      | CYP001MPI.EthnicCategory | 37        | 40          | 0.925
        """,
    )


def test_not_collected(quality_spec):
    """A field declared not collected, and blank, is told apart instead of counted as 0%; it is left
    out of the figures above it."""
    quality_spec(
        given={
            "field_quality": """
                table_name | field_name     | records | valid | other | defaulted | invalid | missing
                CYP001MPI  | EthnicCategory | 10      | 0     | 0     | 0         | 0       | 10
                CYP001MPI  | Gender         | 10      | 9     | 0     | 0         | 0       | 1
            """,
        },
        declared=["CYP001MPI.EthnicCategory: not collected"],
        where={"measure": "dq_completeness", "period": "2026-03", "org_code": "ZA1"},
        expect="""
            stratifier | stratum                  | numerator | denominator | value | flags
            all        | all                      | 9         | 10          | 0.9   | not official
            table      | CYP001MPI                | 9         | 10          | 0.9   | not official
            field      | CYP001MPI.Gender         | 9         | 10          | 0.9   | not official
            field      | CYP001MPI.EthnicCategory |           |             |       | not collected;not official
        """,
    )


def test_declared_yet_sent(quality_spec):
    """Something was sent in a field that is declared not shared: it counts like that of any other
    field, were all of it invalid, and the figure says so."""
    quality_spec(
        given={
            "field_quality": """
                table_name | field_name     | records | valid | other | defaulted | invalid | missing
                CYP001MPI  | EthnicCategory | 10      | 0     | 0     | 0         | 2       | 8
            """,
        },
        declared=["CYP001MPI.EthnicCategory: not shared"],
        where={
            "measure": "dq_completeness",
            "period": "2026-03",
            "stratifier": "field",
            "org_code": "ZA1",
        },
        expect="""
            stratum                  | numerator | denominator | value | flags
            CYP001MPI.EthnicCategory | 2         | 10          | 0.2   | not official;sent against its declaration
        """,
    )


def test_declared_yet_sent_is_judged(quality_spec):
    """What was sent in a field that is declared not shared is valid or not like any other value."""
    quality_spec(
        given={
            "field_quality": """
                table_name | field_name     | records | valid | other | defaulted | invalid | missing
                CYP001MPI  | EthnicCategory | 10      | 0     | 0     | 0         | 2       | 8
            """,
        },
        declared=["CYP001MPI.EthnicCategory: not shared"],
        where={
            "measure": "dq_validity",
            "period": "2026-03",
            "stratifier": "field",
            "org_code": "ZA1",
        },
        expect="""
            stratum                  | numerator | denominator | value | flags
            CYP001MPI.EthnicCategory | 0         | 2           | 0     | not official;sent against its declaration
        """,
    )


def test_declared_in_part(quality_spec):
    """A field that is declared partly collected counts, with what is blank, and says so."""
    quality_spec(
        given={
            "field_quality": """
                table_name | field_name     | records | valid | other | defaulted | invalid | missing
                CYP001MPI  | EthnicCategory | 10      | 2     | 0     | 0         | 0       | 8
            """,
        },
        declared=["CYP001MPI.EthnicCategory: partly collected"],
        where={"measure": "dq_completeness", "period": "2026-03", "stratifier": "field"},
        expect="""
            org_code | numerator | denominator | value | flags
            ZA1      | 2         | 10          | 0.2   | not official;partly collected
            ALL      | 2         | 10          | 0.2   | not official
        """,
    )


def test_declared_in_part_inside_a_table_that_is_not_collected(quality_spec):
    """What is said of a field goes before what is said of its table: it counts, with what is
    blank."""
    quality_spec(
        given={
            "field_quality": """
                table_name | field_name     | records | valid | other | defaulted | invalid | missing
                CYP001MPI  | EthnicCategory | 10      | 0     | 0     | 0         | 0       | 10
                CYP001MPI  | Gender         | 10      | 9     | 0     | 0         | 0       | 1
            """,
        },
        declared=["CYP001MPI: not collected", "CYP001MPI.EthnicCategory: partly collected"],
        where={
            "measure": "dq_completeness",
            "period": "2026-03",
            "stratum": "CYP001MPI.EthnicCategory",
        },
        expect="""
            org_code | numerator | denominator | value | flags
            ZA1      | 0         | 10          | 0     | not official;partly collected
            ALL      | 0         | 10          | 0     | not official
        """,
    )


def test_declared_of_months_that_are_not_held(quality_spec):
    """A declaration says why nothing was sent in a field, of a month in which something was sent;
    February is held of another provider alone."""
    quality_spec(
        given={
            "coverage": """
                provider | period
                ZA1      | 2026-01
                ZA2      | 2026-02
                ZA1      | 2026-03
            """,
            "field_quality": """
                period  | table_name | field_name | records | valid | other | defaulted | invalid | missing
                2026-01 | CYP001MPI  | Gender     | 10      | 9     | 0     | 0         | 0       | 1
                2026-03 | CYP001MPI  | Gender     | 10      | 9     | 0     | 0         | 0       | 1
            """,
        },
        declared=["CYP104RTT.PatientPathwayID: not shared"],
        where={"measure": "dq_completeness", "stratum": "CYP104RTT.PatientPathwayID"},
        expect="""
            period  | org_code | value | flags
            2026-01 | ZA1      |       | not official;not shared
            2026-03 | ZA1      |       | not official;not shared
        """,
    )


def test_declared_yet_sent_where_nothing_need_be(quality_spec):
    """Of a field that need not be filled and was sent, completeness says nothing at all."""
    quality_spec(
        given={
            "field_quality": """
                table_name | field_name  | expected | records | valid | other | defaulted | invalid | missing
                CYP001MPI  | DateOfDeath | false    | 10      | 1     | 0     | 0         | 0       | 9
                CYP001MPI  | Gender      | true     | 10      | 9     | 0     | 0         | 0       | 1
            """,
        },
        declared=["CYP001MPI.DateOfDeath: not collected"],
        where={
            "measure": "dq_completeness",
            "period": "2026-03",
            "stratifier": "field",
            "org_code": "ZA1",
        },
        expect="""
            stratum          | numerator | denominator | value
            CYP001MPI.Gender | 9         | 10          | 0.9
        """,
    )


def test_maturity_index(quality_spec):
    """Two months of three are there: the mean item score is multiplied by two thirds. Of 20 default
    codes 5 are allowed (5% of 100 records), so 15 are in excess: (95 − 15) / 100."""
    quality_spec(
        given={
            "coverage": """
                provider | period
                ZA1      | 2026-01
                ZA1      | 2026-03
                ZA2      | 2026-02
            """,
            "field_quality": """
                period  | table_name | field_name     | records | valid | other | defaulted | invalid | missing
                2026-01 | CYP001MPI  | EthnicCategory | 60      | 45    | 0     | 10        | 0       | 5
                2026-03 | CYP001MPI  | EthnicCategory | 40      | 30    | 0     | 10        | 0       | 0
                2026-01 | CYP001MPI  | DateOfBirth    | 60      | 60    | 0     | 0         | 0       | 0
                2026-03 | CYP001MPI  | DateOfBirth    | 40      | 40    | 0     | 0         | 0       | 0
                2026-03 | CYP001MPI  | DateOfDeath    | 40      | 0     | 0     | 0         | 0       | 40
            """,
        },
        where={"measure": "dqmi", "period": "2025-26"},
        expect="""
            org_code | denominator | value
            ZA1      | 200         | 60
        """,
    )


def test_days_before_the_close(quality_spec):
    """Days from the first receipt to the close of the primary window; too late is below zero. A
    refresh that brings 90 records where 100 were is a revision of a tenth."""
    quality_spec(
        given={
            "coverage": """
                provider | period  | first_received_at   | primary_close | submissions | first_records_accepted | records_accepted
                ZA1      | 2026-03 | 2026-04-12T10:00:00 | 2026-04-16    | 2           | 100                    | 90
                ZA2      | 2026-03 | 2026-04-20T10:00:00 | 2026-04-16    | 1           | 50                     | 50
            """,
        },
        where={"measure": "dq_timeliness.days_before_close"},
        expect="""
            org_code | value
            ZA1      | 4
            ZA2      | -4
        """,
    )
