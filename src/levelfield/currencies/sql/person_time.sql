-- The time of people with a provider, cut where something begins or ends: stretches that follow one
-- another without gap or overlap, each with what was open on all of its days.

-- name: known_person
SELECT
    provider, person_id, submission_id, commissioner, age_band, disability, date_of_death,
    period_end, age_years,
    ROW_NUMBER() OVER (PARTITION BY provider, person_id ORDER BY period DESC) AS place,
    MIN(CAST(period || '-01' AS DATE)) OVER (PARTITION BY provider) AS first_held,
    MAX(period_end) OVER (PARTITION BY provider) AS last_held
FROM person

-- name: month_held
SELECT DISTINCT provider, CAST(period || '-01' AS DATE) AS day FROM person

-- name: watched
-- From the provider's first month held, or the first referral if that is later, to the last month
-- held, or the death if that is earlier.
SELECT
    p.provider, p.person_id, p.submission_id, p.commissioner, p.age_band, p.disability,
    p.date_of_death, p.period_end, p.age_years,
    GREATEST(p.first_held, MIN(r.referral_request_received_date)) AS since,
    LEAST(p.last_held, COALESCE(p.date_of_death, p.last_held)) AS until
FROM known_person AS p
JOIN referral AS r ON r.provider = p.provider AND r.person_id = p.person_id
WHERE p.place = 1 AND r.state <> 'rejected'
GROUP BY
    p.provider, p.person_id, p.submission_id, p.commissioner, p.age_band, p.disability,
    p.date_of_death, p.period_end, p.age_years, p.first_held, p.last_held

-- name: care
-- A referral that was not resent counts as open to the last day that could tell.
SELECT
    provider, person_id, team_type, primary_referral_reason,
    referral_request_received_date AS began,
    COALESCE(ended_date, date_of_death, last_held) AS ended
FROM referral
WHERE state <> 'rejected'

-- name: edge
-- The first day of a stretch: the start, the first of a month, the day on which a referral began,
-- the day after one ended, and the first day of the last year of life.
SELECT w.provider, w.person_id, w.since AS day FROM watched AS w
UNION
SELECT w.provider, w.person_id, m.day
FROM watched AS w
JOIN month_held AS m ON m.provider = w.provider AND m.day BETWEEN w.since AND w.until
UNION
SELECT c.provider, c.person_id, c.began FROM care AS c
UNION
SELECT c.provider, c.person_id, add_days(c.ended, 1) FROM care AS c
UNION
SELECT w.provider, w.person_id, add_days(w.date_of_death, 1 - {{ choices.last_days }})
FROM watched AS w
WHERE w.date_of_death IS NOT NULL

-- name: stretch
SELECT
    e.provider, e.person_id, e.day AS first_day,
    COALESCE(
        add_days(LEAD(e.day) OVER (PARTITION BY e.provider, e.person_id ORDER BY e.day), -1),
        w.until
    ) AS last_day
FROM edge AS e
JOIN watched AS w ON w.provider = e.provider AND w.person_id = e.person_id
WHERE e.day >= w.since AND e.day <= w.until

-- name: open_in_stretch
SELECT
    s.provider, s.person_id, s.first_day, COUNT(*) AS open_referrals,
    MAX(CASE WHEN c.team_type IN ({{ lists.palliative_teams }})
        OR c.primary_referral_reason IN ({{ lists.palliative_reasons }}) THEN 1 ELSE 0 END)
        AS palliative,
    MAX(CASE WHEN c.team_type IN ({{ lists.frailty_teams }})
        OR c.primary_referral_reason IN ({{ lists.frailty_reasons }}) THEN 1 ELSE 0 END) AS frail,
    COUNT(DISTINCT CASE WHEN c.team_type IN ({{ lists.long_term_teams }})
        OR c.primary_referral_reason IN ({{ lists.long_term_reasons }})
        THEN COALESCE(c.primary_referral_reason, c.team_type) END) AS conditions
FROM stretch AS s
JOIN care AS c
    ON c.provider = s.provider AND c.person_id = s.person_id
    AND c.began <= s.first_day AND c.ended >= s.last_day
GROUP BY s.provider, s.person_id, s.first_day

-- name: person_time
-- The age at the start of the stretch, back from the age at the end of the last month known.
SELECT
    s.provider, month_of(s.first_day) AS period, w.submission_id, w.commissioner,
    CAST(NULL AS STRING) AS team_type, w.age_band,
    s.person_id || '/' || CAST(s.first_day AS STRING) AS stretch_id, s.person_id,
    s.first_day, s.last_day, days_between(s.first_day, s.last_day) + 1 AS days,
    CAST(w.age_years - FLOOR(
        GREATEST(days_between(s.first_day, w.period_end), 0) / 365.25
    ) AS INTEGER)
        AS age_years,
    COALESCE(o.open_referrals, 0) AS open_referrals,
    COALESCE(o.palliative = 1, FALSE) AS palliative,
    COALESCE(
        days_between(s.first_day, w.date_of_death) < {{ choices.last_days }}, FALSE
    ) AS last_year,
    COALESCE(o.frail = 1, FALSE) AS frail, COALESCE(o.conditions, 0) AS conditions,
    COALESCE(w.disability, FALSE) AS disability
FROM stretch AS s
JOIN watched AS w ON w.provider = s.provider AND w.person_id = s.person_id
LEFT JOIN open_in_stretch AS o
    ON o.provider = s.provider AND o.person_id = s.person_id AND o.first_day = s.first_day
