"""Scenarios side by side: what each pays to whom, against the base, and why."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from levelfield.core.progress import Progress, tell
from levelfield.payment.bridge import Bridge, bridge
from levelfield.payment.contract import Contract
from levelfield.payment.inputs import PaymentInputs
from levelfield.payment.scenarios.intervals import Interval, Replicates, replicates
from levelfield.payment.scenarios.reconcile import CAUSES, Reconciliation, reconcile
from levelfield.payment.scenarios.scenario import Choices, Draws, Scenario
from levelfield.payment.scenarios.side import Place, Side
from levelfield.payment.units import select_units

Dimension = Literal["provider", "commissioner", "service"]

DIMENSIONS: tuple[Dimension, ...] = ("provider", "commissioner", "service")

OTHER_CONTRACTS = "contracts that only one of them has"
"""The cause of what lies between two scenarios where they have not the same contracts."""

Give = Callable[[Sequence[Contract], Choices], PaymentInputs]
"""What some contracts are paid from when care is counted by these choices."""


@dataclass(frozen=True)
class Outcome:
    """What a scenario pays: its sides, and pence by place."""

    id: str
    title: str
    sides: tuple[Side, ...]

    @cached_property
    def amounts(self) -> Mapping[Place, int]:
        """They sum to the total; see `Side.by_place`."""
        found: defaultdict[Place, int] = defaultdict(int)
        for side in self.sides:
            for place, pence in side.by_place().items():
                found[place] += pence
        return dict(found)

    @cached_property
    def total_pence(self) -> int:
        """The sum of the statements."""
        return sum(side.statement.total_pence for side in self.sides)


@dataclass(frozen=True)
class Effect:
    """What a scenario changes for one provider, commissioner or service, in pence."""

    dimension: Dimension
    code: str
    base_pence: int
    pence: int
    interval: Interval | None

    @property
    def effect_pence(self) -> int:
        return self.pence - self.base_pence

    @property
    def share(self) -> float | None:
        """The effect as a share of what the base pays; None where that is nothing."""
        return self.effect_pence / self.base_pence if self.base_pence else None


@dataclass(frozen=True)
class Comparison:
    """A base and the outcomes beside it. `draws` says how the intervals were made, if any were;
    `progress` is told of what is worked out when it is asked for."""

    title: str
    period: str
    base: Outcome
    others: tuple[Outcome, ...]
    draws: Draws | None = None
    progress: Progress | None = field(default=None, compare=False, repr=False)

    def effects(self, other: Outcome, dimension: Dimension) -> list[Effect]:
        """What an outcome changes by one dimension, the greatest gain first; the effects sum to
        the difference of the totals."""
        places: dict[str, list[Place]] = {}
        for place in {**self.base.amounts, **other.amounts}:
            places.setdefault(getattr(place, dimension), []).append(place)
        found = [
            Effect(
                dimension,
                code,
                sum(self.base.amounts.get(place, 0) for place in of),
                sum(other.amounts.get(place, 0) for place in of),
                self._interval(other, of),
            )
            for code, of in places.items()
        ]
        return sorted(found, key=lambda one: (-one.effect_pence, one.code))

    def total(self, other: Outcome) -> Interval | None:
        """The interval of the whole effect."""
        return self._interval(other, list({**self.base.amounts, **other.amounts}))

    @property
    def without_interval(self) -> str:
        """Which providers have no interval though some were asked for, and why, in a sentence;
        empty where there is none of them."""
        single = self._replicates.single if self._replicates else ()
        providers = sorted({place.provider for place in single})
        if not providers:
            return ""
        return (
            f"Paid for a single month, for which no other can stand in: {', '.join(providers)}. "
            "That has no interval, and adds nothing to those of sums."
        )

    def why(self, other: Outcome) -> dict[str, int]:
        """The whole effect by cause, in the order of attribution."""
        sums: defaultdict[str, int] = defaultdict(int)
        for found in self.reconciled(other):
            for cause, pence in found.by_cause().items():
                sums[cause] += pence
        causes = {CAUSES[cause]: sums[cause] for cause in CAUSES if cause in sums}
        unpaired = other.total_pence - self.base.total_pence - sum(causes.values())
        return causes | ({OTHER_CONTRACTS: unpaired} if unpaired else {})

    def reconciled(self, other: Outcome) -> Sequence[Reconciliation]:
        """Each side of the base with that of the outcome that has its contract's id and period."""
        if other.id not in self._reconciled:
            theirs = {(side.contract.id, side.period): side for side in other.sides}
            pairs = [
                (side, theirs[side.contract.id, side.period])
                for side in self.base.sides
                if (side.contract.id, side.period) in theirs
            ]
            found = []
            for number, (side, others) in enumerate(pairs):
                tell(self.progress, f"comparing {side.contract.id}", number, len(pairs))
                found.append(reconcile(side, others))
            self._reconciled[other.id] = found
        return self._reconciled[other.id]

    def bridge_of_causes(self, other: Outcome) -> Bridge:
        """From the base's total to the outcome's, a step a cause."""
        steps = {
            f"{cause[0].upper()}{cause[1:]}": pence for cause, pence in self.why(other).items()
        }
        start, end = self.base, other
        return bridge(start.title, start.total_pence, steps, end.title, end.total_pence)

    def bridge_of(
        self, other: Outcome, dimension: Dimension, names: Callable[[str], str]
    ) -> Bridge:
        """From the base's total to the outcome's, a step a provider, commissioner or service."""
        steps: defaultdict[str, int] = defaultdict(int)
        for one in self.effects(other, dimension):
            steps[names(one.code)] += one.effect_pence
        start, end = self.base, other
        return bridge(start.title, start.total_pence, steps, end.title, end.total_pence)

    @cached_property
    def _reconciled(self) -> dict[str, list[Reconciliation]]:
        return {}

    @cached_property
    def _replicates(self) -> Replicates | None:
        if self.draws is None:
            return None
        sides = {one.id: one.sides for one in (self.base, *self.others)}
        return replicates(sides, self.draws, self.progress)

    def _interval(self, other: Outcome, places: Sequence[Place]) -> Interval | None:
        if self._replicates is None:
            return None
        return self._replicates.interval(self.base.id, other.id, places)


def outcome(
    scenario: Scenario,
    period: str,
    give: Give,
    partial: bool = False,
    progress: Progress | None = None,
) -> Outcome:
    """A scenario to be paid for a period; raises when it is, as `statement` does.

    With `partial`, a provider that lacks months of data is paid for the others, month by month.
    """
    number = len(scenario.contracts)
    tell(progress, f"counting units of: {scenario.title}", 0, number)
    inputs = give(scenario.contracts, scenario.choices)
    sides: list[Side] = []
    for done, contract in enumerate(scenario.contracts):
        tell(progress, f"counting units of {contract.id}", done, number)
        months = contract.months(period)
        units = select_units(contract, contract.scheme, inputs)
        missing = units.missing(months) if partial else []
        periods = [str(one) for one in months if one not in missing] if missing else [period]
        sides += [Side(contract, one, inputs) for one in periods]
    return Outcome(scenario.id, scenario.title, tuple(sides))


def compare(
    title: str,
    base: Scenario,
    others: Sequence[Scenario],
    period: str,
    give: Give,
    draws: Draws | None = None,
    partial: bool = False,
    progress: Progress | None = None,
) -> Comparison:
    """Scenarios paid for a period and held against the base; `partial` as for `outcome`."""
    first, *rest = (outcome(one, period, give, partial, progress) for one in (base, *others))
    return Comparison(title, period, first, tuple(rest), draws, progress)
