"""Standardisation: organisations made comparable by strata of their people or services."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pyarrow as pa

from levelfield.benchmark.adjusted import Adjusted, Expected, beside_crude, sentence
from levelfield.benchmark.reading import Reading
from levelfield.benchmark.results import NotComparable, Parameters
from levelfield.benchmark.strata import Strata, read_strata
from levelfield.benchmark.tables import Floats, one_row_each, texts, with_numbers
from levelfield.benchmark.words import Names, listed
from levelfield.statistics import FEWEST_EVENTS, directly_standardised_rate, wilson_interval

Way = Literal["direct", "indirect"]


def standardise(
    values: pa.Table,
    counts: pa.Table,
    reading: Reading,
    *,
    by: Sequence[str],
    way: Way = "indirect",
    names: Names | None = None,
) -> Adjusted | NotComparable:
    """Crude and standardised values of a proportion or rate in one period, side by side.

    `values` has one row per organisation; `counts` has `org_code`, the columns `by`, `numerator`
    and `denominator`, a row per organisation and stratum. The reference is everybody in `values`
    taken together. Indirect: observed over expected events at everybody's stratum rates, times
    everybody's value. Direct: the value that everybody's mix of strata would have at the
    organisation's own stratum rates; strata that are not known are left out of it, and it has none
    with fewer than ten events, or without anybody in a stratum that others have people in.
    NotComparable for another statistic, without counts, with one organisation (it would be its own
    reference), and without any event. Raises ValueError for two values of one organisation, or a
    numerator above its denominator in a proportion.
    Source: indirect as `statistics.indirectly_standardised_ratio`; direct for a rate as
    `statistics.directly_standardised_rate`; for a proportion the interval adds the squares of the
    distances to Wilson's limits in each stratum, weighted (Zou & Donner, 2008, Stat Med
    27:1693-702).
    """
    one_row_each(values, "org_code")
    strata = read_strata(counts, texts(values, "org_code"), by, reading)
    if isinstance(strata, NotComparable):
        return strata
    overall = strata.overall * reading.multiplier
    named = listed([column.replace("_", " ") for column in by])
    said: dict[str, str | float | int | bool] = {
        "adjusted for": named,
        "reference": overall,
        "reference is": "all organisations compared, taken together",
        "strata": strata.size.shape[1],
    }
    if way == "indirect":
        points, cut = beside_crude(values, expected(strata, reading), reading, overall)
        said["adjusted value"] = "observed over expected events, times everybody's value"
        if cut:
            said["cut to 100%"] = cut
    else:
        points, more = _direct(values, strata, reading)
        said |= more
    return Adjusted(
        points=points,
        strata=strata.table(reading.multiplier),
        overall=overall,
        model=None,
        method=f"{way} standardisation",
        parameters=said,
        sentence=sentence(points, reading, named, names or {}),
    )


def expected(strata: Strata, reading: Reading) -> Expected:
    """The events of each organisation, and those that everybody's stratum rates would give it."""
    rate = strata.rate
    variance = rate * (1 - rate) if reading.is_share else rate
    return Expected(
        observed=strata.events.sum(axis=1),
        size=strata.size.sum(axis=1),
        expected=strata.size @ rate,
        variance=strata.size @ variance,
    )


def _direct(values: pa.Table, whole: Strata, reading: Reading) -> tuple[pa.Table, Parameters]:
    strata = whole.known()
    standard = strata.size.sum(axis=0)
    if reading.is_share:
        found = _weighted(strata, standard / standard.sum())
        interval = "square-and-add of Wilson's limits"
    else:
        found = directly_standardised_rate(
            strata.events, strata.size, standard, multiplier=reading.multiplier
        )
        interval = "Dobson's"
    empty = np.full(len(values), np.nan)
    points = with_numbers(
        values,
        observed=strata.events.sum(axis=1),
        expected=empty,
        information=empty,
        ratio=empty,
        ratio_lower=empty,
        ratio_upper=empty,
        adjusted=found[0],
        adjusted_lower=found[1],
        adjusted_upper=found[2],
    )
    return points, {
        "standard": "everybody's mix of strata",
        "interval": interval,
        "share not known, left out": float(1 - standard.sum() / whole.size.sum()),
        "without a value": int(np.isnan(found[0]).sum()),
    }


def _weighted(strata: Strata, share: Floats) -> tuple[Floats, Floats, Floats]:
    """A weighted mean of proportions with its interval."""
    size = np.where(strata.size > 0, strata.size, np.nan)
    own = strata.events / size
    bounds = wilson_interval(strata.events, size)
    value = (share * own).sum(axis=1)
    below, above = (
        np.sqrt(((share * (bound - own)) ** 2).sum(axis=1))
        for bound in (bounds.lower, bounds.upper)
    )
    enough = np.where(strata.events.sum(axis=1) >= FEWEST_EVENTS, 1.0, np.nan)
    return value * enough, (value - below) * enough, (value + above) * enough
