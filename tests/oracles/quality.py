"""The coverage matrix and the maturity index a second time, in plain Python with exact fractions.

Written from the words of the methodology and of the definitions, not from their SQL.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

Record = Mapping[str, object]


def matrix(
    coverage: Iterable[Record], months: Sequence[str]
) -> dict[tuple[str, str], tuple[str, bool]]:
    """State and in time of every provider and month, from the rows that are held."""
    held = {(str(row["provider"]), str(row["period"])): row for row in coverage}
    found = {}
    for provider in {provider for provider, _ in held}:
        begun = False
        for month in months:
            row = held.get((provider, month))
            begun = begun or row is not None
            if row is None:
                found[provider, month] = ("none" if begun else "before first", False)
                continue
            first = date.fromisoformat(str(row["first_received_at"])[:10])
            state = "primary only" if row["submission_window"] == "primary" else "refresh"
            close = row["primary_close"]
            assert isinstance(close, date)
            found[provider, month] = (state, first <= close)
    return found


def index(
    fields: Iterable[Record],
    provider: str,
    months: Sequence[str],
    held: Iterable[str],
    thresholds: Mapping[tuple[str, str], float],
) -> Fraction | None:
    """The index of a provider over months of which `held` are there; `months` begin with its first.

    Thresholds are percentages by table and field.
    """
    scores = []
    for (table, field), threshold in thresholds.items():
        rows = [
            row
            for row in fields
            if (row["provider"], row["table_name"], row["field_name"]) == (provider, table, field)
            and row["period"] in months
        ]
        records = sum(int(str(row["records"])) for row in rows)
        if not records:
            continue
        defaults = sum(int(str(row["defaulted"])) for row in rows)
        bad = sum(int(str(row["invalid"])) + int(str(row["missing"])) for row in rows)
        allowed = Fraction(str(threshold)) / 100 * records
        excess = max(Fraction(0), defaults - allowed)
        scores.append((records - bad - excess) / records)
    if not scores:
        return None
    coverage = Fraction(len(set(held) & set(months)), len(months))
    return 100 * sum(scores, Fraction(0)) / len(scores) * coverage
