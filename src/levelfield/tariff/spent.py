"""What a list spends: after every step, and at the end beside the total that it was scaled to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from levelfield.core.money import format_pounds
from levelfield.tariff.make import Made
from levelfield.tariff.price import ROUNDED
from levelfield.tariff.steps import Scale


@dataclass(frozen=True)
class Spent:
    """What the units behind a list cost at its prices after one step, in whole pence, and after the
    step before; None for the first."""

    step: str
    pence: int
    before: int | None

    @property
    def difference(self) -> int:
        """Pence more than before."""
        return 0 if self.before is None else self.pence - self.before

    @property
    def words(self) -> str:
        """The difference in pounds and as a share of what was spent before."""
        if self.before is None:
            return ""
        return _more(self.difference, self.before) or "as much"


@dataclass(frozen=True)
class AgainstTotal:
    """What a list spends in the end beside the total it was scaled to, with the steps between."""

    total: int
    steps: tuple[Spent, ...]

    @property
    def pence(self) -> int:
        """What the list spends in the end."""
        return self.steps[-1].pence

    @property
    def difference(self) -> int:
        """Pence more than the total; the sum of the differences of the steps."""
        return self.pence - self.total

    @property
    def share(self) -> float:
        """The difference as a share of the total."""
        return self.difference / self.total

    @property
    def words(self) -> str:
        """The result in sentences."""
        apart = _more(self.difference, self.total)
        so = f", {apart} than that total" if apart else ", as much as that total"
        moved = [f"{one.step.lower()} {one.words}" for one in self.steps if one.difference]
        told = f" Since then: {'; '.join(moved)}." if moved else ""
        return (
            f"The list was scaled to {format_pounds(self.total)} and in the end spends "
            f"{format_pounds(self.pence)} on the same units{so}.{told}"
        )


def spent(made: Made, pence: Mapping[str, int]) -> tuple[Spent, ...]:
    """What the list spends after each step, at last at its rounded prices; all at the average
    place. `pence` are those, by currency."""
    units = dict(zip(made.returned.currencies, made.returned.units.sum(axis=0), strict=True))
    rounded = sum(float(units[code]) * price for code, price in pence.items())
    after = [(stage.title, round(stage.spend)) for stage in made.stages]
    after.append((ROUNDED, round(rounded)))
    first = Spent(*after[0], None)
    return first, *(Spent(*one, before) for (_, before), one in pairwise(after))


def against_total(steps: Sequence[Spent]) -> AgainstTotal | None:
    """The end beside the total; None for a list that was not scaled to one."""
    for place, one in enumerate(steps):
        if one.step == Scale.title:
            return AgainstTotal(one.pence, tuple(steps[place + 1 :]))
    return None


def _more(difference: int, before: int) -> str:
    if not difference:
        return ""
    than = "less" if difference < 0 else "more"
    return f"{format_pounds(abs(difference))} ({abs(difference) / before:.2%}) {than}"
