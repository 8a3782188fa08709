"""The price book: which list holds when, as it was known on any day, and the past priced again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

import pyarrow as pa

from levelfield.core.definitions import Definition, load_yaml
from levelfield.core.errors import DefinitionError, UsageError
from levelfield.core.periods import FinancialYear, Month, parse_period
from levelfield.tariff.cost_return_list import CostReturnList
from levelfield.tariff.load import load_price_list
from levelfield.tariff.price import Price
from levelfield.tariff.price_list import PriceList
from levelfield.tariff.repricing import RepricedLine, Repricing, Unpriced, steps_apart


class Entry(Definition):
    """A list in the book: from which day its prices hold, until when (or until the next list), and
    when it was published. `price_list` is an id or a YAML file beside the book."""

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
class PriceBook:
    """Price lists with two dates each: when their prices hold, and when they were published.

    The list of a day is, among those published by then, the one that began to hold last; of
    several that began on the same day the one published last, since it corrects the others. The
    entries of `file` hold for the days that their lists have prices for, and no others.
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
            year = Month.of(holds_on).financial_year
            raise UsageError(
                f"The price book '{self.file.id}' had no list on {as_at} that holds on {holds_on}: "
                f"{len(known)} of its {len(self.file.lists)} lists "
                f"{'was' if len(known) == 1 else 'were'} published by then. Days that are held: "
                f"{_told(_held(known))}. Ask for another day, or add a list of {year} to the book."
            )
        return max(holding, key=lambda one: (one.holds_from, one.published_on))

    def price_list(self, as_at: date, holds_on: date) -> PriceList:
        """The list whose prices hold on `holds_on`, as it was known on `as_at`; UsageError when
        none does."""
        return self.lists[self.entry(as_at, holds_on).price_list]

    @property
    def scheme(self) -> str:
        """The currency scheme whose units the lists of the book price."""
        return self.lists[self.file.lists[0].price_list].file.scheme

    def reprice(self, units: pa.Table, before: date, after: date) -> Repricing:
        """The same units by what was known on two days.

        `units` has the columns provider, period, currency and units, as counted units
        have (`currencies.COUNT_SCHEMA`); rows without a currency are left out. A month, or a year
        where the scheme counts years, is priced by the list that holds on its first day. A currency
        that either list has no price for is told apart, and on neither side. Raises ContractError
        for a provider that has to have a market forces factor and has none, UsageError for a period
        without a list.
        """

        @cache
        def named(known: date, period: str) -> str:
            return self.entry(known, parse_period(period).first).price_list

        @cache
        def price(name: str, currency: str, provider: str, year: FinancialYear) -> Price:
            return self.lists[name].price(currency, provider, year)

        @cache
        def apart(
            both: tuple[str, str], currency: str, provider: str, year: FinancialYear
        ) -> tuple[str, ...]:
            old, new = (price(name, currency, provider, year) for name in both)
            return steps_apart(old, new)

        priced = {name: frozenset(found.currencies) for name, found in self.lists.items()}
        lines, unpriced = [], []
        for (provider, period, currency), number in sorted(_summed(units).items()):
            both = named(before, period), named(after, period)
            place = (provider, period, currency, number, *both)
            lacking = tuple(n for n in dict.fromkeys(both) if currency not in priced[n])
            if lacking:
                unpriced.append(Unpriced(*place, lacking))
                continue
            held = parse_period(period)
            year = held.financial_year if isinstance(held, Month) else held
            old, new = (price(name, currency, provider, year) for name in both)
            steps = apart(both, currency, provider, year)
            lines.append(RepricedLine(*place, old.pence, new.pence, steps))
        return Repricing(before, after, tuple(lines), tuple(unpriced))


def load_price_book(
    where: Path, load: Callable[[str | Path], PriceList] = load_price_list
) -> PriceBook:
    """A price book from its YAML file, with every list that it names.

    `load` finds a list by id or file: `HomeLookups.price_list` has the lists of a home and the
    factors of its providers too. Raises DefinitionError for an empty book, a list that nobody has,
    one that begins in the middle of a month, two entries with both dates the same, one that ends
    before it begins or holds on no day of the year that its list is for, lists of several currency
    schemes, and for a hole in time: days between the first and the last for which there is no list
    at all.
    """
    file = load_yaml(where, PriceBookFile)
    _check(file, where)
    loaded: dict[str, PriceList] = {}
    for entry in file.lists:
        if entry.price_list not in loaded:
            loaded[entry.price_list] = _load(where, entry.price_list, load)
        scheme = loaded[entry.price_list].file.scheme
        first = loaded[file.lists[0].price_list].file.scheme
        if scheme != first:
            raise DefinitionError(
                f"{where}: {entry.price_list} prices units of the scheme '{scheme}', and the first "
                f"list of the book those of '{first}': keep a book for each scheme."
            )
    held = tuple(_in_year(entry, loaded[entry.price_list], where) for entry in file.lists)
    _refuse_twice(held, where)
    _refuse_holes(held, where)
    return PriceBook(file.model_copy(update={"lists": held}), loaded)


