-- Clinical codes of each referral that was seen, with the first and the last value of each.

-- name: coded
SELECT provider, service_request_id, snomed_id AS code, assessment_date AS recorded_on,
  score AS text_value, CAST(NULL AS STRING) AS unit
FROM assessment
UNION ALL
SELECT provider, service_request_id, coded_observation, contact_date, observation_value,
  observation_unit
FROM activity
WHERE coded_observation IS NOT NULL
UNION ALL
SELECT provider, service_request_id, coded_procedure, contact_date, CAST(NULL AS STRING),
  CAST(NULL AS STRING)
FROM activity
WHERE coded_procedure IS NOT NULL
UNION ALL
SELECT provider, service_request_id, coded_finding, contact_date, CAST(NULL AS STRING),
  CAST(NULL AS STRING)
FROM activity
WHERE coded_finding IS NOT NULL

-- name: numbered
SELECT
  *,
  CASE WHEN matches(text_value, '^[0-9]{1,6}$') THEN CAST(text_value AS INTEGER) END AS number
FROM coded
WHERE code IS NOT NULL AND recorded_on IS NOT NULL

-- name: of_code
-- Day and number as one text, since engines break ties in MIN_BY differently. Of several on a day
-- the lowest counts, for the first as for the last.
SELECT
  provider, service_request_id, code,
  CAST(COUNT(*) AS INTEGER) AS times, MIN(recorded_on) AS first_recorded_on,
  MIN(CASE WHEN number IS NOT NULL THEN recorded_on END) AS first_valued_on,
  MAX(CASE WHEN number IS NOT NULL THEN recorded_on END) AS last_valued_on,
  CAST(SUBSTR(MIN(CAST(recorded_on AS STRING) || CAST(1000000 + number AS STRING)), 11) AS INTEGER)
    - 1000000 AS first_number,
  2000000
    - CAST(SUBSTR(MAX(CAST(recorded_on AS STRING) || CAST(2000000 - number AS STRING)), 11) AS INTEGER)
    AS last_number,
  CASE WHEN MIN(unit) = MAX(unit) AND COUNT(unit) = COUNT(number) THEN MIN(unit) END AS unit
FROM numbered
GROUP BY provider, service_request_id, code

-- name: referral_code
-- A second value on the day of the first one is no change over time.
SELECT
  r.*, o.code, o.unit, COALESCE(o.times, 0) AS times, o.first_recorded_on,
  days_between(r.first_contact_date, o.first_recorded_on) AS days_to_code,
  days_between(r.first_contact_date, r.last_held) AS days_followed,
  o.first_number AS first_value,
  CASE WHEN o.last_valued_on > o.first_valued_on THEN o.last_number END AS last_value,
  CASE WHEN o.last_valued_on > o.first_valued_on THEN o.last_number - o.first_number END AS change,
  CASE WHEN o.last_valued_on > o.first_valued_on
    THEN days_between(o.first_valued_on, o.last_valued_on) END AS days_apart,
  month_of(o.last_valued_on) AS last_value_period
FROM referral r
LEFT JOIN of_code o
  ON o.provider = r.provider AND o.service_request_id = r.service_request_id
WHERE r.first_contact_date IS NOT NULL
