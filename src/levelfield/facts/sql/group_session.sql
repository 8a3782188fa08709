-- Group sessions; they name no person.

-- name: group_session
SELECT
  s.provider, s.period, g.submission_id, g.group_session_id, g.group_session_date,
  g.org_id_commissioner AS commissioner, g.group_session_type, g.activity_location_type,
  g.care_professional_id_local, g.group_session_duration AS duration,
  g.number_of_participants AS participants
FROM CYP301GroupSession g
JOIN submission s ON s.submission_id = g.submission_id
