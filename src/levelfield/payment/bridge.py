"""A bridge (waterfall): from one total to another by steps that sum to what lies between."""

from collections.abc import Mapping
from dataclasses import dataclass

from levelfield.core.money import format_pounds


@dataclass(frozen=True)
class Bridge:
    """Pence from `start` to `end`; the steps are named and in order.

    Raises ValueError for steps that do not lead from the one to the other.
    """

    start_name: str
    start: int
    steps: tuple[tuple[str, int], ...]
    end_name: str
    end: int

    def __post_init__(self) -> None:
        reached = self.start + sum(pence for _, pence in self.steps)
        if reached != self.end:
            raise ValueError(
                f"the steps lead to {format_pounds(reached)}, and not to {format_pounds(self.end)}"
            )

    def levels(self) -> list[tuple[str, int, int]]:
        """Name, and where each bar begins and ends, in pence: the totals begin at nought."""
        found = [(self.start_name, 0, self.start)]
        at = self.start
        for name, pence in self.steps:
            found.append((name, at, at + pence))
            at += pence
        return [*found, (self.end_name, 0, self.end)]


def bridge(
    start_name: str, start: int, steps: Mapping[str, int], end_name: str, end: int, most: int = 12
) -> Bridge:
    """A bridge of at most `most` steps: of more, the smallest are taken together."""
    ordered = list(steps.items())
    if len(ordered) > most:
        large = sorted(steps, key=lambda name: -abs(steps[name]))[: most - 1]
        rest = sum(pence for name, pence in ordered if name not in large)
        ordered = [(name, pence) for name, pence in ordered if name in large]
        ordered.append((f"{len(steps) - len(large)} others", rest))
    return Bridge(start_name, start, tuple(ordered), end_name, end)
