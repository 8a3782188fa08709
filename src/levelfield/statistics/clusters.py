"""An interval for a share of things that come in clusters, such as the parts of a person's care."""

import numpy as np
from numpy.typing import ArrayLike

from levelfield.statistics.interval import Confidence, Interval, counts
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
    `total`. Where no variance can be told (all or none, or a single cluster) a cluster is worth
    one unit, the most cautious view. Any one shape; the bounds are proportions, `nan` where
    the total is zero.
    Raises ValueError for a negative count, a count above its total or a confidence outside (0, 1).
    Sources: Cochran (1977), Sampling Techniques, 3rd edition, section 2.11; the effective size
    in a score interval: Kott and Liu (2009), Int Stat Rev 77:251-65 (recalled, to be verified).

    Five people, of whose parts 2 of 3, 3 of 3, 0 of 2, 1 of 3 and 2 of 2 were done:

    >>> lower, upper = clustered_proportion_interval(5, 8, 13, 18, 22, 35)
    >>> print(f"{lower:.3f} to {upper:.3f}")
    0.293 to 0.861
    """
    groups, number = counts(clusters, "clusters"), counts(count, "count")
    size = counts(total, "total")
    with np.errstate(divide="ignore", invalid="ignore"):
        share = number / size
        squares = (
            counts(count_squares, "count_squares")
            - 2 * share * counts(products, "products")
            + share**2 * counts(total_squares, "total_squares")
        )
        # Rounding must not leave a negative sum where every cluster has the same share.
        variance = groups / (groups - 1) * np.maximum(squares, 0) / size**2
        effective = np.minimum(share * (1 - share) / variance, size)
    told = (groups > 1) & (number > 0) & (number < size)
    effective = np.where(told, effective, np.minimum(groups, size))
    return wilson_interval(np.where(size > 0, share, 0) * effective, effective, confidence)
