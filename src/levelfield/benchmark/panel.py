"""Matched-panel trends: how the same organisations move when who submits changes.

A total over everybody jumps when a large provider starts or stops. Here each month is held against
the one before over the organisations that have both, and the steps are chained.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import scipy

from levelfield.benchmark.reading import Reading
from levelfield.benchmark.results import NotComparable, Parameters, Trend
from levelfield.benchmark.tables import one_row_each, select
from levelfield.benchmark.trend import trend
from levelfield.benchmark.words import figure
from levelfield.core.dates import period_words
from levelfield.core.periods import Month, parse_period
from levelfield.core.values import (
    BREAKS,
    INCOMPLETE,
    NATIONAL,
    PROVISIONAL,
    VALUE_COLUMNS,
    VALUE_SCHEMA,
    join_flags,
)

_MOVES = ("entered", "left", "broke")

Counts = tuple[float, float]
"""A numerator and its denominator."""


@dataclass(frozen=True)
class Panel:
    """Everybody's months as the same organisations would have had them."""

    points: pa.Table
    """A row per month in the columns of a value: `value` is chained, `numerator` and `denominator`
    are everybody's of the month, which is flagged provisional where anybody's is; then `crude`
    (everybody's value as it is), `providers`, `matched` (those that the step from the month before
    rests on), `entered`, `left` and `broke` (a break in series), and their codes in `who_entered`,
    `who_left` and `who_broke`, joined by `;`."""
    trend: Trend | NotComparable
    """The chained values on an XmR chart."""
    method: str
    parameters: Parameters
    sentence: str


def matched_panel(
    values: pa.Table,
    reading: Reading,
    *,
    measure: str,
    period: str | None = None,
    org_level: str = "provider",
    everybody: Mapping[str, float] | None = None,
) -> Panel | NotComparable:
    """The chained trend of a proportion or rate over the months up to `period`.

    A step goes from a month to the next one held, over the organisations with a complete value in
    both; one whose series breaks in a month is no match across the break. Steps are
    ratios of rates, or of the odds of a proportion, so that it stays between none and all. They
    are chained backwards from the last month, whose value is everybody's. Nothing is supposed of
    chance, so that sums of rows (bed days, pounds) are followed as single events are. `everybody`
    has the values of all together by month where they are known otherwise than by adding up
    `values`, whose counts may be rounded or be of some alone.
    NotComparable for another statistic or rolling months, without counts, with fewer than two
    months, and where a step has nobody in common whose series does not break, no events, or nothing
    but events.
    Raises ValueError for two values of one organisation and month.
    Source: chained over matched pairs, as price indices are where items come and go (International
    Monetary Fund and others, 2020, Consumer Price Index Manual: Concepts and Methods). To chain
    odds, which prices do not need, is our own step.
    """
    if not (reading.is_share or reading.statistic == "rate") or reading.months > 1:
        return NotComparable(
            "No matched panel: only the counts of single months can be followed over the same "
            "providers."
        )
    months = _by_month(select(values, measure=measure, org_level=org_level), period)
    if len(months) < 2:
        return NotComparable(f"No matched panel: {len(months)} month has complete values.")
    steps = []
    for (before, first), (month, second) in pairwise(months.items()):
        step = _step(first, second, reading)
        if isinstance(step, str):
            return NotComparable(f"No matched panel: from {before} to {month} {step}.")
        steps.append(step)
    crude = [_together([own.counts for own in held.values()]) for held in months.values()]
    known = everybody or {}
    crude = [
        known[month] / reading.multiplier if month in known else value
        for month, value in zip(months, crude, strict=True)
    ]
    chained = [crude[-1]]
    for step in reversed(steps):
        chained.insert(0, _moved(chained[0], -step, reading))
    points = _points(values, months, crude, chained, reading, measure)
    moved = {name: sum(points[name].to_pylist()) for name in _MOVES}
    return Panel(
        points=points,
        trend=trend(points.select(VALUE_COLUMNS), reading),
        method="matched panel, chained month by month",
        parameters={
            "step": "ratio of odds" if reading.is_share else "ratio of rates",
            "anchored at": points["period"][-1].as_py(),
            "months": len(months),
            **moved,
            "fewest matched in a step": min(points["matched"].to_pylist()[1:]),
        },
        sentence=_sentence(points, reading),
    )


class _Own(NamedTuple):
    """An organisation's counts in a month, whether its series breaks there, and whether more may
    come."""

    counts: Counts
    broken: bool
    provisional: bool


_Held = Mapping[str, _Own]
"""One month, by organisation."""


