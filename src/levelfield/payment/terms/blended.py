"""Blended payment: part of the plan fixed, the rest by activity."""

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from levelfield.core.errors import ContractError
from levelfield.core.periods import Month
from levelfield.payment.terms.amounts import (
    Pounds,
    Profile,
    Share,
    Working,
    named,
    of_month,
    pounds,
    rounded,
)
from levelfield.payment.terms.base import Draft, PricedTerm, sum_line

if TYPE_CHECKING:
    from levelfield.payment.contract import Contract
    from levelfield.payment.reckoning import Reckoning


class BlendedTerm(PricedTerm):
    """A share of the planned value, whatever is done, and the other share of each unit's price.

    month = plan × fixed_share × share of the month (as a block) + activity × variable_share

    Activity is units at unit price, `plan` the pounds that it was expected to come to in the year.
    The two shares add up to one, so that activity on plan is paid the plan.
    """

    kind: Literal["blended"]
    plan: Pounds
    fixed_share: Share
    variable_share: Share
    profile: Profile | None = None

    def check(self, contract: "Contract", where: str) -> None:
        both = self.fixed_share + self.variable_share
        if both != 1:
            raise ContractError(
                f"{where}: 'fixed_share' and 'variable_share' add up to {both}, not to 1. Correct "
                "one of them."
            )

    def draft(self, month: Month, work: "Reckoning") -> Iterable[Draft]:
        place = work.place(month)
        numbers = named(plan=self.plan, fixed_share=self.fixed_share)
        fixed = rounded(
            Fraction(self.plan) * Fraction(self.fixed_share), "plan*fixed_share", numbers
        )
        description = f"Fixed share, month {place} of 12"
        yield sum_line(description, of_month(fixed, place, self.profile), "fixed")
        activity = pounds(work.value_pence(self, month))
        variable = rounded(
            Fraction(activity) * Fraction(self.variable_share),
            "activity*variable_share",
            (Working("activity", activity), Working("variable_share", self.variable_share)),
        )
        yield sum_line("Variable share of activity at unit price", variable, "variable")
