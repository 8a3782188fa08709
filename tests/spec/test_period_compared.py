"""The period that is compared where nobody names one."""

import pyarrow as pa
import pytest

from levelfield.core.periods import Month
from levelfield.measures import load_measures, period_compared, usual_period

title = "The last financial year held as a whole is compared; without one the last month"


def months(first: str, number: int) -> list[Month]:
    return [Month.parse(first).plus(n) for n in range(number)]


def values(measure: str, *periods: str) -> pa.Table:
    text = pa.schema([("measure", pa.string()), ("period", pa.string())])
    return pa.table({"measure": [measure] * len(periods), "period": list(periods)}, schema=text)


@pytest.mark.parametrize(
    ("first", "number", "usual"),
    [
        ("2026-04", 4, "2026-07"),
        ("2025-04", 12, "2025-26"),
        ("2025-04", 16, "2025-26"),
        ("2025-01", 12, "2025-12"),
        ("2024-04", 24, "2025-26"),
        ("2024-04", 23, "2024-25"),
    ],
)
def test_the_last_whole_year_else_the_last_month(first: str, number: int, usual: str) -> None:
    assert usual_period(months(first, number)) == usual


def test_a_year_with_a_month_missing_is_not_whole() -> None:
    held = months("2025-04", 12)
    assert usual_period([*held[:5], *held[6:]]) == "2026-03"


def test_no_month_is_no_period() -> None:
    with pytest.raises(ValueError, match="no month is held"):
        usual_period([])


@pytest.mark.parametrize(
    ("measure", "periods", "compared"),
    [
        # Both kinds of period: the year that is held whole, not the one that has begun.
        ("dna_rate", ["2026-06", "2026-07", "2025-26", "2026-27"], "2025-26"),
        # It describes a moment, and so has months alone.
        ("open_unseen_180d", ["2026-06", "2026-07"], "2026-07"),
        # Returns that began after the year did.
        ("sickness_absence", ["2026-05", "2026-06", "2026-27"], "2026-06"),
        # It has years alone.
        ("staff_survey_answered", ["2024-25", "2026-27"], "2026-27"),
        # No value at all.
        ("dna_rate", [], "2025-26"),
    ],
)
def test_of_what_the_measure_has(measure: str, periods: list[str], compared: str) -> None:
    held = pa.concat_tables([values(measure, *periods), values("another", "2025-26", "2027-28")])
    found = period_compared(load_measures()[measure], held, months("2025-04", 16))
    assert found == compared


def test_a_year_that_has_only_begun_gives_way_to_its_last_month() -> None:
    held = values("dna_rate", "2026-04", "2026-05", "2026-06", "2026-07", "2026-27")
    found = period_compared(load_measures()["dna_rate"], held, months("2026-04", 4))
    assert found == "2026-07"
