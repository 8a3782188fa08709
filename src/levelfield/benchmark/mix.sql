-- One measure of one period, by provider and all the columns of an adjustment at once.
-- A column that is not known stays, as 'not known', so that the cells add up to the total.

-- name: asked
SELECT
  provider AS org_code
{%- if person %},
  person_id
{%- endif %}
{%- for column in by %},
  COALESCE(CAST({{ column }} AS STRING), 'not known') AS {{ column }}
{%- endfor %}
{%- for name, sql in asked.items() %},
  {{ sql }} AS {{ name }}
{%- endfor %}
FROM {{ fact }}
WHERE {{ period_column }} IN ({{ months | join(", ") }})

-- name: row_of_fact
SELECT
  org_code, {{ by | join(", ") }},
  CASE WHEN {{ is_hit }} THEN {{ hit }} END AS hit,
  CASE WHEN {{ counts }} THEN {{ size }} END AS size
FROM asked

-- name: mix
SELECT
  org_code, {{ by | join(", ") }},
  CAST(COALESCE({{ add }}hit), 0) AS DOUBLE) AS numerator,
  CAST(COALESCE({{ add }}size), 0) AS DOUBLE) AS denominator
FROM row_of_fact
GROUP BY org_code, {{ by | join(", ") }}
