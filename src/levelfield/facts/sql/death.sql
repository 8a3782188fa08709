-- People who died, with what was known of their wishes and the care of their last weeks.

-- name: latest
SELECT
  *,
  ROW_NUMBER() OVER (PARTITION BY provider, person_id ORDER BY period DESC) AS place
FROM person
WHERE date_of_death IS NOT NULL

-- name: palliative
-- Open on at least one of the last 28 days of life.
SELECT DISTINCT d.provider, d.person_id
FROM latest d
JOIN referral_month r ON r.provider = d.provider AND r.person_id = d.person_id
WHERE d.place = 1 AND r.team_type IN ('14', '47') AND NOT r.rejected
  AND r.referral_request_received_date <= d.date_of_death
  AND COALESCE(days_between(r.closure_date, d.date_of_death) <= 28, TRUE)
  AND COALESCE(days_between(r.discharge_date, d.date_of_death) <= 28, TRUE)
  AND days_between(r.period_end, d.date_of_death) <= 28

-- name: care
SELECT
  d.provider, d.person_id, MAX(c.contact_date) AS last_contact,
  MAX(CASE WHEN c.consultation_mechanism = '01' THEN c.contact_date END) AS last_visit
FROM latest d
JOIN contact c ON c.provider = d.provider AND c.person_id = d.person_id
WHERE d.place = 1 AND c.attendance_status IN ('5', '6') AND c.contact_date <= d.date_of_death
GROUP BY d.provider, d.person_id

-- name: death
-- A home is reached by either kind of private residence, a care home by either kind of care home.
SELECT
  d.*, month_of(d.date_of_death) AS death_period,
  l.person_id IS NOT NULL AS palliative,
  CASE WHEN d.death_place_preferred IN ('10', '20', '21', '22', '30', '40', '41', '42', '50')
      AND d.death_place_actual IS NOT NULL
    THEN d.death_place_actual = d.death_place_preferred
      OR (d.death_place_preferred = '20' AND d.death_place_actual IN ('21', '22'))
      OR (d.death_place_preferred = '40' AND d.death_place_actual IN ('41', '42'))
  END AS in_preferred_place,
  d.support_plan_date IS NOT NULL AS support_plan,
  days_between(c.last_contact, d.date_of_death) AS days_since_contact,
  days_between(c.last_visit, d.date_of_death) AS days_since_visit
FROM latest d
LEFT JOIN palliative l ON l.provider = d.provider AND l.person_id = d.person_id
LEFT JOIN care c ON c.provider = d.provider AND c.person_id = d.person_id
WHERE d.place = 1
