-- The activity of each service line for one commissioner's people.
-- Reads `review_month` (period) and `review_line` (team_type, line) beside the facts.

-- name: line_contact
SELECT l.line, c.attendance_status, c.activity_location_type
FROM provider_contact c
JOIN review_month m ON m.period = c.period
JOIN review_line l ON l.team_type = COALESCE(c.team_type, 'none')
WHERE c.provider = $provider AND c.commissioner = $commissioner

-- name: activity
SELECT line, attendance_status, activity_location_type, CAST(COUNT(*) AS BIGINT) AS contacts
FROM line_contact
GROUP BY line, attendance_status, activity_location_type
