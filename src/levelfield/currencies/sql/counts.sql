-- How many units are in each class, by who gave and who pays for the care.

-- name: unit_count
SELECT
    provider, commissioner, period, team_type, currency, error_class, basis, assumed,
    CAST(SUM(units) AS BIGINT) AS units,
    {{ 'SUM(size)' if sized else 'CAST(NULL AS DOUBLE)' }} AS size,
    {{ 'SUM(excess)' if sized else 'CAST(NULL AS DOUBLE)' }} AS excess
FROM {{ unit }}
GROUP BY provider, commissioner, period, team_type, currency, error_class, basis, assumed
