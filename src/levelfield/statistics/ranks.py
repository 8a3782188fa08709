"""Ranks with their interval: what a league table leaves out.

First draw what the true values may be, then rank every draw. A rank alone says little: among many
much alike, chance decides most of it. Draws that take each estimate at face value
(`proportion_draws`, `rate_draws`, `normal_draws` without a between-variance) spread further than
true values do, and their 95% rank intervals hold fewer than 95% of true ranks where chance is as
large as the differences; those of `normal_draws` with a between-variance hold theirs.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from levelfield.statistics.interval import (
    FloatArray,
    at_least,
    confidence_levels,
    counts,
    numbers,
    one_number,
)


@dataclass(frozen=True)
class Ranks:
    """Where each stands among all, 1 being the best; `nan` for one without value."""

    rank: FloatArray
    """The rank in the middle of its draws."""
    lower: FloatArray
    upper: FloatArray
    worst_quarter: FloatArray
    """The chance of being among the worst quarter, of three or fewer `nan`."""


def normal_draws(
    estimate: ArrayLike,
    standard_error: ArrayLike,
    between_variance: float | None = None,
    *,
    draws: int = 10_000,
    seed: int = 1,
) -> FloatArray:
    """What true values may be behind estimates with standard errors: draws by estimates.

    Estimates are best on a scale where their error is normal, such as the logarithm of a rate:
    ranks stay the same. `between_variance` (tau squared, as `between_variance` finds it) is how
    far true values lie apart; with it, estimates are drawn towards their common mean as far as
    chance may have driven them away. An estimate that is missing (`nan`), or whose error is, stays
    missing.
    Raises ValueError for an infinite estimate, a negative standard error or variance, or one that
    is zero with the variance, for lengths that differ, and for fewer draws than one.
    Source: Goldstein & Spiegelhalter (1996), J R Stat Soc A 159:385-443.

    >>> normal_draws([0.1, 0.3], [0.02, 0.02]).mean(axis=0).round(2).tolist()
    [0.1, 0.3]
    """
    centre = numbers(estimate, "estimate")
    error = counts(standard_error, "standard_error")
    if np.isinf(centre).any():
        raise ValueError("an estimate must be finite; a missing one is nan")
    if centre.ndim != 1 or error.shape not in ((), centre.shape):
        raise ValueError("estimates and standard errors must be two lists of one length")
    centre, error = np.broadcast_arrays(centre, error)
    if between_variance is not None:
        centre, error = _shrunk(centre, error, between_variance)
    number = at_least(draws, 1, "the number of draws")
    noise = np.random.default_rng(seed).standard_normal((number, centre.size))
    return np.asarray(centre + error * noise)


def proportion_draws(
    count: ArrayLike, total: ArrayLike, *, draws: int = 10_000, seed: int = 1
) -> FloatArray:
    """What true proportions may be behind counts: draws by counts, `nan` for a total of zero.

    Beta distributions from Jeffreys' prior, which leave room for chance at none and at all.
    Raises ValueError for a negative count, one above its total, lengths that differ, or fewer draws
    than one.
    Source: Brown, Cai & DasGupta (2001), Stat Sci 16:101-33.

    >>> proportion_draws([5, 0], [10, 0]).mean(axis=0).round(2).tolist()
    [0.5, nan]
    """
    number, size = _two_lists(count, total)
    if np.any(number > size):
        raise ValueError("a count is above its total")
    known = (size > 0) & ~np.isnan(number)
    drawn = np.full((at_least(draws, 1, "the number of draws"), number.size), np.nan)
    hits, misses = number[known] + 0.5, (size - number)[known] + 0.5
    drawn[:, known] = np.random.default_rng(seed).beta(hits, misses, (len(drawn), hits.size))
    return drawn


def rate_draws(
    count: ArrayLike, exposure: ArrayLike, *, draws: int = 10_000, seed: int = 1
) -> FloatArray:
    """What true rates may be behind events over an exposure, or behind observed over expected.

    Draws by counts, from gamma distributions with Jeffreys' prior; `nan` for an exposure of zero.
    Raises ValueError for a negative count or exposure, lengths that differ, or fewer draws than
    one.
    Source: as for `proportion_draws`.

    >>> rate_draws([100, 0], [50, 0]).mean(axis=0).round(1).tolist()
    [2.0, nan]
    """
    number, size = _two_lists(count, exposure)
    known = (size > 0) & ~np.isnan(number)
    drawn = np.full((at_least(draws, 1, "the number of draws"), number.size), np.nan)
    shape = number[known] + 0.5
    gammas = np.random.default_rng(seed).standard_gamma(shape, (len(drawn), shape.size))
    drawn[:, known] = gammas / size[known]
    return drawn


def rank_intervals(
    draws: ArrayLike,
    better: Literal["higher", "lower"],
    confidence: float = 0.95,
    *,
    seed: int = 1,
) -> Ranks:
    """The rank of each, with the interval that holds it and the chance of the worst quarter.

    `draws` is draws by organisations, from `normal_draws`, `proportion_draws` or `rate_draws`; 1 is
    the best rank. Equal draws are put in random order, so that organisations which cannot be told
    apart may have any rank. One without value (`nan`) is left out, and the others are ranked among
    themselves. The worst quarter is at most a quarter: two of ten.
    Raises ValueError when `better` is neither higher nor lower, for draws that are not two-way, and
    for a confidence outside (0, 1).
    Source: Marshall & Spiegelhalter (1998), BMJ 316:1701-4.

    >>> found = rank_intervals(normal_draws([0.9, 0.5, 0.6], 0.05), "higher")
    >>> found.rank.tolist(), found.lower.tolist(), found.upper.tolist()
    ([1.0, 3.0, 2.0], [1.0, 2.0, 2.0], [1.0, 3.0, 3.0])
    """
    drawn = numbers(draws, "draws")
    if drawn.ndim != 2 or not drawn.shape[0]:
        raise ValueError("draws must be draws by organisations")
    if better not in ("higher", "lower"):
        raise ValueError(f"'{better}' is not a direction: higher or lower is better")
    tail = float((1 - confidence_levels(confidence, 0)) / 2)
    known = ~np.isnan(drawn).any(axis=0)
    number = int(known.sum())
    best_first = -drawn[:, known] if better == "higher" else drawn[:, known]
    tie_break = np.random.default_rng(seed).random(best_first.shape)
    order = np.lexsort((tie_break, best_first), axis=1)
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(1, number + 1)[np.newaxis], axis=1)
    found = np.full((4, known.size), np.nan)
    found[:3, known] = np.quantile(ranks, [0.5, tail, 1 - tail], axis=0, method="inverted_cdf")
    if number >= 4:
        found[3, known] = (ranks > number - number // 4).mean(axis=0)
    return Ranks(*found)


def _shrunk(centre: FloatArray, error: FloatArray, between: float) -> tuple[FloatArray, FloatArray]:
    """Means and standard errors of true values that are themselves normal."""
    if one_number(between, "between_variance") < 0:
        raise ValueError("between_variance must not be negative")
    whole = error**2 + between
    known = ~np.isnan(centre + error)
    if np.any(whole[known] == 0):
        raise ValueError("a standard error and the between_variance are both zero")
    if not known.any():
        return centre, error
    trust = between / whole
    mean = np.average(centre[known], weights=1 / whole[known])
    return trust * centre + (1 - trust) * mean, error * np.sqrt(trust)


def _two_lists(count: ArrayLike, total: ArrayLike) -> tuple[FloatArray, FloatArray]:
    number, size = counts(count, "count"), counts(total, "total")
    if number.ndim != 1 or number.shape != size.shape:
        raise ValueError("counts and totals must be two lists of one length")
    return number, size
