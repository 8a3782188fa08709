-- The twenty-nine checks of a contact table, by hand: read once, judged while it is read, with a
-- bit for every check and field in one number for each row; only the rows with a bit are looked
-- at again. {contacts}, {accepted} and {findings} are files; {first} and {last} the period's days.

CREATE MACRO flag(broken, place) AS CASE WHEN broken THEN 1::UBIGINT << place ELSE 0 END;
CREATE MACRO unclean(x) AS regexp_matches(x, '^\s|\s$|[\x00-\x1f\x7f]');
-- `odd` says that some text of the row has a space or a control character at all.
CREATE MACRO bad_text(x, low, high, odd) AS
  length(x) NOT BETWEEN low AND high OR CASE WHEN odd THEN unclean(x) ELSE false END;
-- A date is sound when it is written as DuckDB itself would write it.
CREATE MACRO bad_date(x, d) AS d::VARCHAR IS DISTINCT FROM x;

-- Long code lists are types: a look-up, where DuckDB would make a join of IN and lose the order.
CREATE TYPE admin AS ENUM ('01', '02', '03', '04', '98', '99');
CREATE TYPE attendance_code AS ENUM ('2', '3', '4', '5', '6', '7');
CREATE TYPE mechanism AS ENUM ('01', '02', '04', '05', '09', '10', '11', '12', '13', '98');
CREATE TYPE location AS ENUM (
  'A01', 'A02', 'A03', 'A04', 'B01', 'B02', 'C01', 'C02', 'C03', 'D01', 'D02', 'D03', 'E01', 'E02',
  'E03', 'E04', 'E99', 'F01', 'G01', 'G02', 'G03', 'G04', 'H01', 'J01', 'K01', 'K02', 'L01', 'L02',
  'L03', 'L04', 'L05', 'L06', 'L99', 'M01', 'M02', 'M03', 'M04', 'M05', 'M06', 'M07', 'N01', 'N02',
  'N03', 'N04', 'N05', 'X01'
);

