-- Referrals as they stand at the end of the month in which they were submitted.

-- name: referral_month
SELECT
  p.provider, p.period, r.submission_id, r.service_request_id, p.person_id, p.commissioner,
  r.org_id_commissioner AS submitted_commissioner, p.period_end,
  r.referral_request_received_date_age_years AS age_years,
  r.referral_request_received_date_age_days AS age_days,
  {{ age_band('r.referral_request_received_date_age_years') }} AS age_band,
  p.sex, p.ethnic_group, p.deprivation_fifth,
  r.referral_request_received_date, r.source_of_referral, r.priority_type,
  r.primary_referral_reason, r.discharge_date,
  COALESCE(t.teams, 0) AS teams, COALESCE(t.open_teams, 0) AS open_teams,
  t.only_team_type AS team_type, t.closure_date, t.closure_reason,
  COALESCE(t.rejected, FALSE) AS rejected, t.rejection_date,
  COALESCE(r.discharge_date > p.period_end, TRUE) AND COALESCE(t.open_teams > 0, TRUE)
    AS open_at_period_end
FROM CYP101Referral r
JOIN people p ON p.submission_id = r.submission_id AND p.local_patient_id = r.local_patient_id
LEFT JOIN referral_teams t
  ON t.submission_id = r.submission_id AND t.service_request_id = r.service_request_id
