"""The steps from a block's value to its priced activity: they reconcile to the penny."""

from collections.abc import Sequence
from dataclasses import dataclass

from levelfield.commissioning.block_review.figures import LineFigures, whole
from levelfield.commissioning.block_review.others_people import gap_pence
from levelfield.commissioning.block_review.overheads import Peers, line_excess
from levelfield.payment import Bridge

STEPS = {
    "unallocated": "The block, less what is allocated to its lines",
    "moved": "Allocated, and not spent on the line (UN-3)",
    "others": "Spent on people of other commissioners (UN-2)",
    "overheads": "Overheads beyond the peers' median (UN-5)",
    "unclassed": "Care without a currency (an estimate)",
    "lost": "Care lost on the way into the data (an estimate)",
    "price": "What is left, beyond the contract's price list",
}
"""What is taken off the block's value, in this order; the last is what is left. Care without a
currency is estimated at the mean price of its line, care that was lost as what is held."""


@dataclass(frozen=True)
class LineSteps:
    """One line: what it was given, each step that is taken off, and its priced activity, in pence.

    Of a line without any money all of the activity stands in the step `price`.
    """

    line: str
    start: int
    steps: dict[str, int]
    end: int


@dataclass(frozen=True)
class BlockSteps:
    """The block: `start` less every step is `end`, for each line and for all together.

    `overlap` is what UN-5 and UN-2 both would take off: it is in UN-2 alone. `duplicated` is what
    UN-4 counted, at the prices: it lies within `end`, and is not taken off. UN-4's own bound, which
    allows for what was not counted, is higher.
    """

    start: int
    steps: dict[str, int]
    end: int
    lines: tuple[LineSteps, ...]
    overlap: int
    duplicated: int

    def bridge(self) -> Bridge:
        """What the block pays, less each step, is its priced activity."""
        taken = tuple((words, -self.steps[name]) for name, words in STEPS.items())
        return Bridge("Paid by the block", self.start, taken, "Priced activity", self.end)


def take_steps(
    block: int, lines: Sequence[LineFigures], peers: Peers | None, duplicated: int
) -> BlockSteps:
    """The steps of a block of so many pence; overheads count when all lines together exceed the
    peers' median, and only on what UN-2 has left of a line."""
    if sum(line_excess(line, peers) for line in lines) <= 0:
        peers = None
    made = tuple(_of_line(line, peers) for line in lines)
    steps = {name: sum(line.steps.get(name, 0) for line in made) for name in STEPS}
    steps["unallocated"] = block - sum(line.start for line in made)
    full = sum(line_excess(line, peers) for line in lines)
    return BlockSteps(
        start=block,
        steps=steps,
        end=sum(line.end for line in made),
        lines=made,
        overlap=whole(full) - steps["overheads"],
        duplicated=duplicated,
    )


def _of_line(line: LineFigures, peers: Peers | None) -> LineSteps:
    given = line.allocated if line.allocated is not None else line.spent
    used = line.spent if line.spent is not None else given
    gap = gap_pence(line) or 0
    left = 1 - gap / used if used else 1.0
    steps = {
        "moved": (given or 0) - (used or 0),
        "others": gap,
        "overheads": whole(line_excess(line, peers) * left),
        "unclassed": line.priced.unclassed_pence,
        "lost": whole((line.priced.pence + line.priced.unclassed_pence) * line.lost),
    }
    start, end = given or 0, line.priced.pence
    return LineSteps(
        line=line.line,
        start=start,
        steps={**steps, "price": start - sum(steps.values()) - end},
        end=end,
    )
