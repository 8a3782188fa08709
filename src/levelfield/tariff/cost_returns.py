"""Cost returns: what each provider's units of a currency cost in a year, read and held against
what a price can rest on. A row that cannot be used is set aside with its place and remedy."""

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path

from levelfield.core.definitions import read_csv
from levelfield.core.errors import DefinitionError
from levelfield.core.money import pence
from levelfield.core.periods import FinancialYear

COLUMNS = ("provider", "currency", "year", "units", "cost")

READ = "As read"
"""What stands for a step where a row is set aside when its file is read."""

REMEDIES = {
    "no provider": "Write the code of the provider.",
    "unknown currency": "Correct the code, or take the row out: the scheme has no such currency.",
    "no market forces factor": "Add the provider to the file of factors, or say in the price list "
    "under 'market_forces.without_factor' what stands in for one.",
    "another year": "Add the year to 'years' of the price list, or leave the row out.",
    "not a number": "Write units as a whole or decimal number and cost in pounds, as in 1250.50.",
    "negative activity": "Ask the provider for the units that were delivered; a correction belongs "
    "in the year that it corrects.",
    "negative cost": "Ask the provider for the full cost; income is not taken off a cost.",
    "cost without activity": "Ask the provider for the units; without them the cost has no price.",
    "activity without cost": "Ask the provider for the cost; care is never free.",
    "neither activity nor cost": "Leave the row out.",
    "no cost return": "Correct the code of the provider, or ask it for its cost return.",
    "sent twice": "Keep the right one of the rows of this provider, currency and year.",
}
"""What can be wrong with a row, in the order in which it is looked for, and what to do about it."""


@dataclass(frozen=True)
class CostReturn:
    """One usable row: `units` above zero, `cost` in whole pence above zero. `row` counts the
    header as the first."""

    row: int
    provider: str
    currency: str
    year: str
    units: float
    cost: int


@dataclass(frozen=True)
class SetAside:
    """One row that no price rests on, why, and what to do. `units` and `cost` (pence) are what the
    row says, None where there is no number. `step` is the title of the step that set it aside."""

    file: str
    row: int
    provider: str
    currency: str
    year: str
    units: float | None
    cost: int | None
    reason: str
    remedy: str
    step: str = READ


def read_cost_returns(
    file: Path,
    years: Sequence[str],
    currencies: Container[str],
    providers: Container[str] | None = None,
    named: str = "",
) -> tuple[list[CostReturn], list[SetAside]]:
    """The usable rows of a file with COLUMNS, and those that are set aside; each row is in one.

    `currencies` are those of the scheme, `providers` those with a market forces factor (None where
    none is needed). Costs are in pounds. Rows set aside have the file as the list has it `named`,
    else by its own name. Raises DefinitionError for a missing column, a year that
    is no financial year, and a year of `years` that has no usable row: a hole in time.
    """
    rows = read_csv(file, COLUMNS)
    keys = Counter(_key(row) for row in rows)
    used, aside = [], []
    for number, row in enumerate(rows, start=2):
        units, cost = _number(row["units"]), _number(row["cost"])
        place = (number, row["provider"], row["currency"], row["year"])
        reason = _reason(row, units, cost, years, currencies, providers, keys[_key(row)])
        if reason is not None:
            known = None if units is None else float(units)
            amount = None if cost is None else pence(cost)
            aside.append(
                SetAside(named or file.name, *place, known, amount, reason, REMEDIES[reason])
            )
        else:
            assert units is not None
            assert cost is not None
            used.append(CostReturn(*place, float(units), pence(cost)))
    held = {row.year for row in used}
    for year in years:
        if year not in held:
            raise DefinitionError(
                f"{file}: there is no usable row of {year}, a hole in time. "
                f"{_most(aside, year)}Add the returns of {year}, or take it out of 'years' of the "
                "price list."
            )
    return used, aside


def refuse(aside: Sequence[SetAside]) -> None:
    """Raise DefinitionError that names the first of the rows set aside, if there is any."""
    for one in aside:
        more = f" (and {len(aside) - 1:,} more)" if len(aside) > 1 else ""
        raise DefinitionError(f"{one.file}: row {one.row}: {one.reason}{more}. {one.remedy}")


def check_years(years: Sequence[str]) -> None:
    """Raise DefinitionError unless the years follow on one another without a hole."""
    starts = [FinancialYear.parse(year).start for year in years]
    for before, after in pairwise(starts):
        if after != before + 1:
            hole = FinancialYear(before + 1)
            raise DefinitionError(
                f"'years' goes from {FinancialYear(before)} to {FinancialYear(after)}: a hole in "
                f"time. Write the years in order, with {hole} among them."
            )


def _most(aside: Sequence[SetAside], year: str) -> str:
    """What is wrong with most rows of a year that has no other; empty where it has no row."""
    reasons = Counter(one.reason for one in aside if one.year == year)
    if not reasons:
        return ""
    ((reason, number),) = reasons.most_common(1)
    first = next(one for one in aside if one.year == year and one.reason == reason)
    return (
        f"Of its {reasons.total():,} rows {number:,} are set aside for '{reason}', first row "
        f"{first.row}. {first.remedy} Or: "
    )


def _key(row: dict[str, str]) -> tuple[str, ...]:
    return row["provider"], row["currency"], row["year"]


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip().replace(",", "").removeprefix("£"))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _reason(
    row: dict[str, str],
    units: Decimal | None,
    cost: Decimal | None,
    years: Container[str],
    currencies: Container[str],
    providers: Container[str] | None,
    times: int,
) -> str | None:
    """The first of REMEDIES that holds of a row; an empty cell is no activity, or no cost."""

    def found() -> Iterator[tuple[str, bool]]:
        yield "no provider", not row["provider"].strip()
        yield "unknown currency", row["currency"] not in currencies
        yield "no market forces factor", providers is not None and row["provider"] not in providers
        yield "another year", row["year"] not in years
        blank = [not row[name].strip() for name in ("units", "cost")]
        numbers = zip((units, cost), blank, strict=True)
        yield "not a number", any(one is None and not empty for one, empty in numbers)
        yield "negative activity", (units or 0) < 0
        yield "negative cost", (cost or 0) < 0
        yield "neither activity nor cost", not units and not cost
        yield "cost without activity", not units
        yield "activity without cost", not cost or pence(cost) == 0
        yield "sent twice", times > 1

    return next((reason for reason, holds in found() if holds), None)
