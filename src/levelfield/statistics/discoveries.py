"""How many signals on a page of many measures by many providers are there by chance."""

from typing import Literal

import numpy as np
import scipy
from numpy.typing import ArrayLike

from levelfield.statistics.interval import FloatArray, numbers


def two_sided_p_values(z: ArrayLike) -> FloatArray:
    """The chance of a z-score at least as far from zero as each, on either side.

    Any shape; a missing score (`nan`) stays missing.

    >>> two_sided_p_values([0, 1.96, -3]).round(4).tolist()
    [1.0, 0.05, 0.0027]
    """
    return np.asarray(2 * scipy.special.ndtr(-np.abs(numbers(z, "z"))))[()]


def adjusted_p_values(
    p: ArrayLike, dependence: Literal["positive", "any"] = "positive"
) -> FloatArray:
    """p-values adjusted for how many were looked at: the false discovery rate that each bears.

    `p` is the whole page, of any shape, and comes back in it: flag those at or below 0.05, and on
    average no more than one flag in twenty is there by chance. A missing p-value (`nan`) was not
    looked at and stays missing. `positive` dependence (Benjamini and Hochberg) holds for tests
    that are independent or go together; `any` (Benjamini and Yekutieli) for all, and flags fewer.
    Raises ValueError for a p-value outside [0, 1] or an unknown dependence.
    Source: Benjamini & Hochberg (1995), J R Stat Soc B 57:289-300; Benjamini & Yekutieli (2001),
    Ann Stat 29:1165-88.

    >>> adjusted_p_values([0.01, 0.02, 0.03, float("nan"), 0.5]).round(4).tolist()
    [0.04, 0.04, 0.04, nan, 0.5]
    """
    if dependence not in ("positive", "any"):
        raise ValueError(f"'{dependence}' is not a dependence: positive or any")
    chances = numbers(p, "p")
    known = ~np.isnan(chances)
    if np.any((chances[known] < 0) | (chances[known] > 1)):
        raise ValueError("a p-value must lie between 0 and 1")
    adjusted = np.full(chances.shape, np.nan)
    adjusted[known] = scipy.stats.false_discovery_control(
        chances[known], axis=None, method="bh" if dependence == "positive" else "by"
    )
    return adjusted[()]
