-- One dimension of data quality, counted for providers and for all, by period, table and field.

{% if fact == 'field_quality' -%}
-- name: told
-- What a provider has declared it does not collect or share, and did not send, is not blank.
SELECT f.*
FROM field_quality f
LEFT JOIN declared d
  ON d.provider = f.provider AND d.period = f.period
 AND d.table_name = f.table_name AND d.field_name = f.field_name
WHERE d.provider IS NULL OR f.valid + f.other + f.defaulted + f.invalid > 0

{% endif -%}
-- name: counted
SELECT
  provider, period AS month{% for column in columns %}, {{ column }}{% endfor %},
  {{ numerator }} AS numerator, {{ denominator }} AS denominator
FROM {{ 'told' if fact == 'field_quality' else fact }}
WHERE {{ when }}

-- name: dimension
SELECT
  q.period, c.provider{% for column in columns %}, c.{{ column }}{% endfor %},
  CAST(SUM(c.numerator) AS BIGINT) AS numerator, CAST(SUM(c.denominator) AS BIGINT) AS denominator
FROM counted c
JOIN quality_period q ON q.month = c.month
GROUP BY GROUPING SETS ({% for set in sets %}({{ set | join(', ') }}){{ ", " if not loop.last }}{% endfor %})
HAVING SUM(c.denominator) > 0
