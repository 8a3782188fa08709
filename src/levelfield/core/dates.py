"""Days, months and periods in words."""

from datetime import date

from levelfield.core.periods import FinancialYear, Month, parse_period


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
