-- People on a team's caseload at the end of each month, with their plans and what was scored.

-- name: on_team
SELECT
  provider, period, submission_id, period_end, person_id, team_type,
  MAX(days_open) AS days_open, MIN(days_since_contact) AS days_since_contact
FROM caseload
GROUP BY provider, period, submission_id, period_end, person_id, team_type

-- name: score
SELECT DISTINCT provider, person_id, snomed_id, assessment_date
FROM assessment
WHERE assessment_date IS NOT NULL

-- name: scored
SELECT
  t.provider, t.period, t.person_id, t.team_type, s.snomed_id,
  MIN(days_between(s.assessment_date, t.period_end)) AS days_since_score
FROM on_team t
JOIN score s ON s.provider = t.provider AND s.person_id = t.person_id
WHERE days_between(s.assessment_date, t.period_end) BETWEEN 0 AND 365
GROUP BY t.provider, t.period, t.person_id, t.team_type, s.snomed_id

-- name: caseload_person
SELECT
  p.*, t.team_type, t.days_open, t.days_since_contact,
  days_between(p.support_plan_date, p.period_end) AS support_plan_days,
  days_between(p.protection_plan_since, p.period_end) AS protection_plan_days,
  s.snomed_id, s.days_since_score
FROM on_team t
JOIN person p
  ON p.provider = t.provider AND p.period = t.period AND p.person_id = t.person_id
LEFT JOIN scored s
  ON s.provider = t.provider AND s.period = t.period AND s.person_id = t.person_id
 AND s.team_type IS NOT DISTINCT FROM t.team_type
