-- What the lines were given and spent, what the provider's costs are, and what its peers' overheads.
-- Reads `review_month`, `review_line` and the returns.

-- name: line_money
SELECT
  s.team_type AS line,
  CAST(SUM(s.allocated_pounds) AS BIGINT) AS allocated, COUNT(s.allocated_pounds) AS allocated_rows,
  CAST(SUM(s.spent_pounds) AS BIGINT) AS spent, COUNT(s.spent_pounds) AS spent_rows,
  CAST(SUM(s.staffing_pounds) AS BIGINT) AS staffing, COUNT(s.staffing_pounds) AS staffing_rows,
  CAST(SUM(s.overhead_pounds) AS BIGINT) AS overhead, COUNT(s.overhead_pounds) AS overhead_rows,
  SUM(s.paid_share * COALESCE(s.spent_pounds, 0))
    / NULLIF(SUM(CASE WHEN s.paid_share IS NOT NULL THEN COALESCE(s.spent_pounds, 0) END), 0)
    AS paid_share,
  COUNT(*) AS quarters
FROM service_lines s
JOIN review_month m ON m.period = s.period
JOIN review_line l ON l.team_type = s.team_type
WHERE s.provider = $provider AND s.commissioner = $commissioner
GROUP BY s.team_type

-- name: pool
SELECT
  s.overhead_pool AS pool, CAST(SUM(s.overhead_pounds) AS BIGINT) AS overhead,
  COUNT(DISTINCT s.team_type) AS lines
FROM service_lines s
JOIN review_month m ON m.period = s.period
JOIN review_line l ON l.team_type = s.team_type
WHERE s.provider = $provider AND s.commissioner = $commissioner AND s.overhead_pounds IS NOT NULL
GROUP BY s.overhead_pool

-- name: peer
SELECT
  s.provider, CAST(SUM(s.overhead_pounds) AS BIGINT) AS overhead,
  CAST(SUM(s.spent_pounds) AS BIGINT) AS spent
FROM service_lines s
JOIN review_month m ON m.period = s.period
WHERE s.provider <> $provider AND s.overhead_pounds IS NOT NULL AND s.spent_pounds > 0
GROUP BY s.provider

-- name: full_cost
SELECT
  c.team_type AS line, CAST(SUM(c.cost_pounds) AS BIGINT) AS cost,
  CAST(SUM(c.contacts) AS BIGINT) AS contacts
FROM costs c
JOIN review_month m ON m.period = c.period
JOIN review_line l ON l.team_type = c.team_type
WHERE c.provider = $provider
GROUP BY c.team_type

-- name: feedback
SELECT
  f.team_type AS line, CAST(SUM(f.responses) AS BIGINT) AS responses,
  CAST(SUM(f.very_good + f.good) AS BIGINT) AS positive
FROM friends_and_family f
JOIN review_month m ON m.period = f.period
JOIN review_line l ON l.team_type = f.team_type
WHERE f.provider = $provider AND f.responses > 0
GROUP BY f.team_type
