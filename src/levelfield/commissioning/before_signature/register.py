"""The register beside a proposed contract: assumptions, savings, open items, costs and gates."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from levelfield.core.definitions import Definition, load_yaml
from levelfield.core.errors import ContractError

Text = Annotated[str, Field(min_length=1)]
Pounds = Annotated[Decimal, Field(decimal_places=2)]
GateId = Literal[
    "UC-1", "UC-2", "UC-3", "UC-4", "UC-5", "UC-6", "UC-7", "UC-8", "UC-9", "UC-10", "UC-11"
]


class Assumption(Definition):
    """Something the price takes for granted: what it is worth in a year, and whose it is."""

    id: Text
    words: Text
    pounds: Pounds | None = None
    owner: str = ""
    agreed: bool = False


class Saving(Definition):
    """Money that the proposal expects to save, by financial year."""

    id: Text
    words: Text
    owner: str = ""
    years: Annotated[dict[str, Pounds], Field(min_length=1)]


class OpenItem(Definition):
    """Something not yet agreed; a `cost clarification` keeps UC-1 open until it is resolved."""

    id: Text
    words: Text
    kind: Literal["cost clarification", "other"] = "other"
    pounds: Pounds | None = None
    owner: str = ""
    due: date | None = None
    resolved: date | None = None


class Bids(Definition):
    """The bid in hand beside the ceiling and the other bids, for the life of the contract."""

    bid: Pounds
    ceiling: Pounds
    others: list[Pounds] = Field(default_factory=list)
    bottom_up_review: str = ""


class Request(Definition):
    """A request for more money after the contract began."""

    dated: date
    pounds: Pounds


class Budget(Definition):
    """Set-up or exit: what is budgeted and what has been spent."""

    budget: Pounds
    spent: Pounds = Decimal(0)


class GateEntry(Definition):
    """Where a gate stands by the parties' word. A closed or waived gate has a name and a date, a
    waived one a reason."""

    status: Literal["open", "closed", "waived"]
    by: str = ""
    dated: date | None = None
    reason: str = ""

    @model_validator(mode="after")
    def _answered_for(self) -> Self:
        if self.status != "open" and not (self.by and self.dated):
            raise ValueError(
                f"a gate that is {self.status} needs 'by' (a name) and 'dated' (a day)"
            )
        if self.status == "waived" and not self.reason:
            raise ValueError("a waived gate needs a 'reason'")
        return self


class Register(Definition):
    """What the register's YAML file holds; each part but `contract` may be left out."""

    contract: Text
    version: str = "1"
    begins: date | None = None
    assumptions: list[Assumption] = Field(default_factory=list)
    savings: list[Saving] = Field(default_factory=list)
    open_items: list[OpenItem] = Field(default_factory=list)
    bids: Bids | None = None
    requests: list[Request] = Field(default_factory=list)
    set_up: Budget | None = None
    exit: Budget | None = None
    gates: dict[GateId, GateEntry] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _ids_once(self) -> Self:
        for name in ("assumptions", "savings", "open_items"):
            ids = [one.id for one in getattr(self, name)]
            twice = sorted({one for one in ids if ids.count(one) > 1})
            if twice:
                raise ValueError(f"'{name}' has the id '{twice[0]}' more than once: keep one")
        if self.requests and self.begins is None:
            raise ValueError("'requests' needs 'begins', the day on which the contract begins")
        return self


def load_register(file: Path, contract: str) -> Register:
    """The register of a contract.

    Raises DefinitionError for keys that make no sense, and ContractError for the register of
    another contract.
    """
    register = load_yaml(file, Register)
    if register.contract != contract:
        raise ContractError(
            f"{file}: this is the register of '{register.contract}', and the contract is "
            f"'{contract}'. Name the register of this contract."
        )
    return register
