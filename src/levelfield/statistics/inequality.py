"""How much a value rises or falls across groups of people in a social order.

Groups are ordered from the most to the least deprived, and each stands at the middle of its share
of the population, from 0 to 1. A line is fitted through their values, each weighted by its
population. The slope index is the line's end less its beginning, the relative index the end over
the beginning: above 0, or above 1, where the least deprived have the higher value.

The last axis of every array is the groups, the axes before it are areas. A group without
population is left out; where a peopled group's value is missing, so is the result (`nan`).
Source: Low & Low (2004), J Public Health 26:388-95; Office for Health Improvement and Disparities,
Public Health Technical Guidance, slope index of inequality.
"""

from collections.abc import Iterable
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from levelfield.statistics.gradient import SCALES, ValueScale, fit_line, place, random_ends
from levelfield.statistics.interval import (
    Confidence,
    Estimate,
    FloatArray,
    Interval,
    alike,
    confidence_levels,
    estimate,
    normal_deviate,
    numbers,
)
from levelfield.statistics.means import student_deviate

Method = Literal["analytic", "simulated"]


def slope_index_of_inequality(
    value: ArrayLike,
    population: ArrayLike,
    standard_error: ArrayLike | None = None,
    confidence: Confidence = 0.95,
    *,
    line: ValueScale = "linear",
    errors: ValueScale = "linear",
    method: Method = "analytic",
    draws: int = 2**17,
    seed: int = 1,
) -> Estimate:
    """The difference between the least and the most deprived, in the unit of the values.

    `value` and `population` are areas by groups, or groups alone. Without `standard_error` the
    interval is that of the regression: how far the groups lie off the line (Student's t, from
    three groups). With it, the interval is what chance in each group's value does to the line:
    `analytic` by propagating the errors, `simulated` from the quantiles of `draws` random lines,
    the same ones at each `seed` (their number is rounded up to a power of two).

    `errors` is the scale on which the standard errors stand and values scatter evenly: log for
    rates, logit for proportions (`standard_errors` takes them from intervals there). `line` is the
    scale on which the line is fitted; its ends come back to the unit of the values.

    Raises ValueError for a negative population or standard error, shapes that do not fit, no
    groups, an infinite value or one that a scale has no place for, a simulation without standard
    errors or with fewer than 1,000 draws, or a confidence outside (0, 1).

    >>> slope = slope_index_of_inequality([30, 26, 25, 21, 18], [1000] * 5)
    >>> print(f"{slope.value:.1f} ({slope.lower:.1f} to {slope.upper:.1f})")
    -14.5 (-18.5 to -10.5)
    """
    found = fit_line(value, population, standard_error, line, errors)
    middle = found.at_ends[..., 1] - found.at_ends[..., 0]
    if _simulated(method):
        slopes = (ends[:, 1] - ends[:, 0] for ends in random_ends(found, draws, seed))
        return estimate(middle, *_quantiles(slopes, confidence, middle))
    error = found.deviation(SCALES[line].steepness(found.ends) * (-1, 1))
    half = student_deviate(confidence, found.freedom) * error
    return estimate(middle, middle - half, middle + half)


def relative_index_of_inequality(
    value: ArrayLike,
    population: ArrayLike,
    standard_error: ArrayLike | None = None,
    confidence: Confidence = 0.95,
    *,
    line: ValueScale = "linear",
    errors: ValueScale = "linear",
    method: Method = "analytic",
    draws: int = 2**17,
    seed: int = 1,
) -> Estimate:
    """The least deprived's value over the most deprived's, both taken from the line: a ratio.

    Input and faults as for `slope_index_of_inequality`; the analytic interval is symmetrical on
    the log scale. `nan` where the line lies at zero or below at an end, which has no ratio; a
    random line that begins there counts as infinitely steep.

    >>> ratio = relative_index_of_inequality([30, 26, 25, 21, 18], [1000] * 5)
    >>> print(f"{ratio.value:.3f} ({ratio.lower:.3f} to {ratio.upper:.3f})")
    0.536 (0.445 to 0.646)
    """
    found = fit_line(value, population, standard_error, line, errors)
    ends = found.at_ends
    ends = np.where((ends > 0).all(axis=-1, keepdims=True), ends, np.nan)
    middle = ends[..., 1] / ends[..., 0]
    if _simulated(method):
        ratios = (_ratio(pair) for pair in random_ends(found, draws, seed))
        return estimate(middle, *_quantiles(ratios, confidence, middle))
    error = found.deviation(SCALES[line].steepness(found.ends) / ends * (-1, 1))
    half = student_deviate(confidence, found.freedom) * error
    return estimate(middle, middle * np.exp(-half), middle * np.exp(half))


def standard_errors(
    bounds: Interval, scale: ValueScale = "linear", confidence: float = 0.95
) -> FloatArray:
    """The standard errors that an interval stands for, on the scale on which it is symmetrical.

    `bounds` of any shape, at `confidence`; linear for means, log for rates, logit for proportions.
    Raises ValueError for a bound that the scale has no place for (a rate of zero has no logarithm),
    a lower bound above the upper one, or a confidence outside (0, 1).

    >>> print(f"{standard_errors(Interval(8, 12.5), 'log'):.4f}")
    0.1139
    """
    lower, upper = alike(*(place(numbers(bound, "a bound"), scale) for bound in bounds))
    if np.any(lower > upper):
        raise ValueError("a lower bound is above its upper one")
    return np.asarray((upper - lower) / (2 * normal_deviate(confidence, 0)))[()]


def _simulated(method: Method) -> bool:
    if method not in ("analytic", "simulated"):
        raise ValueError(f"'{method}' is not a method: analytic or simulated")
    return method == "simulated"


def _ratio(ends: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(ends[:, 0] > 0, ends[:, 1] / ends[:, 0], np.inf)


def _quantiles(drawn: Iterable[FloatArray], confidence: Confidence, middle: FloatArray) -> Interval:
    """Bounds of the shape of `middle`, from the draws of one area after the other."""
    levels = np.atleast_1d(confidence_levels(confidence, 0))
    tails = np.concatenate([(1 - levels) / 2, (1 + levels) / 2])
    shape = np.shape(confidence) + middle.shape
    bounds = np.array([np.quantile(one, tails) for one in drawn]).T.reshape(2, *shape)
    return Interval(*np.where(np.isnan(middle), np.nan, bounds))
