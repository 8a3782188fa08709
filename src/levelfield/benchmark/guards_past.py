"""The guards that look back: who merged or stopped, and which figures were revised."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import pyarrow as pa

from levelfield import quality
from levelfield.core.periods import parse_period
from levelfield.core.successions import Succession

Kind = Literal[
    "not submitted",
    "partly submitted",
    "not a peer",
    "no value",
    "merged",
    "break in series",
    "provisional",
    "incomplete",
    "revised",
    "scope change",
    "small number",
    "impossible count",
]

Add = Callable[[Kind, str, str, str], None]
"""Takes down a guard: its kind, the organisation, what there is, and what was done."""


def guard_past(
    held: pa.Table,
    period: str,
    now: Mapping[str, Any],
    successions: Sequence[Succession],
    matrix: pa.Table | None,
    add: Add,
) -> None:
    """Organisations that merged, and those with values in earlier periods of the same sort and
    nothing submitted now."""
    shown = parse_period(period)
    into = {one.code: one for one in successions}
    for code, one in into.items():
        if code not in now:
            what = f"it went into {one.successor} in {one.period}"
            add("merged", code, what, "left out: it has no row of its own")
    last: dict[str, str] = {}
    for row in held.select(["org_code", "period", "value"]).to_pylist():
        then = parse_period(row["period"])
        if type(then) is type(shown) and then.first < shown.first and row["value"] is not None:
            last[row["org_code"]] = max(row["period"], last.get(row["org_code"], ""))
    there = {} if matrix is None else quality.submitters(matrix, period)
    for code in sorted(set(last) - set(now) - set(into)):
        if matrix is None:
            add("not submitted", code, f"its last value is of {last[code]}", "left out")
        elif code not in there or len(there[code].missing) == there[code].months:
            add(
                "merged",
                code,
                f"its last value is of {last[code]}; it may have merged",
                "left out: if it went into another, say so in successions.csv of the look-ups",
            )


def guard_revisions(before: Sequence[Mapping[str, Any]], now: Mapping[str, Any], add: Add) -> None:
    """Figures that are not what they were at an earlier build; rows of `before` are those."""
    for row in before:
        later = now.get(row["org_code"])
        names = ("numerator", "denominator", "value")
        if later is None or all(row[name] == later[name] for name in names):
            continue
        parts = [
            f"{name} {_shown(row[name])}, now {_shown(later[name])}"
            for name in names
            if row[name] != later[name]
        ]
        what = f"since the earlier build it changed: {'; '.join(parts)}"
        add("revised", row["org_code"], what, "adjusted: the latest figure counts")


def _shown(number: float | None) -> str:
    return "empty" if number is None else f"{number:,.4g}"
