-- One measure counted for every organisation, period and stratum.
-- Reads the fact and `measure_period` (period, month): which months make up which period.
-- A stratum that is not known stays, as 'not known', so that the strata add up to the total.

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
{#- A person counts once in a period, so persons are brought together before cells are counted. #}

-- name: by_period
SELECT person_id, period, {{ cell | join(", ") }}, CAST(SUM(in_numerator) AS BIGINT) AS hits
FROM counted
JOIN measure_period ON measure_period.month = counted.month
GROUP BY person_id, period, {{ cell | join(", ") }}

-- name: people
SELECT person_id, period, {{ cell | join(", ") }}, CAST(SUM(hits) AS BIGINT) AS hits
FROM by_period
GROUP BY GROUPING SETS (
{%- for set in sets %}
  ({{ (["person_id", "period"] + set) | join(", ") }}){{ "" if loop.last else "," }}
{%- endfor %}
)

-- name: cells
SELECT
  period, {{ cell | join(", ") }},
  COUNT(*) AS denominator,
  CAST(SUM(CASE WHEN hits > 0 THEN 1 ELSE 0 END) AS BIGINT) AS persons,
  CAST(SUM(hits) AS BIGINT) AS numerator,
  CAST(SUM(hits * hits) AS BIGINT) AS squares
FROM people
GROUP BY period, {{ cell | join(", ") }}
{%- else %}

-- name: by_month
SELECT
  month, {{ cell | join(", ") }},
  COUNT(*) AS row_count,
  CAST(SUM(in_numerator) AS BIGINT) AS hits
FROM counted
GROUP BY GROUPING SETS (
{%- for set in sets %}
  ({{ (["month"] + set) | join(", ") }}){{ "" if loop.last else "," }}
{%- endfor %}
)

-- name: cells
SELECT
  period, {{ cell | join(", ") }},
  CAST(SUM(row_count) AS BIGINT) AS denominator,
  CAST(SUM(hits) AS BIGINT) AS numerator
FROM by_month
JOIN measure_period ON measure_period.month = by_month.month
GROUP BY period, {{ cell | join(", ") }}
{%- endif %}
