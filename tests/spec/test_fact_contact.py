title = "Contacts"


def test_team_named_on_the_contact(spec):
    """A referral with two teams counts each contact once, with the team that the contact names."""
    spec(
        fact="contact",
        given={
            "CYP102ServiceTypeReferredTo": """
                service_request_id | team_id_local | team_type
                R1                 | T1            | 12
                R1                 | T2            | 26
            """,
            "CYP201CareContact": """
                care_contact_id | service_request_id | team_id_local | contact_date
                C1              | R1                 | T1            | 2026-04-02
                C2              | R1                 | T2            | 2026-04-03
            """,
        },
        expect="""
            care_contact_id | team_type | team_basis | team_valid
            C1              | 12        | contact    | true
            C2              | 26        | contact    | true
        """,
    )


def test_team_unknown_to_the_referral(spec):
    """A contact that names no team of its referral has the only team; of several, none."""
    spec(
        fact="contact",
        given={
            "CYP102ServiceTypeReferredTo": """
                service_request_id | team_id_local | team_type
                R1                 | T1            | 12
                R2                 | T1            | 12
                R2                 | T2            | 26
            """,
            "CYP201CareContact": """
                care_contact_id | service_request_id | team_id_local | contact_date
                C1              | R1                 | T9            | 2026-04-02
                C2              | R1                 |               | 2026-04-02
                C3              | R2                 | T9            | 2026-04-02
                C4              | R3                 | T1            | 2026-04-02
            """,
        },
        expect="""
            care_contact_id | team_type | team_id_local | team_basis | team_valid
            C1              | 12        | T1            | only team  | true
            C2              | 12        | T1            | only team  | true
            C3              |           | T9            | none       | false
            C4              |           | T1            | none       | false
        """,
    )


def test_team_with_two_types(spec):
    """A local team that a referral lists with two types names no team; contacts never multiply."""
    spec(
        fact="contact",
        given={
            "CYP102ServiceTypeReferredTo": """
                service_request_id | team_id_local | team_type
                R1                 | T1            | 12
                R1                 | T1            | 26
            """,
            "CYP201CareContact": """
                care_contact_id | service_request_id | team_id_local | contact_date
                C1              | R1                 | T1            | 2026-04-02
            """,
        },
        expect="""
            care_contact_id | team_type | team_basis
            C1              |           | none
        """,
    )


def test_retired_team_type(spec):
    """A team type is valid by date: 18 until March 2020, 22 until December 2022."""
    spec(
        fact="contact",
        given={
            "CYP102ServiceTypeReferredTo": """
                service_request_id | team_id_local | team_type
                R1                 | T1            | 18
                R2                 | T2            | 22
                R3                 | T3            | 58
            """,
            "CYP201CareContact": """
                care_contact_id | service_request_id | team_id_local | contact_date
                C1              | R1                 | T1            | 2020-03-31
                C2              | R1                 | T1            | 2020-04-01
                C3              | R2                 | T2            | 2022-12-31
                C4              | R2                 | T2            | 2023-01-01
                C5              | R3                 | T3            | 2026-04-02
            """,
        },
        expect="""
            care_contact_id | team_type | team_valid
            C1              | 18        | true
            C2              | 18        | false
            C3              | 22        | true
            C4              | 22        | false
            C5              | 58        | true
        """,
    )


def test_attendance_is_settled(spec):
    """One code for attendance; a leading zero is dropped; what is no code of 1.6 is missing."""
    spec(
        fact="contact",
        given={
            "CYP201CareContact": """
                care_contact_id | service_request_id | contact_date | attendance_status
                C1              | R1                 | 2026-04-02   | 5
                C2              | R1                 | 2026-04-02   | 05
                C3              | R1                 | 2026-04-02   | 7
                C4              | R1                 | 2026-04-02   | 0
                C5              | R1                 | 2026-04-02   |
            """,
        },
        expect="""
            care_contact_id | attendance_status
            C1              | 5
            C2              | 5
            C3              | 7
            C4              |
            C5              |
        """,
    )


