"""Days, months, periods and units of time in words."""

from datetime import date

from levelfield.core.periods import FinancialYear, Month, parse_period

UNITS_OF_TIME = ("days", "hours", "minutes")
"""The units of time that a value can have."""


def long_date(day: date) -> str:
    """`31 March 2026`; of a moment its day."""
    return f"{day.day} {day:%B %Y}"


def month_words(month: Month) -> str:
    """`March 2026`."""
    return f"{month.first:%B %Y}"


def period_words(period: str) -> str:
    """`2026-03` as `March 2026`; `2025-26` as `April 2025 to March 2026`."""
    found = parse_period(period)
    if isinstance(found, FinancialYear):
        return f"{month_words(found.months[0])} to {month_words(found.months[-1])}"
    return month_words(found)


def unit_of_time(shown: str, unit: str) -> str:
    """`days`, `hours` or `minutes` as they stand behind a figure that is written `shown`.

    >>> unit_of_time("1", "days"), unit_of_time("-1", "hours"), unit_of_time("1.0", "hours")
    ('day', 'hour', 'hours')
    """
    return unit.removesuffix("s") if shown.lstrip("+-−") == "1" else unit