CREATE TEMP TABLE judged AS
WITH sent AS NOT MATERIALIZED (
  SELECT * FROM read_csv(
    '{contacts}', auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
    columns = {
      CareContactID: 'VARCHAR', ServiceRequestID: 'VARCHAR', TeamID_Local: 'VARCHAR',
      Contact_Date: 'VARCHAR', Contact_Time: 'VARCHAR', OrgID_Commissioner: 'VARCHAR',
      AdminCategory: 'VARCHAR', CareContact_Duration: 'VARCHAR', Consultation_Type: 'VARCHAR',
      CareContact_Subject: 'VARCHAR', ConsMechanism: 'VARCHAR', Activity_LocationType: 'VARCHAR',
      Treatment_OrgSiteID: 'VARCHAR', GroupTherapyIndicator: 'VARCHAR',
      AttendanceStatus: 'VARCHAR', ReasonableOffer_Date: 'VARCHAR',
      ClinicallyAppropriate_Date: 'VARCHAR', Contact_CancellationDate: 'VARCHAR',
      Contact_CancellationReason: 'VARCHAR', ReplacementAppointment_OfferedDate: 'VARCHAR',
      ReplacementAppointment_BookedDate: 'VARCHAR'
    }
  )
),
typed AS NOT MATERIALIZED (
  SELECT
    * RENAME (
      Contact_Date AS contact_text, Contact_Time AS time_text, CareContact_Duration AS duration_text,
      AttendanceStatus AS attendance_text, ReasonableOffer_Date AS offer_text,
      ClinicallyAppropriate_Date AS appropriate_text, Contact_CancellationDate AS cancelled_text,
      ReplacementAppointment_OfferedDate AS offered_text,
      ReplacementAppointment_BookedDate AS booked_text
    ),
    try_cast(Contact_Date AS DATE) AS contact_date,
    try_cast(Contact_Time AS TIME) AS contact_time,
    CASE WHEN regexp_full_match(CareContact_Duration, '[0-9]{1,4}')
      THEN CareContact_Duration::SMALLINT END AS duration,
    CASE WHEN AttendanceStatus BETWEEN '02' AND '07' AND length(AttendanceStatus) = 2
      THEN AttendanceStatus[2] ELSE AttendanceStatus END AS attendance,
    try_cast(ReasonableOffer_Date AS DATE) AS offer_date,
    try_cast(ClinicallyAppropriate_Date AS DATE) AS appropriate_date,
    try_cast(Contact_CancellationDate AS DATE) AS cancelled_date,
    try_cast(ReplacementAppointment_OfferedDate AS DATE) AS offered_date,
    try_cast(ReplacementAppointment_BookedDate AS DATE) AS booked_date,
    CASE WHEN AdminCategory IS NOT NULL AND try_cast(AdminCategory AS admin) IS NULL
      THEN length(AdminCategory) <> 2 OR unclean(AdminCategory) END AS admin_bad,
    CASE WHEN Consultation_Type NOT IN ('01', '02')
      THEN length(Consultation_Type) <> 2 OR unclean(Consultation_Type) END AS type_bad,
    CASE WHEN CareContact_Subject NOT IN ('01', '02')
      THEN length(CareContact_Subject) <> 2 OR unclean(CareContact_Subject) END AS subject_bad,
    CASE WHEN ConsMechanism IS NOT NULL AND try_cast(ConsMechanism AS mechanism) IS NULL
      THEN length(ConsMechanism) <> 2 OR unclean(ConsMechanism) END AS mechanism_bad,
    CASE
      WHEN Activity_LocationType IS NOT NULL
        AND try_cast(Activity_LocationType AS location) IS NULL
      THEN length(Activity_LocationType) <> 3 OR unclean(Activity_LocationType) END AS location_bad,
    CASE WHEN GroupTherapyIndicator NOT IN ('N', 'Y', 'Z')
      THEN length(GroupTherapyIndicator) <> 1 OR unclean(GroupTherapyIndicator) END AS group_bad,
    CASE WHEN attendance IS NOT NULL AND try_cast(attendance AS attendance_code) IS NULL
      THEN length(attendance) <> 1 OR unclean(attendance) END AS attendance_bad,
    CASE WHEN Contact_CancellationReason NOT IN ('01', '02')
      THEN length(Contact_CancellationReason) <> 2 OR unclean(Contact_CancellationReason)
    END AS reason_bad
  FROM sent
),
sound AS NOT MATERIALIZED (
  -- What cannot be read stands as blank from here on.
  SELECT *,
    bad_date(contact_text, contact_date) AS contact_bad,
    bad_date(time_text, contact_time) OR time_text = '24:00:00' AS time_bad,
    bad_date(cancelled_text, cancelled_date) AS cancelled_bad,
    bad_date(offer_text, offer_date) AS offer_bad,
    bad_date(appropriate_text, appropriate_date) AS appropriate_bad,
    bad_date(offered_text, offered_date) AS offered_bad,
    bad_date(booked_text, booked_date) AS booked_bad,
    duration IS NULL AND duration_text IS NOT NULL AS duration_bad,
    attendance IN ('5', '6') AS seen,
    regexp_matches(
      concat_ws(
        '|', CareContactID, ServiceRequestID, TeamID_Local, OrgID_Commissioner, Treatment_OrgSiteID
      ),
      '[\s\x00-\x1f\x7f]'
    ) AS odd
  FROM typed
)
SELECT
  CareContactID, ServiceRequestID, TeamID_Local,
  CASE WHEN NOT contact_bad THEN contact_date END AS Contact_Date,
  time_text AS Contact_Time, OrgID_Commissioner, AdminCategory, duration AS CareContact_Duration,
  Consultation_Type, CareContact_Subject, ConsMechanism, Activity_LocationType,
  Treatment_OrgSiteID, GroupTherapyIndicator, attendance AS AttendanceStatus,
  offer_date AS ReasonableOffer_Date, appropriate_date AS ClinicallyAppropriate_Date,
  CASE WHEN NOT cancelled_bad THEN cancelled_date END AS Contact_CancellationDate,
  Contact_CancellationReason, offered_date AS ReplacementAppointment_OfferedDate,
  booked_date AS ReplacementAppointment_BookedDate,
  -- What the columns above no longer tell of a row: two rows may differ in it alone.
  CASE
    WHEN contact_bad OR cancelled_bad OR offer_bad OR appropriate_bad OR offered_bad OR booked_bad
      OR duration_bad OR attendance IS DISTINCT FROM attendance_text
    THEN [
      contact_text, cancelled_text, offer_text, appropriate_text, offered_text, booked_text,
      duration_text, attendance_text
    ]
  END AS unread,
  -- Those that reject the record.
  flag(CareContactID IS NULL, 0) | flag(ServiceRequestID IS NULL, 1) | flag(contact_text IS NULL, 2)
  | flag(bad_text(CareContactID, 1, 20, odd), 3) | flag(bad_text(ServiceRequestID, 1, 20, odd), 4)
  | flag(bad_text(TeamID_Local, 1, 20, odd), 5) | flag(contact_bad, 6) | flag(time_bad, 7)
  | flag(bad_text(OrgID_Commissioner, 3, 5, odd), 8) | flag(admin_bad, 9)
  | flag(duration_bad, 10) | flag(type_bad, 11)
  | flag(subject_bad, 12) | flag(mechanism_bad, 13) | flag(location_bad, 14)
  | flag(bad_text(Treatment_OrgSiteID, 5, 9, odd), 15) | flag(group_bad, 16) | flag(attendance_bad, 17)
  | flag(offer_bad, 18) | flag(appropriate_bad, 19)
  | flag(cancelled_bad, 20) | flag(reason_bad, 21) | flag(offered_bad, 22)
  | flag(booked_bad, 23)
  | flag(contact_date < DATE '{first}' AND NOT contact_bad, 24)
  | flag(contact_date > DATE '{last}' AND NOT contact_bad, 25)
  -- Those that warn.
  | flag(attendance IS NULL, 28) | flag(ConsMechanism IS NULL, 29) | flag(NOT admin_bad, 30)
  | flag(NOT type_bad, 31) | flag(NOT subject_bad, 32) | flag(NOT mechanism_bad, 33)
  | flag(NOT location_bad, 34) | flag(NOT group_bad, 35) | flag(NOT attendance_bad, 36)
  | flag(NOT reason_bad, 37) | flag(attendance IS DISTINCT FROM attendance_text, 38)
  | flag(seen AND coalesce(duration, 0) = 0, 39)
  | flag(attendance IN ('3', '5', '6', '7') AND (
      (cancelled_date IS NOT NULL AND NOT cancelled_bad)
      OR (Contact_CancellationReason IS NOT NULL AND reason_bad IS NOT TRUE)
    ), 40)
  | flag(cancelled_date > contact_date AND NOT cancelled_bad AND NOT contact_bad, 41)
  | flag(attendance IN ('2', '4') AND duration > 0, 42)
  | flag(GroupTherapyIndicator = 'Y' AND ConsMechanism IN ('02', '04', '05', '09'), 43)
  | flag(duration > 1440, 44) AS broken
