-- What became of the provider's records of contacts when they were loaded.

-- name: lost
SELECT
  CAST(SUM(q.records_accepted) AS BIGINT) AS accepted,
  CAST(SUM(q.records_rejected) AS BIGINT) AS rejected
FROM table_quality q
JOIN review_month m ON m.period = q.period
WHERE q.provider = $provider AND q.table_name = 'CYP201CareContact'
