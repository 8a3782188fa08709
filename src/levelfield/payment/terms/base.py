"""What all kinds of term have in common, and the draft of a line that they give."""

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from levelfield.core.definitions import Definition
from levelfield.core.periods import Month
from levelfield.payment.terms.amounts import Amount, Working

if TYPE_CHECKING:
    from levelfield.payment.contract import Contract
    from levelfield.payment.reckoning import Reckoning

Services = Literal["others"] | Annotated[list[str], Field(min_length=1)]
"""Team types (and `none`, for care without a team), or all that no other term names."""


@dataclass(frozen=True)
class Draft:
    """A line before it is numbered: units × price in whole pence.

    A sum that is worked out is one unit at that sum, with its `formula` and `workings` (see
    `Amount`). `part` tells the lines of a term and month apart where service and currency do not.
    `price_list` names where the price comes from (`local` when it is agreed in the contract);
    `evidence` are the lineage keys of the values that decided.
    """

    description: str
    units: int
    price_pence: int
    part: str = ""
    service: str | None = None
    currency: str | None = None
    price_list: str | None = None
    formula: str = ""
    workings: tuple[Working, ...] = ()
    evidence: tuple[str, ...] = ()

    @property
    def amount_pence(self) -> int:
        return self.units * self.price_pence


def sum_line(
    description: str, amount: Amount, part: str = "", evidence: tuple[str, ...] = ()
) -> Draft:
    """The line of a sum that is worked out."""
    return Draft(
        description,
        1,
        amount.pence,
        part,
        formula=amount.formula,
        workings=amount.workings,
        evidence=evidence,
    )


class Coverage(Definition):
    """Care, by who gave it and what it was: the services and, where named, only these currencies.

    Without `services` the currencies are meant wherever they are given.
    """

    services: Services | None = None
    currencies: Annotated[list[str], Field(min_length=1)] | None = None


class Term(Definition):
    """One part of a contract. `draft` gives its lines of a month. Only those of the last month of
    the year, in which years are settled, may rest on the care of another month."""

    by_unit: ClassVar[bool] = False
    """Whether its lines of a month are units of that month at a price each, and nothing else."""

    id: str
    kind: str

    @property
    def refers_to(self) -> tuple[str, ...]:
        """The ids of the terms whose amounts this one needs: they stand above it."""
        return ()

    def check(self, contract: "Contract", where: str) -> None:
        """Raise ContractError, beginning with `where`, for keys that contradict each other or the
        contract, and UsageError for a year that is none."""

    @abstractmethod
    def draft(self, month: Month, work: "Reckoning") -> Iterable[Draft]:
        """The lines of a month, in order. What it needs it asks of `work`, which raises for units
        without a price and months without data."""

    def notes(self, month: Month, work: "Reckoning") -> Iterable[str]:
        """Sentences that must stand beside the lines of a month."""
        return ()


class CareTerm(Term):
    """A term that pays for care: a unit that one such term covers, no other may.

    `line` names care that the contract describes under `lines`; else `services`, `currencies` or
    both do. `scheme` is the currency scheme of its units when it is not the contract's; the same
    services under two schemes are refused unless `apart` says why that is not the same care.
    """

    by_month: ClassVar[bool] = True
    """Whether its units are counted by month, rather than by year."""

    line: str = ""
    services: Services | None = None
    currencies: Annotated[list[str], Field(min_length=1)] | None = None
    scheme: str = ""
    apart: Annotated[str, StringConstraints(strip_whitespace=True)] = ""

    @property
    def figures_of(self) -> tuple[str, ...]:
        """The currencies that it has figures of its own for, such as units of a plan."""
        return ()


class PricedTerm(CareTerm):
    """A term that multiplies units by prices; `price_list` when it is not the contract's."""

    price_list: str = ""
