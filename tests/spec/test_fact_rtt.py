title = "Waiting time clocks"


def test_minutes_from_start_to_stop(spec):
    """Minutes need both dates and both times; a stop before the start is negative, not a wait."""
    spec(
        fact="rtt",
        given={
            "CYP104RTT": """
                service_request_id | waiting_time_measurement_type | rtt_start_date | rtt_start_time | rtt_end_date | rtt_end_time
                R1                 | 05                            | 2026-04-02     | 23:30:00       | 2026-04-03   | 01:30:00
                R2                 | 05                            | 2026-04-02     | 23:30:00       | 2026-04-03   | 01:30:59
                R3                 | 05                            | 2026-04-02     | 10:00:00       | 2026-04-02   |
                R4                 | 05                            | 2026-04-02     |                | 2026-04-02   | 11:00:00
                R5                 | 05                            | 2026-04-02     | 10:00:00       | 2026-04-02   | 09:59:00
                R6                 | 05                            | 2026-04-30     | 12:00:00       |              |
                R7                 | 05                            | 2026-04-30     |                |              |
                R8                 | 05                            | 2026-04-02     |                | 2026-04-01   |
            """,
        },
        expect="""
            service_request_id | minutes | wait_days | timing   | hours_running | start_period | end_period
            R1                 | 120     | 1         | timed    |               | 2026-04      | 2026-04
            R2                 | 120     | 1         | timed    |               | 2026-04      | 2026-04
            R3                 |         | 0         | untimed  |               | 2026-04      | 2026-04
            R4                 |         | 0         | untimed  |               | 2026-04      | 2026-04
            R5                 |         | 0         | negative |               | 2026-04      | 2026-04
            R6                 |         |           | running  | 11            | 2026-04      |
            R7                 |         |           | untimed  |               | 2026-04      |
            R8                 |         |           | negative |               | 2026-04      | 2026-04
        """,
    )


def test_first_clock_of_a_referral(spec):
    """Of several clocks of one type the first by start stands for the referral."""
    spec(
        fact="rtt",
        given={
            "CYP104RTT": """
                service_request_id | waiting_time_measurement_type | rtt_start_date | rtt_start_time
                R1                 | 05                            | 2026-04-03     | 10:00:00
                R1                 | 05                            | 2026-04-02     | 10:00:00
                R1                 | 02                            | 2026-04-09     |
            """,
        },
        expect="""
            waiting_time_measurement_type | rtt_start_date | first_of_referral
            05                            | 2026-04-03     | false
            05                            | 2026-04-02     | true
            02                            | 2026-04-09     | true
        """,
    )


def test_rejected_before_the_stop(spec):
    """A clock counts as rejected when every team turned the referral down before it stopped."""
    spec(
        fact="rtt",
        given={
            "CYP102ServiceTypeReferredTo": """
                service_request_id | team_id_local | team_type | referral_rejection_date
                R1                 | T1            | 51        | 2026-04-02
                R2                 | T1            | 51        | 2026-04-05
                R3                 | T1            | 51        | 2026-04-02
                R3                 | T2            | 12        |
            """,
            "CYP104RTT": """
                service_request_id | waiting_time_measurement_type | rtt_start_date | rtt_end_date
                R1                 | 05                            | 2026-04-02     |
                R2                 | 05                            | 2026-04-02     | 2026-04-03
                R3                 | 05                            | 2026-04-02     |
            """,
        },
        expect="""
            service_request_id | rejected_before_stop
            R1                 | true
            R2                 | false
            R3                 | false
        """,
    )


def test_source_of_the_referral(spec):
    """A clock knows who referred the person, since a call from an ambulance is another start."""
    spec(
        fact="rtt",
        given={
            "CYP101Referral": """
                service_request_id | local_patient_id | source_of_referral
                R1                 | P1               | 22
                R2                 | P1               |
            """,
            "CYP104RTT": """
                service_request_id | waiting_time_measurement_type | rtt_start_date
                R1                 | 05                            | 2026-04-02
                R2                 | 05                            | 2026-04-02
            """,
        },
        expect="""
            service_request_id | source_of_referral
            R1                 | 22
            R2                 |
        """,
    )
