-- Who the people of each submission are: what every fact says of a person.

-- name: registration
-- The practice that counts is the one still open, then the one that began last.
SELECT
  submission_id, local_patient_id, org_id_gp, gp_commissioner,
  ROW_NUMBER() OVER (
    PARTITION BY submission_id, local_patient_id
    ORDER BY
      CASE WHEN gp_registration_end_date IS NULL THEN 0 ELSE 1 END,
      COALESCE(gp_registration_end_date, DATE '1900-01-01') DESC,
      COALESCE(gp_registration_start_date, DATE '1900-01-01') DESC,
      row_number
  ) AS place
FROM CYP002GP

-- name: overseas
-- The category that has not ended; of several, the one that came last in the file.
SELECT submission_id, local_patient_id, MAX_BY(ovs_vis_ch_cat, row_number) AS category
FROM CYP008OverseasVisitorChargCat
WHERE ovs_vis_ch_cat_end_date IS NULL AND ovs_vis_ch_cat IS NOT NULL
GROUP BY submission_id, local_patient_id

-- name: disability
SELECT DISTINCT submission_id, local_patient_id
FROM CYP602DisabilityType
WHERE disability NOT IN ('NN', 'XX', 'ZZ')

-- name: people
-- Registered people belong to their practice's commissioner, even where the look-up does not know
-- the practice; only the unregistered belong to the commissioner of their residence.
SELECT
  p.submission_id, s.provider, s.period, s.period_end, p.local_patient_id, p.person_id,
  g.org_id_gp AS registered_practice,
  CASE
    WHEN g.org_id_gp IS NULL OR g.org_id_gp IN ('V81997', 'V81998', 'V81999')
    THEN p.residence_commissioner ELSE g.gp_commissioner
  END AS commissioner,
  CASE
    WHEN g.org_id_gp IS NULL OR g.org_id_gp IN ('V81997', 'V81998', 'V81999')
    THEN CASE WHEN p.residence_commissioner IS NULL THEN 'none' ELSE 'residence' END
    ELSE CASE WHEN g.gp_commissioner IS NULL THEN 'none' ELSE 'practice' END
  END AS commissioner_basis,
  p.age_years_period_end, p.age_days_period_end,
  COALESCE(matches(p.language_preferred, '^[A-Za-z][A-Za-z0-9]$'), FALSE) AS language_recorded,
  CASE p.gender
    WHEN '1' THEN 'male' WHEN '2' THEN 'female' WHEN '9' THEN 'indeterminate' ELSE 'not known'
  END AS sex,
  CASE
    WHEN SUBSTR(p.ethnic_category, 1, 1) IN ('A', 'B', 'C') THEN 'White'
    WHEN SUBSTR(p.ethnic_category, 1, 1) IN ('D', 'E', 'F', 'G') THEN 'Mixed'
    WHEN SUBSTR(p.ethnic_category, 1, 1) IN ('H', 'J', 'K', 'L') THEN 'Asian'
    WHEN SUBSTR(p.ethnic_category, 1, 1) IN ('M', 'N', 'P') THEN 'Black'
    WHEN SUBSTR(p.ethnic_category, 1, 1) IN ('R', 'S') THEN 'Other'
    WHEN SUBSTR(p.ethnic_category, 1, 1) = 'Z' THEN 'Not stated'
    ELSE 'Not known'
  END AS ethnic_group,
  CASE
    WHEN a.imd_decile <= 2 THEN '1' WHEN a.imd_decile <= 4 THEN '2' WHEN a.imd_decile <= 6 THEN '3'
    WHEN a.imd_decile <= 8 THEN '4' WHEN a.imd_decile <= 10 THEN '5'
  END AS deprivation_fifth,
  p.hvfav_date, p.date_of_death,
  p.death_location_preferred_type AS death_place_preferred,
  p.death_location_actual_type AS death_place_actual,
  COALESCE(p.discussed_preferred_death_location_indicator = 'Y', FALSE)
    OR COALESCE(p.death_location_preferred_type <> '99', FALSE) AS death_place_discussed,
  o.category AS overseas_visitor_category,
  d.local_patient_id IS NOT NULL AS disability
FROM CYP001MPI p
JOIN submission s ON s.submission_id = p.submission_id
LEFT JOIN registration g
  ON g.submission_id = p.submission_id AND g.local_patient_id = p.local_patient_id AND g.place = 1
LEFT JOIN area a ON a.lsoa = p.lsoa
LEFT JOIN overseas o
  ON o.submission_id = p.submission_id AND o.local_patient_id = p.local_patient_id
LEFT JOIN disability d
  ON d.submission_id = p.submission_id AND d.local_patient_id = p.local_patient_id
