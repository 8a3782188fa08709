"""A price list: national unit costs moved to the year of the activity and the provider's place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

from levelfield.core.definitions import Definition, load_yaml, path, read_csv
from levelfield.core.errors import ContractError, UsageError
from levelfield.core.money import pence
from levelfield.core.periods import FinancialYear
from levelfield.tariff.factors import Index, average_factor, decimal, read_factors, read_index
from levelfield.tariff.price import NO_INTERVAL, Price, Step


class Uplift(Definition):
    """The index that carries costs from the base year to the year of the activity."""

    file: str
    index: str


class MarketForces(Definition):
    """Where factors and the weights of their average come from, and what stands in for none.

    `year` is the financial year that the factors are of; they are used for every year.
    """

    factors: str
    year: str
    weights: str
    without_factor: Literal["average"] | Decimal


class PriceListFile(Definition):
    """What a price list's YAML file holds."""

    id: str
    version: str
    title: str
    status: str
    scheme: str
    base_year: str
    published_on: date
    source: str
    authored_by: str
    reviewed_on: date
    unit_costs: str
    uplift: Uplift
    market_forces: MarketForces
    thin_base: int
    unclassified: str


@dataclass(frozen=True)
class UnitCost:
    """One row of the cost schedule; `unit_cost` and `units` are None where suppressed."""

    currency: str
    name: str
    department: str
    units: int | None
    unit_cost: Decimal | None
    cost: Decimal


@dataclass(frozen=True)
class PriceList:
    """Prices of one list. `factors` holds the market forces factor of each known provider."""

    file: PriceListFile
    costs: Mapping[str, UnitCost]
    index: Index
    average: Decimal
    factors: Mapping[str, Decimal]

    def price(self, currency: str, provider: str, year: FinancialYear) -> Price:
        """The price of one unit, rounded to pence once, half away from zero.

        Unit cost × uplift ÷ average market forces factor × the provider's own. Raises
        ContractError for a currency that the list lacks or whose unit cost is suppressed: a
        missing price is never zero. Raises UsageError for a year without an index.
        """
        cost = self._cost(currency)
        assert cost.unit_cost is not None
        base = FinancialYear.parse(self.file.base_year)
        uplift = self.index.uplift(base, year)
        own, own_note = self._factor(provider)
        uplifted = cost.unit_cost * uplift
        without = uplifted / self.average
        local = without * own
        rounded = pence(local)
        steps = (
            Step("Unit cost", None, False, cost.unit_cost, f"{cost.name}, {base}"),
            Step(f"Uplift to {year}", uplift, False, uplifted, self._uplift_note(year)),
            Step(
                "Average market forces factor taken out",
                self.average,
                True,
                without,
                self._average_note(year),
            ),
            Step("Provider's market forces factor put in", own, False, local, own_note),
            Step(
                "Rounded to pence", None, False, Decimal(rounded) / 100, "once, half away from zero"
            ),
        )
        return Price(
            currency=currency,
            provider=provider,
            year=str(year),
            pence=rounded,
            steps=steps,
            lower=None,
            upper=None,
            interval_note=NO_INTERVAL,
            base_units=cost.units,
            base_cost_pence=pence(cost.cost),
            unclassified_share=self._unclassified_share(cost.department),
            cautions=self._cautions(cost),
        )

    def _cost(self, currency: str) -> UnitCost:
        cost = self.costs.get(currency)
        reason = "it is not in the cost schedule"
        if cost is not None:
            if cost.unit_cost is not None:
                return cost
            reason = "the schedule suppresses its activity and unit cost"
        raise ContractError(
            f"{currency} has no price in the list '{self.file.id}': {reason}. Agree a price for it "
            "under 'local_prices' in the contract, or leave its service out of the term."
        )

    def _factor(self, provider: str) -> tuple[Decimal, str]:
        if provider in self.factors:
            note = f"of {self.file.market_forces.year} unless the home gives one of its own"
            return self.factors[provider], f"factor of {provider}, {note}"
        stated = self.file.market_forces.without_factor
        if stated == "average":
            return self.average, f"{provider} has no factor: the average stands in"
        return stated, f"{provider} has no factor: the price list states one"

    def _average_note(self, year: FinancialYear) -> str:
        own = self.file.market_forces.year
        instead = "" if own == str(year) else f" for want of those of {year}"
        return f"factors of {own}{instead}, weighted by published care contacts of each provider"

    def _uplift_note(self, year: FinancialYear) -> str:
        kind = "forecast" if str(year) in self.index.forecast else "outturn"
        return f"{self.index.name}, {kind}"

    def _unclassified_share(self, department: str) -> Decimal | None:
        unclassified = self.costs.get(self.file.unclassified)
        if unclassified is None or unclassified.department != department:
            return None
        total = sum(c.cost for c in self.costs.values() if c.department == department)
        return (unclassified.cost / total).quantize(Decimal("0.0001"))

    def _cautions(self, cost: UnitCost) -> tuple[str, ...]:
        if cost.units is not None and cost.units < self.file.thin_base:
            return (f"Thin base: {cost.units:,} units nationally, below {self.file.thin_base:,}.",)
        return ()


def price_lists() -> list[str]:
    """The ids of the price lists that ship with the package."""
    return sorted(p.stem for p in path("prices").glob("*.yaml"))


def load_price_list(
    price_list: str | Path, factors: Mapping[str, Decimal] | None = None
) -> PriceList:
    """A price list by id or by its file; `factors` adds providers that the national list lacks.

    The average factor is that of the national list alone: unit costs are national. Raises
    UsageError for an unknown id, DefinitionError for a file that makes no sense.
    """
    if isinstance(price_list, str):
        if price_list not in price_lists():
            known = ", ".join(price_lists())
            raise UsageError(f"There is no price list '{price_list}'. There is: {known}.")
        price_list = path(f"prices/{price_list}.yaml")
    file = load_yaml(price_list, PriceListFile)
    national = read_factors(path(file.market_forces.factors))
    weights = read_factors(path(file.market_forces.weights), column="care_contacts")
    return PriceList(
        file=file,
        costs=_read_costs(path(file.unit_costs)),
        index=read_index(path(file.uplift.file), file.uplift.index),
        average=average_factor(national, weights),
        factors={**national, **(factors or {})},
    )


def _read_costs(file: Path) -> dict[str, UnitCost]:
    columns = ("department_code", "currency_code", "currency_name", "activity", "unit_cost", "cost")
    return {
        row["currency_code"]: UnitCost(
            currency=row["currency_code"],
            name=row["currency_name"],
            department=row["department_code"],
            units=int(row["activity"]) if row["activity"] else None,
            unit_cost=(
                decimal(row["unit_cost"], f"{file}, {row['currency_code']}")
                if row["unit_cost"]
                else None
            ),
            cost=decimal(row["cost"], f"{file}, {row['currency_code']}"),
        )
        for row in read_csv(file, columns)
    }
