-- Whose people each line saw: attended contacts by responsible commissioner, and under whom the
-- provider put them down. Sums of squares and products over people serve the intervals.

-- name: seen
SELECT
  l.line, c.person_id, c.period, c.care_contact_id, c.commissioner,
  COALESCE(c.submitted_commissioner = $commissioner, FALSE) AS booked,
  COALESCE(c.commissioner = $commissioner, FALSE) AS own
FROM provider_contact c
JOIN review_month m ON m.period = c.period
JOIN review_line l ON l.team_type = COALESCE(c.team_type, 'none')
WHERE c.provider = $provider AND c.attendance_status IN ('5', '6')

-- name: by_person
SELECT
  line, person_id, CAST(COUNT(*) AS BIGINT) AS contacts,
  CAST(COUNT(CASE WHEN own THEN 1 END) AS BIGINT) AS own,
  CAST(COUNT(CASE WHEN booked THEN 1 END) AS BIGINT) AS booked,
  CAST(COUNT(CASE WHEN booked AND NOT own THEN 1 END) AS BIGINT) AS others
FROM seen
WHERE commissioner IS NOT NULL
GROUP BY line, person_id

-- name: unknown
SELECT line, CAST(COUNT(*) AS BIGINT) AS unknown FROM seen WHERE commissioner IS NULL GROUP BY line

-- name: known
SELECT
  line, CAST(COUNT(*) AS BIGINT) AS people,
  CAST(SUM(contacts) AS BIGINT) AS contacts, CAST(SUM(own) AS BIGINT) AS own,
  CAST(SUM(booked) AS BIGINT) AS booked, CAST(SUM(others) AS BIGINT) AS others,
  CAST(SUM(contacts * contacts) AS BIGINT) AS contacts_contacts,
  CAST(SUM(own * own) AS BIGINT) AS own_own, CAST(SUM(booked * booked) AS BIGINT) AS booked_booked,
  CAST(SUM(own * contacts) AS BIGINT) AS own_contacts,
  CAST(SUM(own * booked) AS BIGINT) AS own_booked
FROM by_person
GROUP BY line

-- name: people
SELECT k.*, COALESCE(u.unknown, 0) AS unknown
FROM known k
LEFT JOIN unknown u ON u.line = k.line
