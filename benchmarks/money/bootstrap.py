"""How fast a price list with its intervals is made, and whether they cover what they claim.

Run it with `python -m benchmarks.money.bootstrap`; `--coverage SYSTEMS` asks for the second.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from benchmarks.calibration.checks import Check, table

from levelfield.simulate.cost_truth import CostTruth, draw_costs
from levelfield.tariff.list_file import IntervalChoice
from levelfield.tariff.make import Made, Steps, make
from levelfield.tariff.returned import Returned
from levelfield.tariff.steps import (
    Chain,
    Completeness,
    Credibility,
    Inputs,
    Level,
    MarketForcesOut,
    Monotone,
    Scale,
    Trim,
)

BUDGET, REPLICATES, PROVIDERS, CURRENCIES = 20.0, 1000, 200, 160
CLASS = 5
"""Currencies below one parent."""

EFFICIENCY = 0.99

LEAST = {12: 0.90, 40: 0.92, 200: 0.93}
"""What the intervals have to cover at least, by providers, of the 95% that they claim. A bootstrap
of a weighted mean falls short where few providers hold most of the units; the README says so."""


@dataclass(frozen=True)
class System:
    """A truth with the returns that were drawn about it, ready for the steps."""

    truth: CostTruth
    returned: Returned
    inputs: Inputs


def draw_system(
    rng: np.random.Generator, providers: int, currencies: int, own: float = 0.1
) -> System:
    """Providers of very different size, each with two thirds of the currencies; dear or cheap by
    `own` (log scale, mean 1) beside 12% of noise; a third of them lose up to a fifth of contacts.

    One class in eight is a band, whose costs rise in truth as well: where they did not, a list that
    makes them rise would be wrong by decision, which no interval claims to hold.
    """
    unit_cost = np.exp(rng.normal(np.log(9000), 0.5, currencies))
    bands = [slice(n, n + CLASS) for n in range(0, currencies, 8 * CLASS)]
    for band in bands:
        unit_cost[band] = np.sort(unit_cost[band])
    size = np.exp(rng.normal(0, 0.8, (providers, 1)))
    popular = np.exp(rng.normal(7, 1.2, currencies))
    offered = rng.random((providers, currencies)) < 2 / 3
    units = np.where(
        offered, np.round(size * popular * np.exp(rng.normal(0, 0.4, offered.shape))), 0
    )
    truth = CostTruth(
        providers=tuple(f"P{n:03d}" for n in range(providers)),
        currencies=tuple(f"C{n:03d}" for n in range(currencies)),
        unit_cost=unit_cost,
        level=np.exp(rng.normal(-(own**2) / 2, own, providers)),
        factor=rng.uniform(1.0, 1.18, providers),
        lost=np.where(rng.random(providers) < 1 / 3, rng.uniform(0, 0.2, providers), 0.0),
        units=units,
    )
    drawn = draw_costs(rng, truth)
    returned = Returned(
        truth.providers, truth.currencies, drawn.units, drawn.cost, np.zeros(units.shape, bool)
    )
    inputs = Inputs(
        submitted=None,
        lost=np.broadcast_to(truth.lost[:, np.newaxis], units.shape),
        factors=dict(zip(truth.providers, truth.factor, strict=True)),
        parent=tuple(f"K{n // CLASS:03d}" for n in range(currencies)),
        bands=tuple(truth.currencies[band] for band in bands),
        last_year=None,
        uplift=1.0,
    )
    return System(truth, returned, inputs)


def steps(full: bool = True) -> Steps:
    """All steps that a draw goes through, or only those that estimate a mean."""
    begin = [
        MarketForcesOut(step="market_forces"),
        Completeness(step="completeness", most_lost=0.5),
    ]
    mean = Level(step="level", method="mean")
    if not full:
        return [*begin, mean]
    return [
        *begin,
        Trim(step="trim", ratio=2.0),
        mean,
        Credibility(step="credibility", within="parent"),
        Monotone(step="monotone"),
        Scale(step="scale", to="returned"),
        Chain(step="chain", links=[{"name": "Efficiency", "factor": EFFICIENCY}]),
    ]


def covered(system: System, made: Made, times: float) -> np.ndarray:
    """Which intervals hold `times` what a unit costs at the average place; those without one left
    out."""
    truth = system.truth.unit_cost * made.returned.average * times
    held = (made.lower <= truth) & (truth <= made.upper)
    return np.asarray(held[np.isfinite(made.lower)])


def coverage(
    rng: np.random.Generator, systems: int, kinds: tuple[bool, ...] = (False, True)
) -> Iterator[Check]:
    """The share of intervals that hold the truth, by how many providers there are, for the mean
    (False in `kinds`) and for all steps.

    Intervals of one system share its providers, so that the error is taken between systems.
    """
    for full in kinds:
        for providers, least in LEAST.items():
            shares = []
            for _ in range(systems):
                system = draw_system(rng, providers, 20)
                choice = IntervalChoice(replicates=500, seed=int(rng.integers(1 << 30)))
                made = make(system.returned, steps(full), system.inputs, choice)
                shares.append(covered(system, made, EFFICIENCY if full else 1.0).mean())
            seen, error = float(np.mean(shares)), float(np.std(shares) / len(shares) ** 0.5)
            # Credibility and pooling trade a little bias for less chance: shown, not claimed.
            what = "all steps" if full else "the mean"
            name = f"95% interval, {what}, {providers} providers"
            yield Check(name, least, seen, error, "nothing" if full else "at least")


def timed() -> tuple[float, float, Made]:
    """Elapsed and processor seconds of one list, all steps, and the list."""
    system = draw_system(np.random.default_rng(1), PROVIDERS, CURRENCIES)
    began, worked = time.perf_counter(), time.process_time()
    made = make(system.returned, steps(), system.inputs, IntervalChoice(replicates=REPLICATES))
    return time.perf_counter() - began, time.process_time() - worked, made


def main() -> int:
    """Print the table; 1 when the budget is missed or intervals cover too little."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--coverage", type=int, default=0, metavar="SYSTEMS")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    if chosen.coverage:
        found = list(coverage(np.random.default_rng(chosen.seed), chosen.coverage))
        print(table("Intervals of prices cover the truth", found))
        return 0 if all(one.held for one in found) else 1
    elapsed, worked, made = timed()
    print(f"{made.drawn.shape[0]:,} replicates x {PROVIDERS} providers x {CURRENCIES} currencies")
    print(f"{elapsed:.1f} s elapsed, {worked:.1f} s of processor")
    print(f"Budget of {BUDGET:.0f} s: {'kept' if elapsed <= BUDGET else 'MISSED'}.")
    return 0 if elapsed <= BUDGET else 1


if __name__ == "__main__":
    sys.exit(main())
