"""How far organisations differ beyond chance: what the limits of a funnel allow for."""

from dataclasses import dataclass

import numpy as np

from levelfield.benchmark.results import Parameters
from levelfield.benchmark.tables import Floats
from levelfield.statistics import (
    FunnelKind,
    FunnelScale,
    between_variance,
    funnel_scores,
    overdispersion,
)

FEWEST_FOR_OVERDISPERSION = 10
"""Organisations below which the spread between them cannot be told from its own outliers."""

FEWEST_FOR_LOGARITHM = 10
"""Expected events below which the logarithm of a rate or ratio is no good scale."""

TRIM = 0.1

_SCALES: dict[FunnelScale, str] = {
    "arcsine": "arcsine square root",
    "log": "logarithm",
    "square root": "square root",
}


@dataclass(frozen=True)
class Points:
    """What a funnel is drawn of, in the unit in which chance is reckoned."""

    kind: FunnelKind
    value: Floats
    size: Floats
    """`nan` for who stands outside the comparison."""
    centre: float
    unit: float
    """What a value is multiplied by before anybody sees it."""

    @property
    def number(self) -> int:
        """How many are compared."""
        return int((~np.isnan(self.size)).sum())


@dataclass(frozen=True)
class Spread:
    """The variance between organisations, and the scale on which it stands."""

    tau2: float | None
    """None where nobody looked for it, zero where none was found."""
    scale: FunnelScale
    parameters: Parameters

    @property
    def allowed(self) -> float:
        """What the limits are widened by."""
        return self.tau2 or 0.0


def spread_of(points: Points, more: Points, allowed: bool) -> Spread:
    """The spread between organisations, from `more` points where those compared are few."""
    enough = FEWEST_FOR_OVERDISPERSION
    source = points if points.number >= enough or more.number < enough else more
    value, size = source.value[~np.isnan(source.size)], source.size[~np.isnan(source.size)]
    scale: FunnelScale = "arcsine"
    if points.kind != "proportion":
        least = min(np.nanmin(one.size) * one.centre for one in (points, source))
        scale = "square root" if least < FEWEST_FOR_LOGARITHM else "log"
    if not allowed:
        return Spread(None, scale, {"overdispersion": "not allowed for"})
    if value.size < enough:
        few = f"not allowed for: fewer than {enough} organisations"
        return Spread(None, scale, {"overdispersion": few})
    # Round their own value: a reference that all miss is no spread between them.
    own_centre = source.centre if points.kind == "ratio" else np.average(value, weights=size)
    z, error = funnel_scores(
        points.kind,
        value,
        size,
        min(own_centre, 1.0) if points.kind == "proportion" else float(own_centre),
        scale=scale,
    )
    found = overdispersion(z, trim=TRIM, corrected=True)
    tau2 = between_variance(found, error)
    whose = {} if source is points else {"spread taken from": f"all {value.size} organisations"}
    return Spread(
        tau2,
        scale,
        {
            "overdispersion": "allowed for" if tau2 else "none found",
            "phi": found.phi,
            "tau squared": tau2,
            "scale": _SCALES[scale],
            "winsorised at each end": TRIM,
            "corrected for winsorising": True,
            **whose,
        },
    )
