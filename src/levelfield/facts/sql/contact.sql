-- Contacts, each joined to its referral, person and team inside its own submission.

-- name: named_team
-- The same local team with two types on one referral names no team.
SELECT submission_id, service_request_id, team_id_local, MIN(team_type) AS team_type
FROM CYP102ServiceTypeReferredTo
WHERE team_id_local IS NOT NULL
GROUP BY submission_id, service_request_id, team_id_local
HAVING COUNT(DISTINCT team_type) = 1

-- name: professional
SELECT submission_id, care_professional_id_local, MIN(staff_group) AS staff_group
FROM CYP901StaffDetails
GROUP BY submission_id, care_professional_id_local

-- name: activity_summary
SELECT
  a.submission_id, a.care_contact_id,
  COUNT(*) AS activities,
  SUBSTR(MIN(CASE a.activity_type
    WHEN '08' THEN '1' WHEN '09' THEN '2' WHEN '10' THEN '3' WHEN '11' THEN '4' WHEN '12' THEN '5'
    WHEN '03' THEN '6' ELSE '7' END || a.activity_type), 2) AS activity_type,
  COUNT(CASE WHEN a.activity_type = '02' THEN 1 END) > 0 AS assessed,
  COUNT(CASE WHEN a.activity_type IN ('01', '02') THEN 1 END) > 0 AS tested,
  MIN_BY(p.staff_group, a.care_activity_id) FILTER (WHERE p.staff_group IS NOT NULL) AS staff_group
FROM CYP202CareActivity a
LEFT JOIN professional p
  ON p.submission_id = a.submission_id
 AND p.care_professional_id_local = a.care_professional_id_local
GROUP BY a.submission_id, a.care_contact_id

-- name: immunisation_day
SELECT submission_id, local_patient_id, immunisation_date FROM CYP501CodedImm
UNION
SELECT submission_id, local_patient_id, immunisation_date FROM CYP502Imm

-- name: hearing_screen_day
SELECT DISTINCT submission_id, local_patient_id, procedure_date
FROM CYP603NewbornHearingScreening
WHERE procedure_date IS NOT NULL

-- name: diagnosis
SELECT submission_id, service_request_id, provisional_diagnosis AS code FROM CYP606ProvDiag
UNION ALL
SELECT submission_id, service_request_id, primary_diagnosis FROM CYP607PrimDiag
UNION ALL
SELECT submission_id, service_request_id, secondary_diagnosis FROM CYP608SecDiag

-- name: stroke
SELECT DISTINCT submission_id, service_request_id
FROM diagnosis
WHERE SUBSTR(code, 1, 3) IN ('I60', 'I61', 'I62', 'I63', 'I64', 'I69')

-- name: crisis
SELECT DISTINCT submission_id, service_request_id
FROM CYP104RTT
WHERE waiting_time_measurement_type IN ('05', '07')

-- name: settled
-- A leading zero is how some systems still send the attendance of version 1.5.
SELECT
  *,
  CASE
    WHEN attendance_status IN ('2', '3', '4', '5', '6', '7') THEN attendance_status
    WHEN attendance_status IN ('02', '03', '04', '05', '06', '07') THEN SUBSTR(attendance_status, 2)
  END AS attendance
FROM CYP201CareContact

-- name: placed
SELECT
  c.submission_id, c.care_contact_id, c.service_request_id, r.local_patient_id,
  c.contact_date, c.contact_date_age_years AS age_years, c.contact_date_age_days AS age_days,
  COALESCE(c.org_id_commissioner, r.org_id_commissioner) AS submitted_commissioner,
  COALESCE(n.team_type, t.only_team_type) AS team_type,
  CASE
    WHEN n.team_type IS NULL AND t.only_team_type IS NOT NULL THEN t.only_team_id_local
    ELSE c.team_id_local
  END AS team_id_local,
  CASE
    WHEN n.team_type IS NOT NULL THEN 'contact'
    WHEN t.only_team_type IS NOT NULL THEN 'only team' ELSE 'none'
  END AS team_basis,
  c.attendance AS attendance_status,
  c.cons_mechanism AS consultation_mechanism, c.consultation_type, c.care_contact_subject,
  c.activity_location_type, c.group_therapy_indicator, c.admin_category, c.care_contact_duration,
  c.contact_cancellation_reason AS cancellation_reason,
  r.primary_referral_reason, r.source_of_referral, r.referral_request_received_date
FROM settled c
JOIN CYP101Referral r
  ON r.submission_id = c.submission_id AND r.service_request_id = c.service_request_id
LEFT JOIN named_team n
  ON n.submission_id = c.submission_id AND n.service_request_id = c.service_request_id
 AND n.team_id_local = c.team_id_local
LEFT JOIN referral_teams t
  ON t.submission_id = c.submission_id AND t.service_request_id = c.service_request_id

-- name: contact
SELECT
  c.*, {{ age_band('c.age_years') }} AS age_band,
  p.provider, p.period, p.person_id, p.commissioner, p.commissioner_basis,
  p.sex, p.ethnic_group, p.deprivation_fifth, p.overseas_visitor_category,
  COALESCE(v.first_day_out_of_use > c.contact_date, FALSE) AS team_valid,
  a.staff_group, a.activity_type, COALESCE(a.activities, 0) AS activities,
  COALESCE(a.assessed, FALSE) AS assessed, COALESCE(a.tested, FALSE) AS tested,
  i.local_patient_id IS NOT NULL AS immunisation_same_day,
  COALESCE(p.hvfav_date = c.contact_date, FALSE) AS antenatal_visit_same_day,
  h.local_patient_id IS NOT NULL AS hearing_screen_same_day,
  s.service_request_id IS NOT NULL AS stroke_diagnosis,
  k.service_request_id IS NOT NULL AS crisis_clock,
  COALESCE(c.contact_date > p.date_of_death, FALSE) AS after_death,
  COALESCE(c.contact_date < c.referral_request_received_date, FALSE) AS before_referral,
  COALESCE(c.care_contact_duration > 1440, FALSE) AS long_duration
FROM placed c
JOIN people p ON p.submission_id = c.submission_id AND p.local_patient_id = c.local_patient_id
LEFT JOIN activity_summary a
  ON a.submission_id = c.submission_id AND a.care_contact_id = c.care_contact_id
LEFT JOIN team_type_code v ON v.code = c.team_type
LEFT JOIN immunisation_day i
  ON i.submission_id = c.submission_id AND i.local_patient_id = c.local_patient_id
 AND i.immunisation_date = c.contact_date
LEFT JOIN hearing_screen_day h
  ON h.submission_id = c.submission_id AND h.local_patient_id = c.local_patient_id
 AND h.procedure_date = c.contact_date
LEFT JOIN stroke s
  ON s.submission_id = c.submission_id AND s.service_request_id = c.service_request_id
LEFT JOIN crisis k
  ON k.submission_id = c.submission_id AND k.service_request_id = c.service_request_id
