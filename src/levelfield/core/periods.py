"""Reporting periods: the calendar month and the financial year (April to March)."""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Self

from levelfield.core.errors import UsageError

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_YEAR = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True, order=True)
class Month:
    """One calendar month, written `2026-03`."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `YYYY-MM`; raises UsageError for anything else."""
        match = _MONTH.fullmatch(text)
        if match is None:
            raise UsageError(f"'{text}' is not a month of a year. Write it as in 2026-03.")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.year, day.month)

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    @property
    def financial_year(self) -> "FinancialYear":
        return FinancialYear(self.year if self.month >= 4 else self.year - 1)

    def plus(self, months: int) -> Self:
        index = self.year * 12 + self.month - 1 + months
        return type(self)(index // 12, index % 12 + 1)

    def next(self) -> Self:
        return self.plus(1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


@dataclass(frozen=True, order=True)
class FinancialYear:
    """April of `start` to March of the next year, written `2025-26`."""

    start: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2025-26`; raises UsageError unless the second part follows the first."""
        match = _YEAR.fullmatch(text)
        if match is None or int(match[2]) != (int(match[1]) + 1) % 100:
            raise UsageError(f"'{text}' is not a financial year. Write it as in 2025-26.")
        return cls(int(match[1]))

    @property
    def months(self) -> list[Month]:
        return [Month(self.start, 4).plus(n) for n in range(12)]

    @property
    def first(self) -> date:
        return date(self.start, 4, 1)

    @property
    def last(self) -> date:
        return date(self.start + 1, 3, 31)

    def __str__(self) -> str:
        return f"{self.start:04d}-{(self.start + 1) % 100:02d}"


Period = Month | FinancialYear


def span(first: object, last: object) -> str:
    """Months or years in words: `from 2026-01 to 2026-03`, and `of 2026-03` where it is one."""
    return f"of {first}" if first == last else f"from {first} to {last}"


def parse_period(text: str) -> Period:
    """A month (`2026-03`) or a financial year (`2025-26`).

    `2009-10` could be either; it is read as the month, since months are asked for far more often.
    Raises UsageError for anything else.
    """
    if _MONTH.fullmatch(text):
        return Month.parse(text)
    numbers = _YEAR.fullmatch(text)
    if numbers is None:
        raise UsageError(
            f"'{text}' is not a period. Write a month as in 2026-03 or a financial year as in "
            "2025-26."
        )
    year = FinancialYear(int(numbers[1]))
    if str(year) != text:
        raise UsageError(
            f"'{text}' is neither a month nor a financial year. The months of {year.start:04d} are "
            f"{year.start:04d}-01 to {year.start:04d}-12, and the financial year that begins in "
            f"April {year.start:04d} is {year}."
        )
    return year
