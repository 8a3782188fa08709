-- What the teams of a referral tell: which one a contact belongs to, and whether any is still at it.

-- name: referral_teams
-- CYP102 says neither when a team began nor which came first, so a referral with several teams has
-- no "latest" one.
SELECT
  t.submission_id, t.service_request_id,
  CAST(COUNT(*) AS INTEGER) AS teams,
  CASE WHEN COUNT(*) = 1 THEN MIN(t.team_type) END AS only_team_type,
  CASE WHEN COUNT(*) = 1 THEN MIN(t.team_id_local) END AS only_team_id_local,
  COUNT(CASE
    WHEN COALESCE(t.referral_closure_date > s.period_end, TRUE)
     AND COALESCE(t.referral_rejection_date > s.period_end, TRUE) THEN 1
  END) AS open_teams,
  COUNT(*) = COUNT(t.referral_rejection_date) AS rejected,
  MAX(t.referral_rejection_date) AS rejection_date,
  MAX(t.referral_closure_date) AS closure_date,
  -- Day and reason as one text, since engines break ties and treat nulls in MAX_BY differently.
  NULLIF(SUBSTR(MAX(
    CAST(t.referral_closure_date AS STRING) || COALESCE(t.referral_closure_reason, '')
  ), 11), '') AS closure_reason,
  NULLIF(SUBSTR(MAX(
    CAST(t.referral_rejection_date AS STRING) || COALESCE(t.referral_rejection_reason, '')
  ), 11), '') AS rejection_reason
FROM CYP102ServiceTypeReferredTo t
JOIN submission s ON s.submission_id = t.submission_id
GROUP BY t.submission_id, t.service_request_id
