-- One measure of persons, for every organisation, period and stratum.
-- Reads the fact and `measure_period` (period, month): which months make up which period.
-- A stratum that is not known stays, as 'not known'.
{%- set keys = ["provider", "commissioner"] + by %}
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

-- name: asked
-- What is asked of each row, once; a condition that is neither true nor false counts as false.
SELECT
  {{ period_column }} AS month,
  provider,
  COALESCE(commissioner, 'not known') AS commissioner,
{%- for name, column in strata.items() %}
  COALESCE({{ column }}, 'not known') AS by_{{ name }},
{%- endfor %}
{%- for name, sql in asked.items() %}
  {{ sql }} AS {{ name }},
{%- endfor %}
  person_id
FROM fact_rows

-- name: by_period
-- A person counts once in a period and cell, however many contacts, teams or months.
SELECT person_id, period, {{ keys | join(", ") }}, COUNT_IF({{ is_hit }}) AS hits
FROM asked
JOIN measure_period ON measure_period.month = asked.month
WHERE {{ counts }}
GROUP BY person_id, period, {{ keys | join(", ") }}

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
SELECT period, {{ keys | join(", ") }},{{ persons() }}
FROM placed
WHERE places = 1
GROUP BY GROUPING SETS ({{ grouping_sets(["period"]) }})

-- name: together
SELECT person_id, period, {{ keys | join(", ") }}, CAST(SUM(hits) AS BIGINT) AS hits
FROM placed
WHERE places > 1
GROUP BY GROUPING SETS ({{ grouping_sets(["person_id", "period"]) }})

-- name: several
SELECT period, {{ keys | join(", ") }},{{ persons() }}
FROM together
GROUP BY period, {{ keys | join(", ") }}

-- name: cells
-- Rows that name both provider and commissioner say who contributes to whom.
SELECT
  period,
{%- if by %}
  CASE{% for name in strata %} WHEN by_{{ name }} IS NOT NULL THEN '{{ name }}'{% endfor %} ELSE 'all' END AS stratifier,
  COALESCE({{ by | join(", ") }}, 'all') AS stratum,
{%- else %}
  'all' AS stratifier,
  'all' AS stratum,
{%- endif %}
  provider,
  commissioner,
  CAST(SUM(denominator) AS BIGINT) AS {{ id }}__denominator,
  CAST(SUM(persons) AS BIGINT) AS {{ id }}__persons,
  CAST(SUM(numerator) AS BIGINT) AS {{ id }}__numerator,
  CAST(SUM(squares) AS BIGINT) AS {{ id }}__squares
FROM (SELECT * FROM once UNION ALL SELECT * FROM several) AS both_kinds
GROUP BY period, {{ keys | join(", ") }}
