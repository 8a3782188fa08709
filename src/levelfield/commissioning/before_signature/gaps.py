"""What each gap in the data may be worth: care that is on no statement, or rests on a guess."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from levelfield.core.money import round_half_away
from levelfield.core.periods import FinancialYear
from levelfield.currencies import Scheme
from levelfield.tariff import PriceList, Worth

CONTACTS = "CYP201CareContact"
"""The table of the data set whose rejected records are care that nobody pays for."""


@dataclass(frozen=True)
class DataGap:
    """One gap over a year: units and what they may be worth in pence, an estimate for people to
    read and never a payment. `of` says whose units they are."""

    name: str
    words: str
    of: str
    units: int
    pence: int


def data_gaps(
    counts: pa.Table,
    table_quality: pa.Table,
    scheme: Scheme,
    prices: PriceList,
    provider: str,
    commissioner: str,
    year: FinancialYear,
) -> tuple[DataGap, ...]:
    """The gaps of a provider's year: units in error classes, units whose currency rests on an
    assumption, units without a commissioner, and rejected contacts.

    `counts` are counted units under the scheme (`currencies.COUNT_SCHEMA`), `table_quality` the
    fact of that name. A unit without a price is worth the mean of its provider, team and year.
    Left out: classes that are rightly unpaid, and care that was never recorded. Without units by
    month, as under a scheme that counts whole years, nothing can be priced, and there are none.
    """
    months = {str(month) for month in year.months}
    own = counts.filter(pc.equal(counts["provider"], provider))
    own = own.filter(pc.is_in(own["period"], pa.array(sorted(months))))
    if not own.num_rows:
        return ()
    worth = Worth(scheme, own, prices)
    units: Counter[tuple[str, str]] = Counter()
    pence: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    every, total = Decimal(0), 0
    for row in own.to_pylist():
        value = row["units"] * worth.of(row)
        every, total = every + value, total + row["units"]
        for key in _gaps_of(row, commissioner):
            units[key] += row["units"]
            pence[key] += value
    found = [
        DataGap(name, _words(scheme, kind, name), _WHOSE[kind], units[kind, name], rounded)
        for kind, name in sorted(units)
        if (rounded := round_half_away(pence[kind, name]))
    ]
    mean = every / total if total else Decimal(0)
    rejected = _rejected(table_quality, provider, months)
    if rejected:
        words = "Contacts that were rejected when they were loaded, at the mean of all units"
        found.append(
            DataGap("rejected", words, "provider", rejected, round_half_away(mean * rejected))
        )
    return tuple(found)


_WHOSE = {
    "error": "contract",
    "assumed": "contract",
    "unknown": "provider",
}


def _gaps_of(row: dict[str, object], commissioner: str) -> list[tuple[str, str]]:
    """The gaps that a counted row belongs to: kind and name."""
    if row["commissioner"] is None:
        return [("unknown", "commissioner not known")]
    if row["commissioner"] != commissioner:
        return []
    if row["error_class"] is not None:
        return [("error", str(row["error_class"]))]
    return [("assumed", name) for name in str(row["assumed"] or "").split(";") if name]


def _words(scheme: Scheme, kind: str, name: str) -> str:
    if kind == "unknown":
        return "Care of which nobody can say which commissioner pays for it"
    if kind == "assumed":
        return f"Care whose currency rests on what was assumed of '{name}'"
    return f"{scheme.classes[name].title} ({name}), at the mean price"


def _rejected(table_quality: pa.Table, provider: str, months: set[str]) -> int:
    rows = table_quality.filter(pc.equal(table_quality["provider"], provider)).to_pylist()
    return sum(
        row["records_rejected"] or 0
        for row in rows
        if row["table_name"] == CONTACTS and row["period"] in months
    )
