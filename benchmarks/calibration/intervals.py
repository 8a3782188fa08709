"""Do intervals cover the truth as often as theory says?

Counts are whole, so that no interval for them covers exactly 95% everywhere. The exact coverage at
a true value is the sum of the probabilities of the counts whose interval holds it. Here it is
reckoned without our functions: from the test that the interval turns round (Wilson: score test;
Garwood: the two tails), or from the formula written again for one count at a time.
"""

from collections.abc import Callable, Iterator
from math import isqrt, sqrt
from statistics import NormalDist

import numpy as np
from benchmarks.calibration.checks import Check, share
from scipy import stats

from levelfield.statistics import (
    byars_interval,
    count_ratio_interval,
    difference_interval,
    directly_standardised_rate,
    exact_poisson_interval,
    mean_interval,
    poisson_interval,
    quantile_interval,
    wilson_interval,
)

SIZES = (10, 50, 400)
PROPORTIONS = (0.02, 0.1, 0.5)
EXPECTED = (0.6, 2.7, 7.0, 15.8, 100.0)
LEVELS = (0.95, 0.998)
BANDS = np.array([6.0, 14.0])
"""Expected events by band of the rate that is standardised: few enough to sum all that may be."""
PEOPLE, STANDARD = np.array([900.0, 5000.0]), np.array([70.0, 30.0])
TWO_PROPORTIONS = ((40, 0.1), (70, 0.25))
TWO_COUNTS = (12.0, 30.0)
VALUES = 25
"""How many values the median is taken of."""


