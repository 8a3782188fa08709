"""Amounts worked out exactly, rounded once, and kept with the formula that gives them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from levelfield.core.definitions import Definition
from levelfield.core.errors import ContractError
from levelfield.core.money import share_out
from levelfield.core.periods import FinancialYear

MONTHS = 12

Pounds = Annotated[Decimal, Field(ge=0, decimal_places=2)]
Percent = Annotated[Decimal, Field(ge=0, le=100)]
Share = Annotated[Decimal, Field(ge=0, le=1)]


def _sum_to_one(shares: list[Decimal]) -> list[Decimal]:
    if sum(shares) != 1:
        raise PydanticCustomError(
            "shares",
            "the shares add up to {total}, not to 1: correct them",
            {"total": str(sum(shares))},
        )
    return shares


Profile = Annotated[
    list[Share], Field(min_length=MONTHS, max_length=MONTHS), AfterValidator(_sum_to_one)
]
"""The share of a year's sum that each month from April to March is paid; they add up to one."""


@dataclass(frozen=True)
class Working:
    """A number that a formula uses: pounds, a share, a count or a rate."""

    name: str
    value: Decimal


@dataclass(frozen=True)
class Amount:
    """Whole pence, with the formula that gives them in pounds and the numbers that it uses.

    The formula is written as a spreadsheet reads it, with the names of `workings`, and uses
    + - * / and ROUND, ROUNDDOWN, MIN, MAX.
    """

    pence: int
    formula: str
    workings: tuple[Working, ...]


def whole(exact: Fraction) -> int:
    """The nearest whole number; a half goes away from zero."""
    size = (abs(exact) * 2 + 1) // 2
    return int(size if exact >= 0 else -size)


def pounds(pence: int) -> Decimal:
    """Pence as pounds."""
    return Decimal(pence).scaleb(-2)


def named(**numbers: Decimal | int) -> tuple[Working, ...]:
    """Workings from keyword arguments."""
    return tuple(Working(name, Decimal(number)) for name, number in numbers.items())


def stated(annual: Decimal, name: str = "annual") -> Amount:
    """An amount that the contract states."""
    return Amount(int(annual * 100), name, (Working(name, annual),))


class Index(Definition):
    """How much prices move in one year, and how much of it efficiency takes back."""

    uplift_percent: Annotated[Decimal, Field(gt=-100)]
    efficiency_percent: Percent = Decimal(0)


class Indexation(Definition):
    """How a sum of an earlier year becomes one of the contract's year.

    sum × Π (1 + uplift ÷ 100) × (1 − efficiency ÷ 100), over every year after `base_year`
    """

    base_year: str
    years: dict[str, Index]

    def steps(self, contract_year: FinancialYear, where: str) -> list[Index]:
        """The index of each year from the one after the base; ContractError unless `years` holds
        exactly those up to the contract's year."""
        base = FinancialYear.parse(self.base_year)
        if base > contract_year:
            raise ContractError(
                f"{where}: 'indexation' goes from {base}, after the contract's year "
                f"{contract_year}, and prices are not carried back. Correct 'base_year'."
            )
        wanted = [str(FinancialYear(y)) for y in range(base.start + 1, contract_year.start + 1)]
        if sorted(self.years) != wanted:
            raise ContractError(
                f"{where}: 'indexation' goes from {base} to {contract_year}, so that 'years' must "
                f"hold {', '.join(wanted) or 'no year'}. It holds "
                f"{', '.join(self.years) or 'none'}."
            )
        return [self.years[year] for year in wanted]


def indexed(
    amount: Fraction, formula: str, steps: Sequence[Index]
) -> tuple[Fraction, str, tuple[Working, ...]]:
    """An exact amount, its formula and the added workings after some years of indexation."""
    workings: list[Working] = []
    for number, step in enumerate(steps, start=1):
        amount *= (1 + Fraction(step.uplift_percent) / 100) * (
            1 - Fraction(step.efficiency_percent) / 100
        )
        formula += f"*(1+uplift_{number}/100)*(1-efficiency_{number}/100)"
        workings.append(Working(f"uplift_{number}", step.uplift_percent))
        workings.append(Working(f"efficiency_{number}", step.efficiency_percent))
    return amount, formula, tuple(workings)


def rounded(exact_pounds: Fraction, formula: str, workings: Sequence[Working]) -> Amount:
    """An exact sum in pounds, rounded once."""
    return Amount(whole(exact_pounds * 100), f"ROUND({formula},2)", tuple(workings))


def of_month(annual: Amount, place: int, profile: Sequence[Decimal] | None) -> Amount:
    """What month 1 to 12 is paid of a year's sum: its share rounded down to the penny; the last
    month takes what is left. Without a profile a share is a twelfth."""
    if profile is None:
        month = annual.pence // MONTHS
        if place < MONTHS:
            return Amount(month, f"ROUNDDOWN(({annual.formula})/12,2)", annual.workings)
        last = annual.pence - (MONTHS - 1) * month
        formula = f"{annual.formula}-11*ROUNDDOWN(({annual.formula})/12,2)"
        return Amount(last, formula, annual.workings)
    if place < MONTHS:
        part = _part(annual, profile[place - 1])
        workings = (*annual.workings, Working("share", profile[place - 1]))
        return Amount(part, f"ROUNDDOWN(({annual.formula})*share,2)", workings)
    paid = sum(_part(annual, share) for share in profile[:-1])
    workings = (*annual.workings, Working("paid", pounds(paid)))
    return Amount(annual.pence - paid, f"{annual.formula}-paid", workings)


def _part(annual: Amount, share: Decimal) -> int:
    return int(annual.pence * Fraction(share))


def largest_remainder(
    total: int, weights: Mapping[str, Fraction | Decimal | int]
) -> dict[str, int]:
    """Whole pence of `total` by weight, so that they add up to it: as `share_out`, ties by name."""
    exact = {name: Fraction(weights[name]) for name in sorted(weights)}
    whole = lcm(*(weight.denominator for weight in exact.values()))
    parts = share_out(total, {name: int(weight * whole) for name, weight in exact.items()})
    return {name: parts[name] for name in weights}
