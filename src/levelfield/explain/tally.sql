-- What `judged`, the rows of one cell of a measure, comes to.

-- name: tally
SELECT standing, split, COUNT(*) AS row_count, CAST(SUM(in_numerator) AS BIGINT) AS hits
FROM judged
GROUP BY standing, split
{%- if person %}

-- name: persons
SELECT
  COUNT(*) AS persons,
  CAST(SUM(CASE WHEN hits > 0 THEN 1 ELSE 0 END) AS BIGINT) AS persons_hit
FROM (
  SELECT person_id, SUM(in_numerator) AS hits
  FROM judged
  WHERE standing = 'counted'
  GROUP BY person_id
) AS by_person
{%- endif %}

-- name: in_numerator
SELECT {{ shown | join(", ") }}
FROM judged
WHERE standing = 'counted' AND in_numerator = 1
ORDER BY {{ keys | join(", ") }}
LIMIT {{ most }}

-- name: in_denominator_only
SELECT {{ shown | join(", ") }}
FROM judged
WHERE standing = 'counted' AND in_numerator = 0
ORDER BY {{ keys | join(", ") }}
LIMIT {{ most }}
