-- Measures of persons over one fact, by {{ "one stratifier" if stratifier else "organisation alone" }}.
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
  COALESCE(person_id, '') AS person_id,
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
WHERE {{ anything }}

-- name: people
-- A number for each person, which is brought together sooner than an identifier is. Nearly everybody
-- is seen by one provider and belongs to one commissioner.
SELECT
  person_id,
  ROW_NUMBER() OVER (ORDER BY person_id) AS person,
  MIN(provider) < MAX(provider) OR MIN(commissioner) < MAX(commissioner) AS elsewhere
FROM counted
GROUP BY person_id

-- name: numbered
SELECT
  person, elsewhere, month, provider, commissioner
{%- for name in strata %}, by_{{ name }}{% endfor %}
{%- for name in counts %}, {{ name }}{% endfor %}
FROM counted
JOIN people ON people.person_id = counted.person_id

-- name: by_month
-- Each row is looked at once: what follows works on persons by month.
SELECT
  person, elsewhere, month, provider, commissioner,
  {% if stratifier %}by_{{ stratifier }}{% else %}'all'{% endif %} AS stratum
{%- for name in counts %},
  COUNT_IF({{ name }}) AS {{ name }}
{%- endfor %}
FROM numbered
GROUP BY person, elsewhere, month, provider, commissioner
{%- if stratifier %}, by_{{ stratifier }}{% endif %}
{%- macro added() %}
{%- for name in counts %},
  CAST(SUM({{ name }}) AS BIGINT) AS {{ name }}
{%- endfor %}
{%- endmacro %}
{%- macro persons() %}
{%- for name in counts %},
  COUNT_IF({{ name }} > 0) AS {{ name }}__persons,
  CAST(SUM({{ name }}) AS BIGINT) AS {{ name }}__rows,
  CAST(SUM({{ name }} * {{ name }}) AS BIGINT) AS {{ name }}__squares
{%- endfor %}
{%- endmacro %}

-- name: months
-- Periods that are one month, in which such a person is once already.
SELECT period, MIN(month) AS month
FROM measure_period
GROUP BY period
HAVING COUNT(*) = 1

-- name: longer
SELECT period, month
FROM measure_period
WHERE period NOT IN (SELECT period FROM months)

-- name: in_one_place
SELECT period, stratum, provider, commissioner{{ persons() }}
FROM by_month
JOIN months ON months.month = by_month.month
WHERE NOT elsewhere
GROUP BY period, stratum, provider, commissioner
UNION ALL
SELECT period, stratum, provider, commissioner{{ persons() }}
FROM (
  SELECT person, period, stratum, provider, commissioner{{ added() }}
  FROM by_month
  JOIN longer ON longer.month = by_month.month
  WHERE NOT elsewhere
  GROUP BY person, period, stratum, provider, commissioner
) AS by_person
GROUP BY period, stratum, provider, commissioner

-- name: together
-- The others, brought together in each cell of each level.
SELECT person, period, stratum, provider, commissioner{{ added() }}
FROM by_month
JOIN measure_period ON measure_period.month = by_month.month
WHERE elsewhere
GROUP BY GROUPING SETS (
  (person, period, stratum, provider),
  (person, period, stratum, commissioner),
  (person, period, stratum)
)

-- name: in_each_cell
SELECT period, stratum, provider, commissioner{{ persons() }}
FROM together
GROUP BY period, stratum, provider, commissioner

-- name: pairs
-- Who contributes to whom: what they add up to does not matter, only whether it is nought.
SELECT
  period, 'all' AS stratum, provider, commissioner
{%- for name in counts %},
  CAST(SUM({{ name }}) AS BIGINT) AS {{ name }}__persons,
  CAST(SUM({{ name }}) AS BIGINT) AS {{ name }}__rows,
  CAST(SUM({{ name }}) AS BIGINT) AS {{ name }}__squares
{%- endfor %}
FROM by_month
JOIN measure_period ON measure_period.month = by_month.month
GROUP BY period, provider, commissioner

-- name: cells
-- Rows that name both provider and commissioner say who contributes to whom.
{%- macro total() %}
{%- for name in sums %},
  CAST(SUM({{ name }}) AS BIGINT) AS {{ name }}
{%- endfor %}
{%- endmacro %}
SELECT
  period, '{{ stratifier or "all" }}' AS stratifier, stratum, provider, commissioner{{ total() }}
FROM (
  SELECT period, stratum, provider, commissioner{{ total() }}
  FROM in_one_place
  GROUP BY GROUPING SETS (
    (period, stratum, provider),
    (period, stratum, commissioner),
    (period, stratum)
  )
  UNION ALL
  SELECT * FROM in_each_cell
{%- if not stratifier %}
  UNION ALL
  SELECT * FROM pairs
{%- endif %}
) AS both_kinds
GROUP BY period, stratum, provider, commissioner
