"""The line through groups of people in a social order, and how far chance moves its two ends.

The last axis of every array is the groups, most deprived first; the axes before it are areas.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import scipy
from numpy.typing import ArrayLike

from levelfield.statistics.interval import FloatArray, alike, at_least, counts, numbers

ValueScale = Literal["linear", "log", "logit"]
"""Values as they are, their logarithms (for rates) or their log odds (for proportions)."""

FEWEST_DRAWS = 1_000


class Scale(NamedTuple):
    """The way of a value to a scale and back."""

    there: Callable[[FloatArray], FloatArray]
    back: Callable[[FloatArray], FloatArray]
    steepness: Callable[[FloatArray], FloatArray]
    """How fast a value moves with its place on this scale, at that place."""


SCALES = {
    "linear": Scale(lambda value: value, lambda there: there, np.ones_like),
    "log": Scale(np.log, np.exp, np.exp),
    "logit": Scale(
        lambda value: np.asarray(scipy.special.logit(value)),
        lambda there: np.asarray(scipy.special.expit(there)),
        lambda there: np.asarray(scipy.special.expit(there) * scipy.special.expit(-there)),
    ),
}


@dataclass(frozen=True)
class Line:
    """The fitted lines of all areas, on the scale `line`."""

    line: ValueScale
    weights: FloatArray
    """What the two ends take of each group's value: areas by 2 by groups."""
    ends: FloatArray
    """Areas by 2, on the scale of the line."""
    value: FloatArray
    error: FloatArray | None
    """The standard errors as they were given, on the scale `errors`."""
    errors: ValueScale
    variance: FloatArray
    """Of each group's value, on the scale of the line."""
    freedom: FloatArray
    """Degrees of freedom behind those variances, by area; infinite where they were given."""

    @property
    def at_ends(self) -> FloatArray:
        """The two ends in the unit of the values."""
        return SCALES[self.line].back(self.ends)

    def deviation(self, pull: FloatArray) -> FloatArray:
        """The standard error of the two ends added, each times its `pull`, on the line's scale."""
        effect = np.einsum("...e,...eg->...g", pull, self.weights)
        return np.asarray(np.sqrt(np.sum(effect**2 * self.variance, axis=-1)))


def place(value: FloatArray, scale: ValueScale) -> FloatArray:
    """Values on a scale; ValueError for a scale that there is not or a value it does not have."""
    if scale not in SCALES:
        raise ValueError(f"'{scale}' is not a scale: linear, log or logit")
    if scale != "linear" and np.any(value <= 0):
        raise ValueError(f"the {scale} scale has no place for values of zero or below")
    if scale == "logit" and np.any(value >= 1):
        raise ValueError("the logit scale has no place for values of one or above")
    return SCALES[scale].there(value)


def fit_line(
    value: ArrayLike,
    population: ArrayLike,
    standard_error: ArrayLike | None,
    line: ValueScale,
    errors: ValueScale,
) -> Line:
    """The regression of values on the middle of each group's share of the population."""
    people = counts(population, "population")
    values = numbers(value, "value")
    if people.ndim == 0 or values.ndim == 0 or values.shape[-1] != people.shape[-1]:
        raise ValueError("values and populations must have the same groups")
    if not people.shape[-1]:
        raise ValueError("there are no groups")
    values, people = alike(values, people)
    # A group without people weighs nothing: any value will do that has a place on every scale.
    values = np.where(people == 0, 0.5, values)
    if np.isinf(values).any():
        raise ValueError("values must be finite; a missing one is nan")
    with np.errstate(divide="ignore", invalid="ignore"):
        share = people / people.sum(axis=-1, keepdims=True)
        middle = np.cumsum(share, axis=-1) - share / 2
        # The weighted mean of the middles is a half, whatever the shares are.
        slope = share * (middle - 0.5)
        slope = slope / np.sum(slope * (middle - 0.5), axis=-1, keepdims=True)
        weights = np.stack([share - slope / 2, share + slope / 2], axis=-2)
        on_line = place(values, line)
        ends = np.einsum("...eg,...g->...e", weights, on_line)
        if standard_error is None:
            error = None
            freedom = np.count_nonzero(people, axis=-1) - 2.0
            variance = _off_the_line(on_line, ends, share, middle, freedom)
        else:
            error, _ = alike(counts(standard_error, "standard_error"), values)
            error = np.where(people == 0, 0, error)
            freedom = np.full(values.shape[:-1], np.inf)
            rise = SCALES[errors].steepness(place(values, errors))
            variance = (error * rise / SCALES[line].steepness(on_line)) ** 2
    return Line(line, weights, ends, values, error, errors, variance, freedom)


def _off_the_line(
    value: FloatArray,
    ends: FloatArray,
    share: FloatArray,
    middle: FloatArray,
    freedom: FloatArray,
) -> FloatArray:
    """The variance of each group's value as the regression sees it, from how far all lie off it."""
    fitted = ends[..., :1] * (1 - middle) + ends[..., 1:] * middle
    residual = np.sum(share * (value - fitted) ** 2, axis=-1)
    spread = residual / np.where(freedom > 0, freedom, np.nan)
    return np.where(share == 0, 0, spread[..., np.newaxis] / share)


def random_ends(fitted: Line, draws: int, seed: int) -> Iterator[FloatArray]:
    """For one area after the other, the ends of random lines: draws by 2, in unit of the values.

    Each group's value scatters normally on the scale of its standard error, by itself. The draws
    are a scrambled Sobol sequence, which fills the room evenly: a bound wavers half as much from
    seed to seed as with independent draws. Their number is rounded up to a power of two.
    """
    if fitted.error is None:
        raise ValueError("a simulation needs the standard error of each value")
    number = at_least(draws, FEWEST_DRAWS, "the number of draws of a simulation")
    groups = fitted.value.shape[-1]
    sequence = scipy.stats.qmc.Sobol(groups, rng=np.random.default_rng(seed))
    noise = scipy.special.ndtri(sequence.random_base2(math.ceil(math.log2(number))))
    centre = SCALES[fitted.errors].there(fitted.value).reshape(-1, groups)
    spread, weights = fitted.error.reshape(-1, groups), fitted.weights.reshape(-1, 2, groups)
    there, back = SCALES[fitted.line].there, SCALES[fitted.line].back
    for middle, error, weight in zip(centre, spread, weights, strict=True):
        drawn = SCALES[fitted.errors].back(middle + error * noise)
        # A draw may leave the scale of the line; its bounds are then not known, and say so.
        with np.errstate(divide="ignore", invalid="ignore"):
            yield back(there(drawn) @ weight.T)
