"""Weighted medians of many columns and draws at once."""

import numpy as np

from levelfield.tariff.returned import Floats

_TIE = 1e-12
"""Weights are sums of floats: how near to a half counts as a half."""


def weighted_median(values: Floats, weights: Floats) -> Floats:
    """The median of each column by draw.

    `values` is by provider and currency (`nan` for none); `weights` by draw, provider and currency,
    not negative. Where exactly half of the weight lies below a value the median is halfway to the
    next one, so that equal weights give the usual median. `nan` where there is no weight.
    """
    order = np.argsort(values, axis=0)
    sorted_values = np.take_along_axis(values, order, axis=0)
    known = np.isfinite(sorted_values)
    weight = np.take_along_axis(weights, order[np.newaxis], axis=1) * known
    below = weight.cumsum(axis=1)
    total = below[:, -1:, :]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = below / total
    lower = np.argmax((share >= 0.5 - _TIE) & (weight > 0), axis=1)
    upper = np.argmax((share > 0.5 + _TIE) & (weight > 0), axis=1)
    columns = np.arange(values.shape[1])
    median = (sorted_values[lower, columns] + sorted_values[upper, columns]) / 2
    return np.where(total[:, 0, :] > 0, median, np.nan)
