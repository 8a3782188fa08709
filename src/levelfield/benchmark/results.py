"""What a comparison gives: tables to draw, the method beside them, and the finding in a sentence.

Tables keep the columns of a value, so that disclosure can act on their rows before anything is
drawn.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from levelfield.statistics import FunnelScale

Parameters = Mapping[str, str | float | int | bool]


@dataclass(frozen=True)
class NotComparable:
    """The comparison that these values cannot bear, and why, in a sentence for the reader."""

    reason: str

    @property
    def sentence(self) -> str:
        return self.reason


@dataclass(frozen=True)
class Funnel:
    """Organisations by size and value, with the limits within which chance explains them."""

    points: pa.Table
    """The values, with `lower95`, `upper95`, `lower998`, `upper998` (the limits at the point's own
    size), `z` (how many standard errors the value lies from the reference, the spread between
    organisations included), `signal` (-2 below the 99.8% limit, -1 below 95%, 0, 1, 2) and `kind`
    (what a signal at 99.8% means: within limits, between the limits (beyond 95% alone), better,
    worse, unlike the rest)."""
    limits: pa.Table
    """The curves to draw: `size` and the same four limits, in order of size."""
    reference: float
    tau2: float | None
    """The variance between organisations that the limits allow for, on `scale`: zero where none was
    found, None where nobody looked for it."""
    scale: FunnelScale
    method: str
    parameters: Parameters
    sentence: str


@dataclass(frozen=True)
class Trend:
    """One organisation's values over the months, on an XmR chart."""

    points: pa.Table
    """A row per month, those without a value included: the columns of a value, then `mean`,
    `lower_limit`, `upper_limit`, `rule` (empty where none is broken), `variation`, `kind`, and
    `segment` (from 0: stretches between breaks, each with limits of its own)."""
    variation: str
    """Of the last month: common cause, or special cause improvement, concern or neutral."""
    assurance: str | None
    """pass, fail, or hit and miss; None without a standard."""
    standard: float | None
    provisional_limits: bool
    """Fewer than fifteen months set the limits, so they are no claim about the future."""
    breaks: tuple[str, ...]
    """The months from which on the series means something else."""
    method: str
    parameters: Parameters
    sentence: str


@dataclass(frozen=True)
class Bars:
    """Organisations in the order of their values, each with its interval."""

    points: pa.Table
    """The values, best first (highest first when neither is better), with `kind`: how the interval
    lies to the reference (within limits when it holds it, or there is no interval)."""
    reference: float | None
    """None where one organisation has a value and none was given: it would be its own."""
    method: str
    parameters: Parameters
    sentence: str
