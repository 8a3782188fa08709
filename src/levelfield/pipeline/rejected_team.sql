-- The team type of contacts that were rejected, found as the fact `contact` finds it: by the team
-- that the contact names, else by the referral's only team. Nothing is asked of their parents.

-- name: named_team
SELECT service_request_id, team_id_local, MIN(team_type) AS team_type
FROM sent_team
WHERE team_id_local IS NOT NULL
GROUP BY service_request_id, team_id_local
HAVING COUNT(DISTINCT team_type) = 1

-- name: only_team
SELECT service_request_id, MIN(team_type) AS team_type
FROM sent_team
GROUP BY service_request_id
HAVING COUNT(*) = 1

-- name: rejected_team
SELECT c.row_index, COALESCE(n.team_type, o.team_type) AS team_type, c.attendance_status
FROM rejected_contact c
LEFT JOIN named_team n
  ON n.service_request_id = c.service_request_id AND n.team_id_local = c.team_id_local
LEFT JOIN only_team o ON o.service_request_id = c.service_request_id
