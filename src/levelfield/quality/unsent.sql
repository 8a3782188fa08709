-- Fields that are declared not collected or not shared, and in which nothing was sent: of the months
-- that are held of their provider. Where nothing is held, nothing is said.

-- name: unsent
SELECT d.period, d.provider, d.table_name, d.field_name
FROM declared d
JOIN expected_month e ON e.provider = d.provider AND e.period = d.period AND e.held = 1
LEFT JOIN field_quality f
  ON f.provider = d.provider AND f.period = d.period
 AND f.table_name = d.table_name AND f.field_name = d.field_name
WHERE COALESCE(f.valid + f.other + f.defaulted + f.invalid, 0) = 0
ORDER BY d.period, d.provider, d.table_name, d.field_name
