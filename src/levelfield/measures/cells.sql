-- One measure counted for every organisation, period and stratum.
-- Reads the fact and `measure_period` (period, month): which months make up which period.
-- A stratum that is not known stays, as 'not known', so that the strata add up to the total.
{%- macro grouping_sets(first) %}
{%- for set in sets %}
  ({{ (first + set) | join(", ") }}){{ "" if loop.last else "," }}
{%- endfor %}
{% endmacro %}
{%- macro persons() %}
  COUNT(*) AS denominator,
  CAST(SUM(CASE WHEN hits > 0 THEN 1 ELSE 0 END) AS BIGINT) AS persons,
  CAST(SUM(hits) AS BIGINT) AS numerator,
  CAST(SUM(hits * hits) AS BIGINT) AS squares
{%- endmacro %}

-- name: fact_rows
SELECT {{ columns | join(", ") }}
FROM {{ fact }}
WHERE {{ period_column }} IS NOT NULL

-- name: counted
SELECT
  {{ period_column }} AS month,
  provider,
  COALESCE(commissioner, 'not known') AS commissioner,
{%- for column in strata %}
  COALESCE({{ column }}, 'not known') AS {{ column }},
{%- endfor %}
{%- if person %}
  person_id,
{%- endif %}
{%- if observation %}
  {{ observation }} AS observation,
{%- endif %}
  CASE WHEN {{ numerator }} THEN 1 ELSE 0 END AS in_numerator
FROM fact_rows
WHERE ({{ denominator }})
{%- for exclusion in exclusions %}
  AND NOT COALESCE(({{ exclusion }}), FALSE)
{%- endfor %}
{%- if observation %}
  AND ({{ observation }}) IS NOT NULL
{%- endif %}
{%- for column, first, second in compared %}
  AND {{ column }} IN ({{ first }}, {{ second }})
{%- endfor %}
{%- if person %}

-- name: by_period
-- A person counts once in a period and cell, however many contacts, teams or months.
SELECT person_id, period, {{ cell | join(", ") }}, CAST(SUM(in_numerator) AS BIGINT) AS hits
FROM counted
JOIN measure_period ON measure_period.month = counted.month
GROUP BY person_id, period, {{ cell | join(", ") }}

-- name: places
SELECT person_id, period, COUNT(*) AS places
FROM by_period
GROUP BY person_id, period

-- name: placed
SELECT by_period.*, places.places
FROM by_period
JOIN places ON places.person_id = by_period.person_id AND places.period = by_period.period

-- name: once
-- Most persons have a single row in a period, and need not be brought together: this is for speed.
SELECT period, {{ cell | join(", ") }},{{ persons() }}
FROM placed
WHERE places = 1
GROUP BY GROUPING SETS ({{ grouping_sets(["period"]) }})

-- name: together
SELECT person_id, period, {{ cell | join(", ") }}, CAST(SUM(hits) AS BIGINT) AS hits
FROM placed
WHERE places > 1
GROUP BY GROUPING SETS ({{ grouping_sets(["person_id", "period"]) }})

-- name: several
SELECT period, {{ cell | join(", ") }},{{ persons() }}
FROM together
GROUP BY period, {{ cell | join(", ") }}

-- name: cells
SELECT
  period, {{ cell | join(", ") }},
  CAST(SUM(denominator) AS BIGINT) AS denominator,
  CAST(SUM(persons) AS BIGINT) AS persons,
  CAST(SUM(numerator) AS BIGINT) AS numerator,
  CAST(SUM(squares) AS BIGINT) AS squares
FROM (SELECT * FROM once UNION ALL SELECT * FROM several) AS both_kinds
GROUP BY period, {{ cell | join(", ") }}
{%- else %}

-- name: by_month
SELECT
  month, {{ cell | join(", ") }},
  COUNT(*) AS row_count,
  CAST(SUM(in_numerator) AS BIGINT) AS hits
FROM counted
GROUP BY GROUPING SETS ({{ grouping_sets(["month"]) }})

-- name: cells
SELECT
  period, {{ cell | join(", ") }},
  CAST(SUM(row_count) AS BIGINT) AS denominator,
  CAST(SUM(hits) AS BIGINT) AS numerator
FROM by_month
JOIN measure_period ON measure_period.month = by_month.month
GROUP BY period, {{ cell | join(", ") }}
{%- endif %}
