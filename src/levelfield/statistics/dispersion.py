"""Overdispersion: organisations differ by more than chance, for reasons nobody has measured.

Without an allowance for it, a funnel over large counts puts nearly everybody outside its limits.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy
from numpy.typing import ArrayLike

from levelfield.statistics.interval import FloatArray, alike, numbers, one_number

Trimming = Literal["winsorise", "truncate"]


@dataclass(frozen=True)
class Overdispersion:
    """How far z-scores spread beyond chance."""

    phi: float
    """Mean squared z-score; 1 when chance explains all of the spread, `nan` without scores."""
    z: FloatArray
    """The scores that phi was taken from: extremes drawn in (winsorised) or `nan` (truncated)."""


def overdispersion(
    z: ArrayLike,
    trim: float = 0.1,
    method: Trimming = "winsorise",
    corrected: bool = False,
) -> Overdispersion:
    """The overdispersion of z-scores, kept from being driven by the outliers one looks for.

    `z` has one score per organisation, without unit; missing ones are left out. `trim` is the
    share handled at each end: winsorised to its quantile (Care Quality Commission), or left out
    (Summary Hospital-level Mortality Indicator). Either takes spread away even where there are no
    outliers, so that the published methods understate it: at a tenth, phi from chance alone is
    0.68 winsorised and 0.44 truncated. `corrected` divides by that (`phi_of_chance`), which of few
    organisations is a little too much: at ten, by 6% winsorised and a third truncated.
    Raises ValueError for a share outside [0, 0.5), an unknown method or an infinite score.
    Source: Spiegelhalter (2005), Qual Saf Health Care 14:347-51.

    >>> round(overdispersion([-9, -1, 0, 1, 1, -1, 0, 2, -2, 0], method="truncate").phi, 2)
    1.0
    """
    left = phi_of_chance(trim, method)
    scores = numbers(z, "z").copy()
    if np.isinf(scores).any():
        raise ValueError("a z-score must be finite; a missing one is nan")
    present = np.flatnonzero(~np.isnan(scores))
    if method == "winsorise" and present.size:
        low, high = np.quantile(scores.flat[present], [trim, 1 - trim])
        scores = np.clip(scores, low, high)
    elif method == "truncate":
        each_end = math.floor(trim * present.size)
        order = present[np.argsort(scores.flat[present], kind="stable")]
        scores.flat[order[:each_end]] = np.nan
        scores.flat[order[present.size - each_end :]] = np.nan
    kept = scores[~np.isnan(scores)]
    phi = float(np.mean(kept**2)) if kept.size else math.nan
    return Overdispersion(phi / left if corrected else phi, scores)


def phi_of_chance(trim: float = 0.1, method: Trimming = "winsorise") -> float:
    """What phi comes to on average over many organisations that differ by chance alone.

    One without trimming; below one with it. `trim` and `method`, and faults, as for
    `overdispersion`. Source: the second moment of a winsorised or truncated normal variable.

    >>> round(phi_of_chance(0.1, "winsorise"), 3), round(phi_of_chance(0.1, "truncate"), 3)
    (0.679, 0.438)
    """
    if not 0 <= one_number(trim, "trim") < 0.5:
        raise ValueError("trim must be at least 0 and below 0.5")
    if method not in ("winsorise", "truncate"):
        raise ValueError(f"'{method}' is not a way of trimming: winsorise or truncate")
    if trim == 0:
        return 1.0
    cut = float(scipy.stats.norm.isf(trim))
    inside = 1 - 2 * trim - 2 * cut * float(scipy.stats.norm.pdf(cut))
    return inside + 2 * trim * cut**2 if method == "winsorise" else inside / (1 - 2 * trim)


def between_variance(dispersion: Overdispersion, standard_error: ArrayLike) -> float:
    """The variance between organisations that the overdispersion implies (tau squared).

    `standard_error` stands beside each z-score; the result is in its unit, squared. Zero when
    chance explains all of the spread or fewer than two organisations remain.
    Raises ValueError for a standard error that is not positive and finite.
    Source: DerSimonian & Laird (1986), Control Clin Trials 7:177-88, for funnels by
    Spiegelhalter et al. (2012), J R Stat Soc A 175:1-47.

    >>> spread = overdispersion([-3, 3, -2, 2], trim=0)
    >>> round(between_variance(spread, [0.1, 0.1, 0.1, 0.1]), 4)
    0.0767
    """
    kept = ~np.isnan(dispersion.z)
    errors = alike(numbers(standard_error, "standard_error"), dispersion.z)[0]
    if errors.shape != kept.shape:
        raise ValueError("standard errors must stand beside the z-scores, one for each")
    errors = errors[kept]
    if not np.all((errors > 0) & np.isfinite(errors)):
        raise ValueError("standard errors must be positive and finite")
    if errors.size < 2:
        return 0.0
    weights = errors**-2
    excess = errors.size * dispersion.phi - (errors.size - 1)
    return max(0.0, float(excess / (weights.sum() - (weights**2).sum() / weights.sum())))
