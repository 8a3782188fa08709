-- People of a month, with what they had of contacts, open referrals, plans and screens.

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

-- name: visit_at_home
-- End of life, palliative and crisis care are intensive by design.
SELECT DISTINCT submission_id, person_id, team_type, contact_date
FROM contact
WHERE attendance_status IN ('5', '6') AND activity_location_type = 'A01'
  AND team_type NOT IN ('14', '47', '51')

-- name: visited_by_several
-- Few people have several teams, and only their days are compared.
SELECT submission_id, person_id
FROM visit_at_home
GROUP BY submission_id, person_id
HAVING MIN(team_type) <> MAX(team_type)

-- name: week_at_home
SELECT v.submission_id, v.person_id, v.contact_date, COUNT(DISTINCT o.team_type) AS team_types
FROM visit_at_home v
JOIN visited_by_several s ON s.submission_id = v.submission_id AND s.person_id = v.person_id
JOIN visit_at_home o
  ON o.submission_id = v.submission_id AND o.person_id = v.person_id
 AND days_between(v.contact_date, o.contact_date) BETWEEN 0 AND 6
GROUP BY v.submission_id, v.person_id, v.contact_date

-- name: home_of_person
SELECT submission_id, person_id, MAX(team_types) AS team_types
FROM (
  SELECT submission_id, person_id, 1 AS team_types FROM visit_at_home
  UNION ALL
  SELECT submission_id, person_id, team_types FROM week_at_home
) AS weeks
GROUP BY submission_id, person_id

-- name: plans_of_person
SELECT
  submission_id, person_id, COUNT(CASE WHEN plan_type = '01' THEN 1 END) > 0 AS transition_plan,
  MAX(CASE WHEN plan_type = '03' THEN COALESCE(last_update_date, created_date) END)
    AS support_plan_date
FROM care_plan
GROUP BY submission_id, person_id

-- name: protection_of_person
SELECT c.submission_id, c.person_id, MIN(c.cpp_start_date) AS protection_plan_since
FROM CYP403CPP c
JOIN submission s ON s.submission_id = c.submission_id
WHERE c.cpp_start_date <= s.period_end AND COALESCE(c.cpp_end_date > s.period_end, TRUE)
GROUP BY c.submission_id, c.person_id

-- name: hearing_of_person
SELECT
  submission_id, person_id,
  MIN(CASE WHEN result_hearing_screening IN ('01', '02', '03', '04')
    THEN procedure_date_age_days END) AS hearing_screen_days
FROM CYP603NewbornHearingScreening
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
  COALESCE(r.open_referrals, 0) AS open_referrals,
  COALESCE(w.team_types, 0) AS home_teams_in_week,
  COALESCE(l.transition_plan, FALSE) AS transition_plan, l.support_plan_date,
  q.protection_plan_since,
  h.person_id IS NOT NULL AS hearing_screen_recorded, h.hearing_screen_days
FROM one_row p
LEFT JOIN contacts_of_person c
  ON c.submission_id = p.submission_id AND c.person_id = p.person_id
LEFT JOIN referrals_of_person r
  ON r.submission_id = p.submission_id AND r.person_id = p.person_id
LEFT JOIN home_of_person w
  ON w.submission_id = p.submission_id AND w.person_id = p.person_id
LEFT JOIN plans_of_person l
  ON l.submission_id = p.submission_id AND l.person_id = p.person_id
LEFT JOIN protection_of_person q
  ON q.submission_id = p.submission_id AND q.person_id = p.person_id
LEFT JOIN hearing_of_person h
  ON h.submission_id = p.submission_id AND h.person_id = p.person_id
WHERE p.place = 1
