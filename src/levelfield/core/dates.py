"""Days in words."""

from datetime import date


def long_date(day: date) -> str:
    """`31 March 2026`; of a moment its day."""
    return f"{day.day} {day:%B %Y}"
