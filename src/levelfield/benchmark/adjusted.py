"""Crude and adjusted side by side: what is observed of each organisation, and what was expected.

However the expected events were found (strata or a model), they are held against the observed ones
here, in one way.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from levelfield.benchmark.model import Model
from levelfield.benchmark.reading import Reading
from levelfield.benchmark.results import Parameters
from levelfield.benchmark.tables import Floats, numbers, texts, with_numbers
from levelfield.benchmark.words import Names, figure
from levelfield.statistics import poisson_interval, wilson_interval


@dataclass(frozen=True)
class Adjusted:
    """The organisations of one comparison, each with its crude and its adjusted value."""

    points: pa.Table
    """The values, then `observed`, `expected` and `information` (the expected events that carry as
    much chance variation: more than `expected` where events are common), `ratio` of the two with
    `ratio_lower` and `ratio_upper`, and `adjusted`, `adjusted_lower`, `adjusted_upper` in the unit
    of the value. Direct standardisation leaves expected events and ratio empty."""
    strata: pa.Table
    """What everybody's figures are: a row per stratum with `numerator`, `denominator`, `value`, and
    `share` of everybody's denominator."""
    overall: float
    """Everybody's value, in the unit of the values."""
    model: Model | None
    method: str
    parameters: Parameters
    sentence: str


@dataclass(frozen=True)
class Expected:
    """Events observed and expected of each organisation, in the order of the values."""

    observed: Floats
    size: Floats
    expected: Floats
    variance: Floats
    """Of the number of events, if everybody's risks held."""


def beside_crude(
    values: pa.Table, found: Expected, reading: Reading, overall: float
) -> tuple[pa.Table, int]:
    """The points of an `Adjusted`, and how many adjusted shares had to be cut to 100%.

    The interval is that of the observed events, the expected ones taken as known: exact Poisson or
    Byar's for a rate, and for a share Wilson's limits of the observed share over the expected one.
    No source: it follows from the expected share being a known number. Where people differ in risk
    their count varies less than Wilson supposes, so that it is wide rather than narrow.
    """
    known = (found.expected > 0) & (found.size > 0)
    observed, size, expected, variance = (
        np.where(known, part, np.nan)
        for part in (found.observed, found.size, found.expected, found.variance)
    )
    if reading.is_share:
        bounds = wilson_interval(observed, size)
        lower, upper = (bound * size / expected for bound in bounds)
    else:
        lower, upper = (bound / expected for bound in poisson_interval(observed))
    ratio = observed / expected
    adjusted = [part * overall for part in (ratio, lower, upper)]
    cut = int(np.sum(adjusted[0] > 1)) if reading.is_share else 0
    if reading.is_share:
        adjusted = [np.minimum(part, 1.0) for part in adjusted]
    with np.errstate(divide="ignore", invalid="ignore"):
        information = np.where(variance > 0, expected**2 / variance, np.nan)
    return with_numbers(
        values,
        observed=observed,
        expected=expected,
        information=information,
        ratio=ratio,
        ratio_lower=lower,
        ratio_upper=upper,
        adjusted=adjusted[0],
        adjusted_lower=adjusted[1],
        adjusted_upper=adjusted[2],
    ), cut


def sentence(points: pa.Table, reading: Reading, by: str, names: Names) -> str:
    """Who moves most between the crude and the adjusted value, and who leads in each."""
    crude, adjusted = numbers(points, "value"), numbers(points, "adjusted")
    codes = np.array(texts(points, "org_code"))
    both = ~np.isnan(crude) & ~np.isnan(adjusted)
    if not both.any():
        return (
            f"No organisation has a value adjusted for {by}: each has too few events, or nobody in "
            "a stratum that others have people in."
        )
    crude, adjusted, codes = crude[both], adjusted[both], codes[both]
    most = int(np.argmax(np.abs(adjusted - crude)))
    name = names.get(codes[most], codes[most])
    start = (
        f"Adjusted for {by}, {name} moves most of {codes.size} organisations: from "
        f"{figure(crude[most], reading)} to {figure(adjusted[most], reading)}."
    )
    places = [np.argsort(np.argsort(one)) for one in (crude, adjusted)]
    moved = int(np.sum(places[0] != places[1]))
    order = f"{moved} of {codes.size} change their place" if moved else "Nobody changes places"
    return f"{start} {order} in the order of values."
