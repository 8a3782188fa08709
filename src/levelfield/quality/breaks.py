"""Breaks in series: from a month on, a figure means something else than before."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from levelfield.core import definitions
from levelfield.core.definitions import Definition
from levelfield.core.errors import DefinitionError
from levelfield.core.periods import Month, parse_period
from levelfield.core.values import ALL, join_flags

FILE = "breaks.yaml"
"""Where a home records the breaks of its providers."""

BREAK = "break in series"
"""The flag of the first value that means something else."""

EVERY_COLUMN = "*"


@dataclass(frozen=True, order=True)
class Break:
    """A break from the month `period` on; `provider` is empty where it concerns everybody.

    `columns` are the columns of facts whose meaning changes (`*`: all of them), `team_types` the
    services whose own figures do. `suspected`: seen in the data, not said by anybody.
    """

    period: str
    provider: str
    label: str
    words: str
    columns: tuple[str, ...] = (EVERY_COLUMN,)
    team_types: tuple[str, ...] = ()
    suspected: bool = False

    @property
    def whole(self) -> bool:
        """Whether the meaning of all records changes, and not of some columns or services."""
        return EVERY_COLUMN in self.columns

    @property
    def public_words(self) -> str:
        """The words for everybody: the names in a provider's headers are its own affair."""
        return "A change of system or version, suspected." if self.suspected else self.words

    def touches(self, columns: frozenset[str], stratifier: str, stratum: str) -> bool:
        """Whether it changes a figure made from these columns, for this stratum."""
        if stratifier == "service" and stratum in self.team_types:
            return True
        return self.whole or bool(columns.intersection(self.columns))


class Recorded(Definition):
    """A break as somebody recorded it: from the month of `date` on."""

    provider: str
    date: date
    what: str


class RecordedBreaks(Definition):
    """The file of a home."""

    breaks: tuple[Recorded, ...]


def find_breaks(home: Path, coverage: pa.Table) -> tuple[Break, ...]:
    """The breaks that concern a home, by month: those of the data set, those that the home
    records, and those that its submissions show.

    A change of the system that the header names, and of the data set's version, from one month held
    of a provider to the next, is suspected unless the home records a break of that provider for the
    same month. Raises DefinitionError for a file that makes no sense.
    """
    recorded = _recorded(home)
    known = {(one.provider, one.period) for one in recorded}
    seen = [one for one in _seen(coverage) if (one.provider, one.period) not in known]
    return tuple(sorted([*_of_data_set(), *recorded, *seen]))


@cache
def _of_data_set() -> tuple[Break, ...]:
    file = definitions.path("csds/breaks.csv")
    rows = definitions.read_csv(file, ["id", "period", "label", "what", "columns", "team_types"])
    return tuple(
        Break(
            str(Month.parse(row["period"])),
            "",
            row["label"],
            row["what"],
            _listed(row["columns"]),
            _listed(row["team_types"]),
        )
        for row in rows
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(";") if part)


def _recorded(home: Path) -> list[Break]:
    file = home / FILE
    if not file.exists():
        return []
    found = definitions.load_yaml(file, RecordedBreaks).breaks
    if len({(one.provider, one.date) for one in found}) < len(found):
        raise DefinitionError(f"{file}: a provider has two breaks on one day. Put both into one.")
    return [
        Break(str(Month.of(one.date)), one.provider, "recorded", one.what.rstrip(".") + ".")
        for one in found
    ]


def _seen(coverage: pa.Table) -> Iterable[Break]:
    names = ["provider", "period", "primary_system", "data_set_version"]
    if not set(names) <= set(coverage.column_names):
        return
    rows = coverage.select(names).sort_by([("provider", "ascending"), ("period", "ascending")])
    for before, after in pairwise(rows.to_pylist()):
        if before["provider"] != after["provider"]:
            continue
        for name, label, words in (
            ("primary_system", "new system?", "The system named in the header changes"),
            ("data_set_version", "version?", "The version of the data set changes"),
        ):
            old, new = before[name], after[name]
            if old and new and old != new:
                yield Break(
                    after["period"],
                    after["provider"],
                    label,
                    f"{words} from {old} to {new}: a suspected break.",
                    suspected=True,
                )


def mark_breaks(
    values: pa.Table, breaks: Sequence[Break], columns_of: Mapping[str, frozenset[str]]
) -> pa.Table:
    """Values (VALUE_SCHEMA) with the flag `break in series` where one falls.

    `columns_of` gives the columns of facts that each measure reads. In a series of months the first
    value from the break on is flagged, if there is one before it; a year is flagged when the break
    falls inside it. A provider's break is not carried into the totals it is part of.
    """
    periods = set(pc.unique(values["period"]).to_pylist())
    months = sorted(p for p in periods if isinstance(parse_period(p), Month))
    flagged: set[int] = set()
    for one in breaks:
        wanted = _periods_at(one, months, periods)
        if wanted:
            flagged |= _rows_at(values, one, wanted, columns_of)
    if not flagged:
        return values
    flags = values["flags"].to_pylist()
    for place in flagged:
        flags[place] = join_flags(*str(flags[place] or "").split(";"), BREAK)
    place = values.schema.get_field_index("flags")
    return values.set_column(place, "flags", pa.array(flags, pa.string()))


def _periods_at(one: Break, months: Sequence[str], periods: Iterable[str]) -> set[str]:
    """The periods that could hold the break: the months from it on, and the year it falls into."""
    if not months or not months[0] < one.period <= months[-1]:
        return set()
    begun = Month.parse(one.period)
    year = begun.financial_year
    inside = {str(year)} if year.first < begun.first else set()
    return {m for m in months if m >= one.period} | (inside & set(periods))


def _rows_at(
    values: pa.Table, one: Break, wanted: set[str], columns_of: Mapping[str, frozenset[str]]
) -> set[int]:
    keep = pc.is_in(values["period"], pa.array(sorted(wanted)))
    if one.provider:
        own = pc.and_(
            pc.equal(values["org_level"], "provider"), pc.equal(values["org_code"], one.provider)
        )
        keep = pc.and_(keep, own)
    places = pc.indices_nonzero(keep.combine_chunks()).to_pylist()
    names = ["measure", "period", "org_level", "org_code", "stratifier", "stratum", "value"]
    rows = values.select(names).take(pa.array(places, pa.int64())).to_pylist()
    first: dict[tuple[str, ...], tuple[str, int]] = {}
    found: set[int] = set()
    for place, row in zip(places, rows, strict=True):
        columns = columns_of.get(str(row["measure"]).partition(".")[0], frozenset())
        if not one.touches(columns, str(row["stratifier"]), str(row["stratum"])):
            continue
        if not isinstance(parse_period(row["period"]), Month):
            found.add(place)
            continue
        series = tuple(str(row[name]) for name in names if name not in ("period", "value"))
        if row["value"] is not None:
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


def told(breaks: Sequence[Break], row: Mapping[str, Any]) -> list[str]:
    """What broke the series of a value that is flagged: the latest break up to its period."""
    if BREAK not in str(row["flags"] or "").split(";"):
        return []
    own = breaks_of(breaks, str(row["org_code"]) if row["org_level"] == "provider" else "")
    last = str(Month.of(parse_period(str(row["period"])).last))
    until = [one for one in own if one.period <= last]
    latest = max((one.period for one in until), default="")
    return [f"{one.period}: {one.words}" for one in until if one.period == latest]
