"""Are the worse providers of simulated systems found as often as is stated, and do ranks hold?

Each system has providers of many sizes whose true values differ as usual, and among them a few
planted as worse by a known distance. All that the funnel is given is counts: the reference is all
providers taken together, and the spread is what is seen. The power stated for a planted provider
is the exact chance that it crosses the upper limit, with spread and limits reckoned again in
`limits_again`. Funnel and ranks are those of every page, `levelfield.benchmark`; beside them stand
the spread as published methods have it, not corrected for what winsorising takes away, and ranks
that take each estimate at face value.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from benchmarks.calibration.checks import Check, share, shown
from benchmarks.calibration.limits_again import crossing, spread

from levelfield import benchmark
from levelfield.core.values import VALUE_SCHEMA
from levelfield.statistics import (
    between_variance,
    funnel_scores,
    funnel_signal,
    overdispersion,
    proportion_draws,
    rank_intervals,
)

PROVIDERS, PLANTED = 60, 3
CENTRE = np.arcsin(np.sqrt(0.1))
SPREADS = {"usual spread": 0.03, "a small spread": 0.008, "no spread": 0.0}
"""Standard deviations between providers on the arcsine scale."""
USUAL = "usual spread"
WORSE = 0.15
"""How far the planted ones lie from the centre on the arcsine scale: 20.7% where 10% is usual."""
RANKS_HOLD = 0.9
READING = benchmark.Reading("proportion", "percent", "lower")


@dataclass(frozen=True)
class System:
    """Providers with a known truth; where any are planted, they are the first."""

    size: np.ndarray
    truth: np.ndarray
    count: np.ndarray

    @property
    def values(self) -> pa.Table:
        """As a build gives them."""
        rows = [
            {
                "measure": "m",
                "period": "2026-03",
                "org_level": "provider",
                "org_code": f"Z{n:02}",
                "stratifier": "all",
                "stratum": "all",
                "numerator": count,
                "denominator": size,
                "value": count / size,
            }
            for n, (count, size) in enumerate(zip(self.count, self.size, strict=True))
        ]
        return pa.Table.from_pylist(rows, schema=VALUE_SCHEMA)


def simulate(generator: np.random.Generator, apart: float, planted: int) -> System:
    """One system: higher is worse."""
    size = np.exp(generator.uniform(np.log(100), np.log(5000), PROVIDERS)).round()
    there = generator.normal(CENTRE, apart, PROVIDERS)
    there[:planted] = CENTRE + WORSE
    truth = np.sin(there) ** 2
    return System(size, truth, generator.binomial(size.astype(int), truth))


def checks(generator: np.random.Generator, systems: int, draws: int) -> Iterator[Check]:
    made = [simulate(generator, SPREADS[USUAL], PLANTED) for _ in range(systems)]
    yield from _power(made, "as shipped", _shipped, corrected=True)
    yield from _power(made, "uncorrected", _uncorrected, corrected=False)
    for name, apart in SPREADS.items():
        planted = PLANTED if name == USUAL else 0
        others = [simulate(generator, apart, planted) for _ in range(systems)]
        yield from _ranks(generator, others, name)
    words = f"95% rank intervals that hold the true rank, each alone, {USUAL}"
    held = [_held(generator, one, *_alone(one, draws)) for one in made]
    yield Check(words, RANKS_HOLD, float(np.mean(held)), _error(held), "nothing")


def _power(
    made: list[System], name: str, signals: Callable[[System], np.ndarray], corrected: bool
) -> Iterator[Check]:
    """Planted ones seen above and usual ones beyond either limit, beside the chances of each."""
    found = false = 0
    stated, chances = [], []
    for one in made:
        signal = signals(one)
        found += (signal[:PLANTED] == 2).sum()
        false += (np.abs(signal[PLANTED:]) == 2).sum()
        reference = one.count.sum() / one.size.sum()
        tau2 = spread(one.count / one.size, one.size, reference, "winsorise", corrected)
        below, above = crossing(one.truth, one.size, reference, tau2)
        stated.append(above[:PLANTED].mean())
        chances.append((below + above)[PLANTED:].mean())
    usual = len(made) * (PROVIDERS - PLANTED)
    yield share(
        f"planted as worse and found, winsorised {name}",
        float(np.mean(stated)),
        found,
        len(made) * PLANTED,
    )
    yield share(f"usual and yet flagged, winsorised {name}", float(np.mean(chances)), false, usual)


def _shipped(one: System) -> np.ndarray:
    """The signals of the funnel that every page draws."""
    return np.array(_funnel(one).points["signal"].to_pylist())


def _uncorrected(one: System) -> np.ndarray:
    reference = float(one.count.sum() / one.size.sum())
    z, error = funnel_scores("proportion", one.count / one.size, one.size, reference)
    tau2 = between_variance(overdispersion(z), error)
    value = one.count / one.size
    return funnel_signal("proportion", value, one.size, reference, between_variance=tau2)


def _funnel(one: System) -> benchmark.Funnel:
    found = benchmark.funnel(one.values, READING)
    assert isinstance(found, benchmark.Funnel)
    return found


def _ranks(generator: np.random.Generator, made: list[System], name: str) -> Iterator[Check]:
    """The ranks of every page: whether they hold, and whom they put into the worst quarter."""
    held, certain, wrong = [], 0, 0
    for one in made:
        found = benchmark.ranks(one.values, READING, funnel=_funnel(one))
        assert isinstance(found, benchmark.Ranked)
        points = found.points.sort_by("org_code")
        lower, upper, worst = (
            np.array(points[column].to_pylist())
            for column in ("rank_lower", "rank_upper", "worst_quarter")
        )
        held.append(_held(generator, one, lower, upper))
        named = worst >= 0.95
        certain += named.sum()
        wrong += (named & (_true_rank(generator, one) <= PROVIDERS - PROVIDERS // 4)).sum()
    words = f"95% rank intervals that hold the true rank, as shipped, {name}"
    # Ranks within a system hang together, so the error is taken between systems.
    yield Check(words, RANKS_HOLD, float(np.mean(held)), _error(held), "at least")
    words = f"providers said to be 95% certain of the worst quarter, {name}"
    yield shown(words, certain / (len(made) * PROVIDERS), len(made) * PROVIDERS)
    if certain:
        yield shown(f"of these, not in it, {name}", wrong / certain, certain)


def _held(
    generator: np.random.Generator, one: System, lower: np.ndarray, upper: np.ndarray
) -> float:
    true = _true_rank(generator, one)
    return float(((lower <= true) & (true <= upper)).mean())


def _true_rank(generator: np.random.Generator, one: System) -> np.ndarray:
    """1 is the lowest; those that are truly alike are put in random order."""
    order = np.lexsort((generator.random(one.truth.size), one.truth))
    return np.argsort(order) + 1


def _error(held: list[float]) -> float:
    return float(np.std(held) / len(held) ** 0.5)


def _alone(one: System, draws: int) -> tuple[np.ndarray, np.ndarray]:
    ranks = rank_intervals(proportion_draws(one.count, one.size, draws=draws), "lower")
    return ranks.lower, ranks.upper
