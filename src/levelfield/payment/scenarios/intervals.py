"""How far effects could have come out otherwise: months and prices drawn anew.

A bootstrap by re-running: in each replicate the months of the year are drawn with replacement, the
same for all sides and scenarios, and every contract is paid again by all its terms, so that caps,
floors and thresholds have their say. Prices that have an interval are drawn from a normal
distribution whose middle it is, at the list's confidence (the middle 95%, say), once a price
list and currency in a replicate. The limits
are percentiles of the effects so drawn (Efron's percentile interval), and stand around the effect
of what was really counted. They say how much an effect owes to single months, or to what is known
of a price; they foretell nothing, and a price without an interval adds nothing to them. A month
that a provider has no data of is not paid: only months that are, are drawn for that provider.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from levelfield.core.periods import Month
from levelfield.core.progress import Progress, tell
from levelfield.payment.contract import Contract
from levelfield.payment.inputs import PaymentInputs
from levelfield.payment.scenarios.again import Drawn, Whole, paid_again
from levelfield.payment.scenarios.scenario import Draws
from levelfield.payment.scenarios.side import Place, Side


class Interval(NamedTuple):
    """Limits in pence."""

    lower: int
    upper: int


@dataclass(frozen=True)
class Replicates:
    """The amounts of each place by scenario: an array of pence, a number a replicate.

    `single` are the places that are paid for one month alone while months are drawn: nothing can
    stand in for it, and an interval without width would look like certainty.
    """

    drawn: Mapping[str, Mapping[Place, Whole]]
    single: frozenset[Place]
    replicates: int
    confidence: float

    def interval(self, base: str, scenario: str, places: Sequence[Place]) -> Interval | None:
        """The limits of a scenario's effect on some places together, against the base; None where
        all of them are paid for a single month."""
        if places and self.single.issuperset(places):
            return None
        effects = np.zeros(self.replicates, np.int64)
        for place in places:
            effects += self.drawn[scenario].get(place, 0)
            effects -= self.drawn[base].get(place, 0)
        tail = (1 - self.confidence) / 2
        lower, upper = np.quantile(effects, [tail, 1 - tail])
        return Interval(round(float(lower)), round(float(upper)))


def replicates(
    sides: Mapping[str, Sequence[Side]], draws: Draws, progress: Progress | None = None
) -> Replicates:
    """Pay every side of every scenario again, as often as asked; the same seed, the same draws."""
    drawn = _draw([side for of in sides.values() for side in of], draws)
    found: dict[str, dict[Place, Whole]] = {}
    single: set[Place] = set()
    several: set[Place] = set()
    agreed = {name: _by_contract(of) for name, of in sides.items()}
    number, done = sum(map(len, agreed.values())), 0
    for name, of in agreed.items():
        found[name] = {}
        for contract, inputs, months in of:
            tell(progress, "drawing months and prices", done, number)
            done += 1
            for service, pence in paid_again(contract, inputs, months, drawn).items():
                place = Place(contract.provider, contract.commissioner, service)
                found[name][place] = found[name].get(place, 0) + pence
                (several if len(months) > 1 or "months" not in draws.of else single).add(place)
    return Replicates(found, frozenset(single - several), draws.replicates, draws.confidence)


def _draw(sides: Sequence[Side], draws: Draws) -> Drawn:
    """For each replicate the order in which months of the year are tried as stand-ins for each, and
    a seed of prices."""
    random = np.random.default_rng(draws.seed)
    # All months of the year, paid or not, so that nobody's ranks depend on who else is paid.
    months = tuple(sorted({m for side in sides for m in side.contract.financial_year.months}))
    ranks = random.random((draws.replicates, len(months), len(months)))
    seeds = random.integers(2**32, size=draws.replicates).tolist() if "prices" in draws.of else []
    return Drawn(draws.replicates, months, ranks if "months" in draws.of else None, tuple(seeds))


def _by_contract(sides: Sequence[Side]) -> list[tuple[Contract, PaymentInputs, list[Month]]]:
    """Sides of one contract and one set of inputs together, with the months of all."""
    found: defaultdict[tuple[int, int], list[Side]] = defaultdict(list)
    for side in sides:
        found[id(side.contract), id(side.inputs)].append(side)
    return [
        (of[0].contract, of[0].inputs, [month for side in of for month in side.months])
        for of in found.values()
    ]
