-- Phases: stretches of a person's time that follow one another in one class, taken together.

-- name: placed_unit
SELECT
    t.provider, t.person_id, t.first_day, t.last_day, u.currency, u.error_class,
    LAG(COALESCE(u.currency, u.error_class)) OVER (
        PARTITION BY t.provider, t.person_id ORDER BY t.first_day
    ) AS class_before
FROM {{ source }} AS t
JOIN unit AS u ON u.provider = t.provider AND u.record_id = t.{{ id }}

-- name: numbered_unit
SELECT
    *,
    SUM(CASE WHEN class_before = COALESCE(currency, error_class) THEN 0 ELSE 1 END) OVER (
        PARTITION BY provider, person_id ORDER BY first_day
    ) AS number
FROM placed_unit

-- name: phase
SELECT
    provider, person_id, currency, error_class,
    MIN(first_day) AS first_day, MAX(last_day) AS last_day,
    CAST(days_between(MIN(first_day), MAX(last_day)) + 1 AS INTEGER) AS days
FROM numbered_unit
GROUP BY provider, person_id, number, currency, error_class
