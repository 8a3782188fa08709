"""Funnel plots: the limits within which organisations differ by chance, and who lies outside.

Two sorts of limits. Without a between-variance they are those of chance alone, from the binomial
or Poisson distribution. With one, they are additive random effects: the variance is added to that
of chance on a scale where chance does not depend on the value, and the limits are brought back
from there. Either way points are classed by the limits that are drawn, never by a second reckoning.
"""

from typing import Literal

import numpy as np
import scipy
from numpy.typing import ArrayLike

from levelfield.statistics.chance import binomial_limits, poisson_limits
from levelfield.statistics.interval import (
    Confidence,
    FloatArray,
    Interval,
    alike,
    confidence_levels,
    counts,
    interval,
    normal_deviate,
    numbers,
    one_number,
)
from levelfield.statistics.poisson import exact_poisson_interval
from levelfield.statistics.scales import FunnelScale, scale_of

FunnelKind = Literal["proportion", "rate", "ratio"]

PoissonLimits = Literal["chi-squared", "exact"]

FUNNEL_CONFIDENCE = (0.95, 0.998)
"""The two pairs of limits that a funnel plot shows: about two and three standard errors."""

LARGEST_SIZE = 2**53
"""Up to here a double tells every whole number from the next."""


def confidence_within(deviates: ArrayLike) -> list[float]:
    """The confidence that so many standard errors to each side hold, for limits in rounded ones.

    Published methods write 1.96 and 3.09 where the levels 0.95 and 0.998 have more digits; to
    agree with their limits to the last digit, ask for `confidence_within([1.96, 3.09])`.
    Raises ValueError for a deviate that is not positive and finite.

    >>> [round(level, 6) for level in confidence_within([1.96, 3.09])]
    [0.950004, 0.997998]
    """
    errors = np.atleast_1d(numbers(deviates, "deviates"))
    if errors.ndim > 1 or not np.all((errors > 0) & np.isfinite(errors)):
        raise ValueError("normal deviates must be positive, for example [1.96, 3.09]")
    return [float(level) for level in 1 - 2 * scipy.special.ndtr(-errors)]


def funnel_limits(
    kind: FunnelKind,
    size: ArrayLike,
    reference: float | None = None,
    confidence: Confidence = FUNNEL_CONFIDENCE,
    between_variance: float = 0.0,
    scale: FunnelScale | None = None,
    poisson: PoissonLimits = "chi-squared",
) -> Interval:
    """The limits of a funnel plot at each size, one row per confidence.

    `size` is the denominator of a proportion (whole), what the events of a rate are counted over,
    or the expected events of a ratio; `reference` is the value all would have if none differed,
    by default 1 for a ratio; a proportion or a rate has to be given one.
    Limits are in the unit of the value and `nan` at size zero or missing.

    `between_variance` (tau squared) is on the `scale` of `funnel_scores`: the arcsine square root
    of a proportion, the logarithm of a rate or ratio (Summary Hospital-level Mortality Indicator)
    or their square root (Care Quality Commission). On the logarithm a value of zero lies below
    every lower limit, so that where few events are expected the square root is the better.

    Limits with a between-variance agree with those that FunnelPlotR publishes to 1e-9 only in its
    rounded deviates, `confidence_within([1.959964, 3.090232])`; at 0.95 and 0.998 themselves they
    differ by up to 1.2e-7 at the hospitals of its example, and by 3e-7 where one event is expected.

    Without it, `poisson` says how the limits of a rate or ratio are taken. `chi-squared` is public
    health practice: the exact interval of the expected number. Its lower limit is crossed more
    often than it says where few are expected (at five, 0.7% of the time for 0.1%), its upper less.
    `exact` limits, like those of a proportion, are crossed no more often than they say.

    Raises ValueError for a negative size, a reference that is missing or that the kind cannot
    have, a proportion's size that is not whole or above 2**53, a scale that does not fit, or a
    confidence outside (0, 1).
    Source: Spiegelhalter (2005), Stat Med 24:1185-202; with a between-variance, Spiegelhalter et
    al. (2012), J R Stat Soc A 175:1-47.

    >>> limits = funnel_limits("ratio", 20, 1.0, 0.95)
    >>> print(f"{limits.lower:.4f} to {limits.upper:.4f}")
    0.6108 to 1.5444
    """
    sizes, centre = _checked(kind, size, reference)
    way = scale_of(kind, scale)
    if poisson not in ("chi-squared", "exact"):
        raise ValueError(f"'{poisson}' is not a way of limits: chi-squared or exact")
    if one_number(between_variance, "between_variance") < 0:
        raise ValueError("between_variance must be finite and not negative")
    with np.errstate(divide="ignore", invalid="ignore"):
        if between_variance > 0:
            error = np.sqrt(way.error(sizes, centre) ** 2 + between_variance)
            half = normal_deviate(confidence, sizes.ndim) * error
            middle = way.there(np.asarray(centre))
            lower, upper = way.back(middle - half), way.back(middle + half)
        elif kind != "proportion" and poisson == "chi-squared":
            found = exact_poisson_interval(sizes * centre, confidence)
            lower, upper = found.lower / sizes, found.upper / sizes
        else:
            lower, upper = _by_chance(kind, sizes, centre, confidence)
    known = sizes > 0
    return interval(np.where(known, lower, np.nan), np.where(known, upper, np.nan))


