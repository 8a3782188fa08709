-- What the items of the maturity index hold, by provider and period.

-- name: item
SELECT
  q.period, f.provider, f.table_name, f.field_name,
  CAST(SUM(f.records) AS BIGINT) AS records,
  CAST(SUM(f.valid + f.other + f.defaulted) AS BIGINT) AS valid_and_complete,
  CAST(SUM(f.defaulted) AS BIGINT) AS defaults
FROM field_quality f
JOIN index_item i ON i.table_name = f.table_name AND i.field_name = f.field_name
JOIN quality_period q ON q.month = f.period
GROUP BY q.period, f.provider, f.table_name, f.field_name
