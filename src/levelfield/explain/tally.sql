-- What `judged`, the rows of one cell of a measure, comes to.

-- name: tally
SELECT standing, in_numerator, COUNT(*) AS row_count
FROM judged
GROUP BY standing, in_numerator
ORDER BY standing, in_numerator

-- name: sums
{%- if persons %}
SELECT
  COUNT(*) AS denominator,
  CAST(SUM(CASE WHEN hits > 0 THEN 1 ELSE 0 END) AS BIGINT) AS persons,
  CAST(SUM(hits) AS BIGINT) AS numerator,
  CAST(SUM(hits * hits) AS BIGINT) AS squares
FROM (
  SELECT person_id, SUM(in_numerator) AS hits
  FROM judged
  WHERE standing = 'counted'
  GROUP BY person_id
) AS by_person
{%- elif histogram %}
SELECT observation, COUNT(*) AS denominator
FROM judged
WHERE standing = 'counted'
GROUP BY observation
ORDER BY observation
{%- else %}
SELECT
{%- for name, sum in sums.items() %}
  CAST({{ sum.total(sum.added) }} AS {{ sum.type }}) AS {{ name }}{{ "" if loop.last else "," }}
{%- endfor %}
FROM judged
{%- endif %}

-- name: in_numerator
SELECT {{ shown | join(", ") }}
FROM judged
WHERE in_numerator = 1
ORDER BY {{ keys | join(", ") }}
LIMIT {{ most }}

-- name: in_denominator_only
SELECT {{ shown | join(", ") }}
FROM judged
WHERE standing = 'counted' AND in_numerator = 0
ORDER BY {{ keys | join(", ") }}
LIMIT {{ most }}
