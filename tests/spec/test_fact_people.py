title = "Milestones of children, deaths, caseloads by person, codes of referrals and days of staff"


def test_plans_and_screens_of_a_person(spec):
    """The latest personalised plan, an open protection plan, a complete hearing screen; a record
    of language is a code of two characters."""
    spec(
        fact="person",
        given={
            "CYP001MPI": """
                local_patient_id | language_preferred
                P1               | en
                P2               | q1
                P3               | ?
            """,
            "CYP004CarePlanType": """
                plan_id | local_patient_id | person_id | plan_type | plan_created_date | plan_last_update_date
                L1      | P1               | person-P1 | 03        | 2025-06-01        | 2026-02-03
                L2      | P1               | person-P1 | 03        | 2025-12-01        |
                L3      | P2               | person-P2 | 01        | 2025-12-01        |
            """,
            "CYP403CPP": """
                local_patient_id | person_id | cpp_start_date | cpp_end_date
                P1               | person-P1 | 2026-01-05     | 2026-04-30
                P2               | person-P2 | 2026-01-05     |
                P2               | person-P2 | 2026-03-05     | 2026-05-01
                P3               | person-P3 | 2026-05-01     |
            """,
            "CYP603NewbornHearingScreening": """
                local_patient_id | person_id | result_hearing_screening | procedure_date | procedure_date_age_days
                P1               | person-P1 | 98                       | 2026-04-02     | 9
                P1               | person-P1 | 01                       | 2026-04-09     | 16
                P2               | person-P2 | 98                       | 2026-04-02     | 9
            """,
        },
        expect="""
            person_id | language_recorded | transition_plan | support_plan_date | protection_plan_since | hearing_screen_recorded | hearing_screen_days
            person-P1 | true              | false           | 2026-02-03        |                       | true                    | 16
            person-P2 | true              | true            |                   | 2026-01-05            | true                    |
            person-P3 | false             | false           |                   |                       | false                   |
        """,
    )


def test_review_with_and_without_a_score(spec):
    """A review that took place has a row for each tool scored at its contact, and one row without
    a tool where nothing was scored."""
    spec(
        fact="review_assessment",
        given={
            "CYP201CareContact": """
                care_contact_id | service_request_id | contact_date | attendance_status
                C1              | R1                 | 2026-04-02   | 5
                C2              | R2                 | 2026-04-03   | 5
                C3              | R3                 | 2026-04-03   | 3
            """,
            "CYP202CareActivity": """
                care_activity_id | care_contact_id | activity_type
                A1               | C1              | 11
                A2               | C1              | 02
                A3               | C2              | 11
                A4               | C3              | 11
            """,
            "CYP612CodedAssessmentContact": """
                care_activity_id | snomed_id | score
                A2               | 123456    | 50
                A2               | 123456    | 40
                A1               | 654321    | 9
            """,
        },
        expect="""
            care_contact_id | activity_type | snomed_id
            C1              | 11            | 123456
            C1              | 11            | 654321
            C2              | 11            |
        """,
    )


def test_day_of_a_professional(spec):
    """Attended activities of a day together; minutes of those that have any; how many of the staff
    group were active in the month."""
    spec(
        fact="staff_day",
        given={
            "CYP901StaffDetails": """
                care_professional_id_local | staff_group
                N1                         | N02
                N2                         | N02
            """,
            "CYP201CareContact": """
                care_contact_id | service_request_id | contact_date | attendance_status
                C1              | R1                 | 2026-04-02   | 5
                C2              | R2                 | 2026-04-02   | 6
                C3              | R3                 | 2026-04-02   | 3
            """,
            "CYP202CareActivity": """
                care_activity_id | care_contact_id | activity_type | care_professional_id_local | care_activity_duration
                A1               | C1              | 03            | N1                         | 30
                A2               | C2              | 03            | N1                         |
                A3               | C2              | 03            | N2                         | 45
                A4               | C3              | 03            | N2                         | 60
                A5               | C1              | 03            |                            | 15
                A6               | C1              | 03            | N9                         | 5
            """,
        },
        expect="""
            care_professional_id_local | staff_group | professionals | activities | timed_activities | minutes | longest
            N1                         | N02         | 2             | 2          | 1                | 30      | 30
            N2                         | N02         | 2             | 1          | 1                | 45      | 45
            N9                         |             |               | 1          | 1                | 5       | 5
        """,
    )


