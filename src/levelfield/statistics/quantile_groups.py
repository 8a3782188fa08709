"""Areas sorted into equal groups by a value, such as deciles of deprivation."""

import numpy as np
import scipy
from numpy.typing import ArrayLike

from levelfield.statistics.interval import FloatArray, at_least, numbers


def assign_quantiles(
    values: ArrayLike, groups: int = 10, *, highest_first: bool = False
) -> FloatArray:
    """The group of each value along the last axis, from 1 to `groups`; `nan` where it is missing.

    Group 1 takes the lowest values, or the highest with `highest_first`: a rank of deprivation
    (1 is the most deprived) goes lowest first, a score of deprivation highest first, so that group
    1 is the most deprived either way. Equal values share a group, that of the first among them, so
    groups may differ in size, and many ties can leave one empty. All are `nan` where there are
    fewer values than groups. Raises ValueError for fewer than two groups, a number
    of them that is not whole, or an infinite value.
    Source: Office for Health Improvement and Disparities, Public Health Technical Guidance,
    assigning deprivation categories.

    >>> assign_quantiles([10, 20, 20, 30, 40], 2).tolist()
    [1.0, 1.0, 1.0, 2.0, 2.0]
    """
    groups = at_least(groups, 2, "the number of groups")
    array = numbers(values, "values")
    if array.ndim == 0 or np.any(np.isinf(array)):
        raise ValueError("values must be a list of finite numbers")
    ranks = scipy.stats.rankdata(
        -array if highest_first else array, method="min", axis=-1, nan_policy="omit"
    )
    number = np.count_nonzero(~np.isnan(array), axis=-1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        # Whole numbers divided once: a rank on the edge of a group must not be moved by rounding.
        from_the_end = np.ceil((number + 1 - ranks) * groups / number)
    return np.where(number >= groups, groups + 1 - from_the_end, np.nan)
