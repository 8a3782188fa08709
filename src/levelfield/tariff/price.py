"""A price, with the steps that led to it."""

from dataclasses import dataclass
from decimal import Decimal

NO_INTERVAL = (
    "No interval can be given: the national schedule is an average without the costs of each "
    "provider behind it."
)


@dataclass(frozen=True)
class Step:
    """One step of a price: what was done, by which factor, and the pounds after it.

    `factor` multiplies, except where `divides` is set; None for the first step and the rounding.
    `note` says where the figure comes from.
    """

    name: str
    factor: Decimal | None
    divides: bool
    pounds: Decimal
    note: str


@dataclass(frozen=True)
class Price:
    """The price of one unit of a currency from a provider in a financial year, in whole pence.

    `steps` begin with the unit cost and end with the one rounding. `lower` and `upper` are pence,
    or None with the reason in `interval_note`. `base_units` and `base_cost_pence` are the national
    activity and cost behind the unit cost; `unclassified_share` is the share of the department's
    cost that has no currency. `cautions` are sentences; none means that nothing was found, not
    that the price is sound.
    """

    currency: str
    provider: str
    year: str
    pence: int
    steps: tuple[Step, ...]
    lower: int | None
    upper: int | None
    interval_note: str
    base_units: int | None
    base_cost_pence: int | None
    unclassified_share: Decimal | None
    cautions: tuple[str, ...]
