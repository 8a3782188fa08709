"""What a funnel can see: how likely its limits are to be crossed, by chance or for a reason."""

import numpy as np
import scipy
from numpy.typing import ArrayLike

from levelfield.statistics.funnel import FunnelKind, PoissonLimits, funnel_limits
from levelfield.statistics.interval import FloatArray, Interval, alike, counts, interval
from levelfield.statistics.scales import FunnelScale


def funnel_power(
    kind: FunnelKind,
    truth: ArrayLike,
    size: ArrayLike,
    reference: float | None = None,
    confidence: float = 0.998,
    between_variance: float = 0.0,
    scale: FunnelScale | None = None,
    poisson: PoissonLimits = "chi-squared",
) -> Interval:
    """The chances that an organisation is seen below and above the limits of a funnel.

    `truth` is the value that it would have without chance, in the unit of `reference`; where it is
    the reference the chances are those of a false signal, else of a true one. Shapes of `truth`
    and `size` broadcast; the rest, and faults, as for `funnel_limits`, whose limits these are.
    Exact for binomial and Poisson counts. `nan` where the size is zero or something is missing.

    >>> seen = funnel_power("proportion", [0.1, 0.2], 100, 0.1)
    >>> seen.upper.round(3).tolist()
    [0.001, 0.441]
    """
    true, sizes = alike(counts(truth, "truth"), counts(size, "size"))
    if kind == "proportion" and np.any(true > 1):
        raise ValueError("a true proportion must lie between 0 and 1")
    limits = funnel_limits(kind, sizes, reference, confidence, between_variance, scale, poisson)
    # The counts next to a limit are tried as values: what is on a limit is within it.
    least, most = _first(sizes, limits.lower), _last(sizes, limits.upper)
    draws = np.where(sizes > 0, sizes, np.nan)
    if kind == "proportion":
        below = scipy.stats.binom.cdf(least - 1, draws, true)
        above = scipy.stats.binom.sf(most, draws, true)
    else:
        below = scipy.stats.poisson.cdf(least - 1, draws * true)
        above = scipy.stats.poisson.sf(most, draws * true)
    return interval(below, above)


def _first(size: FloatArray, limit: FloatArray) -> FloatArray:
    """The first count whose value is not below the limit."""
    count = np.floor(size * limit) - 1
    for _ in range(3):
        count = np.where(count / size < limit, count + 1, count)
    return count


def _last(size: FloatArray, limit: FloatArray) -> FloatArray:
    """The last count whose value is not above the limit."""
    count = np.ceil(size * limit) + 1
    for _ in range(3):
        count = np.where(count / size > limit, count - 1, count)
    return count
