"""How far chance alone takes a count: exact limits from the binomial and Poisson distributions.

A count is whole, so no limit is crossed with exactly the probability that it is drawn for. These
lie between the last count that chance reaches often enough and the one beyond it, at the share of
the way that the probability asks for. A limit is thus crossed at most as often as it says.
Source: Spiegelhalter (2005), Stat Med 24:1185-202, appendix A.1; the share is taken from the
nearer end on both sides.

Where chance alone spreads counts over more than ten thousand, a step of one count is nothing beside
it, and the limits are those of large numbers (Cornish & Fisher, 1938, to the skewness): they agree
with the exact ones to a thousandth of a count, where a search among that many would find no end.
"""

from collections.abc import Callable

import numpy as np
import scipy

from levelfield.statistics.interval import FloatArray, Interval, interval

WIDE = 10_000
"""The standard deviation of a count above which its limits are those of large numbers."""


def binomial_limits(tail: FloatArray, size: FloatArray, reference: float) -> Interval:
    """Limits for a count of `size` draws, each side crossed with probability `tail` at most.

    `size` has one dimension and `tail`, below a half, broadcasts against it. Limits are counts,
    and `nan` at size zero or missing.
    """
    # A denominator comes up again and again, and its limits need to be found only once.
    sizes, place = np.unique(size, return_inverse=True)
    lower = _lowest(tail, sizes, reference)
    upper = sizes - _lowest(tail, sizes, 1 - reference)
    return interval(lower[..., place], upper[..., place])


def poisson_limits(tail: FloatArray, expected: FloatArray) -> Interval:
    """Limits for a count where so many are expected, each side crossed with `tail` at most.

    Shapes as for `binomial_limits`; `expected` need not be whole.
    """

    def at_most(count: FloatArray, mean: FloatArray) -> FloatArray:
        part = scipy.special.gammaincc(np.maximum(count, 0) + 1, mean)
        return np.where(count < 0, 0.0, part)

    # The upper limit is the lower one of the count turned upside down.
    def at_least(count: FloatArray, mean: FloatArray) -> FloatArray:
        return np.where(count >= 0, 1.0, scipy.special.gammainc(np.maximum(-count, 1), mean))

    tails, means = np.broadcast_arrays(tail, expected)
    spread = np.sqrt(means)
    low = _large(tails, means, spread, 1.0)
    high = np.minimum(_large(tails, -means, spread, -1.0), 0)
    return interval(
        np.maximum(_between(at_most, low, spread, tails, means), 0),
        -_between(at_least, high, spread, tails, means),
    )


def _lowest(tail: FloatArray, size: FloatArray, reference: float) -> FloatArray:
    def at_most(count: FloatArray, draws: FloatArray) -> FloatArray:
        inside = np.clip(count, 0, draws - 1)
        part = scipy.special.betainc(draws - inside, inside + 1, 1 - reference)
        return np.where(count < 0, 0.0, np.where(count >= draws, 1.0, part))

    tails, sizes = np.broadcast_arrays(tail, size)
    usable = sizes > 0
    sizes = np.where(usable, sizes, 1.0)
    spread = np.sqrt(sizes * reference * (1 - reference))
    start = np.clip(_large(tails, sizes * reference, spread, 1 - 2 * reference), 0, sizes)
    found = _between(at_most, start, spread, tails, sizes)
    return np.where(usable, np.clip(found, 0, sizes), np.nan)


def _large(tail: FloatArray, mean: FloatArray, spread: FloatArray, skew: float) -> FloatArray:
    """The limit of large numbers; rounded up it is seldom off by more than one for small ones."""
    z = scipy.special.ndtri(tail)
    return np.asarray(mean + z * spread + skew * (z**2 - 1) / 6 - 0.5)


def _between(
    at_most: Callable[[FloatArray, FloatArray], FloatArray],
    large: FloatArray,
    spread: FloatArray,
    tail: FloatArray,
    of: FloatArray,
) -> FloatArray:
    """The first count with `tail` at or below it, less its share of the last step.

    Sought from the limit of large numbers, which stands as it is where counts spread wide.
    """
    found = large.copy()
    near = spread <= WIDE
    tail, of, count = tail[near], of[near], np.ceil(large[near])
    here, before = at_most(count, of), at_most(count - 1, of)
    while (short := here < tail).any():
        count[short] += 1
        before[short] = here[short]
        here[short] = at_most(count[short], of[short])
    while (long := before >= tail).any():
        count[long] -= 1
        here[long] = before[long]
        before[long] = at_most(count[long] - 1, of[long])
    with np.errstate(invalid="ignore"):
        found[near] = count - (here - tail) / (here - before)
    return found
