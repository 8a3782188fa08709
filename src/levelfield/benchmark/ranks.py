"""Ranks, only ever with the interval that chance leaves them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from levelfield.benchmark.reading import Reading, forbidden
from levelfield.benchmark.results import Funnel, NotComparable, Parameters
from levelfield.benchmark.tables import Floats, numbers, one_row_each, texts, with_numbers
from levelfield.benchmark.words import Names
from levelfield.statistics import (
    FunnelScale,
    Interval,
    normal_draws,
    proportion_draws,
    rank_intervals,
    rate_draws,
    standard_errors,
)

FEWEST = 5
"""Organisations below which a place in a list says nothing."""

DRAWS = 10_000


@dataclass(frozen=True)
class Ranked:
    """Organisations in the order of their ranks."""

    points: pa.Table
    """The values, best first, with `rank` (1 is best), `rank_lower` and `rank_upper` (95%), and
    `worst_quarter`: the chance that its true value is among the worst quarter."""
    method: str
    parameters: Parameters
    sentence: str


def ranks(
    values: pa.Table,
    reading: Reading,
    *,
    funnel: Funnel | None = None,
    names: Names | None = None,
    seed: int = 1,
) -> Ranked | NotComparable:
    """The ranks of one measure in one period, one value per organisation.

    True values are drawn as chance leaves them open, and each draw is ranked. With the `funnel` of
    the same values, and overdispersion in it, shares and rates are drawn towards everybody's value
    as far as chance may have driven them away, by its tau squared; without, they are drawn from
    their own counts. Other statistics are drawn from their intervals.
    NotComparable where neither way is better or the definition forbids it, below five organisations
    with a value, and for values without counts and intervals. Raises ValueError for two values of
    one organisation.
    Source: as `statistics.rank_intervals` and `statistics.normal_draws`.
    """
    one_row_each(values, "org_code")
    if refused := forbidden(values, reading):
        return NotComparable(f"No ranks: {refused}.")
    if reading.polarity == "none":
        return NotComparable("No ranks: of this measure neither more nor less is better.")
    if funnel is not None and texts(funnel.points, "org_code") != texts(values, "org_code"):
        raise ValueError("the funnel is of other organisations, or in another order")
    drawn = _draws(values, reading, funnel, seed)
    if drawn is None:
        return NotComparable("No ranks: these values have neither counts nor intervals.")
    draws, way = drawn
    there = int((~np.isnan(draws[0])).sum())
    if there < FEWEST:
        return NotComparable(
            f"No ranks: it takes {FEWEST} organisations with a value and an interval; here are "
            f"{there}."
        )
    found = rank_intervals(draws, reading.polarity)
    points = with_numbers(
        values,
        rank=found.rank,
        rank_lower=found.lower,
        rank_upper=found.upper,
        worst_quarter=found.worst_quarter,
    ).sort_by([("rank", "ascending"), ("worst_quarter", "ascending"), ("org_code", "ascending")])
    return Ranked(
        points=points,
        method="ranks with intervals",
        parameters={
            "draws": DRAWS,
            "seed": seed,
            "true values": way,
            "interval": "95%",
            "best": f"the {'highest' if reading.polarity == 'higher' else 'lowest'} is rank 1",
        },
        sentence=_sentence(points, there, names or {}),
    )


def _draws(
    values: pa.Table, reading: Reading, funnel: Funnel | None, seed: int
) -> tuple[Floats, str] | None:
    count, size = numbers(values, "numerator"), numbers(values, "denominator")
    whole = ~np.isnan(count) & (size > 0)
    if reading.is_share:
        whole &= count <= size
    if reading.counts_events and whole.any():
        count, size = np.where(whole, count, np.nan), np.where(whole, size, np.nan)
        # Zero is a spread that was looked for and not found: all are alike but for chance.
        if funnel and funnel.tau2 is not None:
            centre, error = _on_scale(count, size, funnel.scale)
            draws = normal_draws(centre, error, funnel.tau2, draws=DRAWS, seed=seed)
            return draws, "shrunk towards everybody's value"
        draw = proportion_draws if reading.is_share else rate_draws
        count, size = np.where(whole, count, 0), np.where(whole, size, 0)
        return draw(count, size, draws=DRAWS, seed=seed), "from their own counts"
    value, lower, upper = (numbers(values, name) for name in ("value", "lower", "upper"))
    error = standard_errors(Interval(lower, upper))
    if np.isnan(error).all():
        return None
    value = np.where(np.isnan(error), np.nan, value)
    return normal_draws(value, error, draws=DRAWS, seed=seed), "from their own intervals"


def _on_scale(count: Floats, size: Floats, scale: FunnelScale) -> tuple[Floats, Floats]:
    """Values and standard errors on the scale on which the funnel's tau squared stands."""
    if scale == "arcsine":
        return np.arcsin(np.sqrt(count / size)), 1 / (2 * np.sqrt(size))
    if scale == "square root":
        return np.sqrt(count / size), 1 / (2 * np.sqrt(size))
    # No events count as half an event on a logarithm, as in the funnel's own scores.
    events = np.where(count == 0, 0.5, count)
    return np.log(events / size), 1 / np.sqrt(events)


def _sentence(points: pa.Table, there: int, names: Names) -> str:
    rows = [row for row in points.to_pylist() if row["rank"] is not None]
    if all((row["rank_lower"], row["rank_upper"]) == (1, there) for row in rows):
        # Their order is then an accident of the draws, which may not name a first.
        return (
            f"Chance may put any of the {there} organisations in any place: none of them ranks "
            "first, and none last."
        )
    widest = float(np.median([row["rank_upper"] - row["rank_lower"] + 1 for row in rows]))
    words = (
        f"{_first(rows[0], there, names)}; half of the organisations may hold any of "
        f"{widest:.0f} places or more."
    )
    worst = [row for row in rows if (row["worst_quarter"] or 0) >= 0.95]
    if not worst:
        return f"{words} Of nobody is it 95% certain to be in the worst quarter."
    return (
        f"{words} At least 95% certain to be in the worst quarter: "
        f"{', '.join(names.get(row['org_code'], row['org_code']) for row in worst)}."
    )


def _first(best: dict[str, Any], there: int, names: Names) -> str:
    """Who ranks first, as far as chance lets anybody be named."""
    if best["rank"] > 1 or (best["rank_lower"], best["rank_upper"]) == (1, there):
        return f"Chance does not let a first of {there} be named"
    named = names.get(best["org_code"], best["org_code"])
    return (
        f"{named} ranks first of {there}, anywhere from {best['rank_lower']:.0f} to "
        f"{best['rank_upper']:.0f} as chance leaves it open"
    )