def _by_month(values: pa.Table, period: str | None) -> dict[str, _Held]:
    """Complete months in order, up to the end of `period`."""
    end = parse_period(period).last if period else None
    found: dict[str, _Held] = {}
    for month in sorted(set(values["period"].to_pylist())):
        shown = parse_period(month)
        if not isinstance(shown, Month) or (end and shown.first > end):
            continue
        rows = values.filter(pc.equal(values["period"], month))
        one_row_each(rows, "org_code")
        held = {
            row["org_code"]: _Own(
                (row["numerator"], row["denominator"]),
                not BREAKS.isdisjoint(_flags(row)),
                PROVISIONAL in _flags(row),
            )
            for row in rows.to_pylist()
            if row["numerator"] is not None
            and (row["denominator"] or 0) > 0
            and INCOMPLETE not in _flags(row)
        }
        if held:
            found[month] = held
    return found


def _flags(row: dict[str, Any]) -> list[str]:
    return str(row["flags"] or "").split(";")


def _step(first: _Held, second: _Held, reading: Reading) -> float | str:
    """How far the same organisations moved, on the scale of the chain; or why nobody can say."""
    both = [code for code in second if code in first]
    same = [code for code in both if not second[code].broken]
    if not both:
        return "no provider is in both"
    if not same:
        return "the series of every provider that is in both breaks"
    places = [
        _place(_together([held[code].counts for code in same]), reading) for held in (first, second)
    ]
    if not np.isfinite(places).all():
        none = "no events, or nothing but events," if reading.is_share else "no events"
        return f"the providers that are in both have {none} in one of the months"
    return float(places[1] - places[0])


def _place(value: float, reading: Reading) -> float:
    if reading.is_share:
        return float(scipy.special.logit(value))
    return float(np.log(value)) if value > 0 else -np.inf


def _moved(value: float, step: float, reading: Reading) -> float:
    if reading.is_share:
        return float(scipy.special.expit(scipy.special.logit(value) + step))
    return float(value * np.exp(step))


def _together(counts: list[Counts]) -> float:
    return sum(hits for hits, _ in counts) / sum(size for _, size in counts)


def _points(
    values: pa.Table,
    months: Mapping[str, _Held],
    crude: list[float],
    chained: list[float],
    reading: Reading,
    measure: str,
) -> pa.Table:
    version = select(values, measure=measure)["version"][0].as_py()
    rows = []
    before: _Held = {}
    for n, (month, held) in enumerate(months.items()):
        who = {
            "entered": sorted(set(held) - set(before)) if n else [],
            "left": sorted(set(before) - set(held)),
            "broke": sorted(code for code, own in held.items() if own.broken and code in before),
        }
        rows.append(
            {
                "measure": measure,
                "version": version,
                "period": month,
                "org_level": "national",
                "org_code": NATIONAL,
                "stratifier": "all",
                "stratum": "all",
                "numerator": sum(own.counts[0] for own in held.values()),
                "denominator": sum(own.counts[1] for own in held.values()),
                "value": chained[n] * reading.multiplier,
                "method": "matched panel",
                "flags": join_flags(
                    "chained", PROVISIONAL * any(own.provisional for own in held.values())
                ),
                "crude": crude[n] * reading.multiplier,
                "providers": len(held),
                "matched": len(held) - len(who["entered"]) - len(who["broke"]) if n else 0,
                **{name: len(codes) for name, codes in who.items()},
                **{f"who_{name}": ";".join(codes) for name, codes in who.items()},
            }
        )
        before = held
    return pa.Table.from_pylist(rows, schema=_SCHEMA)


_SCHEMA = pa.schema(
    [
        *VALUE_SCHEMA,
        ("crude", pa.float64()),
        *((name, pa.int64()) for name in ("providers", "matched", *_MOVES)),
        *((f"who_{name}", pa.string()) for name in _MOVES),
    ]
)


def _sentence(points: pa.Table, reading: Reading) -> str:
    first, last = (points.slice(n, 1).to_pylist()[0] for n in (0, points.num_rows - 1))
    entered, left, broke = (sum(points[name].to_pylist()) for name in _MOVES)
    span = f"From {period_words(first['period'])} to {period_words(last['period'])}"
    end = figure(last["value"], reading)
    if not entered + left + broke:
        return (
            f"{span} the same {last['providers']} providers went from "
            f"{figure(first['value'], reading)} to {end}."
        )
    return (
        f"{span} {_times(entered, 'entered')}, {_times(left, 'left')} and the series of "
        f"{_times(broke, 'broke')}: among the same providers the figure went from "
        f"{figure(first['value'], reading)} to {end}; counted over whoever was there it was "
        f"{figure(first['crude'], reading)} at first."
    )


def _times(number: int, word: str) -> str:
    return f"{number or 'nobody'} {word}"
