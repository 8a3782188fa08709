"""What is timed: each call with its made-up data, its budget, and who does the same on arrays."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.rates import confint_poisson
from statsmodels.stats.weightstats import DescrStatsW

from levelfield import statistics as s

MILLION, UNITS, BANDS, MONTHS = 1_000_000, 100_000, 19, 36

EUROPEAN_STANDARD_2013 = [5000, 5500, 5500, 5500, 6000, 6000, 6500, 7000, 7000, 7000]
EUROPEAN_STANDARD_2013 += [7000, 6500, 6000, 5500, 5000, 4000, 2500, 1500, 1000]

Call = Callable[[], Any]


@dataclass(frozen=True)
class Case:
    """A call over so many units that may take so many seconds."""

    name: str
    units: int
    budget: float
    run: Call
    peer: str = ""
    by_peer: Call | None = None
    """The peer's call over the same units; it gives what `run` gives."""


def cases() -> list[Case]:
    """All cases, on random data that are the same in every run."""
    parts = (_charts, _standardised, _funnels, _intervals, _means, _clusters, _histograms, _slopes)
    return [case for part in parts for case in part()]


def series(number: int) -> Any:
    return np.random.default_rng(1).normal(100, 10, (number, MONTHS))


def areas(number: int) -> tuple[Any, Any]:
    """Events and population by area and band."""
    generator = np.random.default_rng(2)
    population = generator.integers(100, 9_000, (number, BANDS))
    return generator.poisson(population * np.linspace(0.0005, 0.02, BANDS)), population


def counts(number: int) -> tuple[Any, Any]:
    """Counts of totals from ten to a million, small ones as frequent as large ones."""
    generator = np.random.default_rng(3)
    total = (10 ** generator.uniform(1, 6, number)).astype(int)
    return generator.binomial(total, 0.1), total


def _charts() -> list[Case]:
    values = series(UNITS)

    def all_rules() -> Any:
        chart = s.xmr(values)
        return chart.rule, chart.signal

    return [Case(f"xmr, all rules, {MONTHS} points", UNITS, 0.5, all_rules)]


def _standardised() -> list[Case]:
    events, population = areas(UNITS)
    standard, squares = np.array(EUROPEAN_STANDARD_2013), 2 * events
    rates = np.linspace(0.0005, 0.02, BANDS)
    calls: dict[str, Call] = {
        "directly_standardised_rate": (
            lambda: s.directly_standardised_rate(events, population, standard)
        ),
        "directly_standardised_rate, repeat events": (
            lambda: s.directly_standardised_rate(events, population, standard, squares=squares)
        ),
        "indirectly_standardised_ratio": (
            lambda: s.indirectly_standardised_ratio(events, population, rates)
        ),
    }
    return [Case(f"{name}, {BANDS} bands", UNITS, 0.5, call) for name, call in calls.items()]


def _funnels() -> list[Case]:
    generator = np.random.default_rng(4)
    size = generator.integers(10, 20_000, UNITS)
    truth = 0.2 * np.exp(generator.normal(0, 0.1, UNITS))
    proportion, rate = (
        generator.binomial(size, truth) / size,
        generator.poisson(size * truth) / size,
    )

    def funnel(kind: s.FunnelKind, value: Any, reference: float) -> Case:
        def run() -> Any:
            z, error = s.funnel_scores(kind, value, size, reference)
            spread = s.between_variance(s.overdispersion(z), error)
            limits = s.funnel_limits(kind, size, reference, between_variance=spread)
            return limits, s.funnel_signal(kind, value, size, reference, between_variance=spread)

        return Case(f"funnel of a {kind} with overdispersion", UNITS, 0.5, run)

    return [
        funnel("proportion", proportion, 0.2),
        funnel("rate", rate, 0.2),
        funnel("ratio", rate / 0.2, 1.0),
    ]


