"""The price book: which list holds when, as it was known on any day, and the past priced again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pyarrow as pa

from levelfield.core.definitions import Definition, load_yaml
from levelfield.core.errors import DefinitionError, UsageError
from levelfield.core.money import format_pounds
from levelfield.core.periods import Month
from levelfield.tariff.load import load_price_list, price_lists
from levelfield.tariff.price import Price
from levelfield.tariff.price_list import PriceList


class Entry(Definition):
    """A list in the book: from which day its prices hold, until when (or until the next list), and
    when it was published. `price_list` is an id or a file beside the book."""

    price_list: str
    holds_from: date
    holds_to: date | None = None
    published_on: date


class PriceBookFile(Definition):
    """What the YAML file of a price book holds."""

    id: str
    version: str
    title: str
    source: str
    authored_by: str
    reviewed_on: date
    lists: tuple[Entry, ...]


@dataclass(frozen=True)
class RepricedLine:
    """The units of a provider, month and currency at two prices, in whole pence.

    `before` and `after` are the lists that they come from; `steps` are the names of the steps that
    come out differently.
    """

    provider: str
    period: str
    currency: str
    units: int
    before: str
    after: str
    price_before: int
    price_after: int
    steps: tuple[str, ...]

    @property
    def difference(self) -> int:
        """Pence more than before."""
        return self.units * (self.price_after - self.price_before)


@dataclass(frozen=True)
class Repricing:
    """The past priced by what was known on another day: the total is the sum of the lines."""

    known_before: date
    known_after: date
    lines: tuple[RepricedLine, ...]

    @property
    def difference(self) -> int:
        """Pence more than before, of all lines."""
        return sum(line.difference for line in self.lines)

    @property
    def words(self) -> str:
        """The result in a sentence."""
        changed = [line for line in self.lines if line.difference]
        than = "less" if self.difference < 0 else "more"
        return (
            f"By what was known on {self.known_after} the same units cost "
            f"{format_pounds(abs(self.difference))} {than} than by what was known on "
            f"{self.known_before}; {len(changed):,} of {len(self.lines):,} lines changed."
        )


@dataclass(frozen=True)
class PriceBook:
    """Price lists with two dates each: when their prices hold, and when they were published.

    The list of a day is, among those published by then, the one that began to hold last; of
    several that began on the same day the one published last, since it corrects the others.
    """

    file: PriceBookFile
    lists: Mapping[str, PriceList]

    def entry(self, as_at: date, holds_on: date) -> Entry:
        """The entry that holds on a day, as it was known on another; UsageError when none does."""
        known = [one for one in self.file.lists if one.published_on <= as_at]
        holding = [
            one
            for one in known
            if one.holds_from <= holds_on and (one.holds_to is None or holds_on <= one.holds_to)
        ]
        if not holding:
            raise UsageError(
                f"The price book '{self.file.id}' had no list on {as_at} that holds on {holds_on}: "
                f"{len(known)} of its {len(self.file.lists)} lists were published by then. Ask for "
                "another day, or add the list to the book."
            )
        return max(holding, key=lambda one: (one.holds_from, one.published_on))

    def price_list(self, as_at: date, holds_on: date) -> PriceList:
        """The list whose prices hold on `holds_on`, as it was known on `as_at`."""
        return self.lists[self.entry(as_at, holds_on).price_list]

    def reprice(self, units: pa.Table, before: date, after: date) -> Repricing:
        """The same units by what was known on two days.

        `units` has the columns provider, period (a month), currency and units, as counted units
        have (`currencies.COUNT_SCHEMA`); rows without a currency are left out. A month is priced
        by the list that holds on its first day. Raises ContractError for a currency without a
        price on either day.
        """

        @cache
        def price(known: date, currency: str, provider: str, period: str) -> tuple[str, Price]:
            month = Month.parse(period)
            name = self.entry(known, month.first).price_list
            return name, self.lists[name].price(currency, provider, month.financial_year)

        lines = []
        for (provider, period, currency), number in sorted(_summed(units).items()):
            old_list, old = price(before, currency, provider, period)
            new_list, new = price(after, currency, provider, period)
            lines.append(
                RepricedLine(
                    provider=provider,
                    period=period,
                    currency=currency,
                    units=number,
                    before=old_list,
                    after=new_list,
                    price_before=old.pence,
                    price_after=new.pence,
                    steps=_apart(old, new),
                )
            )
        return Repricing(before, after, tuple(lines))


def load_price_book(where: Path, lists: Mapping[str, PriceList] | None = None) -> PriceBook:
    """A price book from its YAML file, with every list that it names.

    `lists` are those that are loaded already, by what the book calls them. Raises DefinitionError
    for an empty book, a list that begins in the middle of a month, two entries with both dates the
    same, one that ends before it begins, and for a hole in time: days between the first and the
    last for which there is no list at all.
    """
    file = load_yaml(where, PriceBookFile)
    _check(file, where)
    loaded = dict(lists or {})
    for entry in file.lists:
        if entry.price_list not in loaded:
            loaded[entry.price_list] = load_price_list(_named(where, entry.price_list))
    return PriceBook(file, loaded)


def _named(where: Path, name: str) -> str | Path:
    return name if name in price_lists() else where.parent / name


def _check(file: PriceBookFile, where: Path) -> None:
    if not file.lists:
        raise DefinitionError(f"{where}: 'lists' is empty: add a list with its two dates.")
    seen = set()
    for entry in file.lists:
        told = f"{where}: {entry.price_list}"
        dates = entry.holds_from, entry.published_on
        if entry.holds_from.day != 1:
            raise DefinitionError(
                f"{told} holds from {entry.holds_from}, and units are counted by month: let it "
                "hold from the first of a month."
            )
        if entry.holds_to is not None and entry.holds_to < entry.holds_from:
            raise DefinitionError(f"{told} ends before it begins: correct 'holds_to'.")
        if dates in seen:
            raise DefinitionError(
                f"{told} has the same two dates as another list, so that nobody could tell which "
                "holds: correct one of them."
            )
        seen.add(dates)
    for gap in _holes(file.lists):
        first, last = gap
        raise DefinitionError(
            f"{where}: no list holds from {first} to {last}, a hole in time: add the list, or "
            "correct 'holds_to' and 'holds_from' of those beside it."
        )


def _holes(entries: Sequence[Entry]) -> Iterable[tuple[date, date]]:
    """Stretches between the first and the last day for which no list holds."""
    covered: date | None = None
    for entry in sorted(entries, key=lambda one: one.holds_from):
        if covered is not None and entry.holds_from > covered + timedelta(days=1):
            yield covered + timedelta(days=1), entry.holds_from - timedelta(days=1)
        end = entry.holds_to or date.max - timedelta(days=1)
        covered = end if covered is None else max(covered, end)


def _summed(units: pa.Table) -> dict[tuple[str, str, str], int]:
    found: dict[tuple[str, str, str], int] = {}
    names = ["provider", "period", "currency", "units"]
    for row in units.select(names).to_pylist():
        if row["currency"] is not None:
            key = (row["provider"], row["period"], row["currency"])
            found[key] = found.get(key, 0) + row["units"]
    return found


def _apart(old: Price, new: Price) -> tuple[str, ...]:
    """The steps that one price has and the other has not, or has with another outcome."""
    before = {step.name: step.pounds for step in old.steps}
    after = {step.name: step.pounds for step in new.steps}
    names = dict.fromkeys((*after, *before))
    return tuple(name for name in names if before.get(name) != after.get(name))
