-- Referrals that are open at the end of each month, and whether they have been seen by then.

-- name: contacts_of_month
SELECT
  submission_id, service_request_id,
  MIN(CASE WHEN consultation_mechanism IN ('01', '02', '04', '11') THEN contact_date END)
    AS first_direct,
  MAX(contact_date) AS last_attended
FROM contact
WHERE attendance_status IN ('5', '6')
GROUP BY submission_id, service_request_id

-- name: running
-- A contact comes with its referral, so every contact so far is in a month up to this one.
SELECT
  r.*,
  MIN(c.first_direct) OVER so_far AS first_direct_so_far,
  MAX(c.last_attended) OVER so_far AS last_attended_so_far,
  MIN(r.period) OVER (PARTITION BY r.provider) AS first_held
FROM referral_month r
LEFT JOIN contacts_of_month c
  ON c.submission_id = r.submission_id AND c.service_request_id = r.service_request_id
WINDOW so_far AS (
  PARTITION BY r.provider, r.service_request_id ORDER BY r.period
  ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
)

-- name: caseload
SELECT
  *,
  days_between(referral_request_received_date, period_end) AS days_open,
  first_direct_so_far IS NOT NULL AS seen,
  last_attended_so_far AS last_contact_date,
  days_between(last_attended_so_far, period_end) AS days_since_contact,
  referral_request_received_date < CAST(first_held || '-01' AS DATE) AS received_before_first_held
FROM running
WHERE open_at_period_end
