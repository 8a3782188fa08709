-- Reads `beside` of repeated.sql and `visit` of contacts.sql.

-- name: repeated
SELECT person_id, line, other_line, shift, CAST(COUNT(*) AS BIGINT) AS contacts
FROM beside
GROUP BY person_id, line, other_line, shift

-- name: span
SELECT MIN(contact_date) AS first_day, MAX(contact_date) AS last_day FROM visit

-- name: in_reach
-- How many visits of a line have a day in the data at that distance: near the edges some have none.
SELECT
  v.line, s.days AS shift, CAST(COUNT(*) AS BIGINT) AS visits,
  CAST(COUNT(CASE WHEN add_days(v.contact_date, -s.days) BETWEEN p.first_day AND p.last_day
    THEN 1 END) AS BIGINT) AS reached
FROM visit v
CROSS JOIN shift s
CROSS JOIN span p
WHERE v.reviewed
GROUP BY v.line, s.days

-- name: pair
SELECT
  line, other_line, CAST(COUNT(*) AS BIGINT) AS contacts,
  CAST(COUNT(DISTINCT person_id) AS BIGINT) AS people
FROM beside
WHERE shift = 0
GROUP BY line, other_line

-- name: pair_example
SELECT line, other_line, period, care_contact_id, other_contact_id,
  ROW_NUMBER() OVER (PARTITION BY line, other_line ORDER BY period, care_contact_id) AS place
FROM beside
WHERE shift = 0
