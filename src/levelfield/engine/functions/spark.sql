-- The functions in which the engines differ, as Spark spells them. Each stands in duckdb.sql too.

-- Whole days from start to finish; negative when finish is earlier.
CREATE OR REPLACE TEMPORARY FUNCTION days_between(start DATE, finish DATE) RETURNS BIGINT
  RETURN CAST(datediff(finish, start) AS BIGINT);

-- Whole minutes from start to finish, incomplete minutes dropped.
CREATE OR REPLACE TEMPORARY FUNCTION minutes_between(start TIMESTAMP_NTZ, finish TIMESTAMP_NTZ) RETURNS INT
  RETURN CAST(timestampdiff(MINUTE, start, finish) AS INT);

-- Completed years of age on a day. Who is born on 29 February comes of age on 1 March.
CREATE OR REPLACE TEMPORARY FUNCTION years_between(birth DATE, day_reached DATE) RETURNS INT
  RETURN year(day_reached) - year(birth) - CASE
    WHEN month(day_reached) * 100 + day(day_reached) < month(birth) * 100 + day(birth) THEN 1 ELSE 0 END;

CREATE OR REPLACE TEMPORARY FUNCTION add_days(start DATE, days BIGINT) RETURNS DATE
  RETURN date_add(start, CAST(days AS INT));

-- A date and a time of day ('HH:MM:SS') as one moment without time zone.
CREATE OR REPLACE TEMPORARY FUNCTION moment(on_date DATE, time_text STRING) RETURNS TIMESTAMP_NTZ
  RETURN CAST(concat(date_format(on_date, 'yyyy-MM-dd'), ' ', time_text) AS TIMESTAMP_NTZ);

-- The month a date falls in, as 'YYYY-MM'.
CREATE OR REPLACE TEMPORARY FUNCTION month_of(on_date DATE) RETURNS STRING
  RETURN date_format(on_date, 'yyyy-MM');

-- The financial year a month ('YYYY-MM') falls in, as '2025-26'.
CREATE OR REPLACE TEMPORARY FUNCTION financial_year_of(period STRING) RETURNS STRING RETURN CASE
  WHEN CAST(substr(period, 6, 2) AS INT) >= 4
  THEN substr(period, 1, 4) || '-' || lpad(CAST((CAST(substr(period, 1, 4) AS INT) + 1) % 100 AS STRING), 2, '0')
  ELSE CAST(CAST(substr(period, 1, 4) AS INT) - 1 AS STRING) || '-' || substr(period, 3, 2) END;

-- Whether the text has a part that the regular expression describes (anchor it yourself).
CREATE OR REPLACE TEMPORARY FUNCTION matches(text_value STRING, expression STRING) RETURNS BOOLEAN
  RETURN text_value RLIKE expression;

-- Which of so many parts a value falls in, from 0; equal values fall in the same.
CREATE OR REPLACE TEMPORARY FUNCTION part_of(value STRING, parts INT) RETURNS INT RETURN pmod(hash(value), parts);
