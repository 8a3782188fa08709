"""A price, with the steps that led to it and whether the data bear it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

NO_INTERVAL = (
    "No interval can be given: the national schedule is an average without the costs of each "
    "provider behind it."
)

ROUNDED = "Rounded to pence"
"""The last step of every price."""

Verdict = Literal["sound", "caution", "do not price"]


@dataclass(frozen=True)
class Step:
    """One step of a price: what was done, by which factor, and the pounds after it.

    `factor` multiplies, except where `divides` is set; None where the step is no multiplication,
    as for the first and the rounding. `mixed` is set for a step that mixes the price before with
    another: the share of it that is kept, and the pounds that are added. `note` says where the
    figure comes from.
    """

    name: str
    factor: Decimal | None
    divides: bool
    pounds: Decimal
    note: str
    mixed: tuple[Decimal, Decimal] | None = None

    @property
    def how(self) -> str:
        """What makes the price of the one before, as in `× 1.020000`; empty where no figure does
        alone."""
        if self.mixed is not None:
            return f"× {self.mixed[0]:.6f} + £{self.mixed[1]:,.4f}"
        if self.factor is None:
            return ""
        return f"{'÷' if self.divides else '×'} {self.factor:.6f}"


UNCLASSIFIED = (
    "It stands for care of which nobody recorded what it was: its cost is of no one kind."
)
"""Why a class that is itself without a currency bears no price, whatever stands behind it."""


@dataclass(frozen=True)
class Price:
    """The price of one unit of a currency from a provider in a financial year, in whole pence.

    `steps` begin with a unit cost and end with the one rounding. `lower` and `upper` are pence, and
    `confidence` the share of cases that they are to hold (0.95 of them, say), or all three are None
    with the reason in `interval_note`. `providers`, `units` and `base_cost_pence` are what
    stands behind the price; None where it is not known. The three shares say how much of that base
    is lost or incomplete, has no currency, or has no attendance, as far as it is known.

    `verdict` says whether the data bear a price at all, and `cautions` are its reasons in
    sentences. A price that had better not be paid is a price all the same: whoever pays decides.
    `stand_in` says what stands in for the provider's market forces factor, where it has none.
    """

    currency: str
    provider: str
    year: str
    pence: int
    steps: tuple[Step, ...]
    lower: int | None
    upper: int | None
    confidence: float | None
    interval_note: str
    providers: int | None
    units: int | None
    base_cost_pence: int | None
    incomplete_share: Decimal | None
    unclassified_share: Decimal | None
    unattended_share: Decimal | None
    verdict: Verdict
    cautions: tuple[str, ...]
    stand_in: str = ""
