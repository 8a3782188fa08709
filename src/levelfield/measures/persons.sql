-- Measures of persons over one fact, by {{ "one stratifier" if column else "organisation alone" }}.
-- Reads the fact and `measure_period` (period, month): which months make up which period.
-- A person counts once in a period and cell, however many rows, teams or months.

-- name: fact_rows
SELECT {{ columns | join(", ") }}
FROM {{ fact }}
WHERE {{ period_column }} IS NOT NULL

-- name: asked
-- What is asked of each row, once; a condition that is neither true nor false counts as false.
SELECT
  {{ period_column }} AS month,
  person_id,
  provider,
  COALESCE(commissioner, 'not known') AS commissioner,
  {% if column %}COALESCE({{ column }}, 'not known'){% else %}'all'{% endif %} AS stratum
{%- for name, sql in asked.items() %},
  {{ sql }} AS {{ name }}
{%- endfor %}
FROM fact_rows

-- name: by_person
-- Nearly everybody is seen by one provider and belongs to one commissioner: such a person is in one
-- cell of each level, and need not be brought together.
SELECT
  person_id, period, stratum,
  MIN(provider) AS provider,
  MIN(commissioner) AS commissioner,
  MIN(provider) < MAX(provider) OR MIN(commissioner) < MAX(commissioner) AS elsewhere
{%- for name, one in judged.items() %},
  COUNT_IF({{ one.counts }}) AS {{ name }}_rows,
  COUNT_IF({{ one.is_hit }}) AS {{ name }}_hits
{%- endfor %}
FROM asked
JOIN measure_period ON measure_period.month = asked.month
WHERE {{ anything }}
GROUP BY person_id, period, stratum

-- name: together
-- The others, row by row, as they stand in each cell of each level.
SELECT
  asked.person_id, measure_period.period, asked.stratum, asked.provider, asked.commissioner
{%- for name, one in judged.items() %},
  COUNT_IF({{ one.counts }}) AS {{ name }}_rows,
  COUNT_IF({{ one.is_hit }}) AS {{ name }}_hits
{%- endfor %}
FROM asked
JOIN measure_period ON measure_period.month = asked.month
JOIN by_person
  ON by_person.person_id = asked.person_id
  AND by_person.period = measure_period.period
  AND by_person.stratum = asked.stratum
WHERE by_person.elsewhere AND ({{ anything }})
GROUP BY GROUPING SETS (
  (asked.person_id, measure_period.period, asked.stratum, asked.provider),
  (asked.person_id, measure_period.period, asked.stratum, asked.commissioner),
  (asked.person_id, measure_period.period, asked.stratum),
  (asked.person_id, measure_period.period, asked.stratum, asked.provider, asked.commissioner)
)

{%- macro persons() %}
{%- for name in judged %},
  COUNT_IF({{ name }}_rows > 0) AS {{ name }}__denominator,
  COUNT_IF({{ name }}_hits > 0) AS {{ name }}__persons,
  CAST(SUM({{ name }}_hits) AS BIGINT) AS {{ name }}__numerator,
  CAST(SUM({{ name }}_hits * {{ name }}_hits) AS BIGINT) AS {{ name }}__squares
{%- endfor %}
{%- endmacro %}

-- name: in_one_place
SELECT period, stratum, provider, commissioner{{ persons() }}
FROM by_person
WHERE NOT elsewhere
GROUP BY period, stratum, provider, commissioner

-- name: in_each_cell
SELECT period, stratum, provider, commissioner{{ persons() }}
FROM together
GROUP BY period, stratum, provider, commissioner

-- name: cells
-- Rows that name both provider and commissioner say who contributes to whom.
{%- macro total() %}
{%- for name in sums %},
  CAST(SUM({{ name }}) AS BIGINT) AS {{ name }}
{%- endfor %}
{%- endmacro %}
SELECT period, '{{ stratifier }}' AS stratifier, stratum, provider, commissioner{{ total() }}
FROM (
  SELECT period, stratum, provider, commissioner{{ total() }}
  FROM in_one_place
  GROUP BY GROUPING SETS (
    (period, stratum, provider),
    (period, stratum, commissioner),
    (period, stratum),
    (period, stratum, provider, commissioner)
  )
  UNION ALL
  SELECT period, stratum, provider, commissioner{% for name in sums %}, {{ name }}{% endfor %}
  FROM in_each_cell
) AS both_kinds
GROUP BY period, stratum, provider, commissioner