def _intervals() -> list[Case]:
    count, total = counts(MILLION)
    other, other_total = count[::-1], total[::-1]
    unlike = np.arange(MILLION) + 10

    def exact(events: Any) -> tuple[Call, str, Call]:
        return (
            lambda: s.exact_poisson_interval(events),
            "statsmodels confint_poisson",
            lambda: confint_poisson(events, 1, method="exact-c"),
        )

    return [
        Case(name, MILLION, 2.0, *calls)
        for name, *calls in (
            (
                "wilson_interval",
                lambda: s.wilson_interval(count, total),
                "statsmodels proportion_confint",
                lambda: proportion_confint(count, total, method="wilson"),
            ),
            ("byars_interval", lambda: s.byars_interval(count)),
            ("exact_poisson_interval", *exact(count)),
            ("exact_poisson_interval, no count twice", *exact(unlike)),
            ("poisson_interval", lambda: s.poisson_interval(count)),
            ("rate_interval", lambda: s.rate_interval(count, total)),
            (
                "difference_interval",
                lambda: s.difference_interval(count, total, other, other_total),
            ),
            ("count_ratio_interval", lambda: s.count_ratio_interval(count, other)),
        )
    ]


def _means() -> list[Case]:
    generator = np.random.default_rng(5)
    values = generator.normal(50, 8, (MILLION, 12))
    number, sums, squares = 12, values.sum(axis=1), (values**2).sum(axis=1)

    def student() -> Any:
        error = stats.sem(values, axis=1)
        return stats.t.interval(0.95, 11, values.mean(axis=1), error)

    return [
        Case(
            "mean_interval, 12 values",
            MILLION,
            2.0,
            lambda: s.mean_interval(values),
            "scipy t.interval",
            student,
        ),
        Case(
            "mean_interval_of_sums",
            MILLION,
            2.0,
            lambda: s.mean_interval_of_sums(number, sums, squares),
            "statsmodels DescrStatsW",
            lambda: DescrStatsW(values.T).tconfint_mean(),
        ),
        Case(
            "mean_difference_interval",
            MILLION,
            2.0,
            lambda: s.mean_difference_interval(
                number, sums, squares, number, sums[::-1], squares[::-1]
            ),
        ),
    ]


def _clusters() -> list[Case]:
    """Ten clusters each, their sums and the squares and products behind them."""
    generator = np.random.default_rng(6)
    total = generator.integers(1, 40, (MILLION, 10))
    count = generator.binomial(total, 0.7)
    sums = (count.sum(axis=1), total.sum(axis=1))
    squares = (part.sum(axis=1) for part in (count**2, count * total, total**2))
    given = (np.full(MILLION, 10), *sums, *squares)
    calls: dict[str, Call] = {
        "clustered_proportion_interval": lambda: s.clustered_proportion_interval(*given),
        "clustered_ratio_interval": lambda: s.clustered_ratio_interval(*given),
    }
    return [Case(name, MILLION, 2.0, call) for name, call in calls.items()]


def _histograms() -> list[Case]:
    """Six different waits each, and how many waited so long."""
    generator = np.random.default_rng(7)
    group = np.repeat(np.arange(MILLION), 6)
    days = np.tile(np.array([3, 9, 20, 41, 77, 130]), MILLION)
    held = s.Histograms.of(group, days, generator.integers(0, 30, group.size))
    return [
        Case("Histograms.quantile, of a median", MILLION, 2.0, lambda: held.quantile(0.5)),
        Case("Histograms.interval, of a median", MILLION, 2.0, lambda: held.interval(0.5)),
    ]


def _slopes() -> list[Case]:
    generator = np.random.default_rng(8)
    value = 30 + generator.normal(0, 2, (MILLION, 5)) - np.arange(5)
    people = generator.integers(500, 5_000, (MILLION, 5))
    error = 100 / np.sqrt(people)
    calls: dict[str, Call] = {
        "slope_index_of_inequality, fifths": (
            lambda: s.slope_index_of_inequality(value, people, error)
        ),
        "relative_index_of_inequality, fifths": (
            lambda: s.relative_index_of_inequality(value, people, error)
        ),
    }
    return [Case(name, MILLION, 2.0, call) for name, call in calls.items()]
