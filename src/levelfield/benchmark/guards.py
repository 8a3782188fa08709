"""Comparability guards: whatever makes a comparison unlike with unlike, and what was done of it.

Nothing is put right silently: each row either says what was left out or adjusted, or flags what a
reader has to bear in mind.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from levelfield import quality
from levelfield.benchmark.guards_past import Add, Kind, guard_past, guard_revisions
from levelfield.benchmark.merged import WITH_PREDECESSORS
from levelfield.benchmark.reading import Reading
from levelfield.benchmark.scope import services_that_changed
from levelfield.benchmark.tables import select
from levelfield.benchmark.words import listed
from levelfield.core.successions import Succession
from levelfield.core.values import BREAK, INCOMPLETE, MERGED, PROVISIONAL, SMALL_NUMBER

GUARD_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("kind", "org_code", "period", "what", "done")]
)
"""A row says of one organisation and period what makes it unlike the others, and what was done."""

_FLAGGED: dict[str, tuple[Kind, str, str]] = {
    PROVISIONAL: (
        "provisional",
        "a submission of the first window is in it and may be replaced",
        "flagged: compared as it stands",
    ),
    INCOMPLETE: (
        "incomplete",
        "a month that it looks at or back on is not held",
        "flagged: compared as it stands; such months are left out of trends",
    ),
    BREAK: (
        "break in series",
        "the figure means something else from here on, or from within the year",
        "adjusted: limits of the trend begin anew; compared as it stands",
    ),
    MERGED: (
        "merged",
        "another organisation went into it, and is in its figure from then on alone",
        "adjusted: limits of the trend begin anew; compared as it stands",
    ),
    SMALL_NUMBER: (
        "small number",
        "fewer stand behind it than the measure asks for",
        "adjusted: the interval and the limits of the funnel are as wide as that makes them",
    ),
    WITH_PREDECESSORS: (
        "merged",
        "the counts of organisations that went into it are in it",
        "adjusted: added up, and people whom both saw count twice",
    ),
}


def guards(
    values: pa.Table,
    reading: Reading,
    *,
    measure: str,
    period: str,
    org_level: str = "provider",
    matrix: pa.Table | None = None,
    members: Iterable[str] | None = None,
    earlier: pa.Table | None = None,
    successions: Sequence[Succession] = (),
) -> pa.Table:
    """The guards of one comparison (GUARD_SCHEMA), in the order of organisations and kinds.

    `values` are those of all organisations and periods; `members` those compared, by default all;
    `matrix` the coverage matrix of the home, without which nobody knows who has not submitted;
    `earlier` the values as they were at an earlier build, without which revisions are known by the
    matrix alone.
    """
    held = select(values, measure=measure, org_level=org_level)
    now = {row["org_code"]: row for row in select(held, measure=measure, period=period).to_pylist()}
    compared = set(now) if members is None else set(members)
    found: list[dict[str, str]] = []

    def add(kind: Kind, code: str, what: str, done: str) -> None:
        row = {"kind": kind, "org_code": code, "period": period, "what": what, "done": done}
        found.append(row)

    for code, row in now.items():
        if code not in compared:
            add("not a peer", code, "it is not in the peer group", "left out")
            continue
        _of_value(row, reading, add)
    if matrix is not None:
        _of_submissions(matrix, period, set(now), compared, successions, add)
    guard_past(held, period, now, successions, matrix, add)
    for code, what in services_that_changed(values, measure, period, org_level).items():
        if code in compared:
            add("scope change", code, what, "flagged: compare it within a service")
    if earlier is not None:
        before = select(earlier, measure=measure, period=period, org_level=org_level)
        guard_revisions(before.to_pylist(), now, add)
    found.sort(key=lambda row: (row["org_code"], row["kind"], row["what"]))
    return pa.Table.from_pylist(found, schema=GUARD_SCHEMA)


def guard_words(table: pa.Table) -> str:
    """The guards in one sentence: how many organisations each kind concerns."""
    whom: dict[str, set[str]] = {}
    for row in table.to_pylist():
        whom.setdefault(row["kind"], set()).add(row["org_code"])
    if not whom:
        return "Nothing stands in the way of comparing them."
    said = [f"{kind} ({len(codes)})" for kind, codes in sorted(whom.items())]
    return f"To bear in mind, with how many organisations it concerns: {listed(said)}."


def _of_value(row: Mapping[str, Any], reading: Reading, add: Add) -> None:
    code = row["org_code"]
    if row["value"] is None:
        empty = row["denominator"] == 0
        why = "nothing in its denominator" if empty else "no figure is given"
        add("no value", code, why, "left out of funnel, ranks and reference")
    count, size = row["numerator"], row["denominator"]
    if reading.is_share and count is not None and size is not None and count > size:
        add(
            "impossible count",
            code,
            f"its numerator of {count:,.0f} is above its denominator of {size:,.0f}",
            "left out of funnel and ranks; have the provider correct it",
        )
    for flag in str(row["flags"] or "").split(";"):
        if flag in _FLAGGED:
            kind, what, done = _FLAGGED[flag]
            add(kind, code, what, done)


def _of_submissions(
    matrix: pa.Table,
    period: str,
    valued: set[str],
    compared: set[str],
    successions: Sequence[Succession],
    add: Add,
) -> None:
    gone = {one.code for one in successions}
    for code, one in quality.submitters(matrix, period).items():
        if code in gone and code not in valued:
            continue
        if len(one.missing) == one.months:
            add("not submitted", code, "it has submitted nothing", "left out")
        elif one.missing:
            add("partly submitted", code, one.words, "flagged: compared by the months that it has")
        elif code not in valued:
            add("no value", code, "it submitted nothing that the measure counts", "left out")
    again: dict[str, list[str]] = {}
    for row in matrix.sort_by("period").to_pylist():
        revised = row.get("records_revised")
        if revised and row["provider"] in compared and period in quality.periods_of(row["period"]):
            more = f"{abs(revised):,} {'more' if revised > 0 else 'fewer'}"
            again.setdefault(row["provider"], []).append(f"{row['period']} with {more}")
    for code, months in again.items():
        what = f"submitted again, in records: {listed(months)} than at first"
        add("revised", code, what, "adjusted: the latest submission counts")
