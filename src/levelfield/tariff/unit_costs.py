"""A list of national unit costs, moved to the year of the activity and the provider's place."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal

from levelfield.core.definitions import Definition, load_yaml
from levelfield.core.money import pence
from levelfield.core.periods import FinancialYear
from levelfield.currencies import load_scheme
from levelfield.tariff.factors import Index, average_factor, read_factors, read_index, read_numbers
from levelfield.tariff.inputs import beside
from levelfield.tariff.price import NO_INTERVAL, ROUNDED, UNCLASSIFIED, Price, Step, Verdict
from levelfield.tariff.price_list import MarketForces, PriceList, PriceListFile
from levelfield.tariff.schedule import UnitCost, read_schedule

ONLY_AN_AVERAGE = "Only an average is known, not how far providers lie apart."


class Uplift(Definition):
    """The index that carries costs from the base year to the year of the activity."""

    file: str
    index: str


class NationalForces(MarketForces):
    """Market forces, with the weights of the average factor that national costs already hold."""

    weights: str


class UnitCostFile(PriceListFile):
    """What the YAML file of a list of unit costs holds; the files that it names lie beside it, or
    ship with the package."""

    kind: Literal["unit-costs"]
    unit_costs: str
    uplift: Uplift
    market_forces: NationalForces
    thin_base: int
    unclassified: str


@dataclass(frozen=True)
class UnitCostList(PriceList):
    """Prices from a schedule of unit costs."""

    file: UnitCostFile
    costs: Mapping[str, UnitCost]
    index: Index

    def price(self, currency: str, provider: str, year: FinancialYear) -> Price:
        """Unit cost × uplift ÷ average market forces factor × the provider's own, rounded once.

        Raises ContractError for a currency that the schedule lacks or whose unit cost it
        suppresses, UsageError for a year without an index.
        """
        cost, unit_cost = self._cost(currency)
        base = FinancialYear.parse(self.file.base_year)
        uplift = self.index.uplift(base, year)
        own, own_note = self.factor(provider)
        uplifted = unit_cost * uplift
        without = uplifted / self.average
        local = without * own
        rounded = pence(local)
        steps = (
            Step("Unit cost", None, False, unit_cost, f"{cost.name}, {base}"),
            Step(f"Uplift to {year}", uplift, False, uplifted, self._uplift_note(year)),
            Step(
                "Average market forces factor taken out",
                self.average,
                True,
                without,
                self._average_note(year),
            ),
            Step("Provider's market forces factor put in", own, False, local, own_note),
            Step(ROUNDED, None, False, Decimal(rounded) / 100, "once, half away from zero"),
        )
        verdict, cautions = self._verdict(cost)
        return Price(
            currency=currency,
            provider=provider,
            year=str(year),
            pence=rounded,
            steps=steps,
            lower=None,
            upper=None,
            confidence=None,
            interval_note=NO_INTERVAL,
            providers=None,
            units=cost.units,
            base_cost_pence=pence(cost.cost) or None,
            incomplete_share=None,
            unclassified_share=self._unclassified_share(cost),
            unattended_share=None,
            verdict=verdict,
            cautions=cautions,
            stand_in=self.stand_in(provider),
        )

    def unclassified(self, provider: str, year: FinancialYear) -> Decimal:
        """The price of activity whose currency was not recorded."""
        return Decimal(self.price(self.file.unclassified, provider, year).pence)

    @property
    def currencies(self) -> tuple[str, ...]:
        """The currencies whose unit cost is not suppressed."""
        return tuple(code for code, cost in self.costs.items() if cost.unit_cost is not None)

    def title(self, currency: str) -> str:
        """The name that the schedule gives it."""
        return self.costs[currency].name

    def _cost(self, currency: str) -> tuple[UnitCost, Decimal]:
        cost = self.costs.get(currency)
        if cost is None:
            raise self.missing(currency, "it is not in the cost schedule")
        if cost.unit_cost is None:
            raise self.missing(currency, "the schedule suppresses its activity and unit cost")
        return cost, cost.unit_cost

    def _average_note(self, year: FinancialYear) -> str:
        own = self.file.market_forces.year
        instead = "" if own == str(year) else f" for want of those of {year}"
        return f"factors of {own}{instead}, weighted by published care contacts of each provider"

    def _uplift_note(self, year: FinancialYear) -> str:
        kind = "forecast" if str(year) in self.index.forecast else "outturn"
        return f"{self.index.name}, {kind}"

    def _unclassified_share(self, cost: UnitCost) -> Decimal | None:
        """The share of a department's cost that has no currency; None where all have one, and where
        nobody knows the cost."""
        if self.is_unclassified(cost.currency):
            return Decimal(1)
        department = cost.department
        unclassified = self.costs.get(self.file.unclassified)
        if unclassified is None or unclassified.department != department:
            return None
        total = sum(c.cost for c in self.costs.values() if c.department == department)
        if not total:
            return None
        return (unclassified.cost / total).quantize(Decimal("0.0001"))

    def _verdict(self, cost: UnitCost) -> tuple[Verdict, tuple[str, ...]]:
        """Never sound: nobody knows how far providers lie apart. A thin base is noise."""
        if self.is_unclassified(cost.currency):
            return "do not price", (UNCLASSIFIED,)
        if cost.units is not None and cost.units < self.file.thin_base:
            thin = f"Thin base: {cost.units:,} units nationally, below {self.file.thin_base:,}."
            return "do not price", (thin,)
        return "caution", (ONLY_AN_AVERAGE,)


def load_unit_costs(where: Path, factors: Mapping[str, Decimal]) -> UnitCostList:
    """A list of unit costs from its YAML file; `factors` adds providers that it has none of.

    The average factor is that of the national list alone: unit costs are national.
    """
    file = load_yaml(where, UnitCostFile)
    forces = file.market_forces
    national = read_factors(beside(where, forces.factors), forces.column, forces.code)
    weights = read_numbers(beside(where, forces.weights), column="care_contacts")
    return UnitCostList(
        file=file,
        where=where,
        average=average_factor(national, weights),
        factors={**factors, **national},
        costs=read_schedule(beside(where, file.unit_costs), load_scheme(file.scheme).currencies),
        index=read_index(beside(where, file.uplift.file), file.uplift.index),
    )
