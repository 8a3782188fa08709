"""Activity at unit price."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Literal

from levelfield.core.periods import Month
from levelfield.payment.terms.base import Draft, PricedTerm

if TYPE_CHECKING:
    from levelfield.payment.reckoning import Reckoning


class ActivityTerm(PricedTerm):
    """Every unit of care at its price.

    month = Σ units × price, a line for each service and currency
    """

    by_unit: ClassVar[bool] = True

    kind: Literal["activity"]

    def draft(self, month: Month, work: "Reckoning") -> Iterable[Draft]:
        return work.priced_lines(self, month)
