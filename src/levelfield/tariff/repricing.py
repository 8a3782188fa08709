"""The past priced again: the same units by what was known of prices on two days."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Self

import pyarrow as pa

from levelfield.core.money import format_pounds
from levelfield.tariff.price import Price

PLACES = Decimal("0.00000001")
"""How near two factors, or two amounts of pounds, count as the same."""

REPRICING_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("provider", "period", "currency")]
    + [("units", pa.int64())]
    + [(name, pa.string()) for name in ("list_before", "list_after")]
    + [(name, pa.int64()) for name in ("price_before_pence", "price_after_pence")]
    + [("difference_pence", pa.int64()), ("because_of", pa.string())]
)
"""A line of a repricing. Prices and difference are empty where a list has no price: never zero.
`because_of` names steps where the prices differ, and says what lacks a price."""


@dataclass(frozen=True)
class _UnitsOfTwoLists:
    """Units of a provider, period and currency, and the lists that hold `before` and `after`."""

    provider: str
    period: str
    currency: str
    units: int
    before: str
    after: str


@dataclass(frozen=True)
class RepricedLine(_UnitsOfTwoLists):
    """Units at the prices of both lists, in whole pence; `steps` are the names of the steps that
    come out differently where the prices do, the one that moves the price most first."""

    price_before: int
    price_after: int
    steps: tuple[str, ...]

    @property
    def difference(self) -> int:
        """Pence more than before."""
        return self.units * (self.price_after - self.price_before)


@dataclass(frozen=True)
class Unpriced(_UnitsOfTwoLists):
    """Units that one of the two lists has no price for; they are on neither side."""

    lacking: tuple[str, ...]


@dataclass(frozen=True)
class Repricing:
    """The past priced by what was known on another day: the total is the sum of the lines."""

    known_before: date
    known_after: date
    lines: tuple[RepricedLine, ...]
    unpriced: tuple[Unpriced, ...] = ()

    @property
    def difference(self) -> int:
        """Pence more than before, of all lines."""
        return sum(line.difference for line in self.lines)

    @property
    def words(self) -> str:
        """The result in a sentence, and what it leaves out in another."""
        changed = [line for line in self.lines if line.difference]
        than = "less" if self.difference < 0 else "more"
        plural = "" if len(self.lines) == 1 else "s"
        amount = f"{format_pounds(abs(self.difference))} {than} than"
        return (
            f"By what was known on {self.known_after} the same units cost "
            f"{amount if self.difference else 'as much as'} by what was known on "
            f"{self.known_before}; {len(changed):,} of {len(self.lines):,} line{plural} changed."
            + self._left_out()
        )

    def table(self) -> pa.Table:
        """Every line, changed or not, then the units without a price (REPRICING_SCHEMA)."""
        rows: list[tuple[object, ...]] = [
            (
                *(line.provider, line.period, line.currency, line.units, line.before, line.after),
                *(line.price_before, line.price_after, line.difference, "; ".join(line.steps)),
            )
            for line in self.lines
        ]
        for one in self.unpriced:
            named = (one.provider, one.period, one.currency, one.units, one.before, one.after)
            why = f"no price in {' nor in '.join(one.lacking)}"
            rows.append((*named, None, None, None, why))
        columns = zip(*rows, strict=True) if rows else [()] * len(REPRICING_SCHEMA)
        return pa.table([list(column) for column in columns], schema=REPRICING_SCHEMA)

    def _left_out(self) -> str:
        if not self.unpriced:
            return ""
        units = sum(one.units for one in self.unpriced)
        codes = ", ".join(sorted({one.currency for one in self.unpriced}))
        lists = ", ".join(dict.fromkeys(name for one in self.unpriced for name in one.lacking))
        return f" Left out on both sides are {units:,} units without a price in {lists}: {codes}."


@dataclass(frozen=True)
class _Own:
    """What a step does by itself: the factor and the pounds it adds, and the price after it over
    the one before. A step that a price lacks does nothing in it."""

    factor: Decimal = Decimal(1)
    added: Decimal = Decimal(0)
    ratio: Decimal = Decimal(1)

    def differs(self, other: Self) -> bool:
        return (self.factor, self.added) != (other.factor, other.added)


def steps_apart(old: Price, new: Price) -> tuple[str, ...]:
    """The steps that come out differently, the one that moves the price most first; none where the
    two prices are the same.

    A step is compared by what it does itself, and not by the price after it, which every step
    before has a part in: by its factor, by what it mixes the price with, else by the ratio of the
    price after it to the one before. The first is compared by its pounds. Rounding, the last, is
    the same for all.
    """
    if old.pence == new.pence:
        return ()
    before, after = _own(old), _own(new)
    nothing = _Own()
    moved = {}
    for name in dict.fromkeys((*after, *before)):
        one, other = before.get(name, nothing), after.get(name, nothing)
        if one.differs(other):
            moved[name] = abs((other.ratio / one.ratio).ln())
    return tuple(sorted(moved, key=lambda name: -moved[name]))


def _own(price: Price) -> dict[str, _Own]:
    """What each step of a price does, the rounding left out; to PLACES."""
    found: dict[str, _Own] = {}
    before = Decimal(1)
    for step in price.steps[:-1]:
        ratio = step.pounds / before
        factor, added = step.mixed or (step.factor or ratio, Decimal(0))
        factor = 1 / factor if step.divides else factor
        found[step.name] = _Own(factor.quantize(PLACES), added.quantize(PLACES), ratio)
        before = step.pounds
    return found