def test_codes_of_a_referral(spec):
    """First and last value of each code by day; a second value on the same day is no change, and
    neither is a score that is not a whole number. A referral that was not seen has no row."""
    spec(
        fact="referral_code",
        given={
            "referral": """
                provider | service_request_id | person_id | first_contact_date | last_held
                ZA1      | R1                 | p1        | 2026-04-02         | 2026-04-30
                ZA1      | R2                 | p2        | 2026-04-10         | 2026-04-30
                ZA1      | R3                 | p3        |                    | 2026-04-30
                ZA1      | R4                 | p4        | 2026-04-12         | 2026-04-30
            """,
            "assessment": """
                provider | service_request_id | snomed_id | assessment_date | score
                ZA1      | R1                 | tool1     | 2026-04-01      | 9
                ZA1      | R1                 | tool1     | 2026-04-20      | 15
                ZA1      | R1                 | tool1     | 2026-04-10      | 99
                ZA1      | R2                 | tool1     | 2026-04-10      | 8
                ZA1      | R2                 | tool1     | 2026-04-10      | 12
                ZA1      | R2                 | tool1     | 2026-04-11      | 4.5
                ZA1      | R3                 | tool1     | 2026-04-10      | 8
            """,
            "activity": """
                provider | service_request_id | contact_date | coded_observation | observation_value | observation_unit | coded_procedure
                ZA1      | R1                 | 2026-04-02   | hba1c             | 60                | mmol/mol         |
                ZA1      | R1                 | 2026-04-25   | hba1c             | 51                |                  | dressing
            """,
        },
        expect="""
            service_request_id | code     | times | days_to_code | days_followed | first_value | last_value | change | days_apart | unit
            R1                 | tool1    | 3     | -1           | 28            | 9           | 15         | 6      | 19         |
            R1                 | hba1c    | 2     | 0            | 28            | 60          | 51         | -9     | 23         |
            R1                 | dressing | 1     | 23           | 28            |             |            |        |            |
            R2                 | tool1    | 3     | 0            | 20            | 8           |            |        |            |
            R4                 |          | 0     |              | 18            |             |            |        |            |
        """,
    )


def test_unit_of_values(spec):
    """The unit is known when every value names the same one."""
    spec(
        fact="referral_code",
        given={
            "referral": """
                provider | service_request_id | person_id | first_contact_date | last_held
                ZA1      | R1                 | p1        | 2026-04-02         | 2026-04-30
                ZA1      | R2                 | p2        | 2026-04-10         | 2026-04-30
            """,
            "assessment": """
                provider | service_request_id | snomed_id | assessment_date | score
            """,
            "activity": """
                provider | service_request_id | contact_date | coded_observation | observation_value | observation_unit
                ZA1      | R1                 | 2026-04-02   | hba1c             | 60                | mmol/mol
                ZA1      | R1                 | 2026-04-25   | hba1c             | 51                | mmol/mol
                ZA1      | R2                 | 2026-04-12   | hba1c             | 60                | mmol/mol
                ZA1      | R2                 | 2026-04-25   | hba1c             | 8                 | %
            """,
        },
        expect="""
            service_request_id | unit     | change
            R1                 | mmol/mol | -9
            R2                 |          | -52
        """,
    )


