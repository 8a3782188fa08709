-- One cell of a measure, row by row: what each row of the fact is to the figure, and why.
-- Written apart from the query that counts all cells at once, so that the two check each other.
-- Reads the fact and `measure_period` (period, month).

-- name: considered
SELECT
{%- for column in columns %}
  {% if attended and column == 'attendance_status' -%}
  COALESCE(attendance_status, '5') AS attendance_status
  {%- else -%}
  {{ column }}
  {%- endif %}{{ "" if loop.last else "," }}
{%- endfor %}
FROM {{ fact }}
WHERE {{ period_column }} IN (SELECT month FROM measure_period WHERE period = $period)
{%- if organisation %}
  AND COALESCE({{ organisation }}, 'not known') = $organisation
{%- endif %}
{%- if stratum_column %}
  AND COALESCE({{ stratum_column }}, 'not known') = $stratum
{%- endif %}

-- name: judged
SELECT
  {{ keys | join(", ") }}, provider,
  {{ split }} AS split,
{%- if person %}
  person_id,
{%- endif %}
  CASE
    WHEN NOT COALESCE(({{ denominator }}), FALSE) THEN 'other'
{%- for exclusion in exclusions %}
    WHEN COALESCE(({{ exclusion }}), FALSE) THEN 'exclusion {{ loop.index }}'
{%- endfor %}
{%- if observation %}
    WHEN ({{ observation }}) IS NULL THEN 'unobserved'
{%- endif %}
{%- for column, groups in compared %}
    WHEN NOT COALESCE({{ column }} IN ({{ groups | join(", ") }}), FALSE) THEN 'not compared'
{%- endfor %}
    ELSE 'counted'
  END AS standing,
  CASE WHEN {{ numerator }} THEN 1 ELSE 0 END AS in_numerator
FROM considered
