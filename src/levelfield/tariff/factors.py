"""Market forces factors and the price index: what moves a unit cost to its place and year."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from levelfield.core.definitions import in_package, read_csv
from levelfield.core.errors import DefinitionError, UsageError
from levelfield.core.periods import FinancialYear

PLACES = Decimal("0.000001")
"""Factors are published to six decimals; the average is kept to as many."""


NONE = "none"
"""What a file of factors says of a provider that has none."""


LOWEST, HIGHEST = Decimal("0.5"), Decimal(2)
"""Between which a market forces factor lies; those published for England run from 1.0 to 1.3."""


_DIGITS = re.compile(r"[0-9]+(\.[0-9]+)?")


def decimal(text: str, where: str) -> Decimal:
    """A positive number in digits, as in 33.30: an exponent would hide how far it is rounded.
    `where` begins the message of a DefinitionError."""
    written = text.strip()
    number = Decimal(written) if _DIGITS.fullmatch(written) else Decimal(0)
    if number == 0:
        raise DefinitionError(
            f"{where}: '{text}' is not a number above zero: write it in digits, as in 33.30."
        )
    return number


def read_factors(
    file: Path, column: str = "mff", code: str = "provider_code"
) -> dict[str, Decimal]:
    """The market forces factor of each provider; NONE says that it has none.

    Raises DefinitionError for one that does not lie near 1, such as a per cent, and as
    `read_numbers` does.
    """
    found = read_numbers(file, column, code)
    for provider, factor in found.items():
        if not LOWEST <= factor <= HIGHEST:
            raise DefinitionError(
                f"{file}: the row of '{provider}': a market forces factor of {factor} is far from "
                f"1. Write it as a ratio between {LOWEST} and {HIGHEST}, as in 1.0214."
            )
    return found


def read_numbers(file: Path, column: str, code: str = "provider_code") -> dict[str, Decimal]:
    """A number above zero for each provider; NONE says that it has none.

    Raises DefinitionError for one that is no number above zero, an empty cell, which might be a
    gap, and a provider that comes twice.
    """
    rows = read_csv(file, (code, column))
    places: dict[str, list[int]] = {}
    for number, row in enumerate(rows, start=2):
        places.setdefault(row[code], []).append(number)
    for one, numbers in places.items():
        if len(numbers) > 1:
            raise DefinitionError(
                f"{file}, rows {' and '.join(map(str, numbers))}: '{one}' comes more than once in "
                f"'{code}': keep one of them."
            )
    found = {}
    for number, row in enumerate(rows, start=2):
        if not row[column].strip():
            raise DefinitionError(
                f"{file}: row {number}: '{row[code]}' has no '{column}': write the number, or "
                f"'{NONE}' where there is none, as for an independent provider."
            )
        if row[column].strip() != NONE:
            found[row[code]] = decimal(row[column], f"{file}: row {number}, {row[code]}")
    return found


def average_factor(factors: Mapping[str, Decimal], weights: Mapping[str, Decimal]) -> Decimal:
    """The mean factor, weighted by the activity of each provider, to six decimals.

    National unit costs are averages over those who delivered the care, so the factor in them is
    the one of the average contact, not of the average provider. Providers without a factor are
    left out of both sums. Raises DefinitionError when no provider has both.
    """
    both = factors.keys() & weights.keys()
    if not both:
        raise DefinitionError(
            "No provider has both a market forces factor and a weight: check the provider codes."
        )
    total = sum(weights[code] for code in both)
    weighted = sum((factors[code] * weights[code] for code in both), Decimal(0))
    return (weighted / total).quantize(PLACES)


@dataclass(frozen=True)
class Index:
    """A price index by financial year; forecast years are marked."""

    name: str
    file: Path
    values: Mapping[str, Decimal]
    forecast: frozenset[str]

    def uplift(self, base: FinancialYear, year: FinancialYear) -> Decimal:
        """What a pound of the base year is in `year`; UsageError when the index lacks a year."""
        for wanted in (base, year):
            if str(wanted) not in self.values:
                years = sorted(self.values)
                raise UsageError(
                    f"The {self.name} has no value for {wanted}: it runs from {years[0]} to "
                    f"{years[-1]}. Name another year, or add a row to {in_package(self.file)}."
                )
        return self.values[str(year)] / self.values[str(base)]


def read_index(file: Path, column: str) -> Index:
    """A column of a file by `financial_year`, with `is_forecast` beside it."""
    rows = [r for r in read_csv(file, ("financial_year", column, "is_forecast")) if r[column]]
    return Index(
        name=column.replace("_", " ").replace("gdp", "GDP"),
        file=file,
        values={r["financial_year"]: decimal(r[column], f"{file}, {column}") for r in rows},
        forecast=frozenset(r["financial_year"] for r in rows if r["is_forecast"] == "true"),
    )
