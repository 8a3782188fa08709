"""The funnel of a proportion written again, without our functions: its spread, limits and chances.

What is judged must not be its own judge. Here the spread between providers, the limits that allow
for it and the chance of a point beyond them come from numpy and scipy alone.
"""

from functools import cache

import numpy as np
from scipy import stats

TRIM = 0.1
DEVIATE = float(stats.norm.isf(0.001))
"""Standard errors to each side that hold 99.8%."""


@cache
def left_by_trimming(method: str) -> float:
    """The second moment of a standard normal variable whose tenths are drawn in, or left out."""
    cut = float(stats.norm.isf(TRIM))
    if method == "truncate":
        return float(stats.truncnorm.var(-cut, cut))
    return float(stats.norm.expect(lambda z: min(max(z, -cut), cut) ** 2))


def spread(
    values: np.ndarray, sizes: np.ndarray, reference: float, method: str, corrected: bool
) -> float:
    """Tau squared on the arcsine scale by the method of moments, extremes drawn in or left out."""
    away = np.arcsin(np.sqrt(values)) - np.arcsin(np.sqrt(reference))
    score, weights = 2 * np.sqrt(sizes) * away, 4 * sizes
    if method == "truncate":
        each_end = int(TRIM * score.size)
        kept = np.argsort(score, kind="stable")[each_end : score.size - each_end]
        score, weights = score[kept], weights[kept]
    else:
        low, high = np.quantile(score, [TRIM, 1 - TRIM])
        score = np.minimum(np.maximum(score, low), high)
    phi = float(np.mean(score**2)) / (left_by_trimming(method) if corrected else 1.0)
    whole = weights.sum()
    more = score.size * phi - (score.size - 1)
    return max(0.0, float(more / (whole - (weights**2).sum() / whole)))


def crossing(
    truth: np.ndarray | float, sizes: np.ndarray, reference: float, tau2: float
) -> tuple[np.ndarray, np.ndarray]:
    """The chances that a count of a true proportion lies below and above the 99.8% limits.

    Without a spread the limits are those of the binomial distribution itself, crossed by no more
    than a thousandth at either end; with one they are sin² of the arcsine of the reference plus and
    minus so many standard errors.
    """
    if tau2 == 0:
        least = stats.binom.ppf(0.001, sizes, reference)
        most = sizes - stats.binom.ppf(0.001, sizes, 1 - reference)
    else:
        half = DEVIATE * np.sqrt(1 / (4 * sizes) + tau2)
        ends = [np.arcsin(np.sqrt(reference)) + side * half for side in (-1, 1)]
        low, high = (np.sin(np.clip(end, 0, np.pi / 2)) ** 2 for end in ends)
        least, most = np.ceil(sizes * low), np.floor(sizes * high)
    return stats.binom.cdf(least - 1, sizes, truth), stats.binom.sf(most, sizes, truth)