def test_same_contact_id_in_two_submissions(spec):
    """A contact's identifier is unique inside its submission alone; joins never leave it."""
    spec(
        fact="contact",
        given={
            "submission": """
                submission_id | provider | period
                S1            | ZA1      | 2026-04
                S2            | ZA2      | 2026-04
            """,
            "CYP102ServiceTypeReferredTo": """
                submission_id | service_request_id | team_id_local | team_type
                S1            | R1                 | T1            | 12
                S2            | R1                 | T1            | 26
            """,
            "CYP201CareContact": """
                submission_id | care_contact_id | service_request_id | team_id_local | contact_date
                S1            | C1              | R1                 | T1            | 2026-04-02
                S2            | C1              | R1                 | T1            | 2026-04-02
            """,
        },
        expect="""
            provider | care_contact_id | team_type
            ZA1      | C1              | 12
            ZA2      | C1              | 26
        """,
    )


def test_responsible_commissioner(spec):
    """The practice's commissioner is responsible; the residence's only for the unregistered.

    A practice that the look-up does not know leaves the commissioner empty: residence does not
    step in. What the provider submitted stays beside it.
    """
    spec(
        fact="contact",
        given={
            "CYP001MPI": """
                local_patient_id | residence_commissioner
                P1               | Z2Z
                P2               | Z2Z
                P3               | Z2Z
                P4               | Z2Z
            """,
            "CYP002GP": """
                local_patient_id | org_id_gp | gp_commissioner
                P1               | Z00001    | Z1Z
                P2               | V81997    |
                P4               | Z99999    |
            """,
            "CYP101Referral": """
                service_request_id | local_patient_id | org_id_commissioner
                R1                 | P1               | Z3Z
                R2                 | P2               | Z3Z
                R3                 | P3               | Z3Z
                R4                 | P4               | Z3Z
            """,
            "CYP201CareContact": """
                care_contact_id | service_request_id | contact_date | org_id_commissioner
                C1              | R1                 | 2026-04-02   | Z4Z
                C2              | R2                 | 2026-04-02   |
                C3              | R3                 | 2026-04-02   |
                C4              | R4                 | 2026-04-02   |
            """,
        },
        expect="""
            care_contact_id | commissioner | commissioner_basis | submitted_commissioner
            C1              | Z1Z          | practice           | Z4Z
            C2              | Z2Z          | residence          | Z3Z
            C3              | Z2Z          | residence          | Z3Z
            C4              |              | none               | Z3Z
        """,
    )


def test_practice_that_counts(spec):
    """Of several registrations the one that has not ended counts, then the one begun last."""
    spec(
        fact="contact",
        given={
            "CYP002GP": """
                local_patient_id | org_id_gp | gp_commissioner | gp_registration_start_date | gp_registration_end_date
                P1               | Z00001    | Z1Z             | 2020-01-01                 | 2026-04-10
                P1               | Z00002    | Z2Z             | 2026-04-10                 |
            """,
            "CYP201CareContact": """
                care_contact_id | service_request_id | contact_date
                C1              | R1                 | 2026-04-02
            """,
        },
        expect="""
            care_contact_id | commissioner
            C1              | Z2Z
        """,
    )


def test_leading_activity_and_staff_group(spec):
    """The leading activity goes by precedence; the staff group is that of the first activity
    whose professional has one."""
    spec(
        fact="contact",
        given={
            "CYP901StaffDetails": """
                care_professional_id_local | staff_group
                N1                         | N02
                N2                         |
                N3                         | A08
            """,
            "CYP201CareContact": """
                care_contact_id | service_request_id | contact_date
                C1              | R1                 | 2026-04-02
                C2              | R1                 | 2026-04-02
                C3              | R1                 | 2026-04-02
            """,
            "CYP202CareActivity": """
                care_activity_id | care_contact_id | activity_type | care_professional_id_local
                A1               | C1              | 02            | N2
                A2               | C1              | 03            | N3
                A3               | C1              | 11            | N1
                A4               | C2              | 04            | N9
                A5               | C2              | 01            |
            """,
        },
        expect="""
            care_contact_id | activities | activity_type | staff_group
            C1              | 3          | 11            | A08
            C2              | 2          | 01            |
            C3              | 0          |               |
        """,
    )


