-- Units of care in a cell: which rows of the decision tables fired, and for which records.
-- Reads `unit`: the units of the last build, or those that were grouped now.

-- name: cell_unit
SELECT
    provider, period, submission_id, record_id AS {{ id }}, rule, assumed, units, size, excess
FROM unit
WHERE {{ conditions | join("\n  AND ") }}

-- name: by_rule
SELECT
    provider, period, rule, assumed, COUNT(*) AS records, CAST(SUM(units) AS BIGINT) AS units,
    SUM(size) AS size, SUM(excess) AS excess
FROM cell_unit
GROUP BY provider, period, rule, assumed

-- name: first_records
SELECT provider, period, {{ id }}, rule
FROM cell_unit
ORDER BY provider, period, {{ id }}
LIMIT {{ most }}
