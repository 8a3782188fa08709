"""Organisations that merged: the successor's past is that of all who went into it."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from levelfield.benchmark.reading import Reading
from levelfield.core.successions import Succession
from levelfield.core.values import MERGED, join_flags
from levelfield.statistics import rate_interval, wilson_interval

WITH_PREDECESSORS = "with predecessors"
"""The flag of a value to which an organisation that went into this one has been added."""


def with_predecessors(
    values: pa.Table, successions: Sequence[Succession], reading: Reading
) -> pa.Table:
    """The values of one measure with what a merger parted put together, in their order.

    All rows of a predecessor are added to the successor's, and its own go: counts are summed, the
    value and its interval are taken anew, and the row is flagged `with predecessors`; the flag
    `merged` goes, since nothing breaks there any more. A sum of which a part is not known is not
    known either. People whom both saw count twice. Where the statistic or its interval cannot be
    had from counts, rows stay apart and the successor's first month is flagged `merged`.
    """
    if not successions:
        return values
    rows = values.to_pylist()
    if not (reading.independent and (reading.is_share or reading.statistic == "rate")):
        return pa.Table.from_pylist(_broken(rows, successions), schema=values.schema)
    for one in sorted(successions):
        rows = _joined(rows, one)
    return _with_intervals(pa.Table.from_pylist(rows, schema=values.schema), reading)


def counts_of_successors(counts: pa.Table, successions: Sequence[Succession]) -> pa.Table:
    """Counts by `org_code`, those of a predecessor under its last successor's code."""
    into = {one.code: one.successor for one in successions}
    codes = []
    for code in counts["org_code"].to_pylist():
        while code in into:
            code = into[code]
        codes.append(code)
    place = counts.schema.get_field_index("org_code")
    return counts.set_column(place, "org_code", pa.array(codes, pa.string()))


def _joined(rows: list[dict[str, Any]], one: Succession) -> list[dict[str, Any]]:
    own = {_cell(row): row for row in rows if row["org_code"] == one.successor}
    for row in own.values():
        row["flags"] = join_flags(*(flag for flag in _flags(row) if flag != MERGED))
    kept = []
    for row in rows:
        if row["org_code"] != one.code or row["org_level"] != "provider":
            kept.append(row)
            continue
        there = own.get(_cell(row))
        if there is None:
            moved = {**row, "org_code": one.successor}
            moved["flags"] = join_flags(*_flags(row), WITH_PREDECESSORS)
            own[_cell(row)] = moved
            kept.append(moved)
            continue
        for name in ("numerator", "denominator"):
            parts = (there[name], row[name])
            there[name] = None if None in parts else sum(parts)
        there["flags"] = join_flags(*_flags(row), *_flags(there), WITH_PREDECESSORS)
    return kept


def _flags(row: dict[str, Any]) -> list[str]:
    return str(row["flags"] or "").split(";")


def _cell(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("measure", "period", "stratifier", "stratum"))


def _with_intervals(values: pa.Table, reading: Reading) -> pa.Table:
    """Value and interval of the rows that were put together, from their counts."""
    rows = values.to_pylist()
    for row in rows:
        if WITH_PREDECESSORS not in _flags(row):
            continue
        count, size = row["numerator"], row["denominator"]
        row.update(value=None, lower=None, upper=None)
        if count is None or not size or (reading.is_share and count > size):
            continue
        share = reading.is_share
        bounds = wilson_interval(count, size) if share else rate_interval(count, size)
        scale = reading.multiplier
        row["value"] = count / size * scale
        row["lower"], row["upper"] = (float(one) * scale for one in bounds)
    return pa.Table.from_pylist(rows, schema=values.schema)


def _broken(rows: list[dict[str, Any]], successions: Sequence[Succession]) -> list[dict[str, Any]]:
    begun = {(one.successor, one.period) for one in successions}
    for row in rows:
        if (row["org_code"], row["period"]) in begun:
            row["flags"] = join_flags(*_flags(row), MERGED)
    return rows
