-- Referrals from receipt to closure, with the contacts that are costed and the days beyond the trim
-- point of their service. The month of an episode is that of its end, else the last that told of it.

-- name: contacts_of_episode
SELECT
    provider, service_request_id, COUNT(*) AS costed_contacts,
    SUM(care_contact_duration) AS minutes
FROM contact
WHERE
    attendance_status IN ('5', '6')
{%- if choices.missing_attendance == 'attended' %}
    OR attendance_status IS NULL
{%- endif %}
GROUP BY provider, service_request_id

-- name: measured
SELECT
    r.*,
    CASE r.team_type
    {%- for row in rows.trim_points if row.team_type %}
        WHEN {{ literal(row.team_type) }} THEN {{ row.days }}
    {%- endfor %}
    {%- for row in rows.trim_points if not row.team_type %}
        ELSE {{ row.days }}
    {%- endfor %}
    END AS trim_days
FROM referral AS r

-- name: episode
SELECT
    r.provider, COALESCE(r.ended_period, r.last_period) AS period, r.submission_id,
    r.commissioner, r.team_type, r.age_band, r.service_request_id, r.person_id, r.age_years,
    r.state, r.referral_request_received_date AS received, r.ended_date AS ended,
    r.days_to_end AS days,
    CASE WHEN r.days_to_end > r.trim_days THEN r.days_to_end - r.trim_days ELSE 0 END
        AS days_beyond,
    COALESCE(c.costed_contacts, 0) AS costed_contacts, COALESCE(c.minutes, 0) AS minutes
FROM measured AS r
LEFT JOIN contacts_of_episode AS c
    ON c.provider = r.provider AND c.service_request_id = r.service_request_id
