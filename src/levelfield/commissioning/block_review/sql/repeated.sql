-- Visits by a second line soon before or after one by another line for the same need, and the same
-- with the first line's days moved by whole weeks: what coincidence alone would bring.
-- Reads `visit` of contacts.sql, and `shift` (days).

-- name: shared_person
SELECT person_id, need
FROM visit
GROUP BY person_id, need
HAVING MIN(line) <> MAX(line)

-- name: shared_visit
SELECT v.*
FROM visit v
JOIN shared_person s ON s.person_id = v.person_id AND s.need = v.need

-- name: beside
-- Each visit once for a shift, beside the first of the lines that were there as well.
SELECT
  v.person_id, v.line, v.period, v.care_contact_id, s.days AS shift,
  MIN(u.line) AS other_line, MIN(u.care_contact_id) AS other_contact_id
FROM shared_visit v
JOIN shared_visit u ON u.person_id = v.person_id AND u.need = v.need AND u.line < v.line
JOIN shift s
  ON days_between(u.contact_date, v.contact_date) - s.days BETWEEN -{{ window }} AND {{ window }}
WHERE v.reviewed
GROUP BY v.person_id, v.line, v.period, v.care_contact_id, s.days
