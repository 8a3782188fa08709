title = "Referrals, caseload and waits"


def test_open_at_the_end_of_the_month(spec):
    """A referral is open until it is discharged or every one of its teams has closed or rejected
    it; what happens after the month does not count yet."""
    spec(
        fact="referral_month",
        given={
            "CYP101Referral": """
                service_request_id | local_patient_id | discharge_date
                R1                 | P1               |
                R2                 | P1               | 2026-04-20
                R3                 | P1               | 2026-05-02
                R4                 | P1               |
                R5                 | P1               |
                R6                 | P1               |
            """,
            "CYP102ServiceTypeReferredTo": """
                service_request_id | team_id_local | team_type | referral_closure_date | referral_closure_reason | referral_rejection_date
                R1                 | T1            | 12        | 2026-04-05            | 02                      |
                R1                 | T2            | 26        |                       |                         |
                R2                 | T1            | 12        |                       |                         |
                R3                 | T1            | 12        |                       |                         |
                R4                 | T1            | 12        | 2026-04-09            | 02                      |
                R4                 | T2            | 26        |                       |                         | 2026-04-03
                R5                 | T1            | 12        |                       |                         | 2026-04-03
            """,
        },
        expect="""
            service_request_id | teams | open_teams | team_type | rejected | open_at_period_end | closure_date | closure_reason
            R1                 | 2     | 1          |           | false    | true               | 2026-04-05   | 02
            R2                 | 1     | 1          | 12        | false    | false              |              |
            R3                 | 1     | 1          | 12        | false    | true               |              |
            R4                 | 2     | 0          |           | false    | false              | 2026-04-09   | 02
            R5                 | 1     | 0          | 12        | true     | false              |              |
            R6                 | 0     | 0          |           | false    | true               |              |
        """,
    )


def test_two_closures_on_one_day(spec):
    """Of closures on the latest day the greatest reason counts; a closure may have none."""
    spec(
        fact="referral_month",
        given={
            "CYP102ServiceTypeReferredTo": """
                service_request_id | team_id_local | team_type | referral_closure_date | referral_closure_reason
                R1                 | T1            | 12        | 2026-04-09            | 02
                R1                 | T2            | 26        | 2026-04-09            | 07
                R1                 | T3            | 27        | 2026-04-08            | 09
                R2                 | T1            | 12        | 2026-04-08            | 02
                R2                 | T2            | 26        | 2026-04-09            |
            """,
        },
        expect="""
            service_request_id | closure_date | closure_reason
            R1                 | 2026-04-09   | 07
            R2                 | 2026-04-09   |
        """,
    )


def test_latest_state_and_first_contact(spec):
    """The latest month speaks for a referral; the first direct attended contact ends its wait."""
    spec(
        fact="referral",
        given={
            "referral_month": """
                provider | period  | service_request_id | referral_request_received_date | open_at_period_end | team_type | rejected
                ZA1      | 2026-04 | R1                 | 2026-04-01                     | true               | 12        | false
                ZA1      | 2026-05 | R1                 | 2026-04-01                     | false              | 12        | false
                ZA1      | 2026-04 | R2                 | 2026-04-10                     | true               | 12        | false
                ZA1      | 2026-05 | R3                 | 2026-05-10                     | false              | 12        | true
                ZA1      | 2026-05 | R4                 | 2026-05-10                     | true               | 12        | false
                ZA2      | 2026-04 | R1                 | 2026-04-03                     | true               | 26        | false
            """,
            "contact": """
                provider | period  | care_contact_id | service_request_id | contact_date | attendance_status | consultation_mechanism
                ZA1      | 2026-04 | C1              | R1                 | 2026-04-05   | 3                 | 01
                ZA1      | 2026-04 | C2              | R1                 | 2026-04-08   | 5                 | 05
                ZA1      | 2026-05 | C1              | R1                 | 2026-05-02   | 6                 | 02
                ZA1      | 2026-05 | C2              | R1                 | 2026-05-09   | 5                 | 01
                ZA1      | 2026-05 | C3              | R4                 | 2026-05-01   | 5                 | 01
            """,
        },
        expect="""
            provider | service_request_id | first_period | last_period | state      | contacts | attended_contacts | first_contact_date | first_contact_period | wait_days | last_contact_date
            ZA1      | R1                 | 2026-04      | 2026-05     | closed     | 4        | 3                 | 2026-05-02         | 2026-05              | 31        | 2026-05-09
            ZA1      | R2                 | 2026-04      | 2026-04     | not resent | 0        | 0                 |                    |                      |           |
            ZA1      | R3                 | 2026-05      | 2026-05     | rejected   | 0        | 0                 |                    |                      |           |
            ZA1      | R4                 | 2026-05      | 2026-05     | open       | 1        | 1                 | 2026-05-01         | 2026-05              | -9        | 2026-05-01
            ZA2      | R1                 | 2026-04      | 2026-04     | open       | 0        | 0                 |                    |                      |           |
        """,
    )


def test_caseload_is_seen_from_the_first_direct_contact(spec):
    """An open referral counts as seen from the month of its first direct attended contact."""
    spec(
        fact="caseload",
        given={
            "referral_month": """
                submission_id | provider | period  | service_request_id | period_end | referral_request_received_date | open_at_period_end
                S1            | ZA1      | 2026-04 | R1                 | 2026-04-30 | 2026-03-31                     | true
                S2            | ZA1      | 2026-05 | R1                 | 2026-05-31 | 2026-03-31                     | true
                S3            | ZA1      | 2026-06 | R1                 | 2026-06-30 | 2026-03-31                     | false
                S2            | ZA1      | 2026-05 | R2                 | 2026-05-31 | 2026-05-30                     | true
            """,
            "contact": """
                submission_id | care_contact_id | service_request_id | contact_date | attendance_status | consultation_mechanism
                S1            | C1              | R1                 | 2026-04-20   | 5                 | 05
                S2            | C2              | R1                 | 2026-05-20   | 5                 | 11
                S2            | C3              | R2                 | 2026-05-31   | 3                 | 01
            """,
        },
        expect="""
            period  | service_request_id | days_open | seen  | last_contact_date | days_since_contact | received_before_first_held
            2026-04 | R1                 | 30        | false | 2026-04-20        | 10                 | true
            2026-05 | R1                 | 61        | true  | 2026-05-20        | 11                 | true
            2026-05 | R2                 | 1         | false |                   |                    | false
        """,
    )
