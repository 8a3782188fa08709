"""The trend: one organisation's months on an XmR chart, with the two icons."""

import numpy as np
import pyarrow as pa

from levelfield.benchmark.reading import Reading
from levelfield.benchmark.results import NotComparable, Trend
from levelfield.benchmark.tables import Floats, numbers, one_row_each, texts, with_numbers
from levelfield.benchmark.words import figure, kind_of
from levelfield.core.dates import period_words
from levelfield.core.periods import Month, parse_period
from levelfield.core.values import BREAKS, INCOMPLETE
from levelfield.statistics import (
    FEWEST_POINTS,
    RULES,
    Xmr,
    assurance,
    point_variation,
    seasonality,
    variation,
    xmr,
)

FEWEST = 8
"""Months that a chart needs: with fewer, no run of seven could stand out from anything."""

_RUN = 7
_REASONS = {
    "outside limits": "it lies outside the limits",
    "two of three near a limit": "at least two of three months in a row, all on one side of the "
    "mean, lie near the limit there",
    "shift": "at least seven months in a row lie on one side of the mean",
    "trend": "at least seven months in a row go one way",
}
_CHANGES = {
    "common cause": "no sign of a change",
    "special cause improvement": "a change for the better",
    "special cause concern": "a change for the worse",
    "special cause neutral": "a change",
}
_OUTLOOKS = {
    "pass": "While nothing changes it will meet the standard of {} every month.",
    "fail": "While nothing changes it will miss the standard of {} every month.",
    "hit and miss": "Chance alone decides whether a month meets the standard of {}.",
}
_SEASON = (
    " The same months are high or low every year, which these limits know nothing of: hold a month "
    "against the same month of earlier years too."
)


def trend(values: pa.Table, reading: Reading) -> Trend | NotComparable:
    """The XmR chart of one organisation's monthly values of one measure and stratum.

    Runs from the first month with a value to the last; months between that have none are gaps.
    Months flagged `incomplete` are left out: what they lack would look like a change. A
    value flagged `break in series` begins new limits, and so does the first value after it where
    that month is left out: no rule looks across. Values for years are left out.
    NotComparable below eight months with a value, and for values that look back over several
    months, since neighbours then share their data. Raises ValueError for two values of one month.
    """
    one_row_each(values, "period")
    if reading.months > 1:
        return NotComparable(
            f"No trend: each value looks back over {reading.months} months, so neighbouring "
            "months share data and the rules of a control chart do not hold."
        )
    complete = [INCOMPLETE not in flags.split(";") for flags in texts(values, "flags")]
    months = _every_month(values.filter(pa.array(complete, pa.bool_())))
    value = numbers(months, "value")
    held = int((~np.isnan(value)).sum())
    if held < FEWEST:
        return NotComparable(
            f"No trend: it takes {FEWEST} complete months with a value; here are {held}."
        )
    breaks = _breaks(values, months, value)
    chart = xmr(value, rebase=breaks, shift_points=_RUN, trend_points=_RUN)
    word = str(variation(chart, reading.polarity))
    icon = None
    if reading.standard is not None and reading.polarity != "none":
        icon = str(assurance(chart, reading.standard, reading.polarity)) or None
    points = with_numbers(months, mean=chart.mean, lower_limit=chart.lower, upper_limit=chart.upper)
    for name, cells in {
        "rule": [RULES[rule] for rule in chart.rule],
        "variation": point_variation(chart, reading.polarity).tolist(),
        "kind": _kinds(chart, reading, value),
    }.items():
        points = points.append_column(name, pa.array(cells, pa.string()))
    points = points.append_column("segment", pa.array(chart.segment, pa.int64()))
    provisional = bool(chart.provisional)
    season = seasonality(value)
    return Trend(
        points=points,
        variation=word,
        assurance=icon,
        standard=reading.standard,
        provisional_limits=provisional,
        breaks=tuple(months["period"][n].as_py() for n in breaks),
        method="XmR chart",
        parameters={
            "limits": "mean and 2.66 times the mean moving range",
            "moving ranges": "those above 3.267 times their mean screened out once",
            "run": _RUN,
            "months": held,
            "incomplete months left out": _months_of(values) - _months_of(months),
            "provisional limits": provisional,
            "over the years": str(season.words),
            **({"breaks in series": len(breaks)} if breaks else {}),
        },
        sentence=_sentence(points, chart, word, icon, reading) + (_SEASON * bool(season.seasonal)),
    )


def _breaks(values: pa.Table, months: pa.Table, value: Floats) -> list[int]:
    """The places at which a new stretch begins: the first value from each flagged month on."""
    flagged = zip(texts(values, "period"), texts(values, "flags"), strict=True)
    periods = texts(months, "period")
    found = set()
    for period, flags in flagged:
        if not BREAKS.isdisjoint(flags.split(";")) and isinstance(parse_period(period), Month):
            after = (n for n, p in enumerate(periods) if p >= period and not np.isnan(value[n]))
            found.add(next(after, 0))
    return sorted(found - {0})


def _months_of(values: pa.Table) -> int:
    periods = zip(texts(values, "period"), numbers(values, "value"), strict=True)
    return sum(isinstance(parse_period(p), Month) and not np.isnan(v) for p, v in periods)


def _every_month(values: pa.Table) -> pa.Table:
    """Rows from the first month with a value to the last, in order, a bare row for a gap."""
    rows = {parse_period(row["period"]): row for row in values.to_pylist()}
    valued = [m for m, row in rows.items() if isinstance(m, Month) and row["value"] is not None]
    if not valued:
        return values.schema.empty_table()
    month, found = min(valued), []
    while month <= max(valued):
        found.append(rows.get(month, {"period": str(month)}))
        month = month.next()
    return pa.Table.from_pylist(found, schema=values.schema)


def _kinds(chart: Xmr, reading: Reading, value: Floats) -> list[str | None]:
    return [
        None if np.isnan(v) else kind_of(int(signal), reading.polarity)
        for signal, v in zip(chart.signal, value, strict=True)
    ]


def _sentence(points: pa.Table, chart: Xmr, word: str, icon: str | None, reading: Reading) -> str:
    value, mean = chart.values[-1], chart.mean[-1]
    stretch = int((~np.isnan(chart.values[chart.segment == chart.segment[-1]])).sum())
    rule = RULES[chart.rule[-1]]
    because = f", since {_REASONS[rule]}" if rule else ""
    sentence = (
        f"{period_words(points['period'][-1].as_py())} was {figure(value, reading)} against a "
        f"mean of {figure(mean, reading)}: {_CHANGES[word]}{because}."
    )
    if chart.segment[-1]:
        begun = points["period"][int(np.flatnonzero(chart.segment == chart.segment[-1])[0])]
        sentence += (
            f" The series breaks in {period_words(begun.as_py())}: limits begin anew there, on "
            f"{stretch} month{'s' if stretch > 1 else ''}, and no signal runs across it."
        )
    if icon and reading.standard is not None:
        sentence += " " + _OUTLOOKS[icon].format(figure(reading.standard, reading))
    if chart.provisional:
        sentence += f" The limits are provisional: they stand on fewer than {FEWEST_POINTS} months."
    return sentence
