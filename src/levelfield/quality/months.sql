-- Every provider and month of a home: whether it is there, since when, and how it came.

-- name: first_held
SELECT provider, MIN(period) AS first_period FROM coverage GROUP BY provider

-- name: provider_month
SELECT f.provider, m.period, m.period >= f.first_period AS expected
FROM first_held f CROSS JOIN home_month m

-- name: expected_month
SELECT
  p.provider, p.period, p.expected, 1 AS months,
  CASE WHEN c.provider IS NULL THEN 0 ELSE 1 END AS held,
  CASE WHEN CAST(SUBSTR(c.first_received_at, 1, 10) AS DATE) <= c.primary_close
    THEN 1 ELSE 0 END AS in_time,
  CASE
    WHEN c.provider IS NULL AND NOT p.expected THEN 'before first'
    WHEN c.provider IS NULL THEN 'none'
    WHEN c.submission_window = 'primary' THEN 'primary only'
    ELSE 'refresh' END AS state,
  SUBSTR(c.first_received_at, 1, 10) AS first_received_on,
  SUBSTR(c.received_at, 1, 10) AS received_on,
  days_between(CAST(SUBSTR(c.first_received_at, 1, 10) AS DATE), c.primary_close)
    AS days_before_close,
  c.submissions, c.people, c.contacts, c.records_accepted, c.first_records_accepted,
  CASE WHEN c.submissions > 1
    THEN c.records_accepted - c.first_records_accepted END AS records_revised,
  c.primary_system, c.data_set_version, c.submission_id
FROM provider_month p
LEFT JOIN coverage c ON c.provider = p.provider AND c.period = p.period
