-- One cell of a measure, row by row: what each row of the fact is to the figure, and why.
-- Judges by the very conditions that count all cells at once. Reads the fact and `measure_period`
-- (period, month).

-- name: considered
SELECT {{ columns | join(", ") }}
FROM {{ fact }}
WHERE {{ period_column }} IN (SELECT month FROM measure_period WHERE period = $period)
{%- if organisation %}
  AND COALESCE({{ organisation }}, 'not known') = $organisation
{%- endif %}
{%- if stratum_column %}
  AND COALESCE({{ stratum_column }}, 'not known') = $stratum
{%- endif %}
{%- if person %}
  AND person_id IS NOT NULL
{%- endif %}

-- name: asked
SELECT
  considered.*
{%- for name, sql in asked.items() %},
  {{ sql }} AS {{ name }}
{%- endfor %}
FROM considered

-- name: judged
SELECT
  {{ keys | join(", ") }},
{%- if person %}
  person_id,
{%- endif %}
{%- if observation %}
  {{ observation }} AS observation,
{%- endif %}
{%- for name in asked %}
  {{ name }},
{%- endfor %}
  {{ standing }} AS standing,
  CASE WHEN {{ is_hit }} THEN 1 ELSE 0 END AS in_numerator
FROM asked
