"""The small tables that a price list is made with, beside the cost returns themselves."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from levelfield.core.definitions import path, read_csv
from levelfield.core.errors import DefinitionError
from levelfield.core.money import pence
from levelfield.currencies import Scheme
from levelfield.tariff.cost_returns import REMEDIES, SetAside
from levelfield.tariff.factors import decimal
from levelfield.tariff.returned import Floats

ATTENDANCE, NO_ATTENDANCE = "attendance", "ATTENDANCE_UNKNOWN"
"""The condition that a scheme assumes for a contact without attendance, and its error class."""

_COUNTED = ("unclassified", "unattended")

SHARES = ("lost", "unclassified", "without_attendance")


@dataclass(frozen=True)
class Quality:
    """Shares of each provider's contacts, by provider and currency: lost on the way into the
    submissions, without a currency, and without attendance. `nan` where nobody says."""

    lost: Floats
    unclassified: Floats
    unattended: Floats


def beside(where: Path, name: str) -> Path:
    """A file that a definition names: beside it, or shipped with the package.

    Raises DefinitionError, which names both, for one that is in neither place.
    """
    own = where.parent / name
    if own.exists():
        return own
    try:
        return path(name)
    except DefinitionError:
        raise DefinitionError(
            f"{where}: it names the file '{name}', which is neither beside it, in {where.parent}, "
            "nor among those that ship: correct the name, or put the file there."
        ) from None


def strangers(
    file: Path, named: str, providers: Collection[str], currencies: Collection[str]
) -> Iterator[SetAside]:
    """The rows of a table beside the returns that nothing takes up: of a provider that is not among
    `providers`, or of a currency that is not among `currencies`. Either column may be missing, and
    an empty cell is of all. `named` is what the list calls the file."""
    for number, row in rows_of(read_csv(file)):
        provider, currency = row.get("provider", ""), row.get("currency", "")
        reason = ""
        if provider and provider not in providers:
            reason = "no cost return"
        if currency and currency not in currencies:
            reason = "unknown currency"
        if reason:
            yield SetAside(
                named, number, provider, currency, "", None, None, reason, REMEDIES[reason]
            )


def read_submitted(file: Path, providers: Sequence[str], currencies: Sequence[str]) -> Floats:
    """Submitted units by provider and currency from a CSV file with these columns and `units`.

    A provider that the file has and that submitted nothing of a currency has 0 of it, one that the
    file lacks `nan`. Raises DefinitionError for units that are no number of at least 0, and for a
    provider and currency that come twice.
    """
    rows = read_csv(file, ("provider", "currency", "units"))
    refuse_twice(file, [(row["provider"], row["currency"]) for row in rows])
    known = [(r["provider"], r["currency"], _least(r["units"], file, n)) for n, r in rows_of(rows)]
    return _submitted(known, providers, currencies)


def submitted_of(counts: pa.Table, providers: Sequence[str], currencies: Sequence[str]) -> Floats:
    """The same from counted units (`currencies.COUNT_SCHEMA`)."""
    classed = counts.filter(pc.is_valid(counts["currency"]))
    summed = classed.group_by(["provider", "currency"]).aggregate([("units", "sum")])
    rows = [(r["provider"], r["currency"], float(r["units_sum"])) for r in summed.to_pylist()]
    return _submitted(rows, providers, currencies)


def read_quality(file: Path, providers: Sequence[str], currencies: Sequence[str]) -> Quality:
    """Shares by provider and currency from a CSV file; an empty currency is all of a provider's.

    Raises DefinitionError for a share that does not lie from 0 to below 1, and for a provider and
    currency that come twice.
    """
    rows = read_csv(file, ("provider", "currency", *SHARES))
    refuse_twice(file, [(row["provider"], row["currency"]) for row in rows])
    found = {name: np.full((len(providers), len(currencies)), np.nan) for name in SHARES}
    at = {code: n for n, code in enumerate(currencies)}
    of = {code: n for n, code in enumerate(providers)}
    # What is said of one currency goes before what is said of all.
    for number, row in sorted(rows_of(rows), key=lambda one: bool(one[1]["currency"])):
        if row["provider"] not in of or (row["currency"] and row["currency"] not in at):
            continue
        columns = at[row["currency"]] if row["currency"] else slice(None)
        for name in SHARES:
            if row[name]:
                found[name][of[row["provider"]], columns] = _share(row[name], name, file, number)
    return Quality(*(found[name] for name in SHARES))


def quality_of(
    scheme: Scheme, counts: pa.Table, providers: Sequence[str], currencies: Sequence[str]
) -> Quality:
    """What counted units (`currencies.COUNT_SCHEMA`) say of each provider; nothing of what is lost.

    Unclassified are units in an error class whose worth an estimate would give, of those and the
    classed ones. Unattended are units of these that have no attendance, assumed or left out.
    """
    units: dict[str, Counter[str]] = defaultdict(Counter)
    for row in counts.to_pylist():
        error = row["error_class"]
        if error is not None and scheme.classes[error].estimate == "nothing":
            continue
        own = units[row["provider"]]
        own["all"] += row["units"]
        own["unclassified"] += row["units"] if error is not None else 0
        assumed = ATTENDANCE in (row["assumed"] or "") or error == NO_ATTENDANCE
        own["unattended"] += row["units"] if assumed else 0
    found = {name: np.full((len(providers), len(currencies)), np.nan) for name in _COUNTED}
    for place, code in enumerate(providers):
        if units[code]["all"]:
            for name, values in found.items():
                values[place] = units[code][name] / units[code]["all"]
    return Quality(np.full((len(providers), len(currencies)), np.nan), *found.values())


def read_last_year(file: Path, currencies: Sequence[str]) -> Floats:
    """Pence by currency from a CSV file with currency and price (pounds); `nan` for none.

    Raises DefinitionError for a price that is no number above zero, and a currency that comes
    twice.
    """
    rows = read_csv(file, ("currency", "price"))
    refuse_twice(file, [(row["currency"],) for row in rows])
    prices = {
        r["currency"]: pence(decimal(r["price"], f"{file}: row {n}")) for n, r in rows_of(rows)
    }
    return np.array([prices.get(code, np.nan) for code in currencies], dtype=np.float64)


def rows_of(rows: list[dict[str, str]]) -> list[tuple[int, dict[str, str]]]:
    """Rows with their numbers in the file; the header is the first."""
    return list(enumerate(rows, start=2))


def refuse_twice(file: Path, keys: Sequence[tuple[str, ...]]) -> None:
    """Raise DefinitionError for a key that stands in two rows: nobody could tell which holds."""
    first: dict[tuple[str, ...], int] = {}
    for number, key in enumerate(keys, start=2):
        if key in first:
            named = ", ".join(filter(None, key))
            raise DefinitionError(
                f"{file}: row {number}: {named} comes twice, first in row {first[key]}: keep one."
            )
        first[key] = number


def _submitted(
    rows: Sequence[tuple[str, str, float]], providers: Sequence[str], currencies: Sequence[str]
) -> Floats:
    at = {code: n for n, code in enumerate(currencies)}
    known = {provider for provider, _, _ in rows}
    found = {code: np.full(len(currencies), 0.0 if code in known else np.nan) for code in providers}
    for provider, currency, units in rows:
        if provider in found and currency in at:
            found[provider][at[currency]] += units
    return np.array([found[code] for code in providers])


def _least(text: str, file: Path, row: int) -> float:
    try:
        units = float(text)
    except ValueError:
        units = np.nan
    if not 0 <= units < np.inf:
        raise DefinitionError(f"{file}: row {row}: '{text}' is no number of units: correct it.")
    return units


def _share(text: str, name: str, file: Path, row: int) -> float:
    try:
        share = Decimal(text)
    except ArithmeticError:
        share = Decimal(-1)
    if not 0 <= share < 1:
        raise DefinitionError(
            f"{file}: row {row}: '{name}' is '{text}', and a share lies from 0 to below 1. Write "
            "0.05 for 5%."
        )
    return float(share)
