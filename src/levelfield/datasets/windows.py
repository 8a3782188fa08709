"""Submission windows: when a reporting month may be sent first, and when it may be corrected."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Literal

from levelfield.core import definitions
from levelfield.core.periods import Month

WindowKind = Literal["primary", "refresh"]

WORKING_DAY_OF_CLOSURE = 10
"""Beyond the calendar's last row a window closes on this working day of its closing month.

Source: the fixed pattern of the guidance page of 2025, where one window serves the refresh of a
month and the primary submission of the next. An extension by rule is an estimate.
"""

BY_RULE = "rule"
"""The source of rows of the calendar that were reckoned so, as estimates until dates are given."""


@dataclass(frozen=True)
class Windows:
    """Both windows of a reporting month; a window closes at the end of its closing day."""

    month: Month
    primary_open: date
    primary_close: date
    refresh_open: date
    refresh_close: date
    by_rule: bool


def window_of(month: Month, received: date) -> WindowKind:
    """The window of a file received on that day: once the primary one has closed, the refresh."""
    return "primary" if received <= windows(month).primary_close else "refresh"


@cache
def windows(month: Month) -> Windows:
    """The windows of a month: the calendar's dates, and by rule those that it does not hold."""
    by_rule: dict[str, Callable[[], date]] = {
        "primary_open": lambda: closing_day(month) + timedelta(days=1),
        "primary_close": lambda: closing_day(month.plus(1)),
        "refresh_open": lambda: closing_day(month.plus(1)) + timedelta(days=1),
        "refresh_close": lambda: closing_day(month.plus(2)),
    }
    row = _calendar().get(str(month), {})
    known = {name: date.fromisoformat(row[name]) for name in by_rule if row.get(name)}
    reckoned = {name: reckon() for name, reckon in by_rule.items() if name not in known}
    estimated = bool(reckoned) or row["source"] == BY_RULE
    return Windows(month, **known, **reckoned, by_rule=estimated)


@cache
def _calendar() -> dict[str, dict[str, str]]:
    file = definitions.path("csds/submission_windows.csv")
    rows = definitions.read_csv(
        file, ["reporting_month", "primary_close", "refresh_close", "source"]
    )
    return {row["reporting_month"]: row for row in rows}


def closing_day(month: Month) -> date:
    """The tenth working day of a month in England."""
    # Takes 0.2 seconds, and most months stand in the calendar.
    import holidays

    bank_holidays = holidays.country_holidays("GB", subdiv="ENG", years=month.year)
    day, left = month.first, WORKING_DAY_OF_CLOSURE
    while True:
        if day.weekday() < 5 and day not in bank_holidays:
            left -= 1
            if left == 0:
                return day
        day += timedelta(days=1)
