-- Days of professionals, with the minutes of the activities that people attended.

-- name: of_day
SELECT
  provider, period, submission_id, care_professional_id_local, contact_date,
  MIN(staff_group) AS staff_group, COUNT(*) AS activities,
  COUNT(activity_duration) AS timed_activities, CAST(SUM(activity_duration) AS INTEGER) AS minutes,
  MAX(activity_duration) AS longest
FROM activity
WHERE attendance_status IN ('5', '6') AND care_professional_id_local IS NOT NULL
GROUP BY provider, period, submission_id, care_professional_id_local, contact_date

-- name: group_size
SELECT submission_id, staff_group, COUNT(DISTINCT care_professional_id_local) AS professionals
FROM of_day
GROUP BY submission_id, staff_group

-- name: staff_day
SELECT d.*, CAST(NULL AS STRING) AS commissioner, g.professionals
FROM of_day d
LEFT JOIN group_size g
  ON g.submission_id = d.submission_id AND g.staff_group = d.staff_group
