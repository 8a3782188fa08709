-- The functions in which the engines differ, as DuckDB spells them. Each stands in spark.sql too.

-- Whole days from start to finish; negative when finish is earlier.
CREATE OR REPLACE TEMP MACRO days_between(start, finish) AS date_diff('day', start, finish);

-- Whole minutes from start to finish, incomplete minutes dropped.
CREATE OR REPLACE TEMP MACRO minutes_between(start, finish) AS CAST(date_sub('minute', start, finish) AS INTEGER);

-- Completed years of age on a day. Who is born on 29 February comes of age on 1 March.
CREATE OR REPLACE TEMP MACRO years_between(birth, day_reached) AS CAST(
  year(day_reached) - year(birth) - CASE
    WHEN month(day_reached) * 100 + day(day_reached) < month(birth) * 100 + day(birth) THEN 1 ELSE 0 END
  AS INTEGER);

CREATE OR REPLACE TEMP MACRO add_days(start, days) AS CAST(start + CAST(days AS INTEGER) * INTERVAL 1 DAY AS DATE);

-- A date and a time of day ('HH:MM:SS') as one moment without time zone.
CREATE OR REPLACE TEMP MACRO moment(on_date, time_text) AS CAST(strftime(on_date, '%Y-%m-%d') || ' ' || time_text AS TIMESTAMP);

-- The month a date falls in, as 'YYYY-MM'.
CREATE OR REPLACE TEMP MACRO month_of(on_date) AS strftime(on_date, '%Y-%m');

-- The financial year a month ('YYYY-MM') falls in, as '2025-26'.
CREATE OR REPLACE TEMP MACRO financial_year_of(period) AS CASE
  WHEN CAST(substr(period, 6, 2) AS INTEGER) >= 4
  THEN substr(period, 1, 4) || '-' || lpad(CAST((CAST(substr(period, 1, 4) AS INTEGER) + 1) % 100 AS VARCHAR), 2, '0')
  ELSE CAST(CAST(substr(period, 1, 4) AS INTEGER) - 1 AS VARCHAR) || '-' || substr(period, 3, 2) END;

-- Whether the text has a part that the regular expression describes (anchor it yourself).
CREATE OR REPLACE TEMP MACRO matches(text_value, expression) AS regexp_matches(text_value, expression);

-- Which of so many parts a value falls in, from 0; equal values fall in the same.
CREATE OR REPLACE TEMP MACRO part_of(value, parts) AS CAST(hash(CAST(value AS VARCHAR)) % parts AS INTEGER);
