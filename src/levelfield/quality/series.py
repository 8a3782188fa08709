"""Breaks carried into figures: which values begin anew, and what a figure crosses."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import pyarrow as pa
import pyarrow.compute as pc

from levelfield.core.periods import Month, parse_period
from levelfield.core.values import ALL, BREAKS, join_flags
from levelfield.quality.breaks import Break


def mark_breaks(
    values: pa.Table, breaks: Sequence[Break], columns_of: Mapping[str, frozenset[str]]
) -> pa.Table:
    """Values (VALUE_SCHEMA) with the flag `break in series`, or `merged`, where a break falls.

    `columns_of` gives the columns of facts that each measure reads. In a series of months the first
    value from the break on is flagged, if that series has one before it; a year is flagged when the
    break falls inside it, between months of its organisation. A provider's break is not carried
    into the totals it is part of.
    """
    periods = set(pc.unique(values["period"]).to_pylist())
    months = sorted(p for p in periods if isinstance(parse_period(p), Month))
    flagged: dict[int, set[str]] = {}
    held = None
    for one in breaks:
        wanted = _periods_at(one, months, periods)
        if wanted:
            held = held or _Held.of(values, months)
            for place in _rows_at(values, one, wanted, columns_of, held):
                flagged.setdefault(place, set()).add(one.flag)
    if not flagged:
        return values
    flags = values["flags"].to_pylist()
    for place, said in flagged.items():
        flags[place] = join_flags(*str(flags[place] or "").split(";"), *sorted(said))
    place = values.schema.get_field_index("flags")
    return values.set_column(place, "flags", pa.array(flags, pa.string()))


_ORGANISATION = ("org_level", "org_code")
_SERIES = ("measure", *_ORGANISATION, "stratifier", "stratum")


@dataclass(frozen=True)
class _Held:
    """The first month with a value of each series; the first and last month of each organisation,
    of whatever measure: a measure of twelve months has none of its own in its first year."""

    begun: Mapping[tuple[str, ...], str]
    months: Mapping[tuple[str, ...], tuple[str, str]]

    @classmethod
    def of(cls, values: pa.Table, months: Sequence[str]) -> Self:
        monthly = values.filter(pc.is_in(values["period"], pa.array(months)))
        valued = monthly.filter(pc.is_valid(monthly["value"]))
        return cls(
            {series: first for series, (first, _) in _spans(valued, _SERIES).items()},
            _spans(monthly, _ORGANISATION),
        )

    def before(self, one: Break, row: Mapping[str, Any]) -> bool:
        """Whether the value of a month has one before the break in its series."""
        first = self.begun.get(tuple(str(row[name]) for name in _SERIES), one.period)
        return first < one.period

    def around(self, one: Break, row: Mapping[str, Any]) -> bool:
        """Whether the organisation has months before the break, and from it on."""
        span = self.months.get(tuple(str(row[name]) for name in _ORGANISATION))
        return span is not None and span[0] < one.period <= span[1]


def _spans(values: pa.Table, names: Sequence[str]) -> dict[tuple[str, ...], tuple[str, str]]:
    """The first and last period of what has the same `names`."""
    found = values.group_by(list(names)).aggregate([("period", "min"), ("period", "max")])
    return {
        tuple(str(row[name]) for name in names): (row["period_min"], row["period_max"])
        for row in found.to_pylist()
    }


def _periods_at(one: Break, months: Sequence[str], periods: Iterable[str]) -> set[str]:
    """The periods that could hold the break in any series: the months from it on, and the year it
    falls into."""
    if not months or not months[0] < one.period <= months[-1]:
        return set()
    begun = Month.parse(one.period)
    year = begun.financial_year
    inside = {str(year)} if year.first < begun.first else set()
    return {m for m in months if m >= one.period} | (inside & set(periods))


def _rows_at(
    values: pa.Table,
    one: Break,
    wanted: set[str],
    columns_of: Mapping[str, frozenset[str]],
    held: _Held,
) -> set[int]:
    keep = pc.is_in(values["period"], pa.array(sorted(wanted)))
    if one.provider:
        own = pc.and_(
            pc.equal(values["org_level"], "provider"), pc.equal(values["org_code"], one.provider)
        )
        keep = pc.and_(keep, own)
    places = pc.indices_nonzero(keep.combine_chunks()).to_pylist()
    rows = (
        values.select([*_SERIES, "period", "value"]).take(pa.array(places, pa.int64())).to_pylist()
    )
    first: dict[tuple[str, ...], tuple[str, int]] = {}
    found: set[int] = set()
    for place, row in zip(places, rows, strict=True):
        columns = columns_of.get(str(row["measure"]).partition(".")[0], frozenset())
        if not one.touches(columns, str(row["stratifier"]), str(row["stratum"])):
            continue
        if not isinstance(parse_period(row["period"]), Month):
            if held.around(one, row):
                found.add(place)
            continue
        series = tuple(str(row[name]) for name in _SERIES)
        if row["value"] is not None and held.before(one, row):
            first[series] = min(first.get(series, (row["period"], place)), (row["period"], place))
    return found | {place for _, place in first.values()}


def breaks_of(breaks: Sequence[Break], provider: str = "") -> list[Break]:
    """Those that concern a provider: its own and everybody's; without one, everybody's alone."""
    return [one for one in breaks if one.provider in ("", provider)]


def crossing(
    breaks: Sequence[Break],
    periods: Iterable[str],
    providers: Collection[str] = (),
    columns: Iterable[str] | None = None,
) -> list[Break]:
    """The breaks that a figure crosses, by month: what lies before them is not like what follows.

    `periods` are the months or financial years that it shows. A break in the first of their months
    is not crossed, and neither is one after the last. `providers` are those whose figures it shows
    one by one; everybody's breaks always count. `columns` are those of facts that the figure reads;
    without them it rests on the records as a whole, which every break changes.
    """
    shown = [parse_period(period) for period in periods]
    if not shown:
        return []
    first = str(Month.of(min(period.first for period in shown)))
    last = str(Month.of(max(period.last for period in shown)))
    read = None if columns is None else frozenset(columns)
    return [
        one
        for one in sorted(breaks)
        if first < one.period <= last
        and (not one.provider or one.provider in providers)
        and (read is None or one.touches(read, ALL, ALL))
    ]


def told(breaks: Sequence[Break], row: Mapping[str, Any], columns: frozenset[str]) -> list[str]:
    """What broke the series of a value that is flagged: the latest break up to its period, of those
    that change the columns of facts that its measure reads."""
    if BREAKS.isdisjoint(str(row["flags"] or "").split(";")):
        return []
    last = str(Month.of(parse_period(str(row["period"])).last))
    until = [
        one
        for one in breaks_of(breaks, str(row["org_code"]) if row["org_level"] == "provider" else "")
        if one.period <= last and one.touches(columns, str(row["stratifier"]), str(row["stratum"]))
    ]
    latest = max((one.period for one in until), default="")
    return [f"{one.period}: {one.words}" for one in until if one.period == latest]
