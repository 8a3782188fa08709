"""What a case-mix model says of itself: its terms, how well it is calibrated, how well it tells
apart."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from levelfield.benchmark.tables import Floats
from levelfield.statistics import poisson_interval, wilson_interval

TENTHS = 10


@dataclass(frozen=True)
class Model:
    """A regression of events on case mix, over everybody compared."""

    coefficients: pa.Table
    """A row per term: `term` (the column), `level`, `coefficient`, `standard_error`, `effect` (the
    odds or rate ratio against the column's reference level) with `lower` and `upper`, and `p`. A
    reference level is a row with the effect 1 and no error."""
    calibration: pa.Table
    """Tenths of the denominator by predicted risk, lowest first: `tenth`, `denominator`,
    `observed`, `expected`, and per one of the denominator `observed_rate` with `lower` and `upper`,
    and `expected_rate`."""
    performance: pa.Table
    """`what`, `value`, `ideal` and `words`: calibration in the large, calibration slope, and the c
    statistic of a logistic model or the share of deviance explained of a Poisson model."""
    held_out: bool
    """Whether calibration and performance were reckoned for organisations that the model had not
    seen."""
    sentence: str


def tenths(predicted: Floats, events: Floats, size: Floats, share: bool) -> pa.Table:
    """Observed and expected events by tenth of the denominator in the order of predicted risk.

    A cell of people alike in case mix is never cut, so tenths differ in size, and some are empty
    where few cells hold many.
    """
    order = np.argsort(predicted, kind="stable")
    predicted, events, size = predicted[order], events[order], size[order]
    middle = (np.cumsum(size) - size / 2) / size.sum()
    place = np.minimum((middle * TENTHS).astype(int), TENTHS - 1)
    # Cells with one prediction are one group, wherever a border falls between them.
    place = place[np.searchsorted(predicted, predicted)]
    total, observed, expected = (
        np.bincount(place, weights=each, minlength=TENTHS)
        for each in (size, events, predicted * size)
    )
    held = total > 0
    total, observed, expected = total[held], observed[held], expected[held]
    if share:
        lower, upper = wilson_interval(observed, total)
    else:
        lower, upper = (bound / total for bound in poisson_interval(observed))
    return pa.table(
        {
            "tenth": np.flatnonzero(held) + 1,
            "denominator": total,
            "observed": observed,
            "expected": expected,
            "observed_rate": observed / total,
            "lower": lower,
            "upper": upper,
            "expected_rate": expected / total,
        }
    )


def c_statistic(predicted: Floats, events: Floats, others: Floats) -> float:
    """The chance that one with the event was given a higher risk than one without, ties by half.

    Each prediction stands for `events` and `others` people. `nan` without either kind.
    Source: Harrell, Lee & Mark (1996), Stat Med 15:361-87.

    >>> c_statistic(np.array([0.1, 0.9]), np.array([1.0, 3.0]), np.array([3.0, 1.0]))
    0.75
    """
    if not events.sum() or not others.sum():
        return float("nan")
    levels, place = np.unique(predicted, return_inverse=True)
    hits = np.bincount(place, weights=events, minlength=levels.size)
    misses = np.bincount(place, weights=others, minlength=levels.size)
    below = np.cumsum(misses) - misses
    return float((hits * (below + misses / 2)).sum() / (hits.sum() * misses.sum()))
