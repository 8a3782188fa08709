-- What several queries of a review read, made once: the provider's contacts, and of them the visits
-- to this commissioner's people at the places where care may be repeated.

-- name: provider_contact
SELECT
  provider, period, care_contact_id, person_id, commissioner, submitted_commissioner, contact_date,
  team_type, attendance_status, activity_location_type
FROM contact
WHERE provider = $provider

-- name: visit
SELECT
  c.person_id, n.need, c.team_type AS line, c.care_contact_id, c.contact_date, c.period,
  m.period IS NOT NULL AS reviewed
FROM provider_contact c
JOIN need_of n ON n.team_type = c.team_type
JOIN review_line l ON l.team_type = c.team_type
LEFT JOIN review_month m ON m.period = c.period
WHERE c.commissioner = $commissioner
  AND c.attendance_status IN ('5', '6')
  AND c.activity_location_type IN ({{ places | join(", ") }})
