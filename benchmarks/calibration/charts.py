"""How often does a control chart show a signal where nothing changed?

Noise is normal and independent. Rule by rule, three comparisons:

- settled limits (from 100,000 points): the exact chance that a point is flagged, by counting out
  the ways in which its neighbours may lie; also with screening, which narrows the limits by an
  amount that has a closed form;
- the trend rule: it asks for nothing but the order of points, so that n! orders give its chance;
- limits from the same points that they judge, as on every page: no closed form. The chance that a
  chart shows any signal is held against a simulation of the rules written again in another way,
  four times as large.

Seasonality: its F test is exact for such noise; what happens with noise whose neighbours resemble
each other is shown beside it, without a theory.
"""

from collections.abc import Iterator
from itertools import product
from math import factorial

import numpy as np
from benchmarks.calibration.checks import Check, share, shown
from numpy.lib.stride_tricks import sliding_window_view
from scipy import stats

from levelfield.statistics import seasonality, xmr

LONG = 100_000
LENGTHS = (15, 24, 36)
RUN = 7
D2 = 2 / np.sqrt(np.pi)
"""The mean moving range of normal noise, in standard deviations."""


def checks(generator: np.random.Generator, series: int) -> Iterator[Check]:
    yield from _settled(generator, max(2, series // 2000))
    for length in LENGTHS:
        yield from _same_points(generator, series, length)
    yield from _seasons(generator, series)


def _settled(generator: np.random.Generator, stretches: int) -> Iterator[Check]:
    values = generator.normal(size=(stretches, LONG))
    for name, screen in (("", False), (", screened", True)):
        chart = xmr(values, screen=screen)
        limit = 2.66 * (_screened() if screen else D2)
        for rule, theory, flags in (
            ("outside limits", 2 * stats.norm.sf(limit), chart.outside),
            ("two of three near a limit", _near_chance(limit), chart.two_of_three),
            ("shift of seven", _shift_chance(), chart.shift != 0),
        ):
            yield _of_points(f"{rule}, settled limits{name}: points", theory, flags)
    # One order in 7! of seven points rises; the point before must not lie below them as well.
    seen = np.abs(np.diff((chart.trend != 0).astype(np.int8), axis=-1)).sum() / 2
    theory = 2 * (1 / factorial(RUN) - 1 / factorial(RUN + 1))
    yield share("trend of seven: runs that begin", theory, float(seen), values.size)


def _of_points(name: str, theory: float, flags: np.ndarray) -> Check:
    """A share of points that come in runs: the error is taken between parts of a hundred points."""
    parts = flags.reshape(-1, 100).mean(axis=1)
    return Check(name, float(theory), float(parts.mean()), float(parts.std() / parts.size**0.5))


def _screened() -> float:
    """The mean of moving ranges that are not above 3.267 times their mean.

    A moving range is the size of a normal variable of variance two.
    """
    cut = 3.267 * D2 / np.sqrt(2)
    inside = 2 * stats.norm.cdf(cut) - 1
    return float(np.sqrt(2) * 2 * (stats.norm.pdf(0) - stats.norm.pdf(cut)) / inside)


def _near_chance(limit: float) -> float:
    """A point is near, and of the three threes that it is in, one has another that is, on one side.

    The two before and the two after may each be near, on the same side otherwise, or neither.
    """
    near = stats.norm.sf(2 / 3 * limit) - stats.norm.sf(limit)
    chances = {"near": near, "side": 0.5 - near, "other": 0.5}
    total = 0.0
    for around in product(chances, repeat=4):
        line = [*around[:2], "near", *around[2:]]
        threes = [line[at : at + 3] for at in range(3)]
        if any("other" not in three and three.count("near") >= 2 for three in threes):
            total += float(np.prod([chances[one] for one in around]))
    return 2 * near * total


def _shift_chance() -> float:
    """A point is in a run of at least seven on one side: runs of l hold it in l ways."""
    return sum(length * 0.5 ** (length + 1) for length in range(RUN, 200))


def _same_points(generator: np.random.Generator, series: int, length: int) -> Iterator[Check]:
    chart = xmr(generator.normal(size=(series, length)), screen=False)
    again = rules_again(generator.normal(size=(4 * series, length)))
    found = {
        "outside limits": chart.outside,
        "two of three near a limit": chart.two_of_three,
        "shift of seven": chart.shift != 0,
        "trend of seven": chart.trend != 0,
        "any rule": chart.rule != 0,
    }
    for name, flags in found.items():
        seen, theory = flags.any(axis=1).mean(), again[name].mean()
        error = (theory * (1 - theory) * (1 / series + 1 / (4 * series))) ** 0.5
        words = f"{name}: charts of {length} points with a signal (theory simulated)"
        yield Check(words, float(theory), float(seen), max(float(error), 1 / series))


def rules_again(values: np.ndarray) -> dict[str, np.ndarray]:
    """Which series show a signal by each rule: the rules in other words, window by window."""
    sigma = np.abs(values[:, 1:] - values[:, :-1]).mean(axis=1, keepdims=True) * 2.66 / 3
    score = (values - values.mean(axis=1, keepdims=True)) / sigma
    three, seven = (sliding_window_view(score, width, axis=1) for width in (3, RUN))
    near = (np.abs(three) > 2) & (np.abs(three) <= 3)
    one_side = (three.min(axis=2) > 0) | (three.max(axis=2) < 0)
    steps = seven[:, :, 1:] - seven[:, :, :-1]
    found = {
        "outside limits": np.abs(score).max(axis=1) > 3,
        "two of three near a limit": (one_side & (near.sum(axis=2) >= 2)).any(axis=1),
        "shift of seven": ((seven.min(axis=2) > 0) | (seven.max(axis=2) < 0)).any(axis=1),
        "trend of seven": ((steps.min(axis=2) > 0) | (steps.max(axis=2) < 0)).any(axis=1),
    }
    return {**found, "any rule": np.any(list(found.values()), axis=0)}


def _seasons(generator: np.random.Generator, series: int) -> Iterator[Check]:
    for years in (2, 3):
        noise = generator.normal(size=(series, 12 * years))
        seen = seasonality(noise).seasonal.sum()
        yield share(f"a season in {years} years of noise", 0.01, seen, series)
        alike = noise.copy()
        for place in range(1, alike.shape[1]):
            alike[:, place] += 0.4 * alike[:, place - 1]
        seen = seasonality(alike).seasonal.mean()
        yield shown(f"the same, each month 0.4 of the one before it ({years} years)", seen, series)
        winter = 1.5 * np.cos(2 * np.pi * np.arange(12 * years) / 12)
        seen = seasonality(noise + winter).seasonal.mean()
        words = f"the same, with a wave of three standard deviations ({years} years)"
        yield shown(words, seen, series)