FROM sound;

-- Only rows that share their identifier can be repeats of each other, in full or in the key.
CREATE TEMP TABLE shared AS
WITH several AS (
  SELECT CareContactID FROM judged GROUP BY CareContactID HAVING count(*) > 1
),
listed AS (
  SELECT j.rowid AS place, j.CareContactID AS id,
    row_number() OVER (PARTITION BY j.CareContactID, hash(j) ORDER BY j.rowid) > 1 AS repeated
  FROM judged j JOIN several s ON j.CareContactID IS NOT DISTINCT FROM s.CareContactID
)
SELECT place, repeated,
  NOT repeated AND id IS NOT NULL
  AND count(*) FILTER (NOT repeated) OVER (PARTITION BY id) > 1 AS clashes
FROM listed;

UPDATE judged SET broken = CASE WHEN repeated THEN 1::UBIGINT << 26 ELSE broken | (1 << 27) END
FROM shared WHERE judged.rowid = place AND (repeated OR clashes);

COPY (
  SELECT rowid + 1 AS row_number, * EXCLUDE (unread, broken) FROM judged
  WHERE broken & ((1::UBIGINT << 28) - 1) = 0
) TO '{accepted}' (FORMAT parquet, COMPRESSION zstd);

COPY (
  WITH checks(place, rule, field) AS (VALUES
    (0, 'R-BLANK', 'CareContactID'), (1, 'R-BLANK', 'ServiceRequestID'),
    (2, 'R-BLANK', 'Contact_Date'), (3, 'R-FORMAT', 'CareContactID'),
    (4, 'R-FORMAT', 'ServiceRequestID'), (5, 'R-FORMAT', 'TeamID_Local'),
    (6, 'R-FORMAT', 'Contact_Date'), (7, 'R-FORMAT', 'Contact_Time'),
    (8, 'R-FORMAT', 'OrgID_Commissioner'), (9, 'R-FORMAT', 'AdminCategory'),
    (10, 'R-FORMAT', 'CareContact_Duration'), (11, 'R-FORMAT', 'Consultation_Type'),
    (12, 'R-FORMAT', 'CareContact_Subject'), (13, 'R-FORMAT', 'ConsMechanism'),
    (14, 'R-FORMAT', 'Activity_LocationType'), (15, 'R-FORMAT', 'Treatment_OrgSiteID'),
    (16, 'R-FORMAT', 'GroupTherapyIndicator'), (17, 'R-FORMAT', 'AttendanceStatus'),
    (18, 'R-FORMAT', 'ReasonableOffer_Date'), (19, 'R-FORMAT', 'ClinicallyAppropriate_Date'),
    (20, 'R-FORMAT', 'Contact_CancellationDate'), (21, 'R-FORMAT', 'Contact_CancellationReason'),
    (22, 'R-FORMAT', 'ReplacementAppointment_OfferedDate'),
    (23, 'R-FORMAT', 'ReplacementAppointment_BookedDate'),
    (24, 'R-BEFORE-START', 'Contact_Date'), (25, 'R-AFTER-END', 'Contact_Date'),
    (26, 'DUPLICATE', ''), (27, 'G-KEY-DUP', 'CareContactID'),
    (28, 'W-BLANK-KEY', 'AttendanceStatus'), (29, 'W-BLANK-KEY', 'ConsMechanism'),
    (30, 'W-CODE', 'AdminCategory'), (31, 'W-CODE', 'Consultation_Type'),
    (32, 'W-CODE', 'CareContact_Subject'), (33, 'W-CODE', 'ConsMechanism'),
    (34, 'W-CODE', 'Activity_LocationType'), (35, 'W-CODE', 'GroupTherapyIndicator'),
    (36, 'W-CODE', 'AttendanceStatus'), (37, 'W-CODE', 'Contact_CancellationReason'),
    (38, 'W-LEADING-ZERO', 'AttendanceStatus'),
    (39, 'X-CONTACT-ATTENDED-WITHOUT-DURATION', 'CareContact_Duration'),
    (40, 'X-CONTACT-CANCELLATION-CLASH', 'AttendanceStatus'),
    (41, 'X-CONTACT-CANCELLED-LATE', 'Contact_CancellationDate'),
    (42, 'X-CONTACT-CANCELLED-WITH-DURATION', 'CareContact_Duration'),
    (43, 'X-CONTACT-GROUP-BY-MESSAGE', 'GroupTherapyIndicator'),
    (44, 'X-CONTACT-LONG', 'CareContact_Duration')
  )
  SELECT judged.rowid + 1 AS row_number, rule, field
  FROM judged JOIN checks ON (broken >> place) & 1 = 1
  WHERE broken <> 0
) TO '{findings}' (FORMAT parquet, COMPRESSION zstd);