def _load(where: Path, name: str, load: Callable[[str | Path], PriceList]) -> PriceList:
    if Path(name).suffix in (".yaml", ".yml"):
        return load(where.parent / name)
    try:
        return load(name)
    except UsageError as error:
        raise DefinitionError(
            f"{where}: {error} A file beside the book is named with its ending, as in {name}.yaml; "
            "a list of a home is found with --home."
        ) from None


def _check(file: PriceBookFile, where: Path) -> None:
    if not file.lists:
        raise DefinitionError(f"{where}: 'lists' is empty: add a list with its two dates.")
    for entry in file.lists:
        told = f"{where}: {entry.price_list}"
        if entry.holds_from.day != 1:
            raise DefinitionError(
                f"{told} holds from {entry.holds_from}, and units are counted by month: let it "
                "hold from the first of a month."
            )
        if entry.holds_to is not None and entry.holds_to < entry.holds_from:
            raise DefinitionError(f"{told} ends before it begins: correct 'holds_to'.")


def _in_year(entry: Entry, found: PriceList, where: Path) -> Entry:
    """The entry for the days that its list has prices for: those of its year, of a list from cost
    returns; all, of a national one, which is carried to any year."""
    if not isinstance(found, CostReturnList):
        return entry
    year = found.year
    first, last = max(entry.holds_from, year.first), min(entry.holds_to or year.last, year.last)
    if last < first:
        raise DefinitionError(
            f"{where}: {entry.price_list} has prices of {year} alone, and holds on no day of it: "
            "correct 'holds_from' and 'holds_to', or name another list."
        )
    return entry.model_copy(update={"holds_from": first, "holds_to": last})


def _refuse_twice(entries: Sequence[Entry], where: Path) -> None:
    """Raise DefinitionError for two lists with both dates the same."""
    seen = set()
    for entry in entries:
        dates = entry.holds_from, entry.published_on
        if dates in seen:
            raise DefinitionError(
                f"{where}: {entry.price_list} has the same two dates as another list, so that "
                "nobody could tell which holds: correct one of them."
            )
        seen.add(dates)


def _refuse_holes(entries: Sequence[Entry], where: Path) -> None:
    """Raise DefinitionError for days between the first and the last for which no list holds."""
    for (_, before), (after, _) in pairwise(_held(entries)):
        assert before is not None
        raise DefinitionError(
            f"{where}: no list holds from {before + timedelta(days=1)} to "
            f"{after - timedelta(days=1)}, a hole in time: add the list, or correct 'holds_to' and "
            "'holds_from' of those beside it."
        )


def _told(held: Sequence[tuple[date, date | None]]) -> str:
    """Stretches of days in words."""
    told = (f"{first} to {last}" if last else f"from {first} on" for first, last in held)
    return "; ".join(told) or "none"


def _held(entries: Sequence[Entry]) -> list[tuple[date, date | None]]:
    """Stretches of days for which a list holds, without an end where the last one has none."""
    found: list[tuple[date, date | None]] = []
    for entry in sorted(entries, key=lambda one: one.holds_from):
        first, last = found.pop() if found else (entry.holds_from, entry.holds_from)
        if last is not None and entry.holds_from - timedelta(days=1) > last:
            found.append((first, last))
            first, last = entry.holds_from, entry.holds_from
        if last is not None:
            last = None if entry.holds_to is None else max(last, entry.holds_to)
        found.append((first, last))
    return found


def _summed(units: pa.Table) -> dict[tuple[str, str, str], int]:
    found: dict[tuple[str, str, str], int] = {}
    names = ["provider", "period", "currency", "units"]
    for row in units.select(names).to_pylist():
        if row["currency"] is not None:
            key = (row["provider"], row["period"], row["currency"])
            found[key] = found.get(key, 0) + row["units"]
    return found
