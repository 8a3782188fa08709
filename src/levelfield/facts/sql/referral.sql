-- Referrals of a provider over all its months.

-- name: latest
SELECT
  *,
  ROW_NUMBER() OVER (PARTITION BY provider, service_request_id ORDER BY period DESC) AS place,
  MIN(period) OVER (PARTITION BY provider, service_request_id) AS first_period,
  MIN(period) OVER (PARTITION BY provider) AS first_held,
  MAX(period) OVER (PARTITION BY provider) AS provider_last_period,
  MAX(period_end) OVER (PARTITION BY provider) AS last_held,
  -- What ended it: every team or the discharge, whichever came first.
  CASE WHEN NOT rejected AND NOT open_at_period_end
    THEN LEAST(COALESCE(closure_date, discharge_date), COALESCE(discharge_date, closure_date))
  END AS ended_date
FROM referral_month

-- name: told
SELECT
  *, contact_date AS day, CAST(contact_date AS STRING) || period AS day_and_month,
  attendance_status IN ('5', '6') AS attended,
  attendance_status IN ('5', '6') AND consultation_mechanism IN ('01', '02', '04', '11') AS direct
FROM contact

-- name: contacts_of_referral
-- Day and month as one text, so that one pass gives the first day and the month that reported it.
SELECT
  provider, service_request_id, COUNT(*) AS contacts,
  COUNT(CASE WHEN attended THEN 1 END) AS attended_contacts,
  MIN(CASE WHEN direct THEN day_and_month END) AS first_contact,
  MIN(CASE WHEN direct AND consultation_mechanism = '01' THEN day END) AS first_face_to_face_date,
  MIN(CASE WHEN attended AND group_therapy_indicator = 'Y' THEN day_and_month END) AS first_group,
  MIN(CASE WHEN attended AND assessed THEN day_and_month END) AS first_assessment,
  MIN(CASE WHEN attended AND tested THEN day_and_month END) AS first_test,
  MAX(CASE WHEN attended THEN day END) AS last_contact_date
FROM told
GROUP BY provider, service_request_id

-- name: returns
-- The next referral of the person for the same reason after this one ended.
SELECT e.provider, e.service_request_id, MIN(n.referral_request_received_date) AS returned
FROM latest e
JOIN latest n
  ON n.provider = e.provider AND n.person_id = e.person_id
 AND n.primary_referral_reason = e.primary_referral_reason
 AND n.referral_request_received_date > e.ended_date
WHERE e.place = 1 AND n.place = 1
GROUP BY e.provider, e.service_request_id

-- name: dated
SELECT
  r.*, r.period AS last_period,
  COALESCE(c.contacts, 0) AS contacts, COALESCE(c.attended_contacts, 0) AS attended_contacts,
  CAST(SUBSTR(c.first_contact, 1, 10) AS DATE) AS first_contact_date,
  SUBSTR(c.first_contact, 11) AS first_contact_period,
  CAST(SUBSTR(c.first_group, 1, 10) AS DATE) AS first_group_date,
  SUBSTR(c.first_group, 11) AS first_group_period,
  CAST(SUBSTR(c.first_assessment, 1, 10) AS DATE) AS first_assessment_date,
  SUBSTR(c.first_assessment, 11) AS first_assessment_period,
  CAST(SUBSTR(c.first_test, 1, 10) AS DATE) AS first_test_date,
  SUBSTR(c.first_test, 11) AS first_test_period,
  c.first_face_to_face_date, c.last_contact_date,
  days_between(r.ended_date, b.returned) AS days_to_return
FROM latest r
LEFT JOIN contacts_of_referral c
  ON c.provider = r.provider AND c.service_request_id = r.service_request_id
LEFT JOIN returns b ON b.provider = r.provider AND b.service_request_id = r.service_request_id
WHERE r.place = 1

-- name: counted
-- Days since Monday, 1 January 1900 up to and with the day itself.
SELECT
  *,
  days_between(DATE '1900-01-01', referral_request_received_date) + 1 AS received_day,
  days_between(DATE '1900-01-01', first_contact_date) + 1 AS seen_day
FROM dated

-- name: referral
SELECT
  *,
  month_of(referral_request_received_date) AS received_period,
  month_of(ended_date) AS ended_period,
  days_between(referral_request_received_date, first_contact_date) AS wait_days,
  FLOOR(seen_day / 7.0) * 5 + LEAST(seen_day % 7, 5)
    - FLOOR(received_day / 7.0) * 5 - LEAST(received_day % 7, 5) AS wait_working_days,
  days_between(referral_request_received_date, first_face_to_face_date) AS days_to_face_to_face,
  days_between(referral_request_received_date, ended_date) AS days_to_end,
  days_between(first_contact_date, ended_date) AS care_days,
  referral_request_received_date < CAST(first_held || '-01' AS DATE) AS received_before_first_held,
  CASE
    WHEN rejected THEN 'rejected'
    WHEN NOT open_at_period_end THEN 'closed'
    WHEN period < provider_last_period THEN 'not resent'
    ELSE 'open'
  END AS state
FROM counted
