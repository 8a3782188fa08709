-- What became of the records of each table, and how many hang together.

-- name: repeated_key
SELECT f.submission_id, f.table AS table_name, COUNT(DISTINCT f.row_number) AS records
FROM finding f
WHERE f.rule = 'G-KEY-DUP'
GROUP BY f.submission_id, f.table

-- name: cross_field
-- Rules that the contract does not give are about several fields or records at once.
SELECT f.submission_id, f.table AS table_name, COUNT(DISTINCT f.row_number) AS records
FROM finding f
LEFT JOIN contract_rule c ON c.rule = f.rule
WHERE c.rule IS NULL
GROUP BY f.submission_id, f.table

-- name: table_quality
-- Without findings kept row by row nothing is known of them, which is not the same as none.
SELECT
  s.provider, s.period, s.submission_id, t.table_name,
  t.records_read, t.records_accepted, t.records_rejected, t.records_duplicate, t.records_warned,
  t.records_read - t.records_duplicate AS records_single,
  CASE WHEN s.findings_kept THEN COALESCE(k.records, 0) END AS repeated_keys,
  CASE WHEN s.findings_kept THEN t.records_duplicate + COALESCE(k.records, 0) END AS repeated,
  CASE WHEN s.findings_kept THEN COALESCE(x.records, 0) END AS inconsistent
FROM table_count t
JOIN submission s ON s.submission_id = t.submission_id
LEFT JOIN repeated_key k ON k.submission_id = t.submission_id AND k.table_name = t.table_name
LEFT JOIN cross_field x ON x.submission_id = t.submission_id AND x.table_name = t.table_name
