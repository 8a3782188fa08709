-- Waiting time clocks.

-- name: clock
-- A moment is known only with its date and its time of day.
SELECT
  *,
  CASE WHEN rtt_start_date IS NOT NULL AND rtt_start_time IS NOT NULL
    THEN moment(rtt_start_date, rtt_start_time) END AS started,
  CASE WHEN rtt_end_date IS NOT NULL AND rtt_end_time IS NOT NULL
    THEN moment(rtt_end_date, rtt_end_time) END AS stopped
FROM CYP104RTT

-- name: timed
SELECT
  *,
  CASE
    WHEN rtt_end_date IS NULL AND rtt_end_time IS NULL AND started IS NOT NULL THEN 'running'
    WHEN rtt_end_date < rtt_start_date OR stopped < started THEN 'negative'
    WHEN started IS NULL OR stopped IS NULL THEN 'untimed'
    ELSE 'timed'
  END AS timing
FROM clock

-- name: rtt
SELECT
  p.provider, p.period, c.submission_id, c.row_number, c.service_request_id,
  p.person_id, p.commissioner,
  c.rtt_start_date_age_years AS age_years, c.rtt_start_date_age_days AS age_days,
  {{ age_band('c.rtt_start_date_age_years') }} AS age_band,
  p.sex, p.ethnic_group, p.deprivation_fifth, t.only_team_type AS team_type,
  r.source_of_referral,
  c.waiting_time_measurement_type, c.rtt_start_date, c.rtt_start_time, c.rtt_end_date,
  c.rtt_end_time, c.rtt_status,
  month_of(c.rtt_start_date) AS start_period, month_of(c.rtt_end_date) AS end_period,
  CASE WHEN c.timing = 'timed' THEN minutes_between(c.started, c.stopped) END AS minutes,
  CASE WHEN c.rtt_end_date >= c.rtt_start_date
    THEN days_between(c.rtt_start_date, c.rtt_end_date) END AS wait_days,
  c.timing,
  CASE WHEN c.timing = 'running'
    THEN FLOOR(minutes_between(c.started, moment(p.period_end, '23:59:59')) / 60.0) END
    AS hours_running,
  COALESCE(t.rejected AND (c.rtt_end_date IS NULL OR t.rejection_date <= c.rtt_end_date), FALSE)
    AS rejected_before_stop,
  ROW_NUMBER() OVER (
    PARTITION BY c.submission_id, c.service_request_id, c.waiting_time_measurement_type
    ORDER BY COALESCE(c.rtt_start_date, DATE '9999-12-31'), COALESCE(c.rtt_start_time, '99'),
      c.row_number
  ) = 1 AS first_of_referral
FROM timed c
JOIN CYP101Referral r
  ON r.submission_id = c.submission_id AND r.service_request_id = c.service_request_id
JOIN people p ON p.submission_id = r.submission_id AND p.local_patient_id = r.local_patient_id
LEFT JOIN referral_teams t
  ON t.submission_id = c.submission_id AND t.service_request_id = c.service_request_id
