-- Activities, each with what its contact knows.

-- name: professional
SELECT submission_id, care_professional_id_local, MIN(staff_group) AS staff_group
FROM CYP901StaffDetails
GROUP BY submission_id, care_professional_id_local

-- name: breastfeeding
SELECT submission_id, care_activity_id, MIN(breast_feeding_status) AS breast_feeding_status
FROM CYP610BreastfeedingStatus
GROUP BY submission_id, care_activity_id

-- name: activity
SELECT
  c.provider, c.period, a.submission_id, a.care_activity_id, a.care_contact_id,
  c.service_request_id, c.person_id, c.commissioner, c.age_years, c.age_days, c.age_band, c.sex,
  c.ethnic_group, c.deprivation_fifth, c.team_type, c.contact_date, c.attendance_status,
  c.consultation_mechanism,
  a.activity_type, a.care_activity_duration AS activity_duration,
  a.care_professional_id_local, p.staff_group, a.procedure_scheme, a.coded_procedure,
  a.coded_finding, a.coded_observation, a.observation_value,
  LOWER(TRIM(a.uc_unit_of_measurement)) AS observation_unit,
  b.breast_feeding_status
FROM CYP202CareActivity a
JOIN contact c
  ON c.submission_id = a.submission_id AND c.care_contact_id = a.care_contact_id
LEFT JOIN professional p
  ON p.submission_id = a.submission_id
 AND p.care_professional_id_local = a.care_professional_id_local
LEFT JOIN breastfeeding b
  ON b.submission_id = a.submission_id AND b.care_activity_id = a.care_activity_id
