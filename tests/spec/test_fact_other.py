title = "People, activities, assessments, plans, groups and coverage"


def test_person_counts(spec):
    """A person of a month with contacts and open referrals counted; two local records with one
    NHS number are one person."""
    spec(
        fact="person",
        given={
            "CYP001MPI": """
                local_patient_id | person_id | age_years_period_end
                P1               | aaa       | 70
                P2               | aaa       | 70
                P3               | bbb       | 3
            """,
            "CYP101Referral": """
                service_request_id | local_patient_id | discharge_date
                R1                 | P1               |
                R2                 | P2               | 2026-04-03
                R3                 | P3               |
            """,
            "CYP201CareContact": """
                care_contact_id | service_request_id | contact_date | attendance_status
                C1              | R1                 | 2026-04-02   | 5
                C2              | R2                 | 2026-04-02   | 3
                C3              | R2                 | 2026-04-03   |
            """,
        },
        expect="""
            person_id | age_band | contacts | attended_contacts | contacts_attendance_missing | open_referrals
            aaa       | 65-74    | 3        | 1                 | 1                           | 1
            bbb       | 0-4      | 0        | 0                 | 0                           | 1
        """,
    )


def test_activity_knows_its_contact(spec):
    """An activity carries the team, attendance and day of its contact."""
    spec(
        fact="activity",
        given={
            "CYP102ServiceTypeReferredTo": """
                service_request_id | team_id_local | team_type
                R1                 | T1            | 16
            """,
            "CYP901StaffDetails": """
                care_professional_id_local | staff_group
                N1                         | N03
            """,
            "CYP201CareContact": """
                care_contact_id | service_request_id | team_id_local | contact_date | attendance_status
                C1              | R1                 | T1            | 2026-04-02   | 06
            """,
            "CYP202CareActivity": """
                care_activity_id | care_contact_id | activity_type | care_professional_id_local | care_activity_duration
                A1               | C1              | 08            | N1                         | 30
            """,
            "CYP610BreastfeedingStatus": """
                care_activity_id | breast_feeding_status
                A1               | 01
            """,
        },
        expect="""
            care_activity_id | team_type | attendance_status | contact_date | staff_group | activity_duration | breast_feeding_status
            A1               | 16        | 6                 | 2026-04-02   | N03         | 30                | 01
        """,
    )


def test_assessments_of_referral_and_contact(spec):
    """Scores by referral and by contact stand in one fact; those of a contact have its day."""
    spec(
        fact="assessment",
        given={
            "CYP201CareContact": """
                care_contact_id | service_request_id | contact_date
                C1              | R1                 | 2026-04-02
            """,
            "CYP202CareActivity": """
                care_activity_id | care_contact_id | activity_type
                A1               | C1              | 02
            """,
            "CYP609CodedAssessmentReferral": """
                service_request_id | snomed_id | score | assessment_completion_date
                R1                 | 123456    | 12    | 2026-04-09
            """,
            "CYP612CodedAssessmentContact": """
                care_activity_id | snomed_id | score
                A1               | 123456    | 9
            """,
        },
        expect="""
            service_request_id | care_contact_id | assessment_date | score
            R1                 |                 | 2026-04-09      | 12
            R1                 | C1              | 2026-04-02      | 9
        """,
    )


def test_care_plan_agreed_with_the_person(spec):
    """A plan is agreed with the person when one of its agreements is."""
    spec(
        fact="care_plan",
        given={
            "CYP004CarePlanType": """
                plan_id | local_patient_id | plan_type | plan_created_date
                L1      | P1               | 03        | 2026-04-02
                L2      | P1               | 02        | 2026-04-03
            """,
            "CYP005CarePlanAgreement": """
                plan_id | plan_agreed_by
                L1      | 20
                L1      | 10
            """,
        },
        expect="""
            plan_id | plan_type | agreements | agreed_with_person
            L1      | 03        | 2          | true
            L2      | 02        | 0          | false
        """,
    )


def test_group_session(spec):
    """Group sessions name no person, so the commissioner is the submitted one."""
    spec(
        fact="group_session",
        given={
            "CYP301GroupSession": """
                group_session_id | group_session_date | org_id_commissioner | number_of_participants
                G1               | 2026-04-02         | Z1Z                 | 8
            """,
        },
        expect="""
            provider | period  | group_session_id | commissioner | participants
            ZA1      | 2026-04 | G1               | Z1Z          | 8
        """,
    )


def test_coverage(spec):
    """One row per provider and month: the active submission, and how many there were."""
    spec(
        fact="coverage",
        given={
            "submission": """
                submission_id | provider | period  | submission_window | submissions | records_read | records_accepted | records_rejected | records_duplicate | records_warned | contacts
                S1            | ZA1      | 2026-04 | refresh           | 2           | 100          | 90               | 8                | 2                 | 5              | 40
            """,
        },
        expect="""
            provider | period  | submission_window | submissions | records_read | records_rejected | contacts
            ZA1      | 2026-04 | refresh           | 2           | 100          | 8                | 40
        """,
    )


def test_teams_at_home_within_a_week(spec):
    """The most team types within any seven days; end of life, palliative and crisis care do not
    count, nor does a visit that nobody attended or one elsewhere."""
    spec(
        fact="person",
        given={
            "CYP001MPI": """
                local_patient_id | person_id
                P1               | A
                P2               | B
                P3               | C
                P4               | D
            """,
            "contact": """
                submission_id | care_contact_id | person_id | contact_date | team_type | attendance_status | activity_location_type
                S1            | C1              | A         | 2026-04-01   | 12        | 5                 | A01
                S1            | C2              | A         | 2026-04-04   | 26        | 5                 | A01
                S1            | C3              | A         | 2026-04-07   | 23        | 6                 | A01
                S1            | C4              | A         | 2026-04-08   | 27        | 5                 | A01
                S1            | C5              | B         | 2026-04-01   | 12        | 5                 | A01
                S1            | C6              | B         | 2026-04-02   | 14        | 5                 | A01
                S1            | C7              | B         | 2026-04-02   | 26        | 3                 | A01
                S1            | C8              | B         | 2026-04-02   | 23        | 5                 | B01
                S1            | C9              | B         | 2026-04-02   |           | 5                 | A01
                S1            | C10             | C         | 2026-04-01   | 12        | 5                 | A01
                S1            | C11             | C         | 2026-04-08   | 26        | 5                 | A01
            """,
        },
        expect="""
            person_id | home_teams_in_week
            A         | 3
            B         | 1
            C         | 1
            D         | 0
        """,
    )