def checks(generator: np.random.Generator, draws: int) -> Iterator[Check]:
    for level in LEVELS:
        words = f"{100 * level:g}%"
        for size in SIZES:
            for truth in PROPORTIONS:
                count = generator.binomial(size, truth, draws)
                found = wilson_interval(count, size, level)
                hits = ((found.lower <= truth) & (truth <= found.upper)).sum()
                name = f"Wilson {words}, {truth:g} of {size}"
                yield share(name, _wilson(size, truth, level), hits, draws)
        for mean in EXPECTED:
            count = generator.poisson(mean, draws)
            for name, method, covers in (
                ("exact Poisson", exact_poisson_interval, _garwood_covers),
                ("Byar", byars_interval, _byar_covers),
                ("exact below ten, else Byar", poisson_interval, _either_covers),
            ):
                found = method(count, level)
                hits = ((found.lower <= mean) & (mean <= found.upper)).sum()
                theory = _poisson(mean, level, covers)
                yield share(f"{name} {words}, {mean:g} expected", theory, hits, draws)
        for number in (5, 30):
            found = mean_interval(generator.normal(size=(draws, number)), level)
            hits = ((found.lower <= 0) & (found.upper >= 0)).sum()
            yield share(f"mean {words}, {number} normal values", level, hits, draws)
        yield _standardised(generator, draws, level, words)
        yield _difference(generator, draws, level, words)
        yield _ratio(generator, draws, level, words)
        yield _median(generator, draws // 20, level, words)


def _wilson(size: int, truth: float, level: float) -> float:
    """The counts that the score test of the true proportion does not reject."""
    reach = NormalDist().inv_cdf(0.5 + level / 2) * sqrt(size * truth * (1 - truth))
    held = [k for k in range(size + 1) if abs(k - size * truth) <= reach]
    return float(stats.binom.pmf(held, size, truth).sum())


def _poisson(mean: float, level: float, covers: Callable[[int, float, float], bool]) -> float:
    held = [k for k in range(int(mean) + 12 * isqrt(int(mean) + 9)) if covers(k, mean, level)]
    return float(stats.poisson.pmf(held, mean).sum())


def _garwood_covers(count: int, mean: float, level: float) -> bool:
    tail = (1 - level) / 2
    return bool(
        stats.poisson.sf(count - 1, mean) >= tail and stats.poisson.cdf(count, mean) >= tail
    )


def _byar_covers(count: int, mean: float, level: float) -> bool:
    lower, upper = _byar(count, level)
    return lower <= mean <= upper


def _either_covers(count: int, mean: float, level: float) -> bool:
    return (_garwood_covers if count < 10 else _byar_covers)(count, mean, level)


def _byar(count: int, level: float) -> tuple[float, float]:
    z = NormalDist().inv_cdf(0.5 + level / 2)
    more = count + 1
    upper = more * (1 - 1 / (9 * more) + z / 3 * more**-0.5) ** 3
    if count == 0:
        return 0.0, upper
    return count * max(1 - 1 / (9 * count) - z / 3 * count**-0.5, 0) ** 3, upper


def _standardised(generator: np.random.Generator, draws: int, level: float, words: str) -> Check:
    """Dobson's interval for two bands, among the draws with ten events: every pair is summed."""
    share_of = STANDARD / STANDARD.sum() / PEOPLE
    truth = float(share_of @ BANDS)
    theory = possible = 0.0
    chances = [stats.poisson.pmf(range(60), mean) for mean in BANDS]
    for first in range(60):
        for second in range(60):
            total = first + second
            if total < 10:
                continue
            chance = chances[0][first] * chances[1][second]
            value = share_of[0] * first + share_of[1] * second
            variance = share_of[0] ** 2 * first + share_of[1] ** 2 * second
            lower, upper = _byar(total, level)
            width = sqrt(variance / total)
            possible += chance
            if value + width * (lower - total) <= truth <= value + width * (upper - total):
                theory += chance
    events = generator.poisson(BANDS, (draws, 2))
    events = events[events.sum(axis=1) >= 10]
    found = directly_standardised_rate(
        events, np.broadcast_to(PEOPLE, events.shape), STANDARD, 1, level
    )
    hits = ((found.lower <= truth) & (truth <= found.upper)).sum()
    name = f"standardised rate {words}, {BANDS.sum():g} events expected in two bands"
    return share(name, theory / possible, hits, len(events))


def _difference(generator: np.random.Generator, draws: int, level: float, words: str) -> Check:
    """Newcombe's interval for two proportions: every pair of counts is summed."""
    (size, truth), (other_size, other) = TWO_PROPORTIONS
    chances = stats.binom.pmf(range(size + 1), size, truth)
    other_chances = stats.binom.pmf(range(other_size + 1), other_size, other)
    others = [_score(second, other_size, level) for second in range(other_size + 1)]
    theory = 0.0
    for first, chance in enumerate(chances):
        p, (low, high) = first / size, _score(first, size, level)
        for second, other_chance in enumerate(other_chances):
            q, (other_low, other_high) = second / other_size, others[second]
            below = p - q - sqrt((p - low) ** 2 + (other_high - q) ** 2)
            above = p - q + sqrt((high - p) ** 2 + (q - other_low) ** 2)
            if below <= truth - other <= above:
                theory += chance * other_chance
    counts = generator.binomial(size, truth, draws), generator.binomial(other_size, other, draws)
    found = difference_interval(counts[0], size, counts[1], other_size, level)
    hits = ((found.lower <= truth - other) & (truth - other <= found.upper)).sum()
    name = f"difference {words}, {truth:g} of {size} less {other:g} of {other_size}"
    return share(name, float(theory), hits, draws)


def _ratio(generator: np.random.Generator, draws: int, level: float, words: str) -> Check:
    """The ratio of two counts holds its truth where the score test of the share does."""
    first, second = TWO_COUNTS
    truth = first / (first + second)
    theory = sum(
        float(chance) * _wilson(total, truth, level)
        for total, chance in enumerate(stats.poisson.pmf(range(120), first + second))
        if total
    )
    counts = generator.poisson(TWO_COUNTS, (draws, 2))
    found = count_ratio_interval(counts[:, 0], counts[:, 1], level)
    hits = ((found.lower <= first / second) & (first / second <= found.upper)).sum()
    name = f"ratio of counts {words}, {first:g} to {second:g} expected"
    return share(name, theory, hits, draws)


def _median(generator: np.random.Generator, draws: int, level: float, words: str) -> Check:
    """Two of the ordered values hold the median when few enough of all lie on either side of it."""
    beyond = max(k for k in range(VALUES) if stats.binom.cdf(k, VALUES, 0.5) <= (1 - level) / 2)
    theory = 1 - 2 * stats.binom.cdf(beyond, VALUES, 0.5)
    hits = 0
    for values in generator.exponential(size=(draws, VALUES)):
        lower, upper = quantile_interval(values, np.ones(VALUES), 0.5, level)
        hits += lower <= np.log(2) <= upper
    return share(f"median {words}, {VALUES} skewed values", float(theory), hits, draws)


def _score(count: int, size: int, level: float) -> tuple[float, float]:
    """Where the score test of a proportion just rejects: the roots of its quadratic."""
    z2 = NormalDist().inv_cdf(0.5 + level / 2) ** 2
    low, high = np.sort(np.roots([size + z2, -(2 * count + z2), count**2 / size]).real)
    return float(low), float(high)
