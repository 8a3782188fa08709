-- Measures of persons over one fact, by period and organisation.
-- Reads the fact and `measure_period` (period, month): which months make up which period.
-- A person counts once in a period and cell, however many rows, teams or months. Rows of which
-- nobody knows the person are left out: together they would be one person.

-- name: fact_rows
SELECT {{ columns | join(", ") }}
FROM {{ fact }}
WHERE {{ period_column }} IS NOT NULL AND person_id IS NOT NULL

-- name: asked
-- What is asked of each row, once; a condition that is neither true nor false counts as false.
SELECT
  {{ period_column }} AS month,
  person_id,
  provider,
  COALESCE(commissioner, 'not known') AS commissioner
{%- for name, column in strata.items() %},
  COALESCE({{ column }}, 'not known') AS by_{{ name }}
{%- endfor %}
{%- for name, sql in asked.items() %},
  {{ sql }} AS {{ name }}
{%- endfor %}
FROM fact_rows

-- name: counted
-- The rows that count for any of the measures, and for what.
SELECT
  month, person_id, provider, commissioner
{%- for name in strata %}, by_{{ name }}{% endfor %}
{%- for name, condition in counts.items() %},
  {{ condition }} AS {{ name }}
{%- endfor %}
FROM asked
WHERE ({{ anything }}) AND month IN (SELECT month FROM measure_period)

-- name: by_person
-- From here on the count in plain SQL, not broken down, and not what runs: levelfield takes the rows
-- of `counted` from the engine, and sorts and counts their persons outside it. Both count the same.
SELECT
  period, person_id, provider, commissioner
{%- for name in counts %},
  COUNT_IF({{ name }}) AS {{ name }}
{%- endfor %}
FROM counted
JOIN measure_period ON measure_period.month = counted.month
GROUP BY GROUPING SETS (
  (period, person_id, provider),
  (period, person_id, commissioner),
  (period, person_id),
  (period, person_id, provider, commissioner)
)

-- name: cells
-- Rows that name both provider and commissioner say who contributes to whom.
SELECT
  period, 'all' AS stratifier, 'all' AS stratum, provider, commissioner
{%- for name in counts %},
  CAST(COUNT_IF({{ name }} > 0) AS BIGINT) AS {{ name }}__persons,
  CAST(SUM({{ name }}) AS BIGINT) AS {{ name }}__rows,
  CAST(SUM({{ name }} * {{ name }}) AS BIGINT) AS {{ name }}__squares
{%- endfor %}
FROM by_person
GROUP BY period, provider, commissioner
