"""Payment for a year of care of a person, by need."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from levelfield.core.periods import Month
from levelfield.payment.terms.amounts import (
    MONTHS,
    Amount,
    Pounds,
    named,
    of_month,
    pounds,
    rounded,
    stated,
)
from levelfield.payment.terms.base import Draft, PricedTerm, sum_line

if TYPE_CHECKING:
    from levelfield.payment.reckoning import Reckoning


class YearOfCareTerm(PricedTerm):
    """A price for a year of a person's care, by the tier of their need, for the months known.

    month = on_account ÷ 12 (as a block)
    settlement = Σ months of people in the tier × price of a year ÷ 12 − on_account

    Units are counted under the scheme `year-of-care`, whose person-years have no team: `services`
    says which care the payment buys, so that nothing else pays for it. It is settled in the last
    month, when the tiers are known; `on_account` is pounds for the year.
    """

    by_month: ClassVar[bool] = False

    kind: Literal["year_of_care"]
    scheme: str = "year-of-care"
    on_account: Pounds = Decimal(0)

    def draft(self, month: Month, work: "Reckoning") -> Iterable[Draft]:
        place = work.place(month)
        paid = stated(self.on_account, "on_account")
        if paid.pence:
            yield sum_line(
                f"On account, month {place} of 12", of_month(paid, place, None), "on-account"
            )
        if not work.settles(month):
            return
        tiers = work.person_months(self)
        for currency, months in tiers.items():
            price = work.price_of(currency, self, others=tiers)
            exact = Fraction(months) * price / 100 / MONTHS
            numbers = named(months=months, price=pounds(price))
            yield sum_line(
                f"{currency}: {months:,} months of people in this tier",
                rounded(exact, "months*price/12", numbers),
                currency,
            )
        if paid.pence:
            back = Amount(-paid.pence, "-on_account", paid.workings)
            yield sum_line("Paid on account", back, "settled")
