-- People by provider and financial year: what they were seen for, how often, and how frail.

-- name: month_of_person
-- The last month of the year speaks for the person.
SELECT
    *, financial_year_of(period) AS year,
    ROW_NUMBER() OVER (
        PARTITION BY provider, person_id, financial_year_of(period) ORDER BY period DESC
    ) AS place,
    COUNT(*) OVER (PARTITION BY provider, person_id, financial_year_of(period)) AS months
FROM person

-- name: seen
SELECT
    provider, person_id, financial_year_of(period) AS year, team_type,
    care_contact_duration,
    CASE
    {%- for row in rows.condition_groups %}
        WHEN team_type = {{ literal(row.team_type) }} THEN {{ literal(row.condition) }}
    {%- endfor %}
    END AS condition_of_team,
    CASE primary_referral_reason
    {%- for row in rows.reason_groups %}
        WHEN {{ literal(row.reason) }} THEN {{ literal(row.condition) }}
    {%- endfor %}
    END AS condition_of_reason
FROM contact
WHERE
    attendance_status IN ('5', '6')
{%- if choices.missing_attendance == 'attended' %}
    OR attendance_status IS NULL
{%- endif %}

-- name: contacts_of_year
SELECT
    provider, person_id, year, COUNT(*) AS costed_contacts,
    COUNT(DISTINCT team_type) AS services, SUM(care_contact_duration) AS minutes
FROM seen
GROUP BY provider, person_id, year

-- name: condition_seen
SELECT provider, person_id, year, condition_of_team AS condition_seen FROM seen
UNION ALL
SELECT provider, person_id, year, condition_of_reason FROM seen

-- name: conditions_of_year
SELECT provider, person_id, year, COUNT(DISTINCT condition_seen) AS conditions
FROM condition_seen
GROUP BY provider, person_id, year

-- name: frailty_of_year
-- The highest score of the year; a score that is no whole number is left out.
SELECT
    provider, person_id, financial_year_of(period) AS year,
    MAX(CASE WHEN matches(score, '^[0-9]$') THEN CAST(score AS INTEGER) END) AS frailty
FROM assessment
WHERE snomed_id IN ({{ lists.frailty_scores }})
GROUP BY provider, person_id, financial_year_of(period)

-- name: person_year
SELECT
    p.provider, p.year AS period, p.submission_id, p.commissioner,
    CAST(NULL AS STRING) AS team_type, p.age_band, p.person_id, p.age_years,
    CAST(p.months AS INTEGER) AS months,
    COALESCE(c.costed_contacts, 0) AS costed_contacts, COALESCE(c.services, 0) AS services,
    COALESCE(n.conditions, 0) AS conditions, f.frailty, COALESCE(c.minutes, 0) AS minutes
FROM month_of_person AS p
LEFT JOIN contacts_of_year AS c
    ON c.provider = p.provider AND c.person_id = p.person_id AND c.year = p.year
LEFT JOIN conditions_of_year AS n
    ON n.provider = p.provider AND n.person_id = p.person_id AND n.year = p.year
LEFT JOIN frailty_of_year AS f
    ON f.provider = p.provider AND f.person_id = p.person_id AND f.year = p.year
WHERE p.place = 1
