"""A contract: who buys which services from whom in a year, and how each is paid for."""

import re
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from levelfield.core.definitions import Definition, load_yaml, path
from levelfield.core.errors import ContractError, DefinitionError, UsageError
from levelfield.core.money import pence
from levelfield.core.periods import FinancialYear, Month, parse_period
from levelfield.currencies import schemes
from levelfield.datasets import TEAM_TYPES, load_dataset
from levelfield.tariff import price_lists

NO_TEAM = "none"
"""The service of a unit whose contact has no team."""

Services = Literal["others"] | Annotated[list[str], Field(min_length=1)]
"""Team types (and `none`, for contacts without a team), or all that no other term names."""

Pounds = Annotated[Decimal, Field(ge=0, decimal_places=2)]


def _plain_name(text: str) -> str:
    """An id names a folder, so it can neither lead elsewhere nor differ by capitals alone."""
    if re.fullmatch(r"[a-z0-9][a-z0-9-]*", text) is None:
        raise PydanticCustomError(
            "id",
            "'{text}' cannot be an id, since it names a folder: use small letters, digits and "
            "dashes, as in za1-2025-26",
            {"text": text},
        )
    return text


class BlockTerm(Definition):
    """A fixed sum for the year, whatever is done, paid in twelfths."""

    id: str
    kind: Literal["block"]
    services: Services
    annual: Pounds

    def month_pence(self, number: int) -> int:
        """What month 1 to 12 of the year is paid: whole pence, the remainder in the last month."""
        annual = pence(self.annual)
        month = annual // 12
        return month if number < 12 else annual - 11 * month


class ActivityTerm(Definition):
    """Every unit of care at its price."""

    id: str
    kind: Literal["activity"]
    services: Services


Term = Annotated[BlockTerm | ActivityTerm, Field(discriminator="kind")]


class Contract(Definition):
    """What a contract's YAML file holds.

    `local_prices` are pounds by currency, agreed between the parties, and come before the price
    list: the place for a currency that the list has no price for.
    """

    id: Annotated[str, AfterValidator(_plain_name)]
    version: str
    title: str
    provider: str
    commissioner: str
    year: str
    scheme: str
    price_list: str
    source: str
    terms: Annotated[list[Term], Field(min_length=1)]
    local_prices: dict[str, Pounds] = Field(default_factory=dict)

    @property
    def financial_year(self) -> FinancialYear:
        return FinancialYear.parse(self.year)

    def term_of(self, service: str) -> BlockTerm | ActivityTerm | None:
        """The term that covers a service (a team type or `none`), if one does."""
        others = None
        for term in self.terms:
            if term.services == "others":
                others = term
            elif service in term.services:
                return term
        return others

    def months(self, period: str) -> list[Month]:
        """The months of a period; ContractError unless it lies in the year of the contract."""
        wanted = parse_period(period)
        months = wanted.months if isinstance(wanted, FinancialYear) else [wanted]
        if not set(months) <= set(self.financial_year.months):
            raise ContractError(
                f"Contract {self.id} runs in {self.year}; {period} lies outside it. Choose a month "
                f"from {self.financial_year.months[0]} to {self.financial_year.months[-1]}."
            )
        return months


def load_contract(file: Path) -> Contract:
    """A contract from its YAML file.

    Raises DefinitionError for keys that are unknown, missing or of the wrong kind, and
    ContractError for terms that contradict each other or name what does not exist.
    """
    contract = load_yaml(file, Contract)
    try:
        FinancialYear.parse(contract.year)
    except UsageError as error:
        raise DefinitionError(f"{file}: 'year': {error}") from None
    _refuse_unknown(contract, file)
    _refuse_overlaps(contract, file)
    return contract


def example_contracts() -> list[Path]:
    """The contracts between simulated organisations that ship with the package."""
    return sorted(path("contracts").glob("*.yaml"))


def service_name(service: str) -> str:
    """The name of a service: the label of its team type."""
    return "No team" if service == NO_TEAM else load_dataset().label(TEAM_TYPES, service)


def _refuse_unknown(contract: Contract, file: Path) -> None:
    for key, name, known in (
        ("scheme", contract.scheme, schemes()),
        ("price_list", contract.price_list, price_lists()),
    ):
        if name not in known:
            raise ContractError(f"{file}: '{key}' is '{name}'. There is: {', '.join(known)}.")
    team_types = load_dataset().codes[TEAM_TYPES]
    for term in contract.terms:
        for service in term.services if term.services != "others" else []:
            if service != NO_TEAM and service not in team_types:
                raise ContractError(
                    f"{file}, term {term.id}: '{service}' is not a team type. Write its code as "
                    'text, as in "12" for district nursing.'
                )


def _refuse_overlaps(contract: Contract, file: Path) -> None:
    ids = Counter(term.id for term in contract.terms)
    named = Counter(s for t in contract.terms if t.services != "others" for s in t.services)
    rest = Counter("others" for term in contract.terms if term.services == "others")
    for what, counts in (("term", ids), ("service", named), ("word", rest)):
        for name, count in counts.items():
            if count > 1:
                raise ContractError(
                    f"{file}: the {what} '{name}' comes {count} times. A unit may be paid for once "
                    "only: keep it in one place."
                )