def test_child_reaches_an_age(spec):
    """A child turns 30 days old in one month and 56 days in the next; the reviews are those of all
    months, face to face and attended."""
    spec(
        fact="child_milestone",
        given={
            "person": """
                provider | period  | submission_id | period_end | person_id | age_days | hearing_screen_recorded
                ZA1      | 2026-04 | S1            | 2026-04-30 | p1        | 30       | false
                ZA1      | 2026-05 | S2            | 2026-05-31 | p1        | 61       | false
                ZA1      | 2026-05 | S2            | 2026-05-31 | p2        |          | false
            """,
            "referral_month": """
                provider | period  | service_request_id | person_id | team_type | rejected | referral_request_received_date | discharge_date
                ZA1      | 2026-04 | R1                 | p1        | 16        | false    | 2026-04-02                     |
                ZA1      | 2026-05 | R1                 | p1        | 16        | false    | 2026-04-02                     | 2026-05-26
            """,
            "activity": """
                provider | person_id | activity_type | attendance_status | consultation_mechanism | age_days | breast_feeding_status
                ZA1      | p1        | 08            | 5                 | 11                     | 9        |
                ZA1      | p1        | 08            | 5                 | 01                     | 14       |
                ZA1      | p1        | 08            | 5                 | 01                     | 20       |
                ZA1      | p1        | 09            | 3                 | 01                     | 44       | 03
                ZA1      | p1        | 09            | 5                 | 01                     | 43       | 01
                ZA1      | p1        | 04            | 5                 | 02                     | 56       | 02
            """,
        },
        expect="""
            period  | person_id | milestone_days | age_days | age_band | health_visited | referred_days | days_held | new_birth_days | six_week_days | one_year_days | breast_feeding_status
            2026-04 | p1        | 30             | 30       | 0-4      | true           | 2             | 29        | 14             | 43            |               | 02
            2026-05 | p1        | 56             | 56       | 0-4      | true           | 2             | 55        | 14             | 43            |               | 02
        """,
    )


def test_child_off_the_caseload(spec):
    """Discharged the day before, rejected, or referred later: not on the caseload on that day. A
    screened newborn has rows without one, even when no later month holds the child."""
    spec(
        fact="child_milestone",
        given={
            "person": """
                provider | period  | submission_id | period_end | person_id | age_days | date_of_death | hearing_screen_recorded | hearing_screen_days
                ZA1      | 2026-04 | S1            | 2026-04-30 | p1        | 40       |               | false                   |
                ZA1      | 2026-04 | S1            | 2026-04-30 | p2        | 40       |               | false                   |
                ZA1      | 2026-04 | S1            | 2026-04-30 | p3        | 40       | 2026-04-21    | true                    |
                ZA1      | 2026-04 | S1            | 2026-04-30 | p4        | 80       |               | true                    | 28
                ZA1      | 2026-05 | S2            | 2026-05-31 | p5        | 1000     |               | false                   |
            """,
            "referral_month": """
                provider | period  | service_request_id | person_id | team_type | rejected | referral_request_received_date | discharge_date
                ZA1      | 2026-04 | R1                 | p1        | 16        | false    | 2026-04-02                     | 2026-04-19
                ZA1      | 2026-04 | R2                 | p2        | 16        | true     | 2026-04-02                     |
                ZA1      | 2026-04 | R3                 | p3        | 17        | false    | 2026-04-02                     |
            """,
            "activity": """
                provider | person_id | activity_type | attendance_status | consultation_mechanism | age_days
            """,
        },
        expect="""
            period  | person_id | milestone_days | health_visited | died_before | hearing_screen_recorded | hearing_screen_days
            2026-04 | p3        | 30             | false          | false       | true                    |
            2026-05 | p3        | 56             | false          | true        | true                    |
            2026-04 | p4        | 56             | false          | false       | true                    | 28
            2026-05 | p4        | 90             | false          | false       | true                    | 28
        """,
    )


