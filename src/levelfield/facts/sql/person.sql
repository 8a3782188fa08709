-- People of a month, with what they had of contacts and open referrals.

-- name: contacts_of_person
SELECT
  submission_id, person_id, COUNT(*) AS contacts,
  COUNT(CASE WHEN attendance_status IN ('5', '6') THEN 1 END) AS attended_contacts,
  COUNT(CASE WHEN attendance_status IS NULL THEN 1 END) AS contacts_attendance_missing
FROM contact
GROUP BY submission_id, person_id

-- name: referrals_of_person
SELECT submission_id, person_id, COUNT(*) AS open_referrals
FROM referral_month
WHERE open_at_period_end
GROUP BY submission_id, person_id

-- name: one_row
-- Two local records of one person (the same NHS number) are one person; the first record speaks.
SELECT
  *,
  ROW_NUMBER() OVER (PARTITION BY submission_id, person_id ORDER BY local_patient_id) AS place
FROM people

-- name: person
SELECT
  p.*, p.age_years_period_end AS age_years, p.age_days_period_end AS age_days,
  {{ age_band('p.age_years_period_end') }} AS age_band,
  COALESCE(c.contacts, 0) AS contacts, COALESCE(c.attended_contacts, 0) AS attended_contacts,
  COALESCE(c.contacts_attendance_missing, 0) AS contacts_attendance_missing,
  COALESCE(r.open_referrals, 0) AS open_referrals
FROM one_row p
LEFT JOIN contacts_of_person c
  ON c.submission_id = p.submission_id AND c.person_id = p.person_id
LEFT JOIN referrals_of_person r
  ON r.submission_id = p.submission_id AND r.person_id = p.person_id
WHERE p.place = 1
