"""A contract: who buys which services from whom in a year, and how each is paid for."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from levelfield.core.definitions import Definition, load_yaml, path
from levelfield.core.errors import ContractError, DefinitionError, UsageError
from levelfield.core.periods import FinancialYear, Month, parse_period
from levelfield.datasets import TEAM_TYPES, load_dataset
from levelfield.payment.approval import Approval
from levelfield.payment.checks import check_contract
from levelfield.payment.cover import NO_TEAM, UNLISTED, Cover, covers, term_of
from levelfield.payment.terms import (
    AnyTerm,
    CapitationTerm,
    CareTerm,
    Coverage,
    OutcomesTerm,
    PenaltyTerm,
    Pounds,
    PricedTerm,
    PrimeTerm,
    QualityTerm,
    Term,
)

_NAMED = {NO_TEAM: "No team", UNLISTED: "Team type not in the code list"}


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


class Contract(Definition):
    """What a contract's YAML file holds.

    `scheme` and `price_list` hold for every term that names no other. `lines` describe care by a
    name that terms can use. `shadow` are terms that are run beside what is paid, and pay nothing.
    `local_prices` are pounds by currency, agreed between the parties, and
    come before the price list: the place for a currency that the list has no price for.
    `local_price_approvals` say of each where it comes from and who approved it.
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
    terms: Annotated[list[AnyTerm], Field(min_length=1)]
    shadow: list[AnyTerm] = Field(default_factory=list)
    lines: dict[str, Coverage] = Field(default_factory=dict)
    local_prices: dict[str, Pounds] = Field(default_factory=dict)
    local_price_approvals: dict[str, Approval] = Field(default_factory=dict)

    @property
    def financial_year(self) -> FinancialYear:
        return FinancialYear.parse(self.year)

    def scheme_of(self, term: Term | None) -> str:
        """The currency scheme of a term's units; without a term, the contract's."""
        return (term.scheme if isinstance(term, CareTerm) else "") or self.scheme

    def price_list_of(self, term: Term | None) -> str:
        """The price list of a term; without a term, the contract's."""
        return (term.price_list if isinstance(term, PricedTerm) else "") or self.price_list

    @property
    def schemes(self) -> list[str]:
        """Every currency scheme that the contract needs counts of, its own first."""
        return list(dict.fromkeys([self.scheme, *map(self.scheme_of, [*self.terms, *self.shadow])]))

    @property
    def price_lists(self) -> list[str]:
        """Every price list that the contract refers to, its own first."""
        return list(
            dict.fromkeys([self.price_list, *map(self.price_list_of, [*self.terms, *self.shadow])])
        )

    @property
    def registered_lists(self) -> list[str]:
        """The names of the registered lists that terms count people by."""
        terms = [*self.terms, *self.shadow]
        names = [one.registered_list for one in terms if isinstance(one, CapitationTerm)]
        return list(dict.fromkeys(names))

    @property
    def subcontractors(self) -> dict[str, str]:
        """The parties that have a share of what terms pay, each with the first term that says so;
        without the contract's provider."""
        terms = [*self.terms, *self.shadow]
        shares = [(one, one.shares.values()) for one in terms if isinstance(one, PrimeTerm)]
        found: dict[str, str] = {}
        for term, parties in shares:
            for code in (code for each in parties for code in each if code != self.provider):
                found.setdefault(code, term.id)
        return found

    @property
    def measured(self) -> bool:
        """Whether any term needs the values of measures."""
        kinds = (OutcomesTerm, QualityTerm, PenaltyTerm)
        return any(isinstance(term, kinds) for term in (*self.terms, *self.shadow))

    def coverage(self, term: CareTerm) -> Coverage:
        """The care that a term names, by itself or by its line."""
        if term.line:
            return self.lines[term.line]
        return Coverage(services=term.services, currencies=term.currencies)

    @property
    def covers(self) -> tuple[Cover, ...]:
        """The care of each term that pays for care."""
        paying = [term for term in self.terms if isinstance(term, CareTerm)]
        return covers([(term, self.scheme_of(term)) for term in paying], self.lines)

    def term_of(self, service: str, currency: str, scheme: str = "") -> CareTerm | None:
        """The term that pays for a unit: its service (a team type or `none`) and currency, under
        the contract's scheme unless another is named. None where no term does."""
        return term_of(self.covers, service, currency, scheme or self.scheme)

    def shadow_contract(self) -> "Contract":
        """The same parties under the terms of the shadow alone."""
        return self.model_copy(update={"terms": self.shadow, "shadow": []})

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
    check_contract(contract, str(file))
    return contract


def example_contracts() -> list[Path]:
    """The contracts between simulated organisations that ship with the package."""
    return sorted(path("contracts").glob("*.yaml"))


def service_name(service: str) -> str:
    """The name of a service: the label of its team type, of a code that the list lacks that it
    does."""
    if service in _NAMED:
        return _NAMED[service]
    if service_line(service) == UNLISTED:
        return f"Team type {service}, not in the code list"
    return load_dataset().label(TEAM_TYPES, service)


def service_line(service: str) -> str:
    """The service line of a service: itself, or UNLISTED for a team type that is not in the code
    list."""
    listed = service in _NAMED or service in load_dataset().codes[TEAM_TYPES]
    return service if listed else UNLISTED
