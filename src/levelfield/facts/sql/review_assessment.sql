-- Health visitor reviews that took place, with what was scored at them.

-- name: review
SELECT DISTINCT
  provider, period, submission_id, care_contact_id, service_request_id, person_id, commissioner,
  age_years, age_days, age_band, sex, ethnic_group, deprivation_fifth, team_type, contact_date,
  consultation_mechanism, activity_type
FROM activity
WHERE activity_type IN ('08', '09', '10', '11', '12') AND attendance_status IN ('5', '6')

-- name: scored
SELECT DISTINCT submission_id, care_contact_id, snomed_id
FROM assessment
WHERE care_contact_id IS NOT NULL

-- name: review_assessment
SELECT r.*, s.snomed_id
FROM review r
LEFT JOIN scored s
  ON s.submission_id = r.submission_id AND s.care_contact_id = r.care_contact_id
