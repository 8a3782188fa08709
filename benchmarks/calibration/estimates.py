"""Do the intervals of ratios, adjusted values, clusters and slopes cover the truth?

Where a count alone is left to chance the exact coverage is summed over all counts, as in
`intervals`; a slope with normal errors that are known, or told from the groups, covers exactly what
it says. Welch's interval, clusters, repeated events and the relative index have no closed form:
what they cover is shown. What Wilson's interval covers over many contacts of the same people is
told from by how much their likeness widens the variance.
"""

from collections.abc import Iterator
from math import sqrt
from statistics import NormalDist

import numpy as np
import pyarrow as pa
from benchmarks.calibration.checks import Check, share, shown
from scipy import stats

from levelfield.benchmark import Reading
from levelfield.benchmark.adjusted import Expected, beside_crude
from levelfield.statistics import (
    clustered_proportion_interval,
    clustered_ratio_interval,
    directly_standardised_rate,
    indirectly_standardised_ratio,
    mean_difference_interval,
    relative_index_of_inequality,
    repeated_events,
    slope_index_of_inequality,
    wilson_interval,
)

LEVEL = 0.95
EXPECTED = (4.2, 15.8, 100.0)
"""Expected events of an indirectly standardised ratio, at a true ratio of 1.2."""
RATIO = 1.2
STRATA = ((30, 0.05), (50, 0.3))
"""People and risk in the strata of an adjusted share."""
FIFTHS = np.array([30.0, 27.0, 25.0, 21.0, 18.0])
PEOPLE = np.array([900.0, 1100.0, 1000.0, 1200.0, 800.0])
CLUSTERS = (5, 30, 200)
SIMULATED = {"method": "simulated", "draws": 2**12}
PERSONS, CONTACTS = 500, 8
"""Persons with contacts, and how many contacts each has in the mean (geometric)."""
ALIKE = (5, 10, 20)
"""How alike the contacts of one person are: the sum of the parameters of the beta distribution from
which each has its own share, at a mean of a tenth. The smaller, the more persons differ."""
TIMES = np.array([1, 2, 5])
"""Events of a person who has any, for repeated events."""


