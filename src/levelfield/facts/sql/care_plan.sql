-- Care plans and whether they were agreed with the person.

-- name: agreement
SELECT
  submission_id, plan_id, CAST(COUNT(*) AS INTEGER) AS agreements,
  COUNT(CASE WHEN plan_agreed_by IN ('10', '11', '12') THEN 1 END) > 0 AS agreed_with_person
FROM CYP005CarePlanAgreement
GROUP BY submission_id, plan_id

-- name: care_plan
SELECT
  p.provider, p.period, c.submission_id, c.plan_id, p.person_id, p.commissioner,
  c.plan_created_date_age_years AS age_years, c.plan_created_date_age_days AS age_days,
  {{ age_band('c.plan_created_date_age_years') }} AS age_band,
  p.sex, p.ethnic_group, p.deprivation_fifth, c.plan_type,
  c.plan_created_date AS created_date, c.plan_last_update_date AS last_update_date,
  c.plan_implement_date AS implement_date,
  COALESCE(a.agreements, 0) AS agreements,
  COALESCE(a.agreed_with_person, FALSE) AS agreed_with_person
FROM CYP004CarePlanType c
JOIN people p ON p.submission_id = c.submission_id AND p.local_patient_id = c.local_patient_id
LEFT JOIN agreement a ON a.submission_id = c.submission_id AND a.plan_id = c.plan_id
