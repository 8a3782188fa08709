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


def test_why_a_referral_came(spec):
    """A reason counts wherever it stands; of several main diagnoses the latest one speaks, and an
    allied health clock is known by its type."""
    spec(
        fact="referral_month",
        given={
            "CYP101Referral": """
                service_request_id | local_patient_id | primary_referral_reason
                R1                 | P1               | 038
                R2                 | P1               | 033
                R3                 | P1               | 070
            """,
            "CYP103OtherReasonReferral": """
                service_request_id | referral_reason_other
                R2                 | 018
                R2                 | 053
                R3                 | 038
            """,
            "CYP607PrimDiag": """
                service_request_id | primary_diagnosis | primary_diagnosis_date
                R1                 | I501              | 2026-04-02
                R1                 | L97X              | 2026-04-09
                R2                 | E119              |
            """,
            "CYP104RTT": """
                service_request_id | waiting_time_measurement_type
                R2                 | 02
                R3                 | 05
            """,
        },
        expect="""
            service_request_id | diabetes | foot_problem | leg_ulcer | pressure_ulcer | main_diagnosis | ahp_clock
            R1                 | false    | false        | true      | false          | L97X           | false
            R2                 | true     | true         | false     | true           | E119           | true
            R3                 | false    | false        | true      | false          |                | false
        """,
    )


def test_why_a_referral_was_rejected(spec):
    """The reason is that of the latest rejection, of several on one day the greatest code."""
    spec(
        fact="referral_month",
        given={
            "CYP102ServiceTypeReferredTo": """
                service_request_id | team_id_local | team_type | referral_rejection_date | referral_rejection_reason
                R1                 | T1            | 12        | 2026-04-02              | 03
                R1                 | T2            | 26        | 2026-04-03              | 01
                R2                 | T1            | 12        | 2026-04-02              | 01
                R2                 | T2            | 26        | 2026-04-02              | 02
                R3                 | T1            | 12        |                         |
            """,
        },
        expect="""
            service_request_id | rejected | rejection_reason
            R1                 | true     | 01
            R2                 | true     | 02
            R3                 | false    |
        """,
    )


def test_first_group_and_first_assessment(spec):
    """Only attended contacts count; an assessment is also a test, but a test is no assessment."""
    spec(
        fact="referral",
        given={
            "referral_month": """
                provider | period  | service_request_id | referral_request_received_date | open_at_period_end | rejected
                ZA1      | 2026-04 | R1                 | 2026-04-01                     | true               | false
                ZA1      | 2026-04 | R2                 | 2026-04-01                     | true               | false
            """,
            "contact": """
                provider | period  | care_contact_id | service_request_id | contact_date | attendance_status | group_therapy_indicator | assessed | tested
                ZA1      | 2026-04 | C1              | R1                 | 2026-04-05   | 3                 | Y                       | true     | true
                ZA1      | 2026-04 | C2              | R1                 | 2026-04-06   | 5                 | N                       | false    | true
                ZA1      | 2026-05 | C3              | R1                 | 2026-05-07   | 6                 | Y                       | true     | true
                ZA1      | 2026-05 | C4              | R1                 | 2026-05-08   | 5                 | Y                       | true     | true
                ZA1      | 2026-04 | C5              | R2                 | 2026-04-07   | 5                 | Z                       | false    | false
            """,
        },
        expect="""
            service_request_id | first_group_date | first_group_period | first_assessment_date | first_assessment_period | first_test_date | first_test_period
            R1                 | 2026-05-07       | 2026-05            | 2026-05-07            | 2026-05                 | 2026-04-06      | 2026-04
            R2                 |                  |                    |                       |                         |                 |
        """,
    )


