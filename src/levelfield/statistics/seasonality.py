"""Seasonality: whether the same months of every year are high or low.

A control chart takes its limits from neighbouring points as if each month were like any other. A
season that comes every year widens those limits or breaks the rules without any change; a reader
should hear of it.
"""

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from levelfield.statistics.control_chart import SAME
from levelfield.statistics.interval import FloatArray, at_least, numbers, one_number
from levelfield.statistics.rules import Flags

SEASONAL = "a season: the same months are high or low every year"
NOT_SEASONAL = "no season seen"
UNTOLD = "too short to tell a season"


@dataclass(frozen=True)
class Seasonality:
    """Whether series have a season; one entry per series."""

    p: FloatArray
    """How often chance alone would show as much of a season; `nan` where it cannot be told."""
    seasonal: Flags
    pattern: FloatArray
    """How far each place in the year lies from its year's mean, in the unit of the values.

    Less the drift from one year's mean to the next. The last place is that of the last point;
    `nan` where a year lacks the place.
    """

    @property
    def words(self) -> NDArray[np.str_]:
        """What to say of each series."""
        return np.select([np.isnan(self.p), self.seasonal], [UNTOLD, SEASONAL], NOT_SEASONAL)[()]


def seasonality(values: ArrayLike, period: int = 12, level: float = 0.01) -> Seasonality:
    """Whether a series, or each of many (the last axis is time), has a season.

    Values are equally spaced, `period` to a year; `nan` is missing. The whole years up to the last
    point are used, and of them the places in the year (months) that every year has. Each year may
    have its own level, and all of them one straight drift; what is then left between the months is
    held against what is left within them (F test). A season is seen when chance alone would show
    as much less often than `level`. Nothing is told from less than two whole years, from fewer
    than half of the months, or from fewer than three.

    The test is exact for independent normal noise. Noise in which neighbours resemble each other
    is taken for a season more often than `level` says. Values that never vary have no season; a
    pattern that repeats to the last digit has one.
    Raises ValueError for no series, an infinite value, a period that is not whole or below
    three, or a level outside (0, 1).
    Source: the F test for stable seasonality of the X-11 method (Shiskin, Young & Musgrave, 1967),
    here with years as blocks and without the straight drift.

    >>> winter = [9, 8, 5, 4, 3, 2, 1, 1, 3, 4, 6, 8]
    >>> found = seasonality([*winter, *(value + place % 2 for place, value in enumerate(winter))])
    >>> str(found.words)
    'a season: the same months are high or low every year'
    """
    series = numbers(values, "values")
    if series.ndim == 0 or series.shape[-1] == 0 or np.isinf(series).any():
        raise ValueError("values must be a series of finite numbers; a missing one is nan")
    period = at_least(period, 3, "a period")
    if not 0 < one_number(level, "level") < 1:
        raise ValueError("a level lies between 0 and 1, for example 0.01")
    years = series.shape[-1] // period
    if years < 2:
        return _untold(series.shape[:-1], period)
    grid = series[..., -years * period :].reshape(*series.shape[:-1], years, period)
    whole = ~np.isnan(grid).any(axis=-2, keepdims=True)
    months = whole.sum(axis=-1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        means = np.where(whole, grid, 0).sum(axis=-1, keepdims=True) / months
        around = np.where(whole, grid - means, 0)
        effect = around.mean(axis=-2, keepdims=True)
        rest = np.where(whole, around - effect, 0)
        place = np.arange(period) - (whole * np.arange(period)).sum(-1, keepdims=True) / months
        place = np.where(whole, place, 0)
        year = np.arange(years)[:, np.newaxis] - (years - 1) / 2
        by_years = (means * year).sum(-2, keepdims=True) / (year**2).sum() / period
        pattern = np.where(whole, effect - by_years * place, np.nan)[..., 0, :]
        within_years = (effect * place).sum(-1, keepdims=True) / (place**2).sum(-1, keepdims=True)
        effect = effect - within_years * place
        between, within = years * (effect**2).sum((-2, -1)), (rest**2).sum((-2, -1))
        count = months[..., 0, 0]
        ratio = between / (count - 2) / (within / ((count - 1) * (years - 1)))
        p = np.asarray(scipy.stats.f.sf(ratio, count - 2, (count - 1) * (years - 1)))
        # Rounding must neither make a season nor hide one.
        tiny = (SAME * np.abs(np.where(whole, grid, 0)).max(axis=(-2, -1))) ** 2 * years * count
    p = np.where(between <= tiny, 1.0, np.where(within <= tiny, 0.0, p))
    p = np.where(count >= max(3, period / 2), p, np.nan)
    return Seasonality(p[()], np.asarray(p < level), pattern)


def _untold(shape: tuple[int, ...], period: int) -> Seasonality:
    nothing = np.full(shape, np.nan)
    return Seasonality(
        nothing[()], np.zeros(shape, dtype=np.bool_), np.full((*shape, period), np.nan)
    )
