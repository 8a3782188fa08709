"""The value of a measure over the months that a goal is judged by, from core values."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from levelfield.core.errors import ContractError
from levelfield.core.periods import Month


@dataclass(frozen=True)
class Measured:
    """A value, what it is of, its flags and the keys of the rows that it was read from."""

    value: Fraction
    denominator: Fraction
    flags: frozenset[str]
    evidence: tuple[str, ...]


def measured(rows: Sequence[dict[str, Any]], months: Sequence[Month], what: str) -> Measured | None:
    """The value of one measure and organisation, without strata, over months.

    One month is read as it is. Of a year the row of the year is read if there is one; else the
    months are put together, numerator over denominator, which needs each of them and a value that
    is that ratio: ContractError otherwise. None when there is nothing.
    """
    year = str(months[0].financial_year)
    by_period = {row["period"]: row for row in rows if row["value"] is not None}
    if len(months) > 1 and year in by_period:
        return _one([by_period[year]])
    wanted = [by_period[str(month)] for month in months if str(month) in by_period]
    if len(wanted) < len(months):
        return None
    if len(wanted) > 1 and not all(map(_is_ratio, wanted)):
        raise ContractError(
            f"{what}: its months cannot be put together, since the value is not its numerator over "
            f"its denominator. Give a value of {year}, or name a measure that is a share."
        )
    return _one(wanted)


def _one(rows: Sequence[dict[str, Any]]) -> Measured:
    bottom = sum((Fraction(row["denominator"] or 0) for row in rows), Fraction(0))
    if all(map(_is_ratio, rows)) and bottom:
        value = sum((Fraction(row["numerator"]) for row in rows), Fraction(0)) / bottom
    else:
        value = Fraction(repr(rows[0]["value"]))
    flags = {flag for row in rows for flag in (row["flags"] or "").split(";") if flag}
    return Measured(value, bottom, frozenset(flags), tuple(row["lineage"] for row in rows))


def _is_ratio(row: dict[str, Any]) -> bool:
    top, bottom = row["numerator"], row["denominator"]
    if top is None or not bottom:
        return False
    return bool(abs(top / bottom - row["value"]) <= 1e-9 * max(1.0, abs(row["value"])))
