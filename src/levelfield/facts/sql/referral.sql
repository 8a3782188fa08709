-- Referrals of a provider over all its months.

-- name: latest
SELECT
  *,
  ROW_NUMBER() OVER (PARTITION BY provider, service_request_id ORDER BY period DESC) AS place,
  MIN(period) OVER (PARTITION BY provider, service_request_id) AS first_period,
  MAX(period) OVER (PARTITION BY provider) AS provider_last_period
FROM referral_month

-- name: contacts_of_referral
SELECT
  provider, service_request_id, COUNT(*) AS contacts,
  COUNT(CASE WHEN attended THEN 1 END) AS attended_contacts,
  MIN(CASE WHEN direct THEN contact_date END) AS first_contact_date,
  SUBSTR(MIN(CASE WHEN direct THEN CAST(contact_date AS STRING) || period END), 11)
    AS first_contact_period,
  MAX(CASE WHEN attended THEN contact_date END) AS last_contact_date
FROM (
  SELECT
    *, attendance_status IN ('5', '6') AS attended,
    attendance_status IN ('5', '6') AND consultation_mechanism IN ('01', '02', '04', '11') AS direct
  FROM contact
) AS c
GROUP BY provider, service_request_id

-- name: referral
SELECT
  r.*, r.period AS last_period,
  COALESCE(c.contacts, 0) AS contacts, COALESCE(c.attended_contacts, 0) AS attended_contacts,
  c.first_contact_date, c.first_contact_period, c.last_contact_date,
  days_between(r.referral_request_received_date, c.first_contact_date) AS wait_days,
  CASE
    WHEN r.rejected THEN 'rejected'
    WHEN NOT r.open_at_period_end THEN 'closed'
    WHEN r.period < r.provider_last_period THEN 'not resent'
    ELSE 'open'
  END AS state
FROM latest r
LEFT JOIN contacts_of_referral c
  ON c.provider = r.provider AND c.service_request_id = r.service_request_id
WHERE r.place = 1
