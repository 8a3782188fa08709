"""The figures of a service line that the findings and the bridge reckon with."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from levelfield.commissioning.block_review.counted import Counted
from levelfield.commissioning.block_review.lost import Lost
from levelfield.commissioning.block_review.scope import Scope
from levelfield.core.money import round_half_away

PENCE = 100


def whole(pence: float) -> int:
    """The nearest whole penny of an estimate; a half goes away from zero."""
    return round_half_away(Decimal(repr(pence)))


@dataclass(frozen=True)
class PricedLine:
    """A line's activity for the commissioner's people at the contract's prices, in pence.

    `unclassed` are units without a currency, `unclassed_pence` what they may be worth: the mean
    price of the line's other units. They are in neither `units` nor `pence`. `lower` and `upper`
    are the same activity at the ends of its prices' intervals, as if all of them erred together;
    None where a price has none.
    """

    units: int
    pence: int
    unclassed: int
    unclassed_pence: int
    lower: int | None = None
    upper: int | None = None

    @property
    def mean_pence(self) -> Decimal | None:
        """The mean price of a unit; None for a line without units."""
        return Decimal(self.pence) / self.units if self.units else None

    @property
    def least_pence(self) -> Decimal | None:
        """The mean of the lower ends of the prices; the mean price where they have none."""
        return self.mean_pence if self.lower is None else Decimal(self.lower) / self.units

    @property
    def most_pence(self) -> Decimal | None:
        """The mean of the upper ends of the prices; the mean price where they have none."""
        return self.mean_pence if self.upper is None else Decimal(self.upper) / self.units


@dataclass(frozen=True)
class LineFigures:
    """One service line over the review's months. Money in pence; None is not known.

    `contacts` are attended contacts whose commissioner is known, of them `own` for this
    commissioner's people and `booked` put down under it; `others` are booked and not own. `unknown`
    are attended contacts of which nobody can say whose people they were for. `paid_share` is the
    share of the line's cost that this commissioner pays: as stated, else (`paid_stated` false) the
    share of contacts put down under it. `spent_imputed` says that `spent` is the provider's full
    cost of the line times that share. `row` has the sums behind the intervals. `lost` are contacts
    that were lost on the way for each that is held.
    """

    line: str
    allocated: int | None
    spent: int | None
    spent_imputed: bool
    staffing: int | None
    overhead: int | None
    paid_share: float | None
    paid_stated: bool
    contacts: int
    own: int
    booked: int
    others: int
    unknown: int
    people: int
    priced: PricedLine
    row: Mapping[str, Any]
    lost: float = 0.0

    @property
    def unit_cost(self) -> Decimal | None:
        """What a contact costs here, in pence: the line's whole cost over all of its contacts,
        those that were lost put back. Else a provider that loses contacts would look dear."""
        if self.spent is None or not self.paid_share or not self.contacts:
            return None
        contacts = self.contacts * Decimal(repr(1 + self.lost))
        return Decimal(self.spent) / (Decimal(repr(self.paid_share)) * contacts)

    @property
    def moved(self) -> int | None:
        """Allocated less spent: above zero, the line's money went elsewhere. None for a line that
        lacks either, or whose spending is imputed and not the ledger's."""
        if self.allocated is None or self.spent is None or self.spent_imputed:
            return None
        return self.allocated - self.spent


def line_figures(
    scope: Scope, counted: Counted, priced: Mapping[str, PricedLine], lost: Lost
) -> tuple[LineFigures, ...]:
    """The figures of every line of the scope, in its order."""
    return tuple(_of_line(line, scope, counted, priced, lost) for line in scope.lines)


def _of_line(
    line: str, scope: Scope, counted: Counted, priced: Mapping[str, PricedLine], lost: Lost
) -> LineFigures:
    people = counted.people.get(line, {})
    money = counted.money.get(line, {})
    quarters = len(scope.months) // 3
    contacts, booked = people.get("contacts", 0), people.get("booked", 0)
    stated = money.get("paid_share")
    share = stated / 100 if stated is not None else booked / contacts if contacts else None
    spent = _whole(money, "spent", quarters)
    imputed = False
    full = counted.full_costs.get(line)
    if spent is None and full is not None and share is not None:
        spent, imputed = round_half_away(Decimal(full["cost"] * PENCE) * Decimal(repr(share))), True
    return LineFigures(
        line=line,
        allocated=_whole(money, "allocated", quarters),
        spent=spent,
        spent_imputed=imputed,
        staffing=_whole(money, "staffing", quarters),
        overhead=_whole(money, "overhead", quarters),
        paid_share=share,
        paid_stated=stated is not None,
        contacts=contacts,
        own=people.get("own", 0),
        booked=booked,
        others=people.get("others", 0),
        unknown=people.get("unknown", 0),
        people=people.get("people", 0),
        priced=priced.get(line, PricedLine(0, 0, 0, 0)),
        row=people,
        lost=lost.more,
    )


def _whole(money: Mapping[str, Any], name: str, quarters: int) -> int | None:
    """Pence of a sum that every quarter has; of fewer it would be part of a year beside a year."""
    return money[name] * PENCE if money.get(f"{name}_rows", 0) == quarters else None
