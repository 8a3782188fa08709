-- Referrals as they stand at the end of the month in which they were submitted.

-- name: reason
SELECT submission_id, service_request_id, primary_referral_reason AS reason FROM CYP101Referral
UNION ALL
SELECT submission_id, service_request_id, referral_reason_other FROM CYP103OtherReasonReferral

-- name: reasons
SELECT
  submission_id, service_request_id,
  COUNT(CASE WHEN reason = '018' THEN 1 END) > 0 AS diabetes,
  COUNT(CASE WHEN reason = '033' THEN 1 END) > 0 AS foot_problem,
  COUNT(CASE WHEN reason = '038' THEN 1 END) > 0 AS leg_ulcer,
  COUNT(CASE WHEN reason = '053' THEN 1 END) > 0 AS pressure_ulcer
FROM reason
WHERE reason IN ('018', '033', '038', '053')
GROUP BY submission_id, service_request_id

-- name: main_diagnosis
-- Day and code as one text, since engines break ties and treat nulls in MAX_BY differently.
SELECT
  submission_id, service_request_id,
  SUBSTR(MAX(
    COALESCE(CAST(primary_diagnosis_date AS STRING), '0000-00-00') || primary_diagnosis
  ), 11) AS code
FROM CYP607PrimDiag
GROUP BY submission_id, service_request_id

-- name: ahp_clock
SELECT DISTINCT submission_id, service_request_id
FROM CYP104RTT
WHERE waiting_time_measurement_type = '02'

-- name: referral_month
SELECT
  p.provider, p.period, r.submission_id, r.service_request_id, p.person_id, p.commissioner,
  r.org_id_commissioner AS submitted_commissioner, p.period_end,
  r.referral_request_received_date_age_years AS age_years,
  r.referral_request_received_date_age_days AS age_days,
  {{ age_band('r.referral_request_received_date_age_years') }} AS age_band,
  p.sex, p.ethnic_group, p.deprivation_fifth, p.date_of_death,
  r.referral_request_received_date, r.source_of_referral, r.priority_type,
  r.primary_referral_reason, r.discharge_date,
  COALESCE(w.diabetes, FALSE) AS diabetes, COALESCE(w.foot_problem, FALSE) AS foot_problem,
  COALESCE(w.leg_ulcer, FALSE) AS leg_ulcer, COALESCE(w.pressure_ulcer, FALSE) AS pressure_ulcer,
  d.code AS main_diagnosis, k.service_request_id IS NOT NULL AS ahp_clock,
  COALESCE(t.teams, 0) AS teams, COALESCE(t.open_teams, 0) AS open_teams,
  t.only_team_type AS team_type, t.closure_date, t.closure_reason,
  COALESCE(t.rejected, FALSE) AS rejected, t.rejection_date, t.rejection_reason,
  COALESCE(r.discharge_date > p.period_end, TRUE) AND COALESCE(t.open_teams > 0, TRUE)
    AS open_at_period_end
FROM CYP101Referral r
JOIN people p ON p.submission_id = r.submission_id AND p.local_patient_id = r.local_patient_id
LEFT JOIN referral_teams t
  ON t.submission_id = r.submission_id AND t.service_request_id = r.service_request_id
LEFT JOIN reasons w
  ON w.submission_id = r.submission_id AND w.service_request_id = r.service_request_id
LEFT JOIN main_diagnosis d
  ON d.submission_id = r.submission_id AND d.service_request_id = r.service_request_id
LEFT JOIN ahp_clock k
  ON k.submission_id = r.submission_id AND k.service_request_id = r.service_request_id
