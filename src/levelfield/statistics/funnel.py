"""Funnel plots: the limits within which organisations differ by chance, and who lies outside.

Two methods. Without a between-variance the limits are exact: binomial for a proportion, Poisson
for a rate or a ratio. With one, they are additive random effects: the variance is added to that
of chance on a scale where chance no longer depends on the value (arcsine square root of a
proportion, logarithm of a rate or ratio), and the limits are brought back from there.
"""

from typing import Literal

import numpy as np
import scipy
from numpy.typing import ArrayLike

from levelfield.statistics.interval import (
    Confidence,
    FloatArray,
    Interval,
    confidence_levels,
    counts,
    interval,
    normal_deviate,
)
from levelfield.statistics.poisson import exact_poisson_interval

FunnelKind = Literal["proportion", "rate", "ratio"]

FUNNEL_CONFIDENCE = (0.95, 0.998)
"""The two pairs of limits that a funnel plot shows: about two and three standard errors."""


def funnel_limits(
    kind: FunnelKind,
    size: ArrayLike,
    reference: float = 1.0,
    confidence: Confidence = FUNNEL_CONFIDENCE,
    between_variance: float = 0.0,
) -> Interval:
    """The limits of a funnel plot at each size, one row per confidence.

    `size` is the denominator of a proportion (whole), what the events of a rate are counted over,
    or the expected events of a ratio; `reference` is the value all would have if none differed.
    Limits are in the unit of the value and `nan` at size zero. `between_variance` (tau squared)
    is on the scale of `funnel_scores`.
    Raises ValueError for a negative size, a reference that the kind cannot have, a proportion's
    size that is not whole, or a confidence outside (0, 1).
    Source: Spiegelhalter (2005), Stat Med 24:1185-202, appendix A.1; the interpolated binomial
    limit is taken from the nearer end on both sides, so that neither is crossed by chance more
    often than it says. With a between-variance: Spiegelhalter et al. (2012), J R Stat Soc A
    175:1-47.

    >>> limits = funnel_limits("ratio", 20, 1.0, 0.95)
    >>> print(f"{limits.lower:.4f} to {limits.upper:.4f}")
    0.6108 to 1.5444
    """
    sizes = _checked(kind, size, reference)
    if between_variance < 0:
        raise ValueError("between_variance must not be negative")
    if between_variance > 0:
        return _random_effects(kind, sizes, reference, confidence, between_variance)
    with np.errstate(divide="ignore", invalid="ignore"):
        if kind == "proportion":
            tail = (1 - confidence_levels(confidence, sizes.ndim)) / 2
            lower = _binomial_lower(tail, sizes, reference)
            upper = 1 - _binomial_lower(tail, sizes, 1 - reference)
        else:
            lower, upper = (
                bound / sizes for bound in exact_poisson_interval(sizes * reference, confidence)
            )
    known = sizes > 0
    return interval(np.where(known, lower, np.nan), np.where(known, upper, np.nan))


def funnel_signal(
    kind: FunnelKind,
    value: ArrayLike,
    size: ArrayLike,
    reference: float = 1.0,
    confidence: Confidence = FUNNEL_CONFIDENCE,
    between_variance: float = 0.0,
) -> FloatArray:
    """How many of the limits each value lies outside: above positive, below negative.

    With the two usual limits 0 is within both, 1 above the 95% limit only, 2 above the 99.8%
    limit, -1 and -2 below; `nan` where value or size is missing or the size is zero. A value on a
    limit is within it. The limits are those of `funnel_limits`, never a second reckoning.

    >>> funnel_signal("proportion", [0.5, 0.62, 0.3], 100, 0.5).tolist()
    [0.0, 1.0, -2.0]
    """
    values = np.asarray(value, dtype=np.float64)
    values, sizes = np.broadcast_arrays(values, np.asarray(size, dtype=np.float64))
    limits = funnel_limits(
        kind, sizes, reference, np.atleast_1d(confidence).tolist(), between_variance
    )
    above = (values > limits.upper).sum(axis=0)
    below = (values < limits.lower).sum(axis=0)
    known = ~np.isnan(values) & (sizes > 0)
    return np.asarray(np.where(known, above.astype(np.float64) - below, np.nan))[()]


def funnel_scores(
    kind: FunnelKind, value: ArrayLike, size: ArrayLike, reference: float = 1.0
) -> tuple[FloatArray, FloatArray]:
    """z-scores against the reference and their standard errors, for `overdispersion`.

    Both on the scale on which the limits are widened: arcsine square root of a proportion,
    logarithm of a rate or ratio over its reference. No events count as half an event there, since
    zero has no logarithm. `nan` where the value is missing or the size is zero.
    Input, faults and source as for `funnel_limits`; a reference of zero has no scores.

    >>> z, error = funnel_scores("ratio", 406 / 523.7, 523.7)
    >>> print(f"{z:.4f} {error:.4f}")
    -5.8256 0.0437
    """
    sizes = _checked(kind, size, reference)
    values = counts(value, "value")
    with np.errstate(divide="ignore", invalid="ignore"):
        error = _standard_error(kind, sizes, reference)
        if kind == "proportion":
            distance = np.arcsin(np.sqrt(values)) - np.arcsin(np.sqrt(reference))
        else:
            events = np.where(values == 0, 0.5, values * sizes)
            distance = np.log(events / (sizes * reference))
        z = distance / error
    known = np.isfinite(z)
    return np.where(known, z, np.nan)[()], np.where(known, error, np.nan)[()]


def _standard_error(kind: FunnelKind, sizes: FloatArray, reference: float) -> FloatArray:
    if kind == "proportion":
        return np.asarray(1 / (2 * np.sqrt(sizes)))
    return np.asarray(1 / np.sqrt(sizes * reference))


def _random_effects(
    kind: FunnelKind, sizes: FloatArray, reference: float, confidence: Confidence, variance: float
) -> Interval:
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(_standard_error(kind, sizes, reference) ** 2 + variance)
        half = normal_deviate(confidence, sizes.ndim) * error
        if kind == "proportion":
            centre = np.arcsin(np.sqrt(reference))
            lower = np.sin(np.clip(centre - half, 0, np.pi / 2)) ** 2
            upper = np.sin(np.clip(centre + half, 0, np.pi / 2)) ** 2
        else:
            lower, upper = reference * np.exp(-half), reference * np.exp(half)
    known = sizes > 0
    return interval(np.where(known, lower, np.nan), np.where(known, upper, np.nan))


def _binomial_lower(tail: FloatArray, sizes: FloatArray, reference: float) -> FloatArray:
    """The proportion below which fewer than `tail` of binomial draws fall."""
    count = scipy.stats.binom.ppf(tail, sizes, reference)
    at_or_below = scipy.stats.binom.cdf(count, sizes, reference)
    below = scipy.stats.binom.cdf(count - 1, sizes, reference)
    part = (at_or_below - tail) / (at_or_below - below)
    return np.asarray(np.clip((count - part) / sizes, 0, 1))


def _checked(kind: FunnelKind, size: ArrayLike, reference: float) -> FloatArray:
    sizes = counts(size, "size")
    if kind == "proportion":
        if not 0 <= reference <= 1:
            raise ValueError("the reference of a proportion must lie between 0 and 1")
        if np.any(sizes[~np.isnan(sizes)] % 1):
            raise ValueError("the denominator of a proportion must be whole")
    elif kind not in ("rate", "ratio"):
        raise ValueError(f"'{kind}' is not a kind of funnel: proportion, rate or ratio")
    elif not 0 < reference < np.inf:
        raise ValueError("the reference of a rate or ratio must be positive")
    return sizes