def checks(generator: np.random.Generator, draws: int) -> Iterator[Check]:
    for expected in EXPECTED:
        yield _indirect(generator, draws, expected)
        yield _adjusted_rate(generator, draws, expected)
    yield _adjusted_share(generator, draws)
    yield from _slopes(generator, draws)
    yield from _welch(generator, draws)
    yield from _repeated(generator, draws // 4)
    for number in CLUSTERS:
        yield from _clusters(generator, draws // 10, number)
    for alike in ALIKE:
        yield _same_people(generator, draws // 40, alike)


def _poisson_covers(count: int, mean: float) -> bool:
    """The exact interval below ten events, as two tails, and Byar's from ten, written again."""
    if count < 10:
        tail = (1 - LEVEL) / 2
        below, above = stats.poisson.cdf(count, mean), stats.poisson.sf(count - 1, mean)
        return bool(below >= tail and above >= tail)
    z, more = NormalDist().inv_cdf(0.5 + LEVEL / 2), count + 1
    lower = count * (1 - 1 / (9 * count) - z / (3 * sqrt(count))) ** 3
    return lower <= mean <= more * (1 - 1 / (9 * more) + z / (3 * sqrt(more))) ** 3


def _of_counts(mean: float) -> float:
    held = [count for count in range(int(2 * mean) + 60) if _poisson_covers(count, mean)]
    return float(stats.poisson.pmf(held, mean).sum())


def _indirect(generator: np.random.Generator, draws: int, expected: float) -> Check:
    """The expected events are known: the ratio covers as the interval of the count does."""
    population = np.array([700.0, 300.0]) * expected
    rates = np.array([0.0005, 0.65 / 300])
    events = generator.poisson(RATIO * expected, draws)
    people = np.broadcast_to(population, (draws, 2))
    found = indirectly_standardised_ratio(events, people, rates, LEVEL)
    hits = ((found.lower <= RATIO) & (found.upper >= RATIO)).sum()
    words = f"indirect ratio of {RATIO:g}, {expected:g} expected"
    return share(words, _of_counts(RATIO * expected), hits, draws)


def _adjusted_rate(generator: np.random.Generator, draws: int, expected: float) -> Check:
    events = generator.poisson(RATIO * expected, draws).astype(float)
    known = np.full(draws, expected)
    hits = _hits(events, known * 100, known, known, Reading("rate", "rate", "lower"), RATIO)
    words = f"adjusted ratio of a rate, {RATIO:g}, {expected:g} expected"
    return share(words, _of_counts(RATIO * expected), hits, draws)


def _adjusted_share(generator: np.random.Generator, draws: int) -> Check:
    """People of two risks: every count that they may give, against the score test of their share.

    Wilson's interval takes all for alike, whose count would vary more.
    """
    (size, risk), (other_size, other) = STRATA
    chances = np.convolve(
        stats.binom.pmf(range(size + 1), size, risk),
        stats.binom.pmf(range(other_size + 1), other_size, other),
    )
    whole, expected = size + other_size, size * risk + other_size * other
    reach = NormalDist().inv_cdf(0.5 + LEVEL / 2) * sqrt(expected * (1 - expected / whole))
    theory = sum(chance for k, chance in enumerate(chances) if abs(k - expected) <= reach)
    events = generator.binomial(size, risk, draws) + generator.binomial(other_size, other, draws)
    variance = size * risk * (1 - risk) + other_size * other * (1 - other)
    hits = _hits(
        events.astype(float),
        np.full(draws, float(whole)),
        np.full(draws, expected),
        np.full(draws, variance),
        Reading("proportion", "percent", "lower"),
        1.0,
    )
    words = f"adjusted ratio of a share, {expected:g} of {whole} expected in two strata"
    return share(words, float(theory), hits, draws)


def _hits(
    events: np.ndarray,
    size: np.ndarray,
    expected: np.ndarray,
    variance: np.ndarray,
    reading: Reading,
    truth: float,
) -> int:
    """How many intervals of observed over expected events hold the truth."""
    nothing = pa.table({"org_code": pa.nulls(len(events), pa.string())})
    points, _ = beside_crude(nothing, Expected(events, size, expected, variance), reading, 1.0)
    lower, upper = (points[f"ratio_{end}"].to_numpy() for end in ("lower", "upper"))
    return int(((lower <= truth) & (truth <= upper)).sum())


def _slopes(generator: np.random.Generator, draws: int) -> Iterator[Check]:
    """The true line is the one through the true values, at the middle of each group's share."""
    part = PEOPLE / PEOPLE.sum()
    middle = np.cumsum(part) - part / 2
    rise, start = np.polyfit(middle, FIFTHS, 1, w=np.sqrt(part))
    line = start + rise * middle
    error = 90 / np.sqrt(PEOPLE)
    given = line + error * generator.normal(size=(draws, 5))
    people, errors = (np.broadcast_to(one, given.shape) for one in (PEOPLE, error))
    few = draws // 100
    for words, known, number, how in (
        ("known errors", errors, draws, {}),
        ("known errors, simulated", errors, few, SIMULATED),
        ("five fifths alone", None, draws, {}),
    ):
        one = given[:number], people[:number], None if known is None else known[:number], LEVEL
        found = slope_index_of_inequality(*one, **how)
        hits = ((found.lower <= rise) & (rise <= found.upper)).sum()
        yield share(f"slope index, {words}", LEVEL, hits, number)
        found = relative_index_of_inequality(*one, **how)
        truth = (start + rise) / start
        seen = ((found.lower <= truth) & (truth <= found.upper)).mean()
        yield shown(f"relative index, {words}", seen, number)


def _welch(generator: np.random.Generator, draws: int) -> Iterator[Check]:
    for number, other, spread in ((5, 5, 1.0), (5, 12, 3.0), (30, 60, 3.0)):
        first = generator.normal(1, 1, (draws, number))
        second = generator.normal(0, spread, (draws, other))
        sums = [
            (values.shape[1], values.sum(axis=1), (values**2).sum(axis=1))
            for values in (first, second)
        ]
        found = mean_difference_interval(*sums[0], *sums[1], LEVEL)
        seen = ((found.lower <= 1) & (found.upper >= 1)).mean()
        words = f"difference of means (Welch), {number} and {other} values, spread 1 to {spread:g}"
        yield shown(words, seen, draws)


def _repeated(generator: np.random.Generator, draws: int) -> Iterator[Check]:
    """Persons with one, two or five events: with their squares, and as if each came by itself."""
    people, standard = np.array([900.0, 5000.0]), np.array([70.0, 30.0])
    means = np.array([[8.0, 3.0, 2.0], [20.0, 6.0, 4.0]])
    truth = float(standard / standard.sum() / people @ (means @ TIMES))
    persons = generator.poisson(means, (draws, 2, 3))
    had = repeated_events(persons, TIMES)
    given = np.broadcast_to(people, had.events.shape)
    for words, squares in (("with their squares", had.squares), ("taken one by one", None)):
        found = directly_standardised_rate(had.events, given, standard, 1, LEVEL, squares=squares)
        seen = ((found.lower <= truth) & (truth <= found.upper)).mean()
        yield shown(f"standardised rate, repeated events {words}", seen, draws)


def _clusters(generator: np.random.Generator, draws: int, number: int) -> Iterator[Check]:
    """Rows that hold sums: each has its own share (beta) or its own pounds a contact (gamma)."""
    size = generator.integers(5, 40, (draws, number)).astype(float)
    done = generator.binomial(size.astype(int), generator.beta(4, 1, (draws, number)))
    pounds = generator.gamma(4, 12.5 * size)
    for words, method, count, truth in (
        ("proportion", clustered_proportion_interval, done, 0.8),
        ("ratio", clustered_ratio_interval, pounds, 50.0),
    ):
        found = method(
            np.full(draws, float(number)),
            count.sum(axis=1),
            size.sum(axis=1),
            (count**2.0).sum(axis=1),
            (count * size).sum(axis=1),
            (size**2).sum(axis=1),
            LEVEL,
        )
        seen = ((found.lower <= truth) & (truth <= found.upper)).mean()
        yield shown(f"clustered {words}, {number} rows of 5 to 39", seen, draws)


def _same_people(generator: np.random.Generator, draws: int, alike: int) -> Check:
    """Wilson's interval over contacts, of which each person has many at a share of their own.

    The variance of the share is that of single contacts times 1 + r(E[k²]/E[k] - 1), for k contacts
    a person and a correlation r between two of one person: the design effect of Kish (1965, Survey
    Sampling), for clusters of unequal sizes (recalled, to be verified).
    """
    contacts = generator.geometric(1 / CONTACTS, (draws, PERSONS))
    own = generator.beta(alike / 10, alike * 9 / 10, (draws, PERSONS))
    missed = generator.binomial(contacts, own)
    found = wilson_interval(missed.sum(axis=1), contacts.sum(axis=1), LEVEL)
    squares_to_contacts = (2 - 1 / CONTACTS) * CONTACTS
    widened = 1 + (squares_to_contacts - 1) / (alike + 1)
    z = NormalDist().inv_cdf(0.5 + LEVEL / 2) / sqrt(widened)
    covered = int(((found.lower <= 0.1) & (found.upper >= 0.1)).sum())
    words = f"Wilson, {CONTACTS} contacts a person with a correlation of {1 / (alike + 1):.2f}"
    return share(words, 2 * NormalDist().cdf(z) - 1, covered, draws)
