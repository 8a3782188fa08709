"""Payment per episode, from the receipt of a referral to its closure, with trim points."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from levelfield.core.money import pence
from levelfield.core.periods import Month
from levelfield.payment.terms.amounts import Pounds
from levelfield.payment.terms.base import Draft, PricedTerm

if TYPE_CHECKING:
    from levelfield.payment.reckoning import Reckoning


class EpisodeTerm(PricedTerm):
    """Every closed episode at its price, and its days beyond the trim point at a price a day.

    month = Σ episodes × price + Σ days beyond the trim point × price of a day

    Units are counted under the scheme `single-episode`, in the month in which they end; its trim
    points say from which day on a day is beyond. `excess_day` is pounds a day; `excess_days` gives
    other pounds for a currency. Without both, nothing is paid beyond the price of the episode.
    """

    by_unit: ClassVar[bool] = True

    kind: Literal["episode"]
    scheme: str = "single-episode"
    excess_day: Pounds | None = None
    excess_days: dict[str, Pounds] = Field(default_factory=dict)

    @property
    def figures_of(self) -> tuple[str, ...]:
        return tuple(self.excess_days)

    def draft(self, month: Month, work: "Reckoning") -> Iterable[Draft]:
        for line in work.priced_lines(self, month):
            yield line
            price = self.excess_days.get(line.currency or "", self.excess_day)
            days = work.days_beyond(self, month, line.service or "", line.currency or "")
            if price is not None and days:
                yield Draft(
                    f"{line.description}, days beyond the trim point",
                    days,
                    pence(price),
                    "beyond",
                    line.service,
                    line.currency,
                    "local",
                )
