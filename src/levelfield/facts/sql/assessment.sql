-- Scored assessments, of referrals and of contacts.

-- name: of_referral
SELECT
  r.provider, r.period, a.submission_id, 'CYP609CodedAssessmentReferral' AS source_table,
  a.row_number, a.service_request_id, CAST(NULL AS STRING) AS care_contact_id, r.person_id,
  r.commissioner, a.assessment_completion_date_age_years AS age_years,
  a.assessment_completion_date_age_days AS age_days,
  {{ age_band('a.assessment_completion_date_age_years') }} AS age_band,
  r.sex, r.ethnic_group, r.deprivation_fifth, r.team_type,
  a.assessment_completion_date AS assessment_date, a.snomed_id, a.score
FROM CYP609CodedAssessmentReferral a
JOIN referral_month r
  ON r.submission_id = a.submission_id AND r.service_request_id = a.service_request_id

-- name: of_contact
SELECT
  v.provider, v.period, a.submission_id, 'CYP612CodedAssessmentContact' AS source_table,
  a.row_number, v.service_request_id, v.care_contact_id, v.person_id,
  v.commissioner, v.age_years, v.age_days, v.age_band, v.sex, v.ethnic_group, v.deprivation_fifth,
  v.team_type, v.contact_date AS assessment_date, a.snomed_id, a.score
FROM CYP612CodedAssessmentContact a
JOIN activity v
  ON v.submission_id = a.submission_id AND v.care_activity_id = a.care_activity_id

-- name: assessment
SELECT * FROM of_referral UNION ALL SELECT * FROM of_contact
