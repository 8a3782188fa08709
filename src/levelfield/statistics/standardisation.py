"""Rates made comparable between areas whose people differ in age or sex.

Direct standardisation gives the rate that a standard population would have with the area's rates
in each band; indirect standardisation compares an area's events with those it would have with the
reference's rates. The last axis of an array is always the bands, in one order everywhere.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from levelfield.statistics.interval import (
    Confidence,
    Estimate,
    FloatArray,
    alike,
    counts,
    estimate,
)
from levelfield.statistics.poisson import byars_interval, poisson_interval
from levelfield.statistics.rates import positive

FEWEST_EVENTS = 10
"""Events in total below which a directly standardised rate is not reliable enough to be shown."""


class RepeatedEvents(NamedTuple):
    """Events that persons had, and the sum of the squared number of events of each person."""

    events: FloatArray
    squares: FloatArray


def repeated_events(persons: ArrayLike, times: ArrayLike) -> RepeatedEvents:
    """Events and their squares from how many persons had one, two, three of them.

    The last axis of `persons` is the number of events that each of those persons had, given in
    `times`. Raises ValueError for a negative or infinite number, or lengths that differ.

    >>> repeated_events([70, 10, 3], [1, 2, 3]).squares.item()
    137.0
    """
    people, each = counts(persons, "persons"), counts(times, "times")
    if each.ndim != 1 or people.shape[-1:] != each.shape:
        raise ValueError("the last axis of persons must be as long as times")
    return RepeatedEvents(people @ each, people @ each**2)


def directly_standardised_rate(
    events: ArrayLike,
    population: ArrayLike,
    standard: ArrayLike,
    multiplier: float = 100_000,
    confidence: Confidence = 0.95,
    *,
    squares: ArrayLike | None = None,
) -> Estimate:
    """The rate of a standard population under the rates of each area, per `multiplier`.

    `events` and `population` are areas by bands (or bands alone), `standard` has the standard
    population's bands. The interval is Dobson's around Byar's for the total count; a lower bound
    below zero is cut to zero. All three are `nan` with fewer than ten events in the bands
    that the standard has people in, and where such a band has no population or is missing: merge
    bands first.
    Where one person may have several events, they do not come independently: give `squares`, the
    sum over persons of their squared number of events by area and band (`repeated_events`), and
    the interval widens accordingly, as that of a compound Poisson count.
    Raises ValueError for negative numbers, events in a band without population, bands that do not
    fit, squares below the events, a standard without people, a multiplier that is not positive, or
    a confidence outside (0, 1).
    Source: Dobson et al. (1991), Stat Med 10:457-62; with Byar's limits, the fewest events and the
    variance for repeated events as in Office for Health Improvement and Disparities, Public Health
    Technical Guidance, directly standardised rates.

    >>> rate = directly_standardised_rate([10, 30, 60], [5000, 4000, 2000], [60, 30, 10])
    >>> print(f"{rate.value:.1f} ({rate.lower:.1f} to {rate.upper:.1f})")
    645.0 (518.2 to 792.1)
    """
    number, people = _by_band(counts(events, "events"), counts(population, "population"))
    weights = counts(standard, "standard")
    if weights.shape != people.shape[-1:]:
        raise ValueError("the standard population must have as many bands as the areas")
    if not weights.sum() > 0:
        raise ValueError("the standard population must be known and have people in it")
    if np.any((people == 0) & (number > 0)):
        raise ValueError("events are counted in a band without population")
    squared = number if squares is None else counts(squares, "squares")
    if squared.shape != number.shape or np.any(squared < number):
        raise ValueError("squares must come by area and band, and never be below the events")
    share = np.full(people.shape, np.nan)
    np.divide(weights / weights.sum(), people, out=share, where=people > 0)
    share[..., weights == 0] = 0
    # Events in a band that the standard has nobody in say nothing of the rate.
    total = np.where(weights > 0, number, 0).sum(axis=-1)
    total = np.where(total >= FEWEST_EVENTS, total, np.nan)
    value = np.einsum("...b,...b->...", share, number)
    spread = np.einsum("...b,...b,...b->...", share, share, squared)
    # Byar's distances from the count, brought from its standard deviation to that of the rate.
    lower, upper = byars_interval(total, confidence)
    scale = np.sqrt(spread / total)
    known = np.where(np.isnan(total), np.nan, positive(multiplier, "multiplier"))
    return estimate(
        value * known,
        np.maximum(value + (lower - total) * scale, 0) * known,
        (value + (upper - total) * scale) * known,
    )


def indirectly_standardised_ratio(
    observed: ArrayLike,
    population: ArrayLike,
    reference_rate: ArrayLike,
    confidence: Confidence = 0.95,
) -> Estimate:
    """Observed events over those expected at the reference's rates; 1 means as many as there.

    `population` is areas by bands (or bands alone), `reference_rate` has events per person of each
    band; `observed` has one total for each area, or areas by bands, which are added. The interval
    is that of the observed count, the expected one taken as known. All three are `nan` where no
    event is expected or something is missing.
    Raises ValueError for negative numbers, shapes that do not fit, events observed where nobody
    lives, or a confidence outside (0, 1).
    Source: Breslow & Day (1987), Statistical Methods in Cancer Research II, chapter 2; the limits
    (exact below ten events, Byar's from ten) as in Office for Health Improvement and Disparities,
    Public Health Technical Guidance, indirectly standardised ratios.

    >>> ratio = indirectly_standardised_ratio(33, [5000, 4000, 2000], [0.001, 0.002, 0.006])
    >>> print(f"{ratio.value:.2f} ({ratio.lower:.2f} to {ratio.upper:.2f})")
    1.32 (0.91 to 1.85)
    """
    people = counts(population, "population")
    rates = counts(reference_rate, "reference_rate")
    if people.ndim == 0 or rates.shape != people.shape[-1:]:
        raise ValueError("the reference must have as many bands as the areas")
    number = counts(observed, "observed")
    if number.ndim == people.ndim:
        number = _by_band(number, people)[0].sum(axis=-1)
    elif number.shape != people.shape[:-1]:
        raise ValueError("observed events must come by area, or by area and band")
    if np.any((people.sum(axis=-1) == 0) & (number > 0)):
        raise ValueError("events are observed where there is no population")
    expected = people @ rates
    expected = np.where(expected > 0, expected, np.nan)
    lower, upper = poisson_interval(number, confidence)
    return estimate(number / expected, lower / expected, upper / expected)


def indirectly_standardised_rate(
    observed: ArrayLike,
    population: ArrayLike,
    reference_rate: ArrayLike,
    reference_crude_rate: float,
    multiplier: float = 100_000,
    confidence: Confidence = 0.95,
) -> Estimate:
    """The indirectly standardised ratio times the reference's crude rate, per `multiplier`.

    `reference_crude_rate` is all events of the reference over all of its people; the rest, faults
    and source are as for `indirectly_standardised_ratio`.

    >>> rate = indirectly_standardised_rate(33, [5000, 4000], [0.001, 0.007], 0.003, 1_000)
    >>> print(f"{rate.value:.1f} ({rate.lower:.1f} to {rate.upper:.1f})")
    3.0 (2.1 to 4.2)
    """
    ratio = indirectly_standardised_ratio(observed, population, reference_rate, confidence)
    crude = positive(reference_crude_rate, "reference_crude_rate")
    scale = crude * positive(multiplier, "multiplier")
    return estimate(*(part * scale for part in ratio))


def _by_band(number: FloatArray, people: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Events and population of one shape, areas by bands."""
    if number.ndim == 0 or people.ndim == 0 or number.shape[-1] != people.shape[-1]:
        raise ValueError("events and population must have the same bands")
    number, people = alike(number, people)
    return number, people
