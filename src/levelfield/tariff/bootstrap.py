"""The interval of a price: what it would have been with other providers of the same kind."""

import numpy as np
from scipy import stats

from levelfield.tariff.returned import Bools, Floats, Returned


def draws(providers: int, replicates: int, seed: int) -> Floats:
    """How often each replicate (row) draws each provider (column): as many as there are, with
    replacement. The same seed gives the same."""
    generator = np.random.default_rng(seed)
    even = np.full(providers, 1 / providers)
    return generator.multinomial(providers, even, size=replicates).astype(np.float64)


def effective_providers(units: Floats) -> Floats:
    """How many providers of equal size would tell as much, by currency: (Σ units)² ÷ Σ units².

    `units` is by provider and currency. Source: Kish (1965), Survey Sampling, section 11.7.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(units.sum(axis=0) ** 2 / (units**2).sum(axis=0))


def expanded_interval(drawn: Floats, effective: Floats, confidence: float) -> tuple[Floats, Floats]:
    """The lower and upper bound of each column of bootstrap replicates.

    Percentiles, taken further out where few providers stand behind a price: those that a t
    interval with as many degrees of freedom would reach, since draws of a few vary too little.
    `nan` where fewer than two did. Replicates that drew nobody (`nan`) are left out.
    Source: the expanded percentile interval of Hesterberg (2015), Am Stat 69:371-86.
    """
    lower = np.full(drawn.shape[1], np.nan)
    upper = np.full(drawn.shape[1], np.nan)
    tail = (1 - confidence) / 2
    for column in np.flatnonzero(effective > 1):
        values = drawn[np.isfinite(drawn[:, column]), column]
        if len(values) < 2:
            continue
        n = effective[column]
        share = stats.norm.cdf(np.sqrt(n / (n - 1)) * stats.t.ppf(tail, n - 1))
        lower[column], upper[column] = np.quantile(values, [share, 1 - share])
    return lower, upper


def seen_by(returned: Returned, kept: Bools) -> tuple[Floats, Floats]:
    """How many providers stand behind each price, and how many they are worth (`effective`)."""
    units = np.where(kept, returned.units, 0.0)
    return (units > 0).sum(axis=0).astype(np.float64), effective_providers(units)
