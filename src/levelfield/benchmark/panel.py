"""Matched-panel trends: how the same organisations move when who submits changes.

A total over everybody jumps when a large provider starts or stops. Here each month is held against
the one before over the organisations that have both, and the steps are chained.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

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
from levelfield.core.values import BREAK, INCOMPLETE, NATIONAL, VALUE_COLUMNS, VALUE_SCHEMA

_MOVES = ("entered", "left", "broke")

Counts = tuple[float, float]
"""A numerator and its denominator."""


@dataclass(frozen=True)
class Panel:
    """Everybody's months as the same organisations would have had them."""

    points: pa.Table
    """A row per month in the columns of a value: `value` is chained, `numerator` and `denominator`
    are everybody's of the month; then `crude` (everybody's value as it is), `providers`, `matched`
    (those that the step from the month before rests on), `entered`, `left` and `broke` (a break in
    series), and their codes in `who_entered`, `who_left` and `who_broke`, joined by `;`."""
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
) -> Panel | NotComparable:
    """The chained trend of a proportion or rate over the months up to `period`.

    A step goes from a month to the next one held, over the organisations with a complete value in
    both; one whose series breaks in a month is no match across the break. Steps are
    ratios of rates, or of the odds of a proportion, so that it stays between none and all. They
    are chained backwards from the last month, whose value is everybody's. Nothing is supposed of
    chance, so that sums of rows (bed days, pounds) are followed as single events are.
    NotComparable for another statistic or rolling months, without counts, with fewer than two
    months, and where a step has nobody in common, no events, or nothing but events.
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
        if step is None:
            return NotComparable(
                f"No matched panel: from {before} to {month} no provider with events is in both."
            )
        steps.append(step)
    crude = [_together([counts for counts, _ in held.values()]) for held in months.values()]
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


_Held = Mapping[str, tuple[Counts, bool]]
"""Counts of one month by organisation, and whether the series breaks there."""


def _by_month(values: pa.Table, period: str | None) -> dict[str, _Held]:
    """Complete months in order, up to the end of `period`."""
    end = parse_period(period).last if period else None
    found: dict[str, dict[str, tuple[Counts, bool]]] = {}
    for month in sorted(set(values["period"].to_pylist())):
        shown = parse_period(month)
        if not isinstance(shown, Month) or (end and shown.first > end):
            continue
        rows = values.filter(pc.equal(values["period"], month))
        one_row_each(rows, "org_code")
        held = {
            row["org_code"]: (
                (row["numerator"], row["denominator"]),
                BREAK in (row["flags"] or "").split(";"),
            )
            for row in rows.to_pylist()
            if row["numerator"] is not None
            and (row["denominator"] or 0) > 0
            and INCOMPLETE not in (row["flags"] or "").split(";")
        }
        if held:
            found[month] = held
    return dict(found)


def _step(first: _Held, second: _Held, reading: Reading) -> float | None:
    """How far the same organisations moved, on the scale of the chain; None where nobody can
    say."""
    same = [code for code, (_, broken) in second.items() if code in first and not broken]
    if not same:
        return None
    places = [
        _place(_together([held[code][0] for code in same]), reading) for held in (first, second)
    ]
    step = places[1] - places[0]
    return float(step) if np.isfinite(places).all() else None


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
            "broke": sorted(code for code, (_, one) in held.items() if one and code in before),
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
                "numerator": sum(counts[0] for counts, _ in held.values()),
                "denominator": sum(counts[1] for counts, _ in held.values()),
                "value": chained[n] * reading.multiplier,
                "method": "matched panel",
                "flags": "chained",
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
