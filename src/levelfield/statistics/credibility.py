"""Credibility: how far a group's own mean may be believed, and how far that of all groups."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from levelfield.statistics.interval import FloatArray, alike, counts, numbers


@dataclass(frozen=True)
class Credibility:
    """What Bühlmann and Straub's model makes of groups that are seen several times."""

    collective: float
    """The mean of all groups, each weighted by its credibility; `nan` when nothing is known."""
    within: float
    """The variance of one observation of weight 1 around its group's mean."""
    between: float
    """The variance of the groups' true means; 0 when chance explains how far they lie apart."""
    mean: FloatArray
    """Each group's own weighted mean; `nan` for a group without observations."""
    factor: FloatArray
    """Each group's credibility, from 0 (believe the collective) to 1 (believe the group)."""

    @property
    def estimate(self) -> FloatArray:
        """Each group's mean, drawn towards the collective as far as its credibility falls short."""
        own = np.where(self.factor > 0, self.mean, 0)
        return np.asarray(self.factor * own + (1 - self.factor) * self.collective)


def buhlmann_straub(
    values: ArrayLike, weights: ArrayLike, *, within: float | None = None
) -> Credibility:
    """Credibility of groups by Bühlmann and Straub, with the unbiased estimators of its variances.

    `values` are groups by repeats, such as providers by months, in any unit; `weights` say how
    much stands behind each (contacts, bed days), and broadcast. Repeats need not be equally many:
    a missing value (`nan`) or one of weight zero is left out. Where each group is seen only once
    its variance `within` cannot be estimated and has to be given, such as p (1 - p) for a
    proportion. A between-variance estimated below zero becomes zero: the groups are then not told
    apart, and each gets the collective. So does a group without observations, and so, at factor
    zero, does a single group. Raises ValueError for a negative or missing weight, values that are
    not groups by repeats, a negative variance, or no group that was seen twice when `within` is
    not given.
    Source: Bühlmann & Straub (1970), Bull Swiss Assoc Actuaries 70:111-33; the estimators in
    Bühlmann & Gisler (2005), A Course in Credibility Theory, section 4.8.

    >>> found = buhlmann_straub([[0.2, 0.3], [0.5, 0.4]], [[100, 100], [50, 150]])
    >>> print(f"{found.collective:.4f}", found.factor.round(3), found.estimate.round(3))
    0.3375 [0.857 0.857] [0.262 0.412]
    """
    observed = numbers(values, "values")
    if observed.ndim != 2 or np.any(np.isinf(observed)):
        raise ValueError("values must be groups by repeats, and finite")
    weight = np.broadcast_to(counts(weights, "weights"), observed.shape)
    if np.any(np.isnan(weight)):
        raise ValueError("a weight is missing")
    weight = np.where(np.isnan(observed), 0, weight)
    observed = np.where(weight > 0, observed, 0)
    volume = weight.sum(axis=1)
    seen = volume > 0
    mean = np.full(len(volume), np.nan)
    np.divide((weight * observed).sum(axis=1), volume, out=mean, where=seen)
    if within is None:
        within = _within(observed, weight, mean)
    elif not 0 <= within < np.inf:
        raise ValueError("the variance within groups must not be negative")
    between = float(_between(mean, volume, within))
    factor = credibility_factors(mean, volume, within)
    collective = np.nan
    if seen.any():
        # Without any credibility to weight by, the groups weigh what stands behind them.
        collective = np.average(mean[seen], weights=(factor if between > 0 else volume)[seen])
    return Credibility(float(collective), within, between, mean, factor)


def _within(observed: FloatArray, weight: FloatArray, mean: FloatArray) -> float:
    repeats = np.count_nonzero(weight, axis=1)
    freedom = int(np.maximum(repeats - 1, 0).sum())
    if freedom == 0 and weight.any():
        raise ValueError("no group was seen twice: give the variance within groups")
    distance = np.where(weight > 0, observed - mean[:, np.newaxis], 0)
    return float((weight * distance**2).sum() / freedom) if freedom else np.nan


def credibility_factors(mean: ArrayLike, volume: ArrayLike, within: ArrayLike) -> FloatArray:
    """The credibility of groups along the last axis, of many sets of groups at once.

    `mean` and `volume` (the weight behind it) are of each group; a group of volume zero counts for
    nothing. `within` is the variance of one observation of weight 1 around its group's mean, for
    each set: it broadcasts over the other axes. As `buhlmann_straub` reckons it.
    Raises ValueError for a negative volume or variance, and for shapes that do not fit.

    >>> print(credibility_factors([0.25, 0.425], [200, 200], 0.4375).round(3))
    [0.857 0.857]
    """
    means, volumes = alike(numbers(mean, "mean"), counts(volume, "volume"))
    variance = counts(within, "within")
    if means.ndim == 0:
        raise ValueError("mean and volume must be lists of groups")
    between = np.asarray(_between(means, volumes, variance))[..., np.newaxis]
    own = between * volumes
    factor = np.zeros(own.shape)
    np.divide(own, own + variance[..., np.newaxis], out=factor, where=own > 0)
    return factor


def _between(mean: FloatArray, volume: FloatArray, within: ArrayLike) -> FloatArray:
    """The variance of the groups' true means, for each set of groups along the last axis."""
    known = np.where(volume > 0, mean, 0.0)
    total = volume.sum(axis=-1)
    groups = np.count_nonzero(volume > 0, axis=-1)
    several = groups > 1
    middle = np.divide(
        (volume * known).sum(axis=-1), total, where=several, out=np.zeros(total.shape)
    )
    distance = known - middle[..., np.newaxis]
    excess = (volume * distance**2).sum(axis=-1) - (groups - 1) * np.asarray(within)
    spare = total**2 - (volume**2).sum(axis=-1)
    found = np.divide(excess * total, spare, where=several, out=np.zeros(excess.shape))
    return np.asarray(np.maximum(0.0, found))
