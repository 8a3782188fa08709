"""What every price list is: a file with an id, and a price for a currency, provider and year."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import field_validator

from levelfield.core.definitions import Definition, in_package
from levelfield.core.errors import ContractError, UsageError
from levelfield.core.periods import FinancialYear
from levelfield.currencies import load_scheme, schemes
from levelfield.tariff.price import Price

KINDS = ("unit-costs", "cost-returns")
"""The kinds of price list, by how their prices come to be."""

AVERAGE_PLACE = ""
"""The provider whose market forces factor is the average: the price that a list prints."""


class MarketForces(Definition):
    """Where market forces factors come from, and what stands in for none.

    `factors` is a CSV file with the columns `code` and `column`; `year` is the financial year that
    the factors are of; they are used for every year. `without_factor` is what a provider gets that
    has none: the average, a stated factor, or nothing (`refuse`).
    """

    factors: str
    code: str = "provider_code"
    column: str = "mff"
    year: str
    without_factor: Literal["average", "refuse"] | Decimal


class PriceListFile(Definition):
    """What the YAML file of every price list holds, whichever way its prices come to be.

    `base_year` is the financial year of the costs, `unclassified` the code that prices care without
    a currency in an estimate ("" for the mean of the list).
    """

    id: str
    version: str
    kind: str
    title: str
    status: str
    scheme: str
    base_year: str
    published_on: date
    source: str
    authored_by: str
    reviewed_on: date
    market_forces: MarketForces | None
    unclassified: str = ""

    @field_validator("scheme")
    @classmethod
    def _known(cls, scheme: str) -> str:
        try:
            return load_scheme(scheme).id
        except UsageError as error:
            raise ValueError(str(error)) from None


@dataclass(frozen=True)
class PriceList(ABC):
    """Prices of one list. `factors` holds the market forces factor of each known provider, `where`
    is the YAML file that it was read from."""

    file: PriceListFile
    where: Path
    average: Decimal
    factors: Mapping[str, Decimal]

    @abstractmethod
    def price(self, currency: str, provider: str, year: FinancialYear) -> Price:
        """The price of one unit, rounded to pence once, half away from zero.

        `provider` may be AVERAGE_PLACE. Raises ContractError for a currency that the list has no
        price for (a missing price is never zero) and for a provider that has to have a factor and
        has none, UsageError for a year that the list is not for.
        """

    @abstractmethod
    def unclassified(self, provider: str, year: FinancialYear) -> Decimal:
        """Pence that a unit without a currency may be worth, for an estimate only."""

    @property
    @abstractmethod
    def currencies(self) -> tuple[str, ...]:
        """The currencies that the list has a price for, in its order."""

    @abstractmethod
    def title(self, currency: str) -> str:
        """What a currency of the list is called."""

    @property
    def year(self) -> FinancialYear:
        """The year whose prices are meant when none is named."""
        return FinancialYear.parse(self.file.base_year)

    def is_unclassified(self, currency: str) -> bool:
        """Whether a currency stands for care of which nobody recorded what it was: such a class
        bears no price (UNCLASSIFIED), and has no currency through and through."""
        return currency in load_scheme(self.file.scheme).unclassified

    @property
    def named(self) -> str:
        """The list with its file, as messages name it; one that ships by its place there."""
        return f"'{self.file.id}' ({in_package(self.where)})"

    def missing(self, currency: str, reason: str) -> ContractError:
        """The error of a currency without a price, or of one that is a class of another scheme."""
        own = self.file.scheme
        if currency not in load_scheme(own).currencies:
            of = [name for name in schemes() if currency in load_scheme(name).currencies]
            if of:
                return ContractError(
                    f"{currency} has no price in the list {self.named}: it is a class of the "
                    f"scheme {' or '.join(of)}, and the list prices those of {own}. Name a list of "
                    f"{of[0]} under 'price_list' (levelfield prices shows which there are), or "
                    "agree a price for it under 'local_prices' in the contract."
                )
        return ContractError(
            f"{currency} has no price in the list {self.named}: {reason}. Agree a price for it "
            "under 'local_prices' in the contract, or leave its service out of the term."
        )

    def stand_in(self, provider: str) -> str:
        """A sentence on what stands in for a provider's market forces factor, and how to give it
        one; empty where it has one, and where the list asks for none."""
        forces = self.file.market_forces
        if forces is None or provider == AVERAGE_PLACE or provider in self.factors:
            return ""
        return (
            f"{provider} has no market forces factor in {forces.factors}, nor in the home: the "
            f"list {self.file.id} prices it at {self.factor(provider)[0]}"
            f"{', the average' if forces.without_factor == 'average' else ''}. Where it has "
            "one, write it under 'mff' in lookups/providers.csv of the home."
        )

    def factor(self, provider: str) -> tuple[Decimal, str]:
        """A provider's market forces factor, or what stands in for it, and a note that says so."""
        forces = self.file.market_forces
        assert forces is not None
        if provider == AVERAGE_PLACE:
            return self.average, "the average place"
        if provider in self.factors:
            note = f"of {forces.year}, or the home's where that has none"
            return self.factors[provider], f"factor of {provider}, {note}"
        stated = forces.without_factor
        if stated == "average":
            return self.average, f"{provider} has no factor: the average stands in"
        if stated == "refuse":
            raise ContractError(
                f"{provider} has no market forces factor in {forces.factors}: add a row for it, or "
                f"say under 'market_forces.without_factor' of the list {self.named} what stands in."
            )
        return stated, f"{provider} has no factor: the price list states one"