def test_death_in_the_preferred_place(spec):
    """The latest submission speaks; any private residence takes in one's own home, and nothing is
    said where a place is not known or was not discussed."""
    spec(
        fact="death",
        given={
            "person": """
                provider | period  | person_id | date_of_death | death_place_preferred | death_place_actual | death_place_discussed
                ZA1      | 2026-04 | p1        | 2026-04-20    | 20                    |                    | true
                ZA1      | 2026-05 | p1        | 2026-04-20    | 20                    | 21                 | true
                ZA1      | 2026-04 | p2        | 2026-04-02    | 21                    | 20                 | true
                ZA1      | 2026-04 | p3        | 2026-04-02    | 40                    | 42                 | true
                ZA1      | 2026-04 | p4        | 2026-04-02    | 99                    | 10                 | false
                ZA1      | 2026-04 | p5        |               | 20                    |                    | true
            """,
            "referral_month": """
                provider | period  | period_end | service_request_id | person_id | team_type | rejected | referral_request_received_date | closure_date
                ZA1      | 2026-04 | 2026-04-30 | R1                 | p1        | 14        | false    | 2026-03-02                     | 2026-03-23
                ZA1      | 2026-04 | 2026-04-30 | R2                 | p2        | 47        | false    | 2026-02-02                     | 2026-03-04
                ZA1      | 2026-04 | 2026-04-30 | R3                 | p3        | 12        | false    | 2026-03-02                     |
                ZA1      | 2026-04 | 2026-04-30 | R4                 | p4        | 47        | false    | 2026-04-03                     |
            """,
            "contact": """
                provider | person_id | contact_date | attendance_status | consultation_mechanism
                ZA1      | p1        | 2026-04-13   | 5                 | 02
                ZA1      | p1        | 2026-04-10   | 6                 | 01
                ZA1      | p1        | 2026-04-19   | 3                 | 01
                ZA1      | p1        | 2026-04-21   | 5                 | 01
            """,
        },
        expect="""
            person_id | death_period | palliative | in_preferred_place | support_plan | days_since_contact | days_since_visit
            p1        | 2026-04      | true       | true               | false        | 7                  | 10
            p2        | 2026-04      | false      | false              | false        |                    |
            p3        | 2026-04      | false      | true               | false        |                    |
            p4        | 2026-04      | false      |                    | false        |                    |
        """,
    )


def test_person_on_a_caseload(spec):
    """Two referrals to one team are one row; each tool scored within the 365 days before the end
    of the month has a row of its own."""
    spec(
        fact="caseload_person",
        given={
            "caseload": """
                provider | period  | period_end | service_request_id | person_id | team_type | days_open | days_since_contact
                ZA1      | 2026-04 | 2026-04-30 | R1                 | p1        | 12        | 40        | 3
                ZA1      | 2026-04 | 2026-04-30 | R2                 | p1        | 12        | 10        |
                ZA1      | 2026-04 | 2026-04-30 | R3                 | p2        |           | 10        |
            """,
            "person": """
                provider | period  | period_end | person_id | age_years | support_plan_date | protection_plan_since
                ZA1      | 2026-04 | 2026-04-30 | p1        | 80        | 2026-04-01        |
                ZA1      | 2026-04 | 2026-04-30 | p2        | 7         |                   | 2026-01-30
            """,
            "assessment": """
                provider | person_id | snomed_id | assessment_date
                ZA1      | p1        | tool1     | 2025-04-29
                ZA1      | p1        | tool2     | 2025-04-30
                ZA1      | p1        | tool2     | 2026-04-10
                ZA1      | p1        | tool3     | 2026-05-01
                ZA1      | p2        | tool1     | 2026-04-30
            """,
        },
        expect="""
            person_id | team_type | snomed_id | age_years | days_open | days_since_contact | days_since_score | support_plan_days | protection_plan_days
            p1        | 12        | tool2     | 80        | 40        | 3                  | 20               | 29                |
            p2        |           | tool1     | 7         | 10        |                    | 0                |                   | 90
        """,
    )
