"""An interval for a share of things that come in clusters, such as the parts of a person's care."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from levelfield.statistics.interval import (
    ROUNDING,
    Confidence,
    FloatArray,
    Interval,
    alike,
    counts,
    enough_squares,
    interval,
    normal_deviate,
    whole_counts,
)
from levelfield.statistics.means import student_deviate
from levelfield.statistics.proportions import wilson_interval


def clustered_proportion_interval(
    clusters: ArrayLike,
    count: ArrayLike,
    total: ArrayLike,
    count_squares: ArrayLike,
    products: ArrayLike,
    total_squares: ArrayLike,
    confidence: Confidence = 0.95,
) -> Interval:
    """Wilson's interval for a proportion whose units come in clusters that resemble each other.

    `clusters` is their number; `count` and `total` are summed over them, as are the squares of
    both and their products. The variance of the quotient is that of the linearised ratio
    estimator; the size given to Wilson is that of a simple sample of equal variance, never above
    `total`, and less as clusters are fewer, since their variance is then hardly known. Where it
    cannot be told at all (all or none, or a single cluster) a cluster is worth one unit. Any one
    shape; the bounds are proportions, `nan` where the total is zero.
    Raises ValueError for a negative count, a count above its total, squares or products that no
    clusters with those sums can have, shapes that do not fit, or a confidence outside (0, 1).
    Sources: the variance of a ratio of two sums, Cochran (1977), Sampling Techniques, 3rd edition;
    the effective size in Wilson's interval, never above the size, Dean & Pagano (2015), J Surv Stat
    Methodol 3:484-503; its allowance for few clusters, by Student's t, after Korn & Graubard
    (1998), Surv Methodol 24:193-201.

    Five people, of whose parts 2 of 3, 3 of 3, 0 of 2, 1 of 3 and 2 of 2 were done:

    >>> lower, upper = clustered_proportion_interval(5, 8, 13, 18, 22, 35)
    >>> print(f"{lower:.3f} to {upper:.3f}")
    0.208 to 0.907
    """
    sums = _checked(clusters, count, total, count_squares, products, total_squares)
    groups, number, size, squared, crossed, size_squared = sums
    for less, more in ((number, size), (squared, crossed), (crossed, size_squared)):
        if np.any(less * (1 - ROUNDING) > more):
            raise ValueError("a count is above its total, or their squares and products say so")
    share, variance = _linearised(*sums)
    with np.errstate(divide="ignore", invalid="ignore"):
        effective = np.minimum(share * (1 - share) / variance, size)
    told = (groups > 1) & (number > 0) & (number < size)
    share = np.where(size > 0, share, 0)

    def at(level: float) -> Interval:
        known = student_deviate(level, np.where(told, groups - 1, np.nan))
        fewer = effective * (normal_deviate(level, 0) / known) ** 2
        worth = np.where(told, fewer, np.minimum(groups, size))
        return wilson_interval(share * worth, worth, level)

    if isinstance(confidence, Sequence):
        return interval(*np.stack([at(level) for level in confidence], axis=1))
    return at(confidence)


def clustered_ratio_interval(
    clusters: ArrayLike,
    count: ArrayLike,
    total: ArrayLike,
    count_squares: ArrayLike,
    products: ArrayLike,
    total_squares: ArrayLike,
    confidence: Confidence = 0.95,
) -> Interval:
    """Student's interval for one sum over another, such as pounds for each contact, of clusters.

    Input as for `clustered_proportion_interval`, without the limit that `total` sets to `count`.
    The variance is that of the linearised ratio estimator, with one degree of freedom fewer than
    there are clusters; the lower bound is never below zero. Good from about thirty clusters; with
    few of them it is too narrow where their sizes differ much. The bounds are `nan` with fewer than
    two clusters or a total of zero.
    Raises ValueError for a negative number, squares or products that no clusters with those sums
    can have, shapes that do not fit, or a confidence outside (0, 1).
    Source: Cochran (1977), Sampling Techniques, 3rd edition, on ratio estimators.

    Four teams with 100, 210, 290 and 420 pounds for 2, 4, 6 and 8 contacts:

    >>> lower, upper = clustered_ratio_interval(4, 1020, 20, 314600, 6140, 120)
    >>> print(f"{lower:.2f} to {upper:.2f}")
    47.15 to 54.85
    """
    sums = _checked(clusters, count, total, count_squares, products, total_squares)
    groups, size = sums[0], sums[2]
    ratio, variance = _linearised(*sums)
    told = (groups > 1) & (size > 0)
    freedom = np.where(told, groups - 1, np.nan)
    half = student_deviate(confidence, freedom) * np.sqrt(np.where(told, variance, np.nan))
    return interval(np.maximum(ratio - half, 0), ratio + half)


def _checked(
    clusters: ArrayLike,
    count: ArrayLike,
    total: ArrayLike,
    count_squares: ArrayLike,
    products: ArrayLike,
    total_squares: ArrayLike,
) -> tuple[FloatArray, ...]:
    """The six sums over clusters in one shape; ValueError where no clusters can have them."""
    groups, number, size, squared, crossed, size_squared = alike(
        whole_counts(clusters, "clusters"),
        counts(count, "count"),
        counts(total, "total"),
        counts(count_squares, "count_squares"),
        counts(products, "products"),
        counts(total_squares, "total_squares"),
    )
    enough_squares(groups, number, squared, "count_squares")
    enough_squares(groups, size, size_squared, "total_squares")
    if np.any(crossed**2 * (1 - ROUNDING) > squared * size_squared):
        raise ValueError("products are above what the squares of both allow")
    return groups, number, size, squared, crossed, size_squared


def _linearised(
    groups: FloatArray,
    number: FloatArray,
    size: FloatArray,
    number_squares: FloatArray,
    products: FloatArray,
    size_squares: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """A quotient of two sums over clusters, and its variance to the first order."""
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = number / size
        squares = number_squares - 2 * quotient * products + quotient**2 * size_squares
        # Rounding must not leave a negative sum where every cluster has the same quotient.
        return quotient, groups / (groups - 1) * np.maximum(squares, 0) / size**2
