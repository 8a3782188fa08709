-- One dimension of data quality, counted for providers and for all, by period, table and field.

-- name: counting
SELECT
  provider, period AS month{% for column in columns %}, {{ column }}{% endfor %},
  {{ numerator }} AS numerator, {{ denominator }} AS denominator
FROM {{ fact }}
WHERE {{ when }}

{% if fact == 'field_quality' -%}
-- name: counted
-- What a provider has declared it does not collect or share, and did not send, is not blank.
SELECT c.*
FROM counting c
LEFT JOIN declared d
  ON d.provider = c.provider AND d.period = c.month
 AND d.table_name = c.table_name AND d.field_name = c.field_name
WHERE d.provider IS NULL OR c.numerator > 0
{%- else -%}
-- name: counted
SELECT * FROM counting
{%- endif %}

-- name: dimension
SELECT
  q.period, c.provider{% for column in columns %}, c.{{ column }}{% endfor %},
  CAST(SUM(c.numerator) AS BIGINT) AS numerator, CAST(SUM(c.denominator) AS BIGINT) AS denominator
FROM counted c
JOIN quality_period q ON q.month = c.month
GROUP BY GROUPING SETS ({% for set in sets %}({{ set | join(', ') }}){{ ", " if not loop.last }}{% endfor %})
HAVING SUM(c.denominator) > 0