def test_working_days_to_the_first_contact(spec):
    """Mondays to Fridays after the receipt; 3 April 2026 is a Friday. A call or a video is a contact
    and not face to face."""
    spec(
        fact="referral",
        given={
            "referral_month": """
                provider | period  | service_request_id | referral_request_received_date
                ZA1      | 2026-04 | R1                 | 2026-04-03
                ZA1      | 2026-04 | R2                 | 2026-04-03
                ZA1      | 2026-04 | R3                 | 2026-04-04
                ZA1      | 2026-04 | R4                 | 2026-04-06
                ZA1      | 2026-04 | R5                 | 2026-04-06
                ZA1      | 2026-04 | R6                 | 2026-04-06
            """,
            "contact": """
                provider | period  | care_contact_id | service_request_id | contact_date | attendance_status | consultation_mechanism
                ZA1      | 2026-04 | C1              | R1                 | 2026-04-03   | 5                 | 01
                ZA1      | 2026-04 | C2              | R2                 | 2026-04-07   | 5                 | 01
                ZA1      | 2026-04 | C3              | R3                 | 2026-04-06   | 5                 | 01
                ZA1      | 2026-04 | C4              | R4                 | 2026-04-20   | 5                 | 01
                ZA1      | 2026-04 | C5              | R5                 | 2026-04-03   | 5                 | 11
                ZA1      | 2026-04 | C6              | R5                 | 2026-04-09   | 6                 | 01
                ZA1      | 2026-04 | C7              | R6                 | 2026-04-09   | 3                 | 01
            """,
        },
        expect="""
            service_request_id | wait_days | wait_working_days | days_to_face_to_face
            R1                 | 0         | 0                 | 0
            R2                 | 4         | 2                 | 4
            R3                 | 2         | 1                 | 2
            R4                 | 14        | 10                | 14
            R5                 | -3        | -1                | 3
            R6                 |           |                   |
        """,
    )


def test_how_a_referral_ended(spec):
    """What came first ends a referral, the last team's closure or the discharge; a rejection is no
    end of care."""
    spec(
        fact="referral",
        given={
            "referral_month": """
                provider | period  | period_end | service_request_id | referral_request_received_date | open_at_period_end | rejected | closure_date | discharge_date | rejection_date
                ZA1      | 2026-04 | 2026-04-30 | R1                 | 2026-04-01                     | false              | false    | 2026-04-20   | 2026-04-22     |
                ZA1      | 2026-04 | 2026-04-30 | R2                 | 2026-04-01                     | false              | false    |              | 2026-04-21     |
                ZA1      | 2026-04 | 2026-04-30 | R3                 | 2026-04-01                     | false              | false    | 2026-04-23   |                |
                ZA1      | 2026-04 | 2026-04-30 | R4                 | 2026-04-01                     | true               | false    | 2026-04-10   |                |
                ZA1      | 2026-05 | 2026-05-31 | R5                 | 2026-03-31                     | false              | true     |              |                | 2026-05-02
            """,
            "contact": """
                provider | period  | care_contact_id | service_request_id | contact_date | attendance_status | consultation_mechanism
                ZA1      | 2026-04 | C1              | R1                 | 2026-04-05   | 5                 | 01
            """,
        },
        expect="""
            service_request_id | received_period | ended_date | ended_period | days_to_end | care_days | last_held  | received_before_first_held
            R1                 | 2026-04         | 2026-04-20 | 2026-04      | 19          | 15        | 2026-05-31 | false
            R2                 | 2026-04         | 2026-04-21 | 2026-04      | 20          |           | 2026-05-31 | false
            R3                 | 2026-04         | 2026-04-23 | 2026-04      | 22          |           | 2026-05-31 | false
            R4                 | 2026-04         |            |              |             |           | 2026-05-31 | false
            R5                 | 2026-03         |            |              |             |           | 2026-05-31 | true
        """,
    )


def test_return_for_the_same_reason(spec):
    """The next referral of the person for the same reason, received after this one ended."""
    spec(
        fact="referral",
        given={
            "referral_month": """
                provider | period  | service_request_id | person_id | primary_referral_reason | referral_request_received_date | open_at_period_end | rejected | closure_date
                ZA1      | 2026-04 | R1                 | A         | 038                     | 2026-04-01                     | false              | false    | 2026-04-10
                ZA1      | 2026-04 | R2                 | A         | 038                     | 2026-04-10                     | true               | false    |
                ZA1      | 2026-05 | R3                 | A         | 038                     | 2026-05-20                     | true               | false    |
                ZA1      | 2026-05 | R4                 | A         | 070                     | 2026-04-15                     | true               | false    |
                ZA1      | 2026-05 | R5                 | A         | 038                     | 2026-05-25                     | true               | false    |
                ZA1      | 2026-05 | R6                 | B         | 038                     | 2026-05-02                     | false              | false    | 2026-05-09
                ZA2      | 2026-05 | R7                 | B         | 038                     | 2026-05-20                     | true               | false    |
            """,
        },
        expect="""
            service_request_id | days_to_return
            R1                 | 40
            R2                 |
            R3                 |
            R4                 |
            R5                 |
            R6                 |
            R7                 |
        """,
    )