def test_assessments_tests_and_cancellations(spec):
    """Any activity of the contact may be the assessment; a test alone is no assessment."""
    spec(
        fact="contact",
        given={
            "CYP201CareContact": """
                care_contact_id | service_request_id | contact_date | attendance_status | contact_cancellation_reason
                C1              | R1                 | 2026-04-02   | 5                 |
                C2              | R1                 | 2026-04-02   | 5                 |
                C3              | R1                 | 2026-04-02   | 4                 | 01
            """,
            "CYP202CareActivity": """
                care_activity_id | care_contact_id | activity_type
                A1               | C1              | 03
                A2               | C1              | 02
                A3               | C2              | 01
            """,
        },
        expect="""
            care_contact_id | assessed | tested | cancellation_reason
            C1              | true     | true   |
            C2              | false    | true   |
            C3              | false    | false  | 01
        """,
    )


def test_dates_outside_a_life_and_long_durations(spec):
    """Contacts after death or before the referral, and longer than a day, are flagged and kept."""
    spec(
        fact="contact",
        given={
            "CYP001MPI": """
                local_patient_id | date_of_death
                P1               | 2026-04-10
            """,
            "CYP201CareContact": """
                care_contact_id | service_request_id | contact_date | care_contact_duration
                C1              | R1                 | 2026-04-10   | 1440
                C2              | R1                 | 2026-04-11   | 1441
                C3              | R1                 | 2026-03-31   |
            """,
        },
        expect="""
            care_contact_id | after_death | long_duration | before_referral
            C1              | false       | false         | false
            C2              | true        | true          | false
            C3              | false       | false         | true
        """,
    )


def test_age_sex_ethnic_group_and_deprivation(spec):
    """Groups of people: unknown stays unknown, and deprivation goes by the area of residence."""
    spec(
        fact="contact",
        given={
            "CYP001MPI": """
                local_patient_id | gender | ethnic_category | lsoa
                P1               | 1      | A               | E01000001
                P2               | 2      | N1              | E01033768
                P3               | 9      | Z               |
                P4               |        | 99              | X99999999
            """,
            "CYP101Referral": """
                service_request_id | local_patient_id
                R1                 | P1
                R2                 | P2
                R3                 | P3
                R4                 | P4
            """,
            "CYP201CareContact": """
                care_contact_id | service_request_id | contact_date | contact_date_age_years
                C1              | R1                 | 2026-04-02   | 4
                C2              | R2                 | 2026-04-02   | 18
                C3              | R3                 | 2026-04-02   | 85
                C4              | R4                 | 2026-04-02   |
            """,
        },
        expect="""
            care_contact_id | age_band | sex           | ethnic_group | deprivation_fifth
            C1              | 0-4      | male          | White        | 5
            C2              | 5-18     | female        | Black        | 1
            C3              | 85+      | indeterminate | Not stated   |
            C4              |          | not known     | Not known    |
        """,
    )


def test_same_day_events_and_diagnoses(spec):
    """What the currency rules ask of the same day, of clocks and of diagnoses."""
    spec(
        fact="contact",
        given={
            "CYP001MPI": """
                local_patient_id | hvfav_date
                P1               | 2026-04-03
            """,
            "CYP501CodedImm": """
                local_patient_id | immunisation_date
                P1               | 2026-04-02
                P1               | 2026-04-02
            """,
            "CYP603NewbornHearingScreening": """
                local_patient_id | procedure_date
                P1               | 2026-04-04
            """,
            "CYP104RTT": """
                service_request_id | waiting_time_measurement_type
                R1                 | 05
                R2                 | 02
            """,
            "CYP607PrimDiag": """
                service_request_id | primary_diagnosis
                R2                 | I639
                R1                 | I10X
            """,
            "CYP201CareContact": """
                care_contact_id | service_request_id | contact_date
                C1              | R1                 | 2026-04-02
                C2              | R1                 | 2026-04-03
                C3              | R2                 | 2026-04-04
            """,
        },
        expect="""
            care_contact_id | immunisation_same_day | antenatal_visit_same_day | hearing_screen_same_day | crisis_clock | stroke_diagnosis
            C1              | true                  | false                    | false                   | true         | false
            C2              | false                 | true                     | false                   | true         | false
            C3              | false                 | false                    | true                    | false        | true
        """,
    )
