-- Ages that children reach, with the reviews and screens that they had by then or later.

-- name: milestone
SELECT 30 AS milestone_days UNION ALL SELECT 56 UNION ALL SELECT 90 UNION ALL SELECT 365
UNION ALL SELECT 913

-- name: latest
-- Age in days is known only below three years, which is later than any of these ages.
SELECT
  *,
  ROW_NUMBER() OVER (PARTITION BY provider, person_id ORDER BY period DESC) AS place
FROM person
WHERE age_days IS NOT NULL

-- name: months_held
SELECT provider, MIN(period) AS first_held, MAX(period) AS last_held FROM person GROUP BY provider

-- name: reached
SELECT
  p.*, m.milestone_days, add_days(p.period_end, m.milestone_days - p.age_days) AS reached_on,
  month_of(add_days(p.period_end, m.milestone_days - p.age_days)) AS reached_in,
  h.first_held, h.last_held
FROM latest p
CROSS JOIN milestone m
JOIN months_held h ON h.provider = p.provider
WHERE p.place = 1

-- name: screened
SELECT provider, person_id, MIN(hearing_screen_days) AS hearing_screen_days
FROM person
WHERE hearing_screen_recorded
GROUP BY provider, person_id

-- name: health_visited
-- The state of the month in which the age is reached; a referral that ended before is over.
SELECT
  c.provider, c.person_id, c.milestone_days,
  MIN(c.milestone_days - days_between(r.referral_request_received_date, c.reached_on))
    AS referred_days
FROM reached c
JOIN referral_month r
  ON r.provider = c.provider AND r.period = c.reached_in AND r.person_id = c.person_id
WHERE r.team_type = '16' AND NOT r.rejected
  AND r.referral_request_received_date <= c.reached_on
  AND COALESCE(r.closure_date >= c.reached_on, TRUE)
  AND COALESCE(r.discharge_date >= c.reached_on, TRUE)
GROUP BY c.provider, c.person_id, c.milestone_days

-- name: reviews
-- Every day here has two digits, so the day and the status as one text sort as the days do.
SELECT
  provider, person_id,
  MIN(CASE WHEN activity_type = '08' AND face_to_face THEN age_days END) AS new_birth_days,
  MIN(CASE WHEN activity_type = '09' AND face_to_face THEN age_days END) AS six_week_days,
  MIN(CASE WHEN activity_type = '10' AND face_to_face THEN age_days END) AS one_year_days,
  MIN(CASE WHEN activity_type = '11' AND face_to_face THEN age_days END) AS two_year_days,
  SUBSTR(MAX(CASE WHEN age_days BETWEEN 42 AND 56
    THEN CAST(age_days AS STRING) || breast_feeding_status END), 3) AS breast_feeding_status
FROM (
  SELECT *, COALESCE(consultation_mechanism = '01', FALSE) AS face_to_face
  FROM activity
  WHERE age_days IS NOT NULL AND attendance_status IN ('5', '6')
) AS a
GROUP BY provider, person_id

-- name: child_milestone
SELECT
  c.provider, c.reached_in AS period, c.submission_id, c.person_id, c.commissioner,
  CAST(FLOOR(c.milestone_days / 365.0) AS INTEGER) AS age_years, c.milestone_days AS age_days,
  '0-4' AS age_band, c.sex, c.ethnic_group, c.deprivation_fifth, c.milestone_days,
  v.person_id IS NOT NULL AS health_visited, v.referred_days,
  COALESCE(c.date_of_death <= c.reached_on, FALSE) AS died_before,
  days_between(CAST(c.first_held || '-01' AS DATE), c.reached_on) AS days_held,
  a.new_birth_days, a.six_week_days, a.one_year_days, a.two_year_days, a.breast_feeding_status,
  s.person_id IS NOT NULL AS hearing_screen_recorded, s.hearing_screen_days
FROM reached c
LEFT JOIN health_visited v
  ON v.provider = c.provider AND v.person_id = c.person_id
 AND v.milestone_days = c.milestone_days
LEFT JOIN reviews a ON a.provider = c.provider AND a.person_id = c.person_id
LEFT JOIN screened s ON s.provider = c.provider AND s.person_id = c.person_id
WHERE c.reached_in BETWEEN c.first_held AND c.last_held
  AND (v.person_id IS NOT NULL OR s.person_id IS NOT NULL)
