-- Activities, and the packages of a wheelchair service, which no contact holds. An activity that a
-- contact repeats (the same type and procedure) is marked, so that it counts once.

-- name: numbered_activity
SELECT
    *,
    ROW_NUMBER() OVER (
        PARTITION BY
            submission_id, care_contact_id,
            CASE WHEN activity_type IN ({{ lists.visits }}) THEN activity_type END,
            CASE WHEN activity_type IN ({{ lists.visits }}) THEN NULL ELSE coded_procedure END
        ORDER BY care_activity_id
    ) AS place
FROM activity

-- name: procedure_done
SELECT
    provider, period, submission_id, commissioner, team_type, age_band,
    care_activity_id AS procedure_id, person_id, contact_date, age_years, attendance_status,
    activity_type, coded_procedure, CAST(NULL AS STRING) AS package,
    place > 1 AND (activity_type IN ({{ lists.visits }}) OR coded_procedure IS NOT NULL)
        AS repeated,
    CAST(1 AS BIGINT) AS number
FROM numbered_activity
UNION ALL
SELECT
    provider, period, return_id, commissioner, '50', CAST(NULL AS STRING),
    package || '/' || COALESCE(commissioner, ''), CAST(NULL AS STRING),
    CAST(NULL AS DATE), CAST(NULL AS INTEGER), CAST(NULL AS STRING), CAST(NULL AS STRING),
    CAST(NULL AS STRING), package, FALSE, packages
FROM wheelchair_packages
