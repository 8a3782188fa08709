"""Does a funnel flag as many as theory says, where providers differ by chance, or as usual?

Exact limits are checked against the binomial and Poisson quantiles, which are reckoned here again.
After the adjustment the limits of a system depend on its own spread; theory is then the exact
chance of a flag under the limits of as many other systems, averaged, with spread and limits
reckoned again in `limits_again`.
"""

from collections.abc import Iterator

import numpy as np
from benchmarks.calibration.checks import Check, share
from benchmarks.calibration.limits_again import crossing, left_by_trimming, spread
from scipy import stats

from levelfield.statistics import (
    between_variance,
    funnel_limits,
    funnel_scores,
    funnel_signal,
    overdispersion,
)

PROVIDERS = 200
REFERENCE = 0.1
LEVELS = (0.95, 0.998)
METHODS = (
    ("winsorised", "winsorise", False),
    ("truncated", "truncate", False),
    ("winsorised, corrected", "winsorise", True),
    ("truncated, corrected", "truncate", True),
)
USUAL_SPREAD = 0.03
"""Standard deviation between providers on the arcsine scale: 8.3% to 11.9% at the reference."""


def checks(generator: np.random.Generator, systems: int) -> Iterator[Check]:
    yield from _identical(generator, systems)
    for method in METHODS:
        yield from _adjusted(generator, systems, *method)
    for method in METHODS:
        yield from _usual_spread(generator, systems, *method)


def _sizes(generator: np.random.Generator, systems: int) -> np.ndarray:
    return np.exp(generator.uniform(np.log(50), np.log(5000), (systems, PROVIDERS))).round()


def _identical(generator: np.random.Generator, systems: int) -> Iterator[Check]:
    sizes = _sizes(generator, systems)
    values = generator.binomial(sizes.astype(int), REFERENCE) / sizes
    signal = np.abs(funnel_signal("proportion", values, sizes, REFERENCE, LEVELS))
    for number, level in enumerate(LEVELS, 1):
        tail = (1 - level) / 2
        low = stats.binom.ppf(tail, sizes, REFERENCE) - 1
        high = stats.binom.ppf(tail, sizes, 1 - REFERENCE) - 1
        theory = stats.binom.cdf(low, sizes, REFERENCE) + stats.binom.cdf(
            high, sizes, 1 - REFERENCE
        )
        name = f"proportions of 10% beyond {100 * level:g}%"
        yield share(name, float(theory.mean()), (signal >= number).sum(), signal.size)
    for expected in (5.0, 20.0, 100.0):
        events = generator.poisson(expected, systems * PROVIDERS)
        for way in ("chi-squared", "exact"):
            tail = (1 - LEVELS[1]) / 2
            if way == "exact":
                low, high = stats.poisson.ppf([tail, 1 - tail], expected)
                # At the upper end the last count that is reached with the tail's chance.
                high += stats.poisson.sf(high, expected) >= tail
                low -= 1
            else:
                low = np.ceil(stats.chi2.ppf(tail, 2 * expected) / 2) - 1
                high = np.floor(stats.chi2.isf(tail, 2 * expected + 2) / 2)
            theory = stats.poisson.cdf(low, expected) + stats.poisson.sf(high, expected)
            flagged = np.abs(funnel_signal("ratio", events / expected, expected, poisson=way)) == 2
            name = f"ratios with {expected:g} expected beyond 99.8% ({way} limits)"
            yield share(name, float(theory), flagged.sum(), flagged.size)


def _tau2(values: np.ndarray, sizes: np.ndarray, method: str, corrected: bool) -> float:
    z, error = funnel_scores("proportion", values, sizes, REFERENCE)
    return between_variance(overdispersion(z, 0.1, method, corrected), error)


def _adjusted(
    generator: np.random.Generator, systems: int, name: str, method: str, corrected: bool
) -> Iterator[Check]:
    """Identical providers again, with limits that allow for the spread that is seen."""
    theory, flagged = [], 0
    for seen in (False, True):
        sizes = _sizes(generator, systems)
        values = generator.binomial(sizes.astype(int), REFERENCE) / sizes
        for value, size in zip(values, sizes, strict=True):
            if seen:
                tau2 = _tau2(value, size, method, corrected)
                signal = funnel_signal("proportion", value, size, REFERENCE, between_variance=tau2)
                flagged += (np.abs(signal) == 2).sum()
            else:
                again = spread(value, size, REFERENCE, method, corrected)
                theory.append(np.mean(sum(crossing(REFERENCE, size, REFERENCE, again))))
    words = f"proportions of 10% beyond 99.8%, adjusted ({name})"
    yield share(words, float(np.mean(theory)), flagged, values.size)


def _usual_spread(
    generator: np.random.Generator, systems: int, name: str, method: str, corrected: bool
) -> Iterator[Check]:
    """Providers that differ as usual and none more: each is one that should not be flagged.

    Sizes are equal, so that theory has a closed form for many providers: trimming shrinks the
    whole variance, and thereby the limits, by the moment of what trimming leaves.
    """
    many, size = 10 * PROVIDERS, 2000
    centre = np.arcsin(np.sqrt(REFERENCE))
    systems = max(2, systems // 10)
    flagged = 0
    for _ in range(systems):
        truth = np.sin(generator.normal(centre, USUAL_SPREAD, many)) ** 2
        value = generator.binomial(size, truth) / size
        tau2 = _tau2(value, np.full(many, float(size)), method, corrected)
        limits = funnel_limits("proportion", size, REFERENCE, 0.998, tau2)
        flagged += ((value < limits.lower) | (value > limits.upper)).sum()
    shrunk = 1.0 if corrected else left_by_trimming(method)
    theory = 2 * stats.norm.sf(stats.norm.isf(0.001) * np.sqrt(shrunk))
    words = f"providers of usual spread beyond 99.8%, adjusted ({name})"
    yield share(words, float(theory), flagged, many * systems)
