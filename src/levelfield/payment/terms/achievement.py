"""How much of a goal was reached: a measure's value held against what the parties agreed."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from levelfield.core.definitions import Definition
from levelfield.core.errors import ContractError
from levelfield.core.periods import Month
from levelfield.core.values import ALL
from levelfield.payment.terms.amounts import Share

if TYPE_CHECKING:
    from levelfield.payment.reckoning import Reckoning

Missing = Literal["zero", "suspend", "reweight"]


class Band(Definition):
    """From this value on (or down to it, where lower is better), this share is earned."""

    value: Decimal
    earns: Share


class Goal(Definition):
    """A measure and what its value earns, as a share from 0 to 1.

    all_or_nothing: 1 when the target is reached, else 0
    linear: (value − floor) ÷ (target − floor), not below 0 and not above 1
    banded: the share of the best band that is reached, else 0

    Where lower is better, `lower_is_better` says so: `target` then lies below `floor`, and bands
    fall. `minimum` is the least denominator, and `hold_when` flags of the value
    (such as `incomplete`), that bear no decision: nothing is paid, and what it would have been is
    shown. `missing` says what happens without a value: `zero` earns nothing, `suspend` holds the
    money, `reweight` gives its points to the others. Instead of a measure, `agreed` states the
    share that the parties have settled.
    """

    measure: str = ""
    version: str = ""
    stratifier: str = ALL
    stratum: str = ALL
    org_level: Literal["provider", "commissioner"] = "provider"
    method: Literal["all_or_nothing", "linear", "banded"] = "all_or_nothing"
    target: Decimal | None = None
    floor: Decimal | None = None
    lower_is_better: bool = False
    bands: list[Band] = Field(default_factory=list)
    minimum: Annotated[int, Field(ge=0)] = 0
    hold_when: list[str] = Field(default_factory=list)
    missing: Missing = "zero"
    agreed: Share | None = None

    def check_goal(self, where: str) -> None:
        """Raise ContractError for keys that leave out or contradict what the method needs."""
        fault = self._fault()
        if fault:
            raise ContractError(f"{where}: {fault}")

    def _fault(self) -> str:
        if self.agreed is not None:
            return "" if not self.measure else "it has a measure and 'agreed'. Keep one of them."
        if not self.measure:
            return "it has neither a measure nor 'agreed'. Name what decides."
        if self.method == "banded":
            values = [band.value for band in self.bands]
            shares = [band.earns for band in self.bands]
            if not values:
                return "'bands' is missing, which the method banded needs."
            if values != sorted(set(values)) and values != sorted(set(values), reverse=True):
                return "the bands neither rise nor fall. Put them in order, each value once."
            if len(values) > 1 and (values[0] > values[-1]) != self.lower_is_better:
                return self._wrong_way("the bands fall", "the bands rise")
            if shares != sorted(shares):
                return "a better band earns less than the one before it. Correct the shares."
            return ""
        if self.target is None:
            return f"'target' is missing, which the method {self.method} needs."
        if self.method == "linear":
            if self.floor is None:
                return "'floor' is missing, which the method linear needs."
            if self.floor == self.target:
                return "floor and target are the same. Use the method all_or_nothing."
            if (self.target < self.floor) != self.lower_is_better:
                return self._wrong_way(
                    "the target lies below the floor", "the target lies above the floor"
                )
        return ""

    def _wrong_way(self, falls: str, rises: str) -> str:
        if self.lower_is_better:
            return f"{rises}, and 'lower_is_better' is true. Take it out, or correct the figures."
        return (
            f"{falls}, as where lower is better. If that is meant, add 'lower_is_better: true'; "
            "else correct the figures."
        )

    def beyond_a_share(self) -> str:
        """What is wrong with its figures where the measure is a share, from 0 to 1; else empty."""
        figures = [("target", self.target), ("floor", self.floor)]
        figures += [("value", band.value) for band in self.bands]
        for key, figure in figures:
            if figure is None or 0 <= figure <= 1:
                continue
            meant = f"write '{key}: {figure / 100:f}' for {figure}%"
            remedy = meant if 0 < figure <= 100 else f"correct '{key}'"
            return (
                f"has '{key}: {figure}' for {self.measure}, whose values are shares from 0 to 1: "
                f"{remedy}."
            )
        return ""

    def share(self, value: Fraction) -> Fraction:
        """What a value earns, from 0 to 1."""
        if self.method == "banded":
            return self._banded(value)
        assert self.target is not None
        target = Fraction(self.target)
        if self.method == "linear":
            assert self.floor is not None
            floor = Fraction(self.floor)
            return min(max((value - floor) / (target - floor), Fraction(0)), Fraction(1))
        return Fraction(value <= target if self.lower_is_better else value >= target)

    def _banded(self, value: Fraction) -> Fraction:
        values = [Fraction(band.value) for band in self.bands]
        reached = [
            band.earns
            for band, limit in zip(self.bands, values, strict=True)
            if (value <= limit if self.lower_is_better else value >= limit)
        ]
        return Fraction(max(reached, default=Decimal(0)))


@dataclass(frozen=True)
class Result:
    """A goal judged. `share` is what it earns; None where nothing may be decided, and then
    `would_be` is what it would have earned, None without any value. `why` says so in words."""

    share: Fraction | None
    would_be: Fraction | None
    value: Fraction | None
    why: str
    evidence: tuple[str, ...] = ()

    @property
    def missing(self) -> bool:
        return self.would_be is None


def judge(goal: Goal, work: "Reckoning", months: Sequence[Month]) -> Result:
    """What a goal earns by the values of some months: of one, or of the whole year."""
    if goal.agreed is not None:
        share = Fraction(goal.agreed)
        return Result(share, share, None, f"agreed between the parties: {goal.agreed}")
    found = work.measured(goal, months)
    if found is None:
        nothing = Fraction(0) if goal.missing == "zero" else None
        return Result(nothing, None, None, "there is no value")
    share = goal.share(found.value)
    value = f"{goal.measure} is {float(found.value):.4f}"
    held = sorted(set(goal.hold_when) & set(found.flags))
    if found.denominator < goal.minimum:
        number = f"{float(found.denominator):,.0f}"
        few = f"{value}, of {number}, fewer than the minimum of {goal.minimum:,}"
        return Result(None, share, found.value, few, found.evidence)
    if held:
        why = f"{value}, and the value is {', '.join(held)}"
        return Result(None, share, found.value, why, found.evidence)
    return Result(share, share, found.value, value, found.evidence)
