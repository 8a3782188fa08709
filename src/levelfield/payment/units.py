"""The counted units that a contract is about, by month, service and currency."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from levelfield.core.errors import ContractError, UsageError
from levelfield.core.periods import FinancialYear, Month, parse_period
from levelfield.payment.contract import Contract
from levelfield.payment.cover import NO_TEAM
from levelfield.payment.inputs import PaymentInputs


class Cell(NamedTuple):
    """What units are counted by."""

    period: str
    service: str
    currency: str


@dataclass(frozen=True)
class ContractUnits:
    """Units of the contract's provider given to its commissioner's people, under one scheme.

    `classed` have a currency; `size` and `excess` add up their length, and the part of it beyond a
    trim point, where the scheme has them. `unclassed` counts the others by period and error class:
    nothing is paid for them. `commissioner_unknown` counts, by period, the provider's units of
    which nobody can say who pays: they are on no contract's statement. `loaded` are
    the periods in which the provider has any unit at all.
    """

    classed: dict[Cell, int]
    size: dict[Cell, int]
    excess: dict[Cell, int]
    unclassed: dict[tuple[str, str], int]
    commissioner_unknown: dict[str, int]
    loaded: frozenset[str]

    @cached_property
    def by_period(self) -> dict[str, dict[Cell, int]]:
        """The units with a currency of each period."""
        found: defaultdict[str, dict[Cell, int]] = defaultdict(dict)
        for cell, number in self.classed.items():
            found[cell.period][cell] = number
        return dict(found)

    @cached_property
    def yearly(self) -> bool:
        """Whether the scheme counts whole years, such as person-years, and no months."""
        return any(isinstance(parse_period(period), FinancialYear) for period in self.loaded)

    def missing(self, months: Iterable[Month]) -> list[Month]:
        """The months of which the provider has no units at all: nobody has loaded them."""
        if self.yearly:
            return [month for month in months if str(month.financial_year) not in self.loaded]
        return [month for month in months if str(month) not in self.loaded]

    def periods(self, months: Iterable[Month]) -> set[str]:
        """What the units of some months are counted under: the year, in its last month, or the
        months themselves."""
        if self.yearly:
            years = {month.financial_year: month for month in months}
            return {str(year) for year, last in years.items() if last == year.months[-1]}
        return set(map(str, months))


def select_units(contract: Contract, scheme: str, inputs: PaymentInputs) -> ContractUnits:
    """The contract's share of the counted units of a scheme, in all periods that there are."""
    key = ("units", scheme, contract.provider, contract.commissioner)
    return inputs.remember(key, lambda: _select(contract, scheme, inputs))


def _select(contract: Contract, scheme: str, inputs: PaymentInputs) -> ContractUnits:
    classed: Counter[Cell] = Counter()
    size: Counter[Cell] = Counter()
    excess: Counter[Cell] = Counter()
    unclassed: Counter[tuple[str, str]] = Counter()
    unknown: Counter[str] = Counter()
    loaded = set()
    for row in inputs.units_of(scheme, contract.provider).to_pylist():
        loaded.add(row["period"])
        if row["units"] < 0:
            raise ContractError(
                f"The counted units of {contract.provider} under {scheme} hold {row['units']:,} in "
                f"{row['period']}, team type {row['team_type'] or NO_TEAM}. Activity cannot be "
                "below zero: correct the counts."
            )
        if row["commissioner"] is None:
            unknown[row["period"]] += row["units"]
        elif row["commissioner"] != contract.commissioner:
            continue
        elif row["currency"] is None:
            unclassed[row["period"], row["error_class"]] += row["units"]
        else:
            service = row["team_type"] or NO_TEAM
            cell = Cell(row["period"], service, row["currency"])
            classed[cell] += row["units"]
            size[cell] += round(row["size"] or 0)
            excess[cell] += round(row["excess"] or 0)
    return ContractUnits(
        classed=dict(sorted(classed.items())),
        size=dict(sorted(size.items())),
        excess=dict(excess),
        unclassed=dict(sorted(unclassed.items())),
        commissioner_unknown=dict(unknown),
        loaded=frozenset(loaded),
    )


def require_loaded(contract: Contract, months: Iterable[Month], units: ContractUnits) -> None:
    """Raise UsageError when the provider has no units at all in one of the months: that is a month
    which nobody has loaded, not a month without care."""
    missing = units.missing(months)
    if missing:
        raise UsageError(
            f"There are no units of {contract.provider} in {', '.join(map(str, missing))}. Load "
            "the submissions of that period and build, or choose another period."
        )
