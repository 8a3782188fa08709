-- Referrals received in the review's months, by the line that they went to and by source.
-- A referral to several teams is of none of them alone, and is left out.

-- name: received
SELECT DISTINCT r.service_request_id, l.line, r.source_of_referral
FROM referral_month r
JOIN review_month m ON m.period = r.period AND m.period = month_of(r.referral_request_received_date)
JOIN review_line l ON l.team_type = r.team_type
WHERE r.provider = $provider AND r.commissioner = $commissioner

-- name: source
SELECT line, source_of_referral, CAST(COUNT(*) AS BIGINT) AS referrals
FROM received
GROUP BY line, source_of_referral
