-- How many units are in each class, by who gave and who pays for the care.

-- name: unit_count
SELECT
    provider, commissioner, period, team_type, currency, error_class, basis, assumed,
    CAST(SUM(units) AS BIGINT) AS units,
    SUM(size) AS size, SUM(excess) AS excess
FROM {{ unit }}
GROUP BY provider, commissioner, period, team_type, currency, error_class, basis, assumed
