"""Payment per procedure: coded procedures, named visits and packages."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Literal

from levelfield.core.periods import Month
from levelfield.payment.terms.base import Draft, PricedTerm

if TYPE_CHECKING:
    from levelfield.payment.reckoning import Reckoning


class ProcedureTerm(PricedTerm):
    """Every procedure, named visit or package at its price.

    month = Σ procedures × price, a line for each service and currency

    Units are counted under the scheme `procedure`: a visit twice in one contact counts once, and
    packages come from a return and have no team (`none`).
    """

    by_unit: ClassVar[bool] = True

    kind: Literal["procedure"]
    scheme: str = "procedure"

    def draft(self, month: Month, work: "Reckoning") -> Iterable[Draft]:
        return work.priced_lines(self, month)
