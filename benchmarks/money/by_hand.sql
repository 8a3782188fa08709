-- The same grouping and pricing as an analyst would write it for DuckDB alone: look-ups of plain
-- rows made from the CSV files, joined on exact cells, and the rest as CASE.
WITH plain_staff AS (
    SELECT
        row_number() OVER () AS place, unnest(string_split(staff_group, ';')) AS staff_group,
        age_group, "mode", "group", COALESCE(currency, error_class) AS outcome
    FROM read_csv('$folder/staff_group.csv', all_varchar = true, header = true)
    WHERE staff_group <> 'any' AND team_type = 'any' AND activity_type = 'any' AND event = 'any'
        AND consultation_type = 'any' AND activity_location_type = 'any'
),
plain_team AS (
    SELECT
        row_number() OVER () AS place, unnest(string_split(team_type, ';')) AS team_type,
        age_group, "mode", "group", COALESCE(currency, error_class) AS outcome
    FROM read_csv('$folder/team.csv', all_varchar = true, header = true)
    WHERE activity_type = 'any' AND primary_referral_reason = 'any' AND event = 'any'
        AND consultation_type = 'any' AND activity_location_type = 'any'
),
cell AS (
    SELECT a.word AS age_group, m.word AS "mode", g.word AS "group"
    FROM (VALUES ('adult'), ('child'), ('missing')) AS a (word),
        (VALUES ('face_to_face'), ('non_face_to_face'), ('other'), ('missing')) AS m (word),
        (VALUES ('group'), ('one_to_one')) AS g (word)
),
staff_cell AS (
    SELECT p.staff_group, c.*, arg_min(p.outcome, p.place) AS outcome
    FROM plain_staff AS p
    JOIN cell AS c
        ON (p.age_group = 'any' OR list_contains(string_split(p.age_group, ';'), c.age_group))
        AND (p."mode" = 'any' OR list_contains(string_split(p."mode", ';'), c."mode"))
        AND (p."group" = 'any' OR list_contains(string_split(p."group", ';'), c."group"))
    GROUP BY ALL
),
team_cell AS (
    SELECT p.team_type, c.*, arg_min(p.outcome, p.place) AS outcome
    FROM plain_team AS p
    JOIN cell AS c
        ON (p.age_group = 'any' OR list_contains(string_split(p.age_group, ';'), c.age_group))
        AND (p."mode" = 'any' OR list_contains(string_split(p."mode", ';'), c."mode"))
        AND (p."group" = 'any' OR list_contains(string_split(p."group", ';'), c."group"))
    GROUP BY ALL
),
worded AS (
    SELECT
        provider, commissioner, period, team_type AS sent_team, staff_group,
        CASE
            WHEN team_type IS NULL THEN 'none' WHEN NOT COALESCE(team_valid, FALSE) THEN 'invalid'
            ELSE team_type
        END AS team_type,
        CASE WHEN age_years IS NULL THEN 'missing' WHEN age_years <= 18 THEN 'child' ELSE 'adult' END
            AS age_group,
        CASE consultation_mechanism
            WHEN '01' THEN 'face_to_face' WHEN '98' THEN 'other' WHEN '02' THEN 'non_face_to_face'
            WHEN '04' THEN 'non_face_to_face' WHEN '05' THEN 'non_face_to_face'
            WHEN '09' THEN 'non_face_to_face' WHEN '10' THEN 'non_face_to_face'
            WHEN '11' THEN 'non_face_to_face' WHEN '12' THEN 'non_face_to_face'
            WHEN '13' THEN 'non_face_to_face' ELSE 'missing'
        END AS "mode",
        CASE WHEN group_therapy_indicator = 'Y' THEN 'group' ELSE 'one_to_one' END AS "group",
        CASE
            WHEN attendance_status IN ('0', '2', '3', '4', '7') THEN 'NOT_ATTENDED'
            WHEN attendance_status IS NULL OR attendance_status NOT IN ('5', '6')
                THEN 'ATTENDANCE_UNKNOWN'
            WHEN admin_category = '02' OR submitted_commissioner = 'VPP00'
                OR overseas_visitor_category IN ('D', 'F') THEN 'NOT_NHS_FUNDED'
            WHEN COALESCE(team_valid, FALSE) AND team_type IN ('50', '54') THEN 'UNIT_NOT_CONTACT'
        END AS checked,
        activity_type, primary_referral_reason AS reason, consultation_type, activity_location_type,
        immunisation_same_day, antenatal_visit_same_day, hearing_screen_same_day, stroke_diagnosis,
        crisis_clock
    FROM contact
),
classed AS (
    SELECT
        w.provider, w.commissioner, w.period, w.sent_team,
        COALESCE(
            w.checked,
            CASE w.staff_group
                WHEN 'C02' THEN CASE
                    WHEN w."group" = 'group' THEN NULL
                    WHEN w.age_group = 'child' AND w.hearing_screen_same_day THEN 'ASNNS'
                    WHEN w.consultation_type = '02' AND w."mode" = 'face_to_face'
                        AND w.age_group = 'adult' THEN 'AS08'
                    WHEN w.consultation_type = '02' AND w."mode" = 'face_to_face'
                        AND w.age_group = 'child' THEN 'AS09'
                    WHEN w.consultation_type = '02' AND w."mode" = 'non_face_to_face' THEN 'AS10'
                    WHEN COALESCE(w.consultation_type, '01') = '01' THEN 'SUBTYPE_UNKNOWN'
                END
                WHEN 'C09' THEN
                    CASE WHEN w.age_group = 'child' AND w.hearing_screen_same_day THEN 'ASNNS' END
                WHEN 'M01' THEN CASE WHEN w.activity_location_type = 'D03' THEN 'M01C' END
                WHEN 'N03' THEN CASE
                    WHEN w.immunisation_same_day THEN 'N03N'
                    WHEN w.antenatal_visit_same_day THEN 'N03A'
                    WHEN w.activity_type IS NULL THEN 'SUBTYPE_UNKNOWN'
                    WHEN w.activity_type IN ('01', '03') THEN 'N03F'
                    WHEN w."mode" = 'face_to_face' THEN CASE w.activity_type
                        WHEN '08' THEN 'N03B' WHEN '09' THEN 'N03C' WHEN '10' THEN 'N03D'
                        WHEN '11' THEN 'N03E' WHEN '12' THEN 'N03G' WHEN '02' THEN 'N03G'
                        WHEN '04' THEN 'N03G' WHEN '05' THEN 'N03G' WHEN '06' THEN 'N03G'
                        WHEN '07' THEN 'N03G' WHEN '97' THEN 'N03G' END
                    WHEN w."mode" = 'non_face_to_face' AND w.activity_type <> '98' THEN 'N03J'
                END
                WHEN 'N04' THEN CASE
                    WHEN w.team_type IN ('14', '36', '47') THEN CASE
                        WHEN w.age_group = 'adult' AND w."mode" = 'face_to_face' THEN 'N21AF'
                        WHEN w.age_group = 'adult' AND w."mode" = 'non_face_to_face' THEN 'N21AN'
                        WHEN w.age_group = 'child' AND w."mode" = 'face_to_face' THEN 'N21CF'
                        WHEN w.age_group = 'child' AND w."mode" = 'non_face_to_face' THEN 'N21CN'
                    END
                END
                WHEN 'N05' THEN
                    CASE WHEN w.age_group = 'child' AND w.immunisation_same_day THEN 'VACN' END
            END,
            s.outcome,
            CASE w.team_type
                WHEN 'none' THEN 'NO_TEAM'
                WHEN 'invalid' THEN 'TEAM_UNKNOWN'
                WHEN '05' THEN CASE WHEN w.activity_location_type = 'D03' THEN 'M01C' END
                WHEN '15' THEN CASE
                    WHEN w.reason NOT IN ('014', '063', '079') THEN NULL
                    WHEN w.age_group = 'adult' AND w."mode" = 'face_to_face'
                        THEN CASE WHEN w.reason = '079' THEN 'N16AF' ELSE 'N24AF' END
                    WHEN w.age_group = 'adult' AND w."mode" = 'non_face_to_face'
                        THEN CASE WHEN w.reason = '079' THEN 'N16AN' ELSE 'N24AN' END
                    WHEN w.age_group = 'child' AND w."mode" = 'face_to_face'
                        THEN CASE WHEN w.reason = '079' THEN 'N16CF' ELSE 'N24CF' END
                    WHEN w.age_group = 'child' AND w."mode" = 'non_face_to_face'
                        THEN CASE WHEN w.reason = '079' THEN 'N16CN' ELSE 'N24CN' END
                END
                WHEN '16' THEN CASE
                    WHEN w.immunisation_same_day THEN 'N03N'
                    WHEN w.antenatal_visit_same_day THEN 'N03A'
                    WHEN w.activity_type IS NULL THEN 'SUBTYPE_UNKNOWN'
                    WHEN w.activity_type IN ('01', '03') THEN 'N03F'
                    WHEN w."mode" = 'face_to_face' THEN CASE w.activity_type
                        WHEN '08' THEN 'N03B' WHEN '09' THEN 'N03C' WHEN '10' THEN 'N03D'
                        WHEN '11' THEN 'N03E' WHEN '12' THEN 'N03G' WHEN '02' THEN 'N03G'
                        WHEN '04' THEN 'N03G' WHEN '05' THEN 'N03G' WHEN '06' THEN 'N03G'
                        WHEN '07' THEN 'N03G' WHEN '97' THEN 'N03G' END
                    WHEN w."mode" = 'non_face_to_face' AND w.activity_type <> '98' THEN 'N03J'
                END
                WHEN '17' THEN CASE
                    WHEN w."group" = 'group' THEN NULL
                    WHEN w.age_group = 'child' AND w.hearing_screen_same_day THEN 'ASNNS'
                    WHEN w.consultation_type = '02' AND w."mode" = 'face_to_face'
                        AND w.age_group = 'adult' THEN 'AS08'
                    WHEN w.consultation_type = '02' AND w."mode" = 'face_to_face'
                        AND w.age_group = 'child' THEN 'AS09'
                    WHEN w.consultation_type = '02' AND w."mode" = 'non_face_to_face' THEN 'AS10'
                    WHEN COALESCE(w.consultation_type, '01') = '01' THEN 'SUBTYPE_UNKNOWN'
                END
                WHEN '21' THEN CASE
                    WHEN w.reason = '056' THEN 'NCRT'
                    WHEN w.reason <> '050' THEN NULL
                    WHEN w.age_group = 'adult' AND w."mode" = 'face_to_face' THEN 'N22AF'
                    WHEN w.age_group = 'adult' AND w."mode" = 'non_face_to_face' THEN 'N22AN'
                    WHEN w.age_group = 'child' AND w."mode" = 'face_to_face' THEN 'N22CF'
                    WHEN w.age_group = 'child' AND w."mode" = 'non_face_to_face' THEN 'N22CN'
                END
                WHEN '29' THEN CASE
                    WHEN w.reason IN ('034', '044', '050') THEN 'NCRT'
                    WHEN w.reason IN ('009', '043', '057') THEN 'OSCCRT'
                    WHEN w.stroke_diagnosis THEN 'SCRT'
                END
                WHEN '30' THEN CASE
                    WHEN w.reason <> '067' THEN NULL
                    WHEN w.age_group = 'adult' AND w."mode" = 'face_to_face' THEN 'N28AF'
                    WHEN w.age_group = 'adult' AND w."mode" = 'non_face_to_face' THEN 'N28AN'
                    WHEN w.age_group = 'child' AND w."mode" = 'face_to_face' THEN 'N28CF'
                    WHEN w.age_group = 'child' AND w."mode" = 'non_face_to_face' THEN 'N28CN'
                END
                WHEN '32' THEN
                    CASE WHEN w.age_group = 'child' AND w.immunisation_same_day THEN 'VACN' END
                WHEN '49' THEN CASE WHEN w.crisis_clock THEN 'IC01' END
            END,
            t.outcome,
            CASE
                WHEN w."mode" = 'missing' AND w.team_type IN ($mode_teams) THEN 'MODE_MISSING'
                WHEN w."mode" = 'other' AND w.team_type IN ($mode_teams) THEN 'MODE_OTHER'
                WHEN w.age_group = 'missing' AND w.team_type IN ($age_teams) THEN 'AGE_MISSING'
                ELSE 'NO_RULE'
            END
        ) AS outcome
    FROM worded AS w
    LEFT JOIN staff_cell AS s
        ON s.staff_group = w.staff_group AND s.age_group = w.age_group AND s."mode" = w."mode"
        AND s."group" = w."group"
    LEFT JOIN team_cell AS t
        ON t.team_type = w.team_type AND t.age_group = w.age_group AND t."mode" = w."mode"
        AND t."group" = w."group"
)
SELECT
    c.provider, c.commissioner, c.period, c.sent_team AS team_type, c.outcome,
    CAST(COUNT(*) AS BIGINT) AS units, CAST(COUNT(*) * COALESCE(p.pence, 0) AS BIGINT) AS pence
FROM classed AS c
LEFT JOIN price AS p ON p.currency = c.outcome
GROUP BY c.provider, c.commissioner, c.period, c.sent_team, c.outcome, p.pence
