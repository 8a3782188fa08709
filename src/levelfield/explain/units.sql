-- Units of care in a cell: which rows of the decision tables fired, and for which contacts.
-- Reads `unit`: the units of the last build.

-- name: cell_unit
SELECT provider, period, submission_id, record_id AS care_contact_id, rule, assumed
FROM unit
WHERE {{ conditions | join("\n  AND ") }}

-- name: by_rule
SELECT provider, period, rule, assumed, COUNT(*) AS units
FROM cell_unit
GROUP BY provider, period, rule, assumed

-- name: first_records
SELECT provider, period, care_contact_id, rule
FROM cell_unit
ORDER BY provider, period, care_contact_id
LIMIT {{ most }}