def funnel_signal(
    kind: FunnelKind,
    value: ArrayLike,
    size: ArrayLike,
    reference: float | None = None,
    confidence: Confidence = FUNNEL_CONFIDENCE,
    between_variance: float = 0.0,
    scale: FunnelScale | None = None,
    poisson: PoissonLimits = "chi-squared",
) -> FloatArray:
    """How many of the limits each value lies outside: above positive, below negative.

    With the two usual limits 0 is within both, 1 above the 95% limit only, 2 above the 99.8%
    limit, -1 and -2 below; `nan` where value or size is missing or the size is zero. A value on a
    limit is within it. The limits are those of `funnel_limits` for the same arguments; faults as
    there, and ValueError for a negative value or a proportion above one.

    >>> funnel_signal("proportion", [0.5, 0.62, 0.3], 100, 0.5).tolist()
    [0.0, 1.0, -2.0]
    """
    values, sizes = alike(_checked_value(kind, value), numbers(size, "size"))
    levels = np.atleast_1d(confidence).tolist()
    limits = funnel_limits(kind, sizes, reference, levels, between_variance, scale, poisson)
    above = (values > limits.upper).sum(axis=0)
    below = (values < limits.lower).sum(axis=0)
    known = ~np.isnan(values) & (sizes > 0)
    return np.asarray(np.where(known, above.astype(np.float64) - below, np.nan))[()]


def funnel_scores(
    kind: FunnelKind,
    value: ArrayLike,
    size: ArrayLike,
    reference: float | None = None,
    scale: FunnelScale | None = None,
) -> tuple[FloatArray, FloatArray]:
    """z-scores against the reference and their standard errors, for `overdispersion`.

    Both on the `scale` on which the limits are widened, as in `funnel_limits`. On a logarithm no
    events count as half an event, since zero has none. `nan` where the value is missing or the
    size is zero. About a proportion of none or all, scores have one sign only. Faults and source
    as for `funnel_signal`.

    >>> z, error = funnel_scores("ratio", 406 / 523.7, 523.7)
    >>> print(f"{z:.4f} {error:.4f}")
    -5.8256 0.0437
    """
    sizes, centre = _checked(kind, size, reference)
    values, sizes = alike(_checked_value(kind, value), sizes)
    way = scale_of(kind, scale)
    with np.errstate(divide="ignore", invalid="ignore"):
        if way is scale_of("ratio", "log"):
            values = np.where(values == 0, 0.5 / sizes, values)
        error = way.error(sizes, centre)
        z = (way.there(values) - way.there(np.asarray(centre))) / error
    known = np.isfinite(z)
    return np.where(known, z, np.nan)[()], np.where(known, error, np.nan)[()]


def _by_chance(
    kind: FunnelKind, sizes: FloatArray, reference: float, confidence: Confidence
) -> tuple[FloatArray, FloatArray]:
    tail, flat = (1 - confidence_levels(confidence, 1)) / 2, sizes.reshape(-1)
    if kind == "proportion":
        found = binomial_limits(tail, flat, reference)
    else:
        found = poisson_limits(tail, flat * reference)
    shape = np.shape(confidence) + sizes.shape
    return found.lower.reshape(shape) / sizes, found.upper.reshape(shape) / sizes


def _checked(
    kind: FunnelKind, size: ArrayLike, reference: float | None
) -> tuple[FloatArray, float]:
    """Sizes and reference of a funnel, the latter 1 for a ratio that was given none.

    Raises ValueError as `funnel_limits` says.
    """
    sizes = counts(size, "size")
    if kind not in ("proportion", "rate", "ratio"):
        raise ValueError(f"'{kind}' is not a kind of funnel: proportion, rate or ratio")
    if reference is None and kind == "ratio":
        return sizes, 1.0
    if reference is None:
        raise ValueError(f"the funnel of a {kind} needs a reference: the value if none differed")
    reference = one_number(reference, "the reference")
    if kind == "proportion":
        if not 0 <= reference <= 1:
            raise ValueError("the reference of a proportion must lie between 0 and 1")
        if np.any(sizes[~np.isnan(sizes)] % 1):
            raise ValueError("the denominator of a proportion must be whole")
        if np.any(sizes > LARGEST_SIZE):
            raise ValueError(f"the denominator of a proportion is at most {LARGEST_SIZE:,}")
    elif reference <= 0:
        raise ValueError("the reference of a rate or ratio must be positive")
    return sizes, reference


def _checked_value(kind: FunnelKind, value: ArrayLike) -> FloatArray:
    values = counts(value, "value")
    if kind == "proportion" and np.any(values > 1):
        raise ValueError("a proportion is above one: its numerator is above its denominator")
    return values
