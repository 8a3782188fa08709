"""The trend of the same providers, where it is not the same ones that submit every month.

Made of public values alone. Who has a month suppressed is left out altogether: it would look like
a provider that comes and goes.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from levelfield.benchmark import (
    NotComparable,
    Panel,
    Reading,
    matched_panel,
    method_words,
    select,
)
from levelfield.core.dates import period_words
from levelfield.core.periods import Month, parse_period
from levelfield.disclosure import Rule, load_rules
from levelfield.publish import charts
from levelfield.publish.cells import flags, number, records
from levelfield.publish.parts import Cell, Figure, Row, Table, columns
from levelfield.publish.results import MeasureResults
from levelfield.publish.site_data import SiteData
from levelfield.publish.words import MISSING, counted, figure, headed, listed, unit_words

ROUNDING = 0.02
"""The most that rounding may move the counts of a month, added up over its providers."""

TOO_ROUNDED = (
    "Not shown to the public: the rounded counts of the single providers, added up, would move by "
    "more than they may tell."
)

_MOVES = ("entered", "left", "broke")
_SERIES = {"All of them": "crude", "The same ones": "value"}
_HEADS = [move.capitalize() for move in _MOVES]


@dataclass(frozen=True)
class SameProviders:
    """What a page shows; no chart where the same providers stand behind every month."""

    sentence: str
    figure: Figure | None = None


def same_providers(data: SiteData, one: MeasureResults) -> SameProviders | None:
    """How the figure moves among the providers that each two months share; None where it cannot be
    told from public figures."""
    rows = select(one.public, measure=one.measure.id, org_level="provider")
    months = [period for period in rows["period"].to_pylist() if _is_month(period)]
    rows = rows.filter(pc.is_in(rows["period"], pa.array(months, pa.string())))
    hidden = {row["org_code"] for row in records(rows) if "suppressed" in flags(row)}
    kept = rows.filter(pc.invert(pc.is_in(rows["org_code"], pa.array([*hidden], pa.string()))))
    national = select(one.public, measure=one.measure.id, org_level="national")
    found = matched_panel(
        kept,
        one.reading,
        measure=one.measure.id,
        period=one.period,
        everybody={
            str(row["period"]): value
            for row in records(national)
            if (value := number(row["value"])) is not None
        },
    )
    if isinstance(found, NotComparable):
        return None
    rule = load_rules()[one.measure.small_numbers]
    if _rounding(found, one.reading, rule) > ROUNDING:
        return SameProviders(TOO_ROUNDED)
    without = (
        f" {counted(len(hidden), 'provider')} with a suppressed month not among them."
        if hidden
        else ""
    )
    if not any(sum(found.points[name].to_pylist()) for name in _MOVES):
        number_of = counted(found.points["providers"][-1].as_py(), "provider")
        return SameProviders(f"The same {number_of} stand behind every month.{without}")
    sentence = f"{found.sentence}{without}"
    return SameProviders(sentence, _figure(data, one, found, sentence))


def _rounding(found: Panel, reading: Reading, rule: Rule) -> float:
    """How far rounding moves the counts of the month that has fewest, all its providers added up:
    the error of one is of variance b²/12. As a share of those counted or, where they are fewer, of
    those of the denominator that are not."""
    if rule.round_to == 1:
        return 0.0
    counted, size, providers = (
        np.array(found.points[name].to_pylist(), dtype=float)
        for name in ("numerator", "denominator", "providers")
    )
    fewest = np.minimum(counted, size - counted) if reading.is_share else counted
    return float(np.max(rule.round_to * np.sqrt(providers / 12) / np.maximum(fewest, 1)))


def _is_month(period: str) -> bool:
    return isinstance(parse_period(period), Month)


def _figure(data: SiteData, one: MeasureResults, found: Panel, sentence: str) -> Figure:
    """Everybody's line as it is, and as the same providers would have had it."""
    rows = [
        {"period": row["period"], "series": series, "value": row[column]}
        for row in records(found.points)
        for series, column in _SERIES.items()
    ]
    unit = unit_words(one.reading.unit, one.per)
    return Figure(
        f"{one.measure.id}-same-providers",
        sentence,
        f"Two lines over {found.points.num_rows} months: {' and '.join(_SERIES).lower()}. "
        f"{sentence} The figures are in the table below.",
        charts.lines(
            rows,
            list(_SERIES),
            unit=one.reading.unit,
            value_title=", ".join(filter(None, [one.measure.title, unit])),
        ),
        _table(data, one, found),
        (method_words(found.method, found.parameters),),
    )


def _table(data: SiteData, one: MeasureResults, found: Panel) -> Table:
    unit = one.reading.unit
    body: tuple[Row, ...] = tuple(
        (
            Cell(period_words(str(row["period"]))),
            f"{row['providers']}",
            figure(number(row["crude"]), unit),
            figure(number(row["value"]), unit),
            *(_who(data, str(row[f"who_{move}"])) for move in _MOVES),
        )
        for row in records(found.points)
    )
    values = (headed(name, unit, one.per) for name in _SERIES)
    head = columns("Month", "Providers #", *(f"{name} #" for name in values), *_HEADS)
    note = "Each month of all of them has its key in the table of the trend."
    return Table(f"{one.measure.title} among the same providers", head, body, note=note)


def _who(data: SiteData, codes: str) -> str:
    return listed([data.name(code) for code in codes.split(";")]) if codes else MISSING
