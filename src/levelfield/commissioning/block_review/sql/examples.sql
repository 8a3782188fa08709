-- Contacts that the provider put down under this commissioner for another one's people.

-- name: example
SELECT
  l.line, c.period, c.care_contact_id, c.commissioner,
  ROW_NUMBER() OVER (
    PARTITION BY l.line ORDER BY c.period, c.care_contact_id
  ) AS place
FROM provider_contact c
JOIN review_month m ON m.period = c.period
JOIN review_line l ON l.team_type = COALESCE(c.team_type, 'none')
WHERE c.provider = $provider AND c.attendance_status IN ('5', '6')
  AND c.submitted_commissioner = $commissioner AND c.commissioner <> $commissioner

-- name: examples
SELECT line, period, care_contact_id, commissioner FROM example WHERE place <= {{ most }}
