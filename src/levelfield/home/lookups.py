"""The look-ups that a home keeps: its organisations, and the lists and prices of its own."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from levelfield import benchmark, payment, tariff
from levelfield.core.definitions import read_csv
from levelfield.core.errors import ContractError, LevelfieldError, UsageError
from levelfield.core.successions import Succession, read_successions


@dataclass(frozen=True)
class HomeLookups:
    """The folder `lookups` of a home, read when asked for; it need not exist."""

    folder: Path

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Names of providers and commissioners by code; empty without look-ups."""
        found: dict[str, str] = {}
        for name in ("commissioners.csv", "providers.csv"):
            file = self.folder / name
            if file.exists():
                found |= {row["code"]: row["name"] for row in read_csv(file, ["code", "name"])}
        return found

    @cached_property
    def organisations(self) -> Mapping[str, benchmark.Organisation]:
        """The providers, with type and region as far as the look-ups say."""
        return benchmark.read_organisations(self.folder / "providers.csv")

    @cached_property
    def successions(self) -> tuple[Succession, ...]:
        """Which providers went into which others."""
        return read_successions(self.folder / "successions.csv")

    @cached_property
    def factors(self) -> Mapping[str, Decimal]:
        """The market forces factors of the providers; none where the look-ups have no column of
        them."""
        file = self.folder / "providers.csv"
        if not file.exists() or not any("mff" in row for row in read_csv(file, ["code"])):
            return {}
        return tariff.read_factors(file, column="mff", code="code")

    def price_list(self, name: str | Path) -> tariff.PriceList:
        """A price list by its file or by id: one that ships, or the home's own, `prices/<id>.yaml`
        in the folder; with the market forces factors of the home's providers added.

        Raises UsageError for an id that neither has, and as `tariff.load_price_list` does.
        """
        shipped = tariff.price_lists()
        if isinstance(name, Path) or name in shipped:
            return tariff.load_price_list(name, self.factors)
        own = {file.stem: file for file in sorted((self.folder / "prices").glob("*.yaml"))}
        if name not in own:
            known = ", ".join([*shipped, *own])
            raise UsageError(
                f"There is no price list '{name}'. There is: {known}. Put one of your own into the "
                f"home as lookups/prices/{name}.yaml."
            )
        found = tariff.load_price_list(own[name], self.factors)
        if found.file.id != name:
            raise UsageError(f"{own[name]}: its id is '{found.file.id}'. Name the file after it.")
        return found

    def prices_for(self, contract: payment.Contract) -> dict[str, tariff.PriceList]:
        """Every price list of a contract, by id; raises ContractError, naming the contract and the
        terms that refer to it, for one that there is not."""
        found = {}
        for name in contract.price_lists:
            try:
                found[name] = self.price_list(name)
            except UsageError as error:
                terms = [
                    term.id
                    for term in (*contract.terms, *contract.shadow)
                    if isinstance(term, payment.PricedTerm) and term.price_list == name
                ]
                at = f", term {', '.join(terms)}" if terms else ""
                raise ContractError(f"Contract {contract.id}{at}: {error}") from None
        return found

    def price_lists_of(self, scheme: str) -> list[str]:
        """The ids of the price lists for a scheme's classes: those that ship, then the home's own.
        One that cannot be read is left out."""
        own = sorted(file.stem for file in (self.folder / "prices").glob("*.yaml"))
        found = []
        for name in (*tariff.price_lists(), *own):
            with suppress(LevelfieldError):
                found += [name] if self.price_list(name).file.scheme == scheme else []
        return found

    def registered_lists(self, names: Iterable[str]) -> Mapping[str, payment.RegisteredList]:
        """Registered lists by id: the home's own, `lists/<id>.csv`, or one that ships.

        Raises ContractError for an id that neither has.
        """
        return payment.find_registered_lists(names, self.folder / "lists")

    def require_parties(self, contract: payment.Contract) -> None:
        """Raise ContractError for a party or subcontractor that the look-ups do not have."""
        for role in ("provider", "commissioner"):
            code = getattr(contract, role)
            if self.names and code not in self.names:
                raise ContractError(
                    f"Contract {contract.id}: the {role} '{code}' is not in the look-ups of "
                    f"{self.folder.parent}. Correct the code, or load with look-ups that have it."
                )
        for code, term in contract.subcontractors.items():
            if self.names and code not in self.names:
                raise ContractError(
                    f"Contract {contract.id}, term {term}: the subcontractor '{code}' under "
                    f"'shares' is not in the look-ups of {self.folder.parent}. Correct the code, "
                    f"or add a row for it to {self.folder / 'providers.csv'}."
                )
