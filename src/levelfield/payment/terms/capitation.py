"""Capitation: a sum for each person on a list, whatever care they need."""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from levelfield.core.definitions import Definition
from levelfield.core.errors import ContractError
from levelfield.core.periods import Month
from levelfield.payment.registered import ANY, Group, RegisteredList
from levelfield.payment.terms.amounts import (
    Amount,
    Indexation,
    Profile,
    Working,
    indexed,
    of_month,
    rounded,
)
from levelfield.payment.terms.base import CareTerm, Draft, sum_line

if TYPE_CHECKING:
    from levelfield.payment.contract import Contract
    from levelfield.payment.reckoning import Reckoning

Positive = Annotated[Decimal, Field(gt=0)]


class Weight(Definition):
    """What a person of one group counts for; a band that makes no difference is `all`."""

    age_band: str = ANY
    sex: str = ANY
    need: str = ANY
    weight: Annotated[Decimal, Field(ge=0)]

    @property
    def group(self) -> Group:
        return Group(self.age_band, self.sex, self.need)


class CapitationTerm(CareTerm):
    """A rate for each weighted person on a registered list.

    year = Σ (people of a group × its weight) × rate × Π (1 + uplift) × (1 − efficiency) × factor
    month = as a block

    `registered_list` names the list of the contract's year: a new list each year adjusts the budget
    for the population. `weights` has a row for each group of the list, by age, sex and need, and no
    other; `rate` is pounds a year for a weight of 1, of the base year where there is `indexation`.
    `market_forces` is `in_allocation` where the money that the commissioner was allocated holds the
    market forces factor already: then no factor is multiplied again. Otherwise it is the factor.
    """

    kind: Literal["capitation"]
    registered_list: str
    rate: Annotated[Decimal, Field(ge=0)]
    weights: Annotated[list[Weight], Field(min_length=1)]
    market_forces: Literal["in_allocation"] | Positive
    indexation: Indexation | None = None
    profile: Profile | None = None

    def check(self, contract: "Contract", where: str) -> None:
        for group, count in Counter(row.group for row in self.weights).items():
            if count > 1:
                raise ContractError(
                    f"{where}: 'weights' has {count} rows of {group}. Keep one of them."
                )
        if self.indexation is not None:
            self.indexation.steps(contract.financial_year, where)

    def weighted(self, people: RegisteredList, contract: "Contract") -> Fraction:
        """The weighted people on a list; ContractError unless it is of the contract's year and has
        exactly the groups that have a weight."""
        if people.year != contract.year:
            raise ContractError(
                f"{people.file}: the list is of {people.year}, and the contract of "
                f"{contract.year}. Give the list of {contract.year}."
            )
        weights: Mapping[Group, Decimal] = {row.group: row.weight for row in self.weights}
        where = f"Contract {contract.id}, term {self.id}, 'weights'"
        unknown = [group for group in weights if group not in people.people]
        without = [group for group in people.people if group not in weights]
        if unknown:
            others = "; ".join(map(str, without)) or "none"
            raise ContractError(
                f"{where}: the registered list {people.file} has no row of {unknown[0]}. Correct "
                f"the group here (groups of the list without a weight: {others}), or add it to "
                "the list, with 0 people where there are none."
            )
        if without:
            raise ContractError(
                f"{where}: the group {without[0]} of the registered list {people.file} has none. "
                "Add it here: nobody counts for nothing unseen."
            )
        return sum(
            (number * Fraction(weights[group]) for group, number in people.people.items()),
            Fraction(0),
        )

    def year_amount(self, work: "Reckoning") -> Amount:
        """The sum of the contract's year."""
        contract = work.contract
        people = self.weighted(work.registered(self.registered_list), contract)
        exact, formula = people * Fraction(self.rate), "weighted_people*rate"
        workings = [
            Working("weighted_people", Decimal(people.numerator) / Decimal(people.denominator)),
            Working("rate", self.rate),
        ]
        steps = (
            []
            if self.indexation is None
            else self.indexation.steps(contract.financial_year, self.id)
        )
        exact, formula, more = indexed(exact, formula, steps)
        workings += more
        if self.market_forces != "in_allocation":
            exact *= Fraction(self.market_forces)
            formula += "*market_forces"
            workings.append(Working("market_forces", self.market_forces))
        return rounded(exact, formula, workings)

    def draft(self, month: Month, work: "Reckoning") -> Iterable[Draft]:
        place = work.place(month)
        people = len(work.registered(self.registered_list))
        yield sum_line(
            f"Capitation for {people:,} people, month {place} of 12",
            of_month(self.year_amount(work), place, self.profile),
        )
