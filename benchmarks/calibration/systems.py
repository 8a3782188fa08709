"""Are the worse providers of simulated systems found as often as is stated, and do ranks hold?

Each system has providers of many sizes whose true values differ as usual, and among them a few
planted as worse by a known distance. All that the funnel is given is counts: the reference is all
providers taken together, and the spread is what is seen. The power stated for a planted provider
is the exact chance that it crosses the upper limit that was drawn.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from benchmarks.calibration.checks import Check, share
from scipy import stats

from levelfield.statistics import (
    between_variance,
    funnel_power,
    funnel_scores,
    funnel_signal,
    normal_draws,
    overdispersion,
    proportion_draws,
    rank_intervals,
)

PROVIDERS, PLANTED = 60, 3
CENTRE = np.arcsin(np.sqrt(0.1))
USUAL_SPREAD = 0.03
WORSE = 0.15
"""How far the planted ones lie from the centre on the arcsine scale: 20.7% where 10% is usual."""
WAYS = (("as published", False), ("corrected", True))
RANKED_AT = 0.95
RANKS_HOLD = 0.9


@dataclass(frozen=True)
class System:
    """Providers with a known truth; the first ones are planted."""

    size: np.ndarray
    truth: np.ndarray
    count: np.ndarray


def simulate(generator: np.random.Generator) -> System:
    """One system: higher is worse."""
    size = np.exp(generator.uniform(np.log(100), np.log(5000), PROVIDERS)).round()
    there = generator.normal(CENTRE, USUAL_SPREAD, PROVIDERS)
    there[:PLANTED] = CENTRE + WORSE
    truth = np.sin(there) ** 2
    return System(size, truth, generator.binomial(size.astype(int), truth))


def checks(generator: np.random.Generator, systems: int, draws: int) -> Iterator[Check]:
    made = [simulate(generator) for _ in range(systems)]
    for name, corrected in WAYS:
        found, stated, false = 0, [], 0
        for one in made:
            reference, tau2, _ = _spread(one, corrected)
            arguments = ("proportion", one.count / one.size, one.size, reference)
            signal = funnel_signal(*arguments, between_variance=tau2)
            power = funnel_power(
                "proportion", one.truth, one.size, reference, between_variance=tau2
            )
            found += (signal[:PLANTED] == 2).sum()
            stated.append(power.upper[:PLANTED].mean())
            false += (np.abs(signal[PLANTED:]) == 2).sum()
        words = f"planted as worse and found, winsorised {name}"
        yield share(words, float(np.mean(stated)), found, systems * PLANTED)
        usual = systems * (PROVIDERS - PLANTED)
        yield share(
            f"usual and yet flagged, winsorised {name}", _usual(made, corrected), false, usual
        )
    for name, of in (("each alone", _alone), ("drawn together", _together)):
        held = []
        for one in made:
            ranks = rank_intervals(of(one, draws), "lower", RANKED_AT)
            true = stats.rankdata(one.truth)
            held.append(((ranks.lower <= true) & (true <= ranks.upper)).mean())
        # Ranks within a system hang together, so the error is taken between systems.
        error = float(np.std(held) / systems**0.5)
        words = f"95% rank intervals that hold the true rank ({name})"
        must = "at least" if of is _together else "nothing"
        yield Check(words, RANKS_HOLD, float(np.mean(held)), error, must)


def _usual(made: list[System], corrected: bool) -> float:
    """The exact chance of a flag for the usual providers, at their own truths."""
    chances = []
    for one in made:
        reference, tau2, _ = _spread(one, corrected)
        power = funnel_power("proportion", one.truth, one.size, reference, between_variance=tau2)
        chances.append((power.lower + power.upper)[PLANTED:].mean())
    return float(np.mean(chances))


def _spread(one: System, corrected: bool) -> tuple[float, float, np.ndarray]:
    reference = float(one.count.sum() / one.size.sum())
    z, error = funnel_scores("proportion", one.count / one.size, one.size, reference)
    return reference, between_variance(overdispersion(z, corrected=corrected), error), error


def _alone(one: System, draws: int) -> np.ndarray:
    return proportion_draws(one.count, one.size, draws=draws)


def _together(one: System, draws: int) -> np.ndarray:
    _, tau2, error = _spread(one, corrected=True)
    there = np.arcsin(np.sqrt(one.count / one.size))
    return normal_draws(there, error, tau2, draws=draws)
