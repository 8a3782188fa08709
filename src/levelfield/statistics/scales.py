"""The scales on which a between-variance is added to that of chance, and the way back from them.

On each the variance of chance no longer depends on the value, so that one number, the variance
between organisations, can be added to it for all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from levelfield.statistics.interval import FloatArray

FunnelScale = Literal["arcsine", "log", "square root"]

SCALES_OF = {
    "proportion": ("arcsine",),
    "rate": ("log", "square root"),
    "ratio": ("log", "square root"),
}
"""The scales of each kind of funnel, the usual one first."""


@dataclass(frozen=True)
class Scale:
    """A transformation of values, its inverse, and the standard error of chance on it."""

    there: Callable[[FloatArray], FloatArray]
    back: Callable[[FloatArray], FloatArray]
    """Ends at the bounds that values of the kind have: no limit lies below zero."""
    error: Callable[[FloatArray, float], FloatArray]
    """From size and reference, by the delta method."""


SCALES: dict[str, Scale] = {
    "arcsine": Scale(
        there=lambda value: np.arcsin(np.sqrt(value)),
        back=lambda there: np.sin(np.clip(there, 0, np.pi / 2)) ** 2,
        error=lambda size, _: 1 / (2 * np.sqrt(size)),
    ),
    "log": Scale(
        there=np.log,
        back=np.exp,
        error=lambda size, reference: 1 / np.sqrt(size * reference),
    ),
    "square root": Scale(
        there=np.sqrt,
        back=lambda there: np.clip(there, 0, None) ** 2,
        error=lambda size, _: 1 / (2 * np.sqrt(size)),
    ),
}


def scale_of(kind: str, name: FunnelScale | None) -> Scale:
    """The scale named, or the usual one of the kind; ValueError where it does not fit the kind."""
    fitting = SCALES_OF[kind]
    if name is not None and name not in fitting:
        raise ValueError(f"the scale of a {kind} is {' or '.join(fitting)}, not '{name}'")
    return SCALES[name or fitting[0]]
