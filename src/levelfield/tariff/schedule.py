"""A schedule of unit costs, as a cost collection publishes it: read, and held against itself."""

from collections.abc import Container
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from levelfield.core.definitions import read_csv
from levelfield.core.errors import DefinitionError
from levelfield.tariff.factors import decimal
from levelfield.tariff.inputs import refuse_twice, rows_of

COLUMNS = ("department_code", "currency_code", "currency_name", "activity", "unit_cost", "cost")


@dataclass(frozen=True)
class UnitCost:
    """One row of the cost schedule; `unit_cost` and `units` are None where suppressed, and `cost`
    is 0 where nobody has counted it."""

    currency: str
    name: str
    department: str
    units: int | None
    unit_cost: Decimal | None
    cost: Decimal


def read_schedule(file: Path, currencies: Container[str]) -> dict[str, UnitCost]:
    """The rows of a CSV file with COLUMNS by currency; an empty cell is suppressed.

    `currencies` are those of the scheme. Raises DefinitionError, with file and row, for a currency
    that is none of them or comes twice, activity that is no whole number, money that is not above
    zero, a cost of no activity, and a unit cost that is not cost over activity.
    """
    rows = read_csv(file, COLUMNS)
    refuse_twice(file, [(row["currency_code"].strip(),) for row in rows])
    found = [_read(row, f"{file}: row {n}", currencies) for n, row in rows_of(rows)]
    return {one.currency: one for one in found}


def _read(row: dict[str, str], where: str, currencies: Container[str]) -> UnitCost:
    currency = row["currency_code"].strip()
    if currency not in currencies:
        raise DefinitionError(
            f"{where}: '{currency}' is no currency of the scheme that the list names: correct the "
            "code, or take the row out."
        )
    activity = row["activity"].strip()
    if not (activity == "" or (activity.isascii() and activity.isdigit())):
        raise DefinitionError(
            f"{where}: 'activity' is '{activity}', and units are a whole number: correct it, or "
            "leave it empty where it is suppressed."
        )
    units = int(activity) if activity else None
    unit_cost, cost = (
        decimal(row[name], f"{where}, '{name}'") if row[name].strip() else None
        for name in ("unit_cost", "cost")
    )
    if units == 0 and cost is not None:
        raise DefinitionError(
            f"{where}: {currency} has a cost of {cost} and an activity of 0: ask the source for "
            "the units, or leave 'activity' empty where it is suppressed, 'cost' where unknown."
        )
    if units and unit_cost is not None and cost is not None:
        _require_quotient(units, unit_cost, cost, f"{where}: {currency}")
    return UnitCost(
        currency,
        row["currency_name"],
        row["department_code"],
        units,
        unit_cost,
        cost or Decimal(0),
    )


def _require_quotient(units: int, unit_cost: Decimal, cost: Decimal, where: str) -> None:
    """Raise DefinitionError for a unit cost further from cost over activity than the rounding of
    both, as they are written, allows."""
    found = cost / units
    if abs(found - unit_cost) > _half(unit_cost) + _half(cost) / units:
        raise DefinitionError(
            f"{where} has the unit cost {unit_cost}, but its cost over its activity, {cost} ÷ "
            f"{units}, is {found:.6f}: ask the source which of the three is wrong, and correct it. "
            "Leave 'cost' empty where it is not that of the activity."
        )


def _half(number: Decimal) -> Decimal:
    """Half of the last digit that is written."""
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    return Decimal(5).scaleb(exponent - 1)
