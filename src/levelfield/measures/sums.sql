-- Measures as sums over the rows of a fact, for every organisation, period and stratum.
-- Reads the fact and `measure_period` (period, month): which months make up which period.
-- A stratum that is not known stays, as 'not known', so that the strata add up to the total.
{%- set split = ", observation" if observation else "" %}

-- name: fact_rows
SELECT {{ columns | join(", ") }}
FROM {{ fact }}
WHERE {{ period_column }} IS NOT NULL

-- name: asked
-- What is asked of each row, once; a condition that is neither true nor false counts as false.
SELECT
  {{ period_column }} AS month,
  provider,
  COALESCE(commissioner, 'not known') AS commissioner
{%- for name, column in strata.items() %},
  COALESCE({{ column }}, 'not known') AS by_{{ name }}
{%- endfor %}
{%- for name, sql in asked.items() %},
  {{ sql }} AS {{ name }}
{%- endfor %}
FROM fact_rows

-- name: added
-- What each row adds to each sum. It stands apart from the adding up, where engines would work it
-- out again for each way of grouping.
SELECT
  month, provider, commissioner
{%- for name in strata %}, by_{{ name }}{% endfor %}
{%- if observation %}, {{ observation }} AS observation{% endif %}
{%- for name, sum in sums.items() %},
  {{ sum.added }} AS {{ name }}
{%- endfor %}
FROM asked
{%- if observation %}
WHERE {{ anything }}
{%- endif %}

-- name: by_month
-- Each row is looked at once for each stratifier: what follows works on these few.
SELECT
  month, provider, commissioner
{%- for name in strata %}, by_{{ name }}{% endfor %}{{ split }}
{%- for name, sum in sums.items() %},
  CAST({{ sum.total(name) }} AS {{ sum.type }}) AS {{ name }}
{%- endfor %}
FROM added
GROUP BY GROUPING SETS (
{%- for name in strata %}
  (month, provider, commissioner, by_{{ name }}{{ split }}){{ "," if not loop.last }}
{%- else %}
  (month, provider, commissioner{{ split }})
{%- endfor %}
)

{%- macro total() %}
{%- for name, sum in sums.items() %},
  CAST(SUM({{ name }}) AS {{ sum.type }}) AS {{ name }}
{%- endfor %}
{%- endmacro %}

-- name: by_stratum
-- The strata of any stratifier add up to all rows.
SELECT
  month, provider, commissioner{{ split }}, 'all' AS stratifier, 'all' AS stratum{{ total() }}
FROM by_month
{%- if strata %}
WHERE by_{{ strata | first }} IS NOT NULL
{%- endif %}
GROUP BY month, provider, commissioner{{ split }}
{%- if strata %}
UNION ALL
SELECT
  month, provider, commissioner{{ split }},
  CASE{% for name in strata %} WHEN by_{{ name }} IS NOT NULL THEN '{{ name }}'{% endfor %} END AS stratifier,
  COALESCE({% for name in strata %}by_{{ name }}{{ ", " if not loop.last }}{% endfor %}) AS stratum
{%- for name in sums %},
  {{ name }}
{%- endfor %}
FROM by_month
{%- endif %}

-- name: by_organisation
-- Rows that name both provider and commissioner say who contributes to whom.
SELECT
  month, stratifier, stratum, provider, commissioner{{ split }}{{ total() }}
FROM by_stratum
GROUP BY GROUPING SETS (
  (month, stratifier, stratum, provider{{ split }}),
  (month, stratifier, stratum, commissioner{{ split }}),
  (month, stratifier, stratum{{ split }}),
  (month, provider, commissioner)
)

-- name: months
-- Periods that are one month, whose sums are there already.
SELECT period, MIN(month) AS month
FROM measure_period
GROUP BY period
HAVING COUNT(*) = 1

-- name: longer
SELECT period, month
FROM measure_period
WHERE period NOT IN (SELECT period FROM months)

-- name: cells
SELECT
  period, stratifier, stratum, provider, commissioner{{ split }}
{%- for name in sums %}, {{ name }}{% endfor %}
FROM by_organisation
JOIN months ON months.month = by_organisation.month
UNION ALL
SELECT
  period, stratifier, stratum, provider, commissioner{{ split }}{{ total() }}
FROM by_organisation
JOIN longer ON longer.month = by_organisation.month
GROUP BY period, stratifier, stratum, provider, commissioner{{ split }}
