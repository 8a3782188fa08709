"""The functions that the engines spell differently give the same on both."""

from datetime import date, datetime

title = "Functions of the portable subset"


def test_functions_mean_the_same(engine):
    """Days, minutes, ages, months and years, at their edges."""
    found = engine.query(
        """
        SELECT
          days_between(DATE '2026-03-01', DATE '2026-02-01') AS back,
          days_between(DATE '2024-02-28', DATE '2024-03-01') AS leap,
          minutes_between(
            moment(DATE '2026-01-01', '23:59:30'), moment(DATE '2026-01-02', '00:01:29')
          ) AS minutes,
          years_between(DATE '2000-02-29', DATE '2026-02-28') AS before_birthday,
          years_between(DATE '2000-02-29', DATE '2026-03-01') AS birthday,
          add_days(DATE '2026-02-27', 2) AS later,
          moment(DATE '2026-01-01', '10:00:00') AS at,
          month_of(DATE '2026-03-31') AS month,
          financial_year_of('2026-03') AS ends,
          financial_year_of('2026-04') AS starts,
          financial_year_of('1999-04') AS century,
          matches('V81997', '^V8199[789]$') AS fits,
          matches('XV81997', '^V8199[789]$') AS misfit
        """
    ).to_pylist()
    assert found == [
        {
            "back": -28,
            "leap": 2,
            "minutes": 1,
            "before_birthday": 25,
            "birthday": 26,
            "later": date(2026, 3, 1),
            "at": datetime(2026, 1, 1, 10),
            "month": "2026-03",
            "ends": "2025-26",
            "starts": "2026-27",
            "century": "1999-00",
            "fits": True,
            "misfit": False,
        }
    ]


def test_equal_values_fall_in_the_same_part(engine):
    """Which part that is may differ between engines; nothing that is told depends on it."""
    found = engine.query(
        """
        SELECT part_of('R1', 4) AS one, part_of('R1', 4) AS again, part_of(CAST(NULL AS STRING), 4)
          AS none, part_of('R' || CAST(n AS STRING), 4) AS other
        FROM (SELECT 1 AS n UNION ALL SELECT 2 AS n UNION ALL SELECT 3 AS n) AS numbers
        """
    ).to_pylist()
    assert all(row["one"] == row["again"] and row["none"] is not None for row in found)
    assert {row["other"] for row in found} <= set(range(4))
