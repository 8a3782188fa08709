title = "The coverage matrix"


def test_states(matrix_spec):
    """A month is missing from the provider's first month on; before, it was not yet expected."""
    matrix_spec(
        given={
            "coverage": """
                provider | period  | submission_window
                ZA1      | 2026-01 | refresh
                ZA1      | 2026-03 | primary
                ZA2      | 2026-02 | refresh
            """,
        },
        expect="""
            provider | period  | state        | expected | held
            ZA1      | 2026-01 | refresh      | true     | 1
            ZA1      | 2026-02 | none         | true     | 0
            ZA1      | 2026-03 | primary only | true     | 1
            ZA2      | 2026-01 | before first | false    | 0
            ZA2      | 2026-02 | refresh      | true     | 1
            ZA2      | 2026-03 | none         | true     | 0
        """,
    )


def test_in_time(matrix_spec):
    """What counts is the first file: a month sent first in its refresh window was late, however
    good the refresh."""
    matrix_spec(
        given={
            "coverage": """
                provider | period  | first_received_at   | received_at         | primary_close | submissions | first_records_accepted | records_accepted
                ZA1      | 2026-03 | 2026-04-16T23:59:00 | 2026-05-01T09:00:00 | 2026-04-16    | 2           | 80                     | 84
                ZA2      | 2026-03 | 2026-04-17T00:01:00 | 2026-04-17T00:01:00 | 2026-04-16    | 1           | 80                     | 80
            """,
        },
        expect="""
            provider | in_time | days_before_close | received_on | records_revised
            ZA1      | 1       | 0                 | 2026-05-01  | 4
            ZA2      | 0       | -1                | 2026-04-17  |
        """,
    )
