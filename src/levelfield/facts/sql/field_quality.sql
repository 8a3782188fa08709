-- What was sent in each field of each table, as intake counted it.

-- name: field_quality
SELECT
  s.provider, s.period, s.submission_id, q.table AS table_name, q.field AS field_name,
  e.field_name IS NOT NULL AS expected,
  q.records, q.valid, q.other, q.default AS defaulted, q.invalid, q.missing
FROM sent_field q
JOIN submission s ON s.submission_id = q.submission_id
LEFT JOIN expected_field e ON e.table_name = q.table AND e.field_name = q.field
