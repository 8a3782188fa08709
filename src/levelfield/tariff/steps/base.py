"""What the steps of a price list share: what they are given, and the trace that they leave."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

import numpy as np

from levelfield.core.definitions import Definition
from levelfield.tariff.returned import Bools, Floats, Returned


@dataclass(frozen=True)
class Change:
    """One row of the trace: what a step made of one figure, and why.

    `provider` or `currency` is empty where the figure is of all of them. `what` is units, cost
    (pence), unit cost, price (pence) or spend (pence); `after` is None for what was taken out.
    `submitted` are the units that units were held against, None where nothing is known of them.
    """

    step: str
    provider: str
    currency: str
    what: str
    before: float | None
    after: float | None
    why: str
    submitted: float | None = None


@dataclass(frozen=True)
class Inputs:
    """What steps need beside the returns, by provider and currency or by currency alone.

    `submitted` are units of submissions, `lost` the shares of a provider's units that these lack;
    `nan` where nothing is known. `factors` are market forces factors by provider, `parent` the
    class that each currency lies below ("" for none), `bands` the currencies in order of need, each
    list on its own. `last_year` is pence by currency, `nan` without one; `uplift` is what an index
    makes of a pound of the base year.
    """

    submitted: Floats | None
    lost: Floats
    factors: Mapping[str, Decimal]
    parent: tuple[str, ...]
    bands: tuple[tuple[str, ...], ...]
    last_year: Floats | None
    uplift: float | None


class ReturnStep(Definition):
    """A step that works on the returns, before there is a price. `remedy` is what can be done about
    a return that it sets aside."""

    title: ClassVar[str]
    remedy: ClassVar[str] = ""

    @abstractmethod
    def apply(self, returned: Returned, inputs: Inputs) -> tuple[Returned, list[Change]]:
        """The returns after the step, with a row of the trace for each figure that it changed."""

    def taken_out(self, returned: Returned, cells: Bools, why: str) -> Iterator[Change]:
        """The trace of returns that are taken out."""
        for row, column in np.argwhere(cells & returned.held):
            yield self.change(returned, row, column, "units", None, why)

    def change(
        self,
        returned: Returned,
        row: int,
        column: int,
        what: str,
        after: float | None,
        why: str,
        submitted: float | None = None,
    ) -> Change:
        """The trace of one return's units or cost."""
        before = (returned.units if what == "units" else returned.cost)[row, column]
        place = returned.providers[row], returned.currencies[column]
        return Change(self.title, *place, what, float(before), after, why, submitted)


@dataclass(frozen=True)
class Draw:
    """Prices on the way, for one or more draws of providers.

    `times` says how often each draw (row) has each provider (column); the returns themselves are
    the draw in which each is there once. `kept` marks the returns that prices are worked out from,
    by draw, provider and currency; its first axis may be 1. `price` is pence by draw and currency,
    `nan` where a draw has no return.
    """

    returned: Returned
    times: Floats
    kept: Bools
    price: Floats

    @property
    def units(self) -> Floats:
        """All units by draw and currency, trimmed ones included."""
        return self.times @ self.returned.units

    def spend(self) -> Floats:
        """What each draw's units cost at its prices, in pence; those without a price left out."""
        return np.asarray(np.nansum(self.price * self.units, axis=1))

    def sums(self, values: Floats) -> Floats:
        """The sum of values by provider and currency over what is drawn and kept."""
        if len(self.kept) == 1:
            return np.asarray(self.times @ np.where(self.kept[0], values, 0.0))
        return np.asarray(
            np.matmul(self.times[:, np.newaxis, :], np.where(self.kept, values, 0.0))[:, 0, :]
        )


class PriceStep(Definition):
    """A step that works on the prices of every draw alike; `multiplies` says that it does so by one
    factor for all. `remedy` is what can be done about a return that it sets aside."""

    title: ClassVar[str]
    remedy: ClassVar[str] = ""
    multiplies: ClassVar[bool] = False

    @abstractmethod
    def apply(self, draw: Draw, inputs: Inputs) -> Draw:
        """The draw with its prices, or its kept returns, after the step."""

    @abstractmethod
    def why(self, before: Draw, after: Draw, column: int, inputs: Inputs) -> str:
        """What the step did to the price of a currency, of the first draw, in words."""

    def mixed(self, after: Draw, column: int, inputs: Inputs) -> tuple[float, float] | None:
        """The share of the price before that is kept and the pence that are added, of the first
        draw; None for a step that does not mix a price with another."""
        return None
