-- Contacts, each with the person's age on the day on which its referral was received.

-- name: referred_contact
SELECT
    c.provider, c.period, c.submission_id, c.commissioner, c.team_type, c.age_band,
    c.care_contact_id, c.service_request_id, c.person_id, c.contact_date,
    c.care_contact_duration, c.team_valid, c.primary_referral_reason, c.attendance_status,
    r.age_years AS referral_age_years
FROM contact AS c
LEFT JOIN referral_month AS r
    ON r.provider = c.provider AND r.period = c.period
    AND r.submission_id = c.submission_id AND r.service_request_id = c.service_request_id
